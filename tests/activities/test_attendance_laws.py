"""Laws of every visit, whatever was scanned in whatever order."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.activities.attendance import (
    ATTENDANCE,
    AttendanceCommand,
    AttendanceState,
    CloseByTime,
    ConfirmStay,
    RecordIn,
    RecordOut,
    TallyVisit,
    minutes_of,
    visit_span,
)
from ledger.activities.events import AttendanceEvent, Basis, Session
from ledger.activities.windows import closes_at, opens_at
from ledger.kernel.decider import fold
from ledger.kernel.ids import ActivityId, MemberId, SessionId
from ledger.kernel.refusal import Refusal

ACTIVITY, ANNA, LEADER = ActivityId(UUID(int=1)), MemberId(UUID(int=3)), MemberId(UUID(int=4))
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
        st.builds(lambda out_at, now: ConfirmStay(session, ANNA, out_at, LEADER, now), instants, instants),
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

    span = visit_span(session, visit)

    if span is not None:
        assert visit.in_at is not None
        assert visit.out_at is not None
        assert opens_at(session) <= span[0] <= span[1] <= closes_at(session)
        assert span[1] - span[0] <= max(timedelta(), visit.out_at - visit.in_at)
        assert 0 <= minutes_of(span) <= 24 * 60 + 240


@settings(deadline=None)
@given(st.data(), sessions)
def test_only_a_vouched_visit_is_ever_tallied_and_then_it_stands_still(data: st.DataObject, session: Session) -> None:
    events, visit = lived(data.draw(st.lists(scans(session), max_size=8)))

    if visit.tallied:
        assert visit_span(session, visit) is not None
        assert lived_on(visit, data.draw(st.lists(scans(session), max_size=4))) == visit
    assert fold(ATTENDANCE, events) == visit


def lived_on(state: AttendanceState, commands: list[AttendanceCommand]) -> AttendanceState:
    for command in commands:
        try:
            state = fold(ATTENDANCE, ATTENDANCE.decide(state, command), state)
        except Refusal:
            continue
    return state
