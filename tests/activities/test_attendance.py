"""Stories of one visit: in, out, closed by time, confirmed, tallied."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest

from ledger.activities.attendance import ATTENDANCE, attendance_id, minutes_of, visit_spans
from ledger.activities.attendance_commands import (
    AttendanceCommand,
    CloseByTime,
    ConfirmStay,
    RecordIn,
    RecordOut,
    TallyVisit,
)
from ledger.activities.events import (
    AttendanceEvent,
    AttendanceTallied,
    AutomaticallyCheckedOut,
    Basis,
    CheckedIn,
    CheckedOut,
    Session,
    StayConfirmed,
)
from ledger.activities.visit_decisions import confirm_until
from ledger.activities.windows import closes_at, opens_at
from ledger.kernel.decider import fold
from ledger.kernel.ids import ActivityId, DeviceId, MemberId, SessionId
from ledger.kernel.refusal import Refusal

ACTIVITY = ActivityId(UUID(int=1))
MORNING = SessionId(UUID(int=2))
ANNA = MemberId(UUID(int=3))
LEADER = MemberId(UUID(int=4))
BO = MemberId(UUID(int=5))
NINE = datetime(2025, 10, 18, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ELEVEN = NINE + timedelta(hours=2)
SESSION = Session(MORNING, NINE, ELEVEN)
CLOSING = closes_at(SESSION)
CONFIRM_DAYS = 3


GATE = DeviceId(UUID(int=9))


def came(at: datetime = NINE, basis: Basis = "kiosk", scanned_by: MemberId | None = None) -> CheckedIn:
    return CheckedIn(ACTIVITY, MORNING, ANNA, at, basis, scanned_by)


def record_in(at: datetime = NINE, basis: Basis = "kiosk", may_enter: bool = True) -> RecordIn:
    return RecordIn(activity=ACTIVITY, session=MORNING, member=ANNA, seen_at=at, basis=basis, may_enter=may_enter)


def record_out(at: datetime = ELEVEN, basis: Basis = "kiosk") -> RecordOut:
    return RecordOut(session=MORNING, seen_at=at, basis=basis)


def confirm(out_at: datetime = ELEVEN, is_near: bool = False, now: datetime = CLOSING) -> ConfirmStay:
    return ConfirmStay(
        session=SESSION, out_at=out_at, confirmed_by=LEADER, is_near=is_near, now=now, confirm_days=CONFIRM_DAYS
    )


INSIDE = (came(),)
OUT = (*INSIDE, CheckedOut(ELEVEN, "kiosk"))
AUTO_OUT = (*INSIDE, AutomaticallyCheckedOut(ELEVEN))
CONFIRMED = (*AUTO_OUT, StayConfirmed(ELEVEN, LEADER))
ON_POSTER = (came(basis="poster"), CheckedOut(ELEVEN, "kiosk"))
OUT_ON_POSTER = (*INSIDE, CheckedOut(ELEVEN, "poster"))
TALLIED = (*OUT, AttendanceTallied(120))
TALLY = TallyVisit(MORNING, 120)
CLOSE = CloseByTime(SESSION, CLOSING + MINUTE)


@pytest.mark.parametrize(
    ("given", "when", "then"),
    [
        ((), record_in(), came()),
        (INSIDE, record_out(), CheckedOut(ELEVEN, "kiosk")),
        (AUTO_OUT, record_out(CLOSING + MINUTE), CheckedOut(CLOSING + MINUTE, "kiosk")),
        (INSIDE, CLOSE, AutomaticallyCheckedOut(ELEVEN)),
        ((came(ELEVEN + MINUTE),), CLOSE, AutomaticallyCheckedOut(ELEVEN + MINUTE)),
        (AUTO_OUT, confirm(), StayConfirmed(ELEVEN, LEADER)),
        (AUTO_OUT, confirm(NINE, now=confirm_until(ELEVEN, CONFIRM_DAYS)), StayConfirmed(NINE, LEADER)),
        (AUTO_OUT, confirm(CLOSING), StayConfirmed(CLOSING, LEADER)),
        (ON_POSTER, confirm(), StayConfirmed(ELEVEN, LEADER)),
        (OUT_ON_POSTER, confirm(), StayConfirmed(ELEVEN, LEADER)),
        (OUT, TALLY, AttendanceTallied(120)),
        (CONFIRMED, TALLY, AttendanceTallied(120)),
    ],
)
def test_a_command_in_order_becomes_one_event(
    given: Sequence[AttendanceEvent], when: AttendanceCommand, then: AttendanceEvent
) -> None:
    assert ATTENDANCE.decide(fold(ATTENDANCE, given), when) == (then,)


@pytest.mark.parametrize(
    ("given", "when"),
    [
        (INSIDE, record_in(NINE + MINUTE)),
        (INSIDE, record_in(may_enter=False)),
        (OUT, record_in(ELEVEN)),
        (OUT, record_out(ELEVEN + MINUTE)),
        (CONFIRMED, record_out(ELEVEN + MINUTE)),
        (TALLIED, record_out(ELEVEN + MINUTE)),
        (OUT, CLOSE),
        (AUTO_OUT, CLOSE),
        (OUT, CloseByTime(SESSION, NINE)),
        (TALLIED, TALLY),
    ],
)
def test_what_was_done_before_changes_nothing(given: Sequence[AttendanceEvent], when: AttendanceCommand) -> None:
    assert ATTENDANCE.decide(fold(ATTENDANCE, given), when) == ()


@pytest.mark.parametrize(
    ("given", "when", "code", "facts"),
    [
        ((), record_in(may_enter=False), "not-signed-up", {"session": MORNING}),
        ((), record_out(), "not-checked-in", {"session": MORNING}),
        ((), CLOSE, "not-checked-in", {"session": MORNING}),
        ((), confirm(is_near=True), "not-checked-in", {"session": MORNING}),
        ((), TALLY, "not-checked-in", {"session": MORNING}),
        (INSIDE, CloseByTime(SESSION, CLOSING), "visit-not-over", {"closes_at": CLOSING}),
        (TALLIED, confirm(is_near=True), "own-visit", {}),
        (TALLIED, confirm(NINE - MINUTE), "visit-already-tallied", {"minutes_seen": 120}),
        (INSIDE, confirm(), "visit-still-open", {"in_at": NINE}),
        (OUT, confirm(now=ELEVEN + timedelta(days=9)), "nothing-to-confirm", {"out_at": ELEVEN}),
        (CONFIRMED, confirm(), "nothing-to-confirm", {"out_at": ELEVEN}),
        (
            AUTO_OUT,
            confirm(NINE - MINUTE, now=ELEVEN + timedelta(days=CONFIRM_DAYS, seconds=1)),
            "confirmation-too-late",
            {"confirm_until": ELEVEN + timedelta(days=CONFIRM_DAYS)},
        ),
        (
            AUTO_OUT,
            confirm(NINE - MINUTE),
            "out-outside-visit",
            {"asked": NINE - MINUTE, "earliest": NINE, "latest": CLOSING},
        ),
        (
            AUTO_OUT,
            confirm(CLOSING + MINUTE),
            "out-outside-visit",
            {"asked": CLOSING + MINUTE, "earliest": NINE, "latest": CLOSING},
        ),
        (INSIDE, TALLY, "visit-still-open", {"in_at": NINE}),
        (AUTO_OUT, TALLY, "visit-unconfirmed", {"out_at": ELEVEN}),
        (ON_POSTER, TALLY, "visit-unconfirmed", {"out_at": ELEVEN}),
    ],
)
def test_a_command_out_of_order_is_refused_with_its_facts(
    given: Sequence[AttendanceEvent], when: AttendanceCommand, code: str, facts: dict[str, object]
) -> None:
    with pytest.raises(Refusal) as refusal:
        ATTENDANCE.decide(fold(ATTENDANCE, given), when)

    assert (refusal.value.code, refusal.value.facts()) == (code, facts)


@pytest.mark.parametrize(
    ("given", "spans"),
    [
        ((), None),
        (INSIDE, None),
        (AUTO_OUT, None),
        (ON_POSTER, None),
        (OUT_ON_POSTER, None),
        (OUT, [(NINE, ELEVEN)]),
        (CONFIRMED, [(NINE, ELEVEN)]),
        ((*AUTO_OUT, CheckedOut(ELEVEN + MINUTE, "kiosk")), [(NINE, ELEVEN + MINUTE)]),
        ((came(NINE - 99 * MINUTE), CheckedOut(ELEVEN + 99 * MINUTE, "kiosk")), [(opens_at(SESSION), CLOSING)]),
        ((came(NINE - 99 * MINUTE), CheckedOut(NINE - 98 * MINUTE, "staff")), []),
        ((came(CLOSING + MINUTE), CheckedOut(CLOSING + 9 * MINUTE, "staff")), []),
        ((came(ELEVEN), CheckedOut(NINE, "kiosk")), []),
    ],
)
def test_what_counts_is_the_part_of_a_vouched_visit_inside_the_window(
    given: Sequence[AttendanceEvent], spans: list[tuple[datetime, datetime]] | None
) -> None:
    found = visit_spans(SESSION, fold(ATTENDANCE, given))

    assert (None if found is None else list(found)) == spans


@pytest.mark.parametrize(
    ("given", "witnesses"),
    [
        (OUT, ()),
        (AUTO_OUT, ()),
        ((came(basis="card", scanned_by=BO), CheckedOut(ELEVEN, "live_code", BO)), ()),
        (
            (CheckedIn(ACTIVITY, MORNING, ANNA, NINE, "card", BO, DeviceId(UUID(int=9))), CheckedOut(ELEVEN, "kiosk")),
            (BO,),
        ),
        ((came(basis="staff", scanned_by=BO), CheckedOut(ELEVEN, "kiosk")), (BO,)),
        ((came(basis="staff", scanned_by=BO), CheckedOut(ELEVEN, "staff", BO)), (BO,)),
        (CONFIRMED, (LEADER,)),
        ((*OUT_ON_POSTER, StayConfirmed(ELEVEN, LEADER)), (LEADER,)),
        ((came(basis="staff", scanned_by=BO), *CONFIRMED[1:]), (BO, LEADER)),
    ],
)
def test_a_visit_knows_on_whose_word_it_rests(
    given: Sequence[AttendanceEvent], witnesses: tuple[MemberId, ...]
) -> None:
    assert fold(ATTENDANCE, given).attested_by == witnesses


def test_minutes_are_rounded_down() -> None:
    assert minutes_of((NINE, NINE + timedelta(minutes=59, seconds=59))) == 59
    assert minutes_of((NINE, NINE)) == 0


def test_instants_are_stored_in_utc() -> None:
    local = NINE.astimezone(timezone(timedelta(hours=8)))

    (entered,) = ATTENDANCE.decide(ATTENDANCE.initial, record_in(local))

    assert entered == came()
    assert isinstance(entered, CheckedIn)
    assert entered.seen_at.tzinfo is UTC


def test_the_stream_of_a_visit_follows_from_its_three_ids_for_ever() -> None:
    assert attendance_id(ACTIVITY, MORNING, ANNA) == UUID("cb4a88b8-e83b-5dc1-83e8-882b67431553")
    assert attendance_id(ACTIVITY, MORNING, LEADER) != attendance_id(ACTIVITY, MORNING, ANNA)
    assert attendance_id(ACTIVITY, SessionId(UUID(int=9)), ANNA) != attendance_id(ACTIVITY, MORNING, ANNA)
