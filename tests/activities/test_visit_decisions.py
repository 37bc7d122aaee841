"""What people may say of a visit after the door: every command at every way in which a visit can stand."""

from collections.abc import Sequence

import pytest
from visit_stories import (
    ACTIVITY,
    ANNA,
    BO,
    CAME,
    CLERK,
    CLOSING,
    DISPUTE,
    ELEVEN,
    GATE,
    LEADER,
    MINUTE,
    MORNING,
    NINE,
    OTHER_GATE,
    SCANNED,
    SESSION,
    STAYED,
    TEN,
    VISITS,
    annul,
    correct,
    decide,
    excuse,
    no_show,
    tell,
    undo,
)

from ledger.activities.attendance import ATTENDANCE, visit_spans
from ledger.activities.attendance_commands import AttendanceCommand, TallyVisit
from ledger.activities.attendance_state import AttendanceState
from ledger.activities.events import (
    AttendanceEvent,
    CheckedIn,
    CheckedOut,
    DisputeDecided,
    Excused,
    MarkedNoShow,
    StayConfirmed,
    VisitAnnulled,
    VisitCorrected,
    VisitDisputed,
)
from ledger.activities.stays import Stay
from ledger.activities.windows import opens_at
from ledger.kernel.decider import fold
from ledger.kernel.refusal import Refusal

IN_A_ROW = tuple(VISITS)
ANNULLED = VisitAnnulled(CLERK, "wrong-card")
UNDONE = VisitAnnulled(ANNA, "undo")
CORRECTED = VisitCorrected(NINE, TEN, CLERK, "wrong-clock")
EXCUSED = Excused(ACTIVITY, MORNING, ANNA, CLERK, "ill")
DISPUTED = VisitDisputed(ANNA, "left-later")
DECIDED = DisputeDecided(CLERK, "upheld", "seen")
NO_SHOW = MarkedNoShow(ACTIVITY, MORNING, ANNA)
NEVER, OWN, TALLIED = "not-checked-in", "not-your-scan", "visit-already-tallied"

TABLE: dict[str, tuple[AttendanceCommand, tuple[AttendanceEvent | str | None, ...]]] = {
    # In the order of VISITS: nothing, inside, out, auto_out, confirmed, corrected, entered, tallied, disputed, decided,
    # no_show, excused, annulled. An event: that happens; None: nothing does; a code: it is refused.
    "undo": (
        undo(now=ELEVEN + 15 * MINUTE, awards="standing"),
        (NEVER, "undo-too-late", UNDONE, "undo-too-late", OWN, OWN, OWN, TALLIED, UNDONE, UNDONE, NEVER, NEVER, NEVER),
    ),
    "annul": (
        annul(awards="standing"),
        (NEVER, *[ANNULLED] * 6, TALLIED, ANNULLED, ANNULLED, NEVER, NEVER, NEVER),
    ),
    "correct": (
        correct(awards="standing"),
        (NEVER, *[CORRECTED] * 4, None, CORRECTED, TALLIED, CORRECTED, CORRECTED, NEVER, NEVER, NEVER),
    ),
    "excuse": (
        excuse(),
        (EXCUSED, *["visit-took-place"] * 9, EXCUSED, None, EXCUSED),
    ),
    "no_show": (
        no_show(),
        (NO_SHOW, *[None] * 11, NO_SHOW),
    ),
    "dispute": (
        DISPUTE,
        (
            NEVER,
            "visit-still-open",
            *[DISPUTED] * 6,
            None,
            "dispute-already-decided",
            DISPUTED,
            NEVER,
            DISPUTED,
        ),
    ),
    "decide": (
        decide(),
        (
            NEVER,
            *["visit-not-disputed"] * 7,
            DECIDED,
            "visit-not-disputed",
            "visit-not-disputed",
            NEVER,
            "visit-not-disputed",
        ),
    ),
}


@pytest.mark.parametrize("name", TABLE)
@pytest.mark.parametrize("stands", IN_A_ROW)
def test_every_command_has_its_answer_at_every_visit(name: str, stands: str) -> None:
    command, answers = TABLE[name]
    assert len(answers) == len(IN_A_ROW)
    expected = answers[IN_A_ROW.index(stands)]

    assert answer(VISITS[stands], command) == expected


def answer(given: Sequence[AttendanceEvent], command: AttendanceCommand) -> AttendanceEvent | str | None:
    """The event that happens, the refusal's code, or None."""
    try:
        happened = ATTENDANCE.decide(fold(ATTENDANCE, given), command)
    except Refusal as refusal:
        return refusal.code
    assert len(happened) <= 1
    return happened[0] if happened else None


def facts(given: Sequence[AttendanceEvent], command: AttendanceCommand) -> tuple[str, dict[str, object]]:
    with pytest.raises(Refusal) as refusal:
        ATTENDANCE.decide(fold(ATTENDANCE, given), command)
    return refusal.value.code, dict(refusal.value.facts())


@pytest.mark.parametrize(
    ("given", "command", "expected"),
    [
        (VISITS["inside"], undo(LEADER), "not-your-scan"),
        ((SCANNED,), undo(ANNA), "not-your-scan"),
        ((SCANNED,), undo(BO), VisitAnnulled(BO, "undo")),
        ((SCANNED,), undo(CLERK, device=GATE), VisitAnnulled(CLERK, "undo", GATE)),
        ((SCANNED,), undo(CLERK, device=OTHER_GATE), "not-your-scan"),
        (VISITS["inside"], undo(CLERK, device=GATE), "not-your-scan"),
        ((SCANNED, CheckedOut(TEN, "kiosk")), undo(BO, now=TEN), "not-your-scan"),
        ((SCANNED, CheckedOut(TEN, "kiosk")), undo(ANNA, now=TEN), UNDONE),
    ],
)
def test_who_made_the_last_scan_undoes_it_and_so_does_the_device_that_did(
    given: Sequence[AttendanceEvent], command: AttendanceCommand, expected: AttendanceEvent | str
) -> None:
    assert answer(given, command) == expected


def test_undoing_is_possible_for_some_minutes_after_the_scan() -> None:
    assert answer((CAME,), undo(now=NINE + 15 * MINUTE)) == UNDONE
    assert facts((CAME,), undo(now=NINE + 16 * MINUTE)) == ("undo-too-late", {"until": NINE + 15 * MINUTE})


@pytest.mark.parametrize(
    ("awards", "code"), [("undecided", "visit-award-undecided"), ("standing", "visit-already-tallied")]
)
def test_behind_an_award_nothing_of_a_visit_changes(awards: str, code: str) -> None:
    for command in (undo(now=ELEVEN, awards=awards), annul(awards=awards), correct(awards=awards)):
        assert facts(VISITS["tallied"], command) == (code, {"minutes_seen": 120})


@pytest.mark.parametrize("command", [undo(now=ELEVEN), annul(), correct()])
def test_once_all_awards_are_refused_a_visit_may_change_and_be_tallied_again(command: AttendanceCommand) -> None:
    tallied = VISITS["tallied"]

    changed = fold(ATTENDANCE, (*tallied, *ATTENDANCE.decide(fold(ATTENDANCE, tallied), command)))

    assert (changed.tallied, changed.tallies_undone) == (False, 1)


def test_an_annulled_visit_leaves_nothing_but_that_it_was_and_a_scan_begins_anew() -> None:
    annulled = fold(ATTENDANCE, (*VISITS["disputed"], ANNULLED))
    later = fold(ATTENDANCE, (CheckedIn(ACTIVITY, MORNING, ANNA, TEN, "kiosk"),), annulled)

    assert annulled == AttendanceState(was_annulled=True, had_a_part=(CLERK,))
    assert (later.inside, later.in_at, later.was_annulled) == (True, TEN, True)


def test_a_correction_takes_the_place_of_all_scans_and_its_author_vouches_for_it() -> None:
    visit = fold(ATTENDANCE, (CheckedIn(ACTIVITY, MORNING, ANNA, NINE, "poster"), CORRECTED))

    assert visit.stays == (Stay(NINE, None, "corrected", TEN),)
    assert (visit.attested_by, visit.awaits_confirmation) == ((CLERK,), False)
    assert visit_spans(SESSION, visit) == ((NINE, TEN),)
    assert answer((CAME, CORRECTED), tell(NINE + MINUTE, "out")) is None


@pytest.mark.parametrize(
    ("in_at", "out_at", "now"),
    [
        (opens_at(SESSION) - MINUTE, TEN, CLOSING),
        (NINE, CLOSING + MINUTE, CLOSING + 9 * MINUTE),
        (NINE, TEN, TEN - MINUTE),
        (TEN, TEN, CLOSING),
        (TEN, NINE, CLOSING),
    ],
)
def test_a_correction_lies_in_the_window_as_far_as_it_has_passed_and_has_a_length(
    in_at: object, out_at: object, now: object
) -> None:
    code, found = facts(VISITS["out"], correct(in_at, out_at, now=now))  # type: ignore[arg-type]

    assert code == "correction-outside-session"
    assert (found["asked_in"], found["asked_out"], found["earliest"]) == (in_at, out_at, opens_at(SESSION))


@pytest.mark.parametrize(
    ("stands", "command"),
    [
        ("tallied", annul(is_near=True, awards="standing")),
        ("tallied", correct(is_near=True, awards="standing")),
        ("out", excuse(is_near=True)),
        ("out", decide(is_near=True)),
    ],
)
def test_nobody_decides_for_themselves_or_their_household_whatever_else_is_wrong(
    stands: str, command: AttendanceCommand
) -> None:
    assert answer(VISITS[stands], command) == "own-visit"


def test_members_excuse_themselves_until_the_session_begins() -> None:
    own = Excused(ACTIVITY, MORNING, ANNA, ANNA, "ill")

    assert answer((), excuse(ANNA, is_near=True, now=NINE - MINUTE)) == own
    assert facts((), excuse(ANNA, is_near=True, now=NINE)) == ("excuse-too-late", {"starts_at": NINE})


def test_a_no_show_is_marked_once_the_window_is_over() -> None:
    assert facts((), no_show(CLOSING)) == ("visit-not-over", {"closes_at": CLOSING})


@pytest.mark.parametrize("stands", ["no_show", "excused"])
def test_a_scan_that_is_told_later_takes_a_no_show_and_an_excuse_back(stands: str) -> None:
    visit = fold(ATTENDANCE, (*VISITS[stands], *ATTENDANCE.decide(fold(ATTENDANCE, VISITS[stands]), tell(NINE))))

    assert (visit.inside, visit.no_show, visit.excused_for) == (True, False, None)


@pytest.mark.parametrize(
    ("witness", "given"),
    [
        (BO, (SCANNED, CheckedOut(TEN, "kiosk"))),
        (LEADER, VISITS["confirmed"]),
        (LEADER, (STAYED,)),
        (CLERK, VISITS["corrected"]),
        (CLERK, (STAYED,)),
        (CLERK, (CAME, ANNULLED)),
        (BO, (SCANNED, ANNULLED)),
        (BO, (SCANNED, CORRECTED)),
    ],
)
def test_who_had_a_part_in_a_visit_does_not_decide_on_its_dispute(
    witness: object, given: tuple[AttendanceEvent, ...]
) -> None:
    assert answer((*given, DISPUTED), decide(witness)) == "involved-in-visit"  # type: ignore[arg-type]
    assert answer((*given, DISPUTED), decide(ANNA)) == DisputeDecided(ANNA, "upheld", "seen")


def test_a_disputed_visit_counts_only_once_somebody_decided() -> None:
    disputed, decided = fold(ATTENDANCE, VISITS["disputed"]), fold(ATTENDANCE, VISITS["decided"])

    assert (visit_spans(SESSION, disputed), visit_spans(SESSION, decided)) == (None, ((NINE, ELEVEN),))
    assert answer(VISITS["disputed"], TallyVisit(MORNING, 120)) == "visit-in-dispute"


def test_confirming_speaks_of_the_last_stay_and_keeps_those_before_it() -> None:
    back = CheckedIn(ACTIVITY, MORNING, ANNA, TEN, "poster")
    visit = fold(ATTENDANCE, (CAME, CheckedOut(TEN - 9 * MINUTE, "kiosk"), back, CheckedOut(ELEVEN, "kiosk")))
    confirmed = fold(ATTENDANCE, (StayConfirmed(ELEVEN - MINUTE, LEADER),), visit)

    assert visit.awaits_confirmation
    assert visit_spans(SESSION, confirmed) == ((NINE, TEN - 9 * MINUTE), (TEN, ELEVEN - MINUTE))
