"""Laws of every visit, whatever was scanned in whatever order."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.activities.attendance import ATTENDANCE, minutes_of, visit_spans
from ledger.activities.attendance_commands import (
    AttendanceCommand,
    CloseByTime,
    ConfirmStay,
    RecordIn,
    RecordOut,
    TallyVisit,
    TellScan,
)
from ledger.activities.attendance_state import AttendanceState
from ledger.activities.events import AttendanceEvent, Basis, Session
from ledger.activities.stays import Direction
from ledger.activities.windows import closes_at, opens_at
from ledger.kernel.decider import fold
from ledger.kernel.ids import ActivityId, DeviceId, MemberId, SessionId
from ledger.kernel.refusal import Refusal

ACTIVITY, ANNA, LEADER = ActivityId(UUID(int=1)), MemberId(UUID(int=3)), MemberId(UUID(int=4))
DEVICE = DeviceId(UUID(int=5))
NINE = datetime(2025, 10, 18, 1, tzinfo=UTC)

instants = st.integers(-6 * 3600, 30 * 3600).map(lambda seconds: NINE + timedelta(seconds=seconds))
bases = st.sampled_from(Basis.__args__)  # pyright: ignore[reportAttributeAccessIssue]
sessions = st.builds(
    lambda length, early, late: Session(SessionId(UUID(int=2)), NINE, NINE + length, early, late),
    st.timedeltas(timedelta(minutes=1), timedelta(hours=24)),
    st.integers(0, 120),
    st.integers(0, 120),
)


def scans(session: Session) -> st.SearchStrategy[AttendanceCommand]:
    return st.one_of(
        st.builds(
            lambda seen_at, basis, may_enter: RecordIn(
                ACTIVITY, session.session, ANNA, seen_at, basis, may_enter, scanned_by=None
            ),
            instants,
            bases,
            st.booleans(),
        ),
        st.builds(lambda seen_at, basis: RecordOut(session.session, seen_at, basis), instants, bases),
        st.builds(lambda now: CloseByTime(session, now), instants),
        st.builds(
            lambda out_at, now: ConfirmStay(session, out_at, LEADER, is_near=False, now=now, confirm_days=3),
            instants,
            instants,
        ),
        st.builds(lambda minutes: TallyVisit(session.session, minutes), st.integers(0, 3000)),
    )


def lived(commands: list[AttendanceCommand]) -> tuple[list[AttendanceEvent], AttendanceState]:
    """What happened of `commands`, refused ones left out, and where the visit stands."""
    events: list[AttendanceEvent] = []
    state = ATTENDANCE.initial
    for command in commands:
        try:
            happened = ATTENDANCE.decide(state, command)
        except Refusal:
            continue
        events.extend(happened)
        state = fold(ATTENDANCE, happened, state)
    return events, state


@settings(deadline=None)
@given(st.data(), sessions)
def test_the_same_command_twice_changes_nothing(data: st.DataObject, session: Session) -> None:
    commands = data.draw(st.lists(scans(session), max_size=6))
    twice = [command for command in commands for _ in range(2)]

    assert lived(twice) == lived(commands)


@settings(deadline=None)
@given(st.data(), sessions)
def test_what_counts_is_never_negative_nor_longer_than_the_window_nor_than_the_visit(
    data: st.DataObject, session: Session
) -> None:
    _, visit = lived(data.draw(st.lists(scans(session), max_size=8)))

    spans = visit_spans(session, visit)

    if spans is not None:
        edges = [edge for span in spans for edge in span]
        assert edges == sorted(edges)
        assert all(opens_at(session) <= edge <= closes_at(session) for edge in edges)
        assert 0 <= minutes_of(*spans) <= 24 * 60 + 240
        stayed = [(stay.in_at, stay.out_at or stay.in_at) for stay in visit.stays]
        assert minutes_of(*spans) <= minutes_of(*stayed)


@settings(deadline=None)
@given(st.data(), sessions)
def test_only_a_vouched_visit_is_ever_tallied_and_then_it_stands_still(data: st.DataObject, session: Session) -> None:
    events, visit = lived(data.draw(st.lists(scans(session), max_size=8)))

    if visit.tallied:
        assert visit_spans(session, visit) is not None
        assert lived_on(visit, data.draw(st.lists(scans(session), max_size=4))) == visit
    assert fold(ATTENDANCE, events) == visit


def lived_on(state: AttendanceState, commands: list[AttendanceCommand]) -> AttendanceState:
    for command in commands:
        try:
            state = fold(ATTENDANCE, ATTENDANCE.decide(state, command), state)
        except Refusal:
            continue
    return state


def told(session: Session, seen_at: datetime, direction: Direction) -> TellScan:
    return TellScan(ACTIVITY, session.session, ANNA, direction, seen_at, "card", LEADER, DEVICE)


@settings(deadline=None)
@given(st.data(), st.lists(st.tuples(instants, st.sampled_from(["in", "out"])), max_size=7))
def test_scans_of_a_device_say_the_same_in_whatever_order_and_however_often_they_are_told(
    data: st.DataObject, seen: list[tuple[datetime, Direction]]
) -> None:
    session = Session(SessionId(UUID(int=2)), NINE, NINE + timedelta(hours=3))
    scans = [told(session, at, direction) for at, direction in seen]
    shuffled = data.draw(st.permutations([*scans, *scans[:2]]))

    assert lived([*shuffled])[1].stays == lived([*scans])[1].stays


@settings(deadline=None)
@given(st.lists(st.tuples(instants, st.sampled_from(["in", "out"])), max_size=7), instants)
def test_the_end_that_time_assumed_gives_way_to_any_scan_told_later(
    seen: list[tuple[datetime, Direction]], now: datetime
) -> None:
    session = Session(SessionId(UUID(int=2)), NINE, NINE + timedelta(hours=3))
    scans = [told(session, at, direction) for at, direction in seen]
    plain = lived([*scans])[1]

    early = lived([*scans[:3], CloseByTime(session, now + timedelta(days=2)), *scans[3:]])[1]

    if not plain.inside:
        assert early.stays == plain.stays
