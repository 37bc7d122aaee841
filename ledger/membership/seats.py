"""Where a member sits in the two trees: one node a tree at a time, dated. Which tree a node is in, the caller knows."""

from datetime import date, timedelta

from ledger.kernel.decider import Request
from ledger.kernel.ids import OrganisationId
from ledger.membership.events import SeatEvent, SeatLeft, SeatTaken
from ledger.membership.member_refusals import NotSeatedThere, SeatHeldThen
from ledger.membership.member_state import MemberState, Seat


class TakeSeat(Request, frozen=True):
    """Sit in `organisation` from `from_day` on. same_tree: nodes of its tree; a seat in one of them ends the day
    before.
    """

    organisation: OrganisationId
    from_day: date
    same_tree: frozenset[OrganisationId]


class LeaveSeat(Request, frozen=True):
    """Sit in `organisation` through `last_day` and no longer."""

    organisation: OrganisationId
    last_day: date


def change_seat(state: MemberState, command: TakeSeat | LeaveSeat) -> tuple[SeatEvent, ...]:
    """A seat already held, taken again, changes nothing. LeaveSeat refuses with NotSeatedThere; both with SeatHeldThen
    where the days do not fit those of a seat in that tree. A day of changing seats counts for both.
    """
    if isinstance(command, TakeSeat):
        return _take(command, [seat for seat in state.seats if seat.organisation in command.same_tree])
    left = next((seat for seat in state.seats if seat.is_open and seat.organisation == command.organisation), None)
    if left is None:
        raise NotSeatedThere(command.organisation)
    return (_leaving(left, command.last_day),)


def _take(command: TakeSeat, seats: list[Seat]) -> tuple[SeatEvent, ...]:
    held = next((seat for seat in seats if seat.is_open), None)
    if held is not None and held.organisation == command.organisation:
        return ()
    for seat in seats:
        if seat.last_day is not None and max(seat.from_day, command.from_day) < seat.last_day:
            raise SeatHeldThen(seat.organisation, seat.from_day, seat.last_day)
    leaving = () if held is None else (_leaving(held, command.from_day - timedelta(days=1)),)
    return (*leaving, SeatTaken(command.organisation, command.from_day))


def _leaving(seat: Seat, last_day: date) -> SeatLeft:
    if last_day < seat.from_day - timedelta(days=1):
        raise SeatHeldThen(seat.organisation, seat.from_day, seat.last_day)
    return SeatLeft(seat.organisation, last_day)
