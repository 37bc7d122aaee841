"""Use cases of where people sit: in a grid, micro-grid or building of their home, and in a party branch or group.

Who sits in the party's tree is for those who keep its books there, and for the person: a role in the administrative
tree says nothing about it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar, Final

from ledger.application.authority import (
    Permission,
    UnknownId,
    line_of,
    require,
    require_counting,
    require_known_member,
    require_over_member,
)
from ledger.application.organisations import level_of
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.kernel.decider import Request
from ledger.kernel.ids import MemberId, OrganisationId
from ledger.kernel.refusal import Refusal
from ledger.membership.levels import SEAT_LEVELS, Tree, tree_of
from ledger.membership.member import MEMBER, LeaveSeat, TakeSeat
from ledger.membership.organisation import ORGANISATION


class SeatMember(Request, frozen=True):
    """Let the member sit in `organisation` from `from_day` on; a seat in the same tree ends the day before."""

    member: MemberId
    organisation: OrganisationId
    from_day: date


class UnseatMember(Request, frozen=True):
    """Let the member sit in `organisation` through `last_day` and no longer."""

    member: MemberId
    organisation: OrganisationId
    last_day: date


@dataclass(eq=False)
class NoSeatsAtThisLevel(Refusal):
    """People sit in grids, micro-grids and buildings, and in party branches and groups; in nothing wider."""

    code: ClassVar[str] = "no-seats-at-this-level"

    level: str


@dataclass(eq=False)
class SeatOutsideHome(Refusal):
    """The node does not lie below the community where the member is at home."""

    code: ClassVar[str] = "seat-outside-home"

    home: OrganisationId


def _seat(work: Work, request: SeatMember) -> Outcome:
    tree = _require_keeper(work, request.member, request.organisation)
    state = require_known_member(work, request.member)
    require_counting(work, request.organisation)
    level = level_of(work, request.organisation)
    if level is not None and level not in SEAT_LEVELS:
        raise NoSeatsAtThisLevel(level)
    if tree == "administrative" and state.home is not None:
        _require_below(work, request.organisation, state.home)
    same_tree = frozenset(seat.organisation for seat in state.seats if _tree_of(work, seat.organisation) == tree)
    command = TakeSeat(request.organisation, request.from_day, same_tree)
    work.act(MEMBER, request.member, command)
    return _outcome("seat-taken", request)


def _unseat(work: Work, request: UnseatMember) -> Outcome:
    _require_keeper(work, request.member, request.organisation)
    work.act(MEMBER, request.member, LeaveSeat(request.organisation, request.last_day))
    return _outcome("seat-left", request)


def leave_seats_outside(work: Work, member: MemberId, home: OrganisationId, *, from_day: date) -> None:
    """Let the member, at home in `home` from `from_day` on, sit through the day before in grids and buildings that do
    not lie below it. A seat in the party's tree is no matter of where people live.
    """
    homes = _lives_on(work, home)
    for seat in [one for one in work.state(MEMBER, member).seats if one.is_open]:
        if _tree_of(work, seat.organisation) == "administrative" and not homes & set(line_of(work, seat.organisation)):
            last_day = max(from_day, seat.from_day) - timedelta(days=1)
            work.act(MEMBER, member, LeaveSeat(seat.organisation, last_day))


def _require_keeper(work: Work, member: MemberId, organisation: OrganisationId) -> Tree | None:
    """In the party's tree whoever keeps its books there; else whoever registers members where the person is at home."""
    tree = _tree_of(work, organisation)
    if tree == "party":
        require(work, Permission.KEEP_PARTY, organisation)
        return tree
    require_over_member(work, Permission.REGISTER_MEMBERS, member)
    if tree is None:
        raise UnknownId(organisation)
    return tree


def _require_below(work: Work, organisation: OrganisationId, home: OrganisationId) -> None:
    """A home that was merged is meant as what it was merged into."""
    if not _lives_on(work, home) & set(line_of(work, organisation)):
        raise SeatOutsideHome(home)


def _lives_on(work: Work, home: OrganisationId) -> set[OrganisationId]:
    """The nodes of the home's own level in its line: itself, and what it was merged into."""
    level = work.state(ORGANISATION, home).level
    return {node for node in line_of(work, home) if work.state(ORGANISATION, node).level == level}


def _tree_of(work: Work, organisation: OrganisationId) -> Tree | None:
    level = work.state(ORGANISATION, organisation).level
    return tree_of(level) if level else None


def _outcome(code: str, request: SeatMember | UnseatMember) -> Outcome:
    return Outcome(code, ids={"member": request.member, "organisation": request.organisation})


def _reads(request: SeatMember | UnseatMember, actor: MemberId) -> Iterable[Stream]:
    return (Stream(MEMBER, actor), Stream(MEMBER, request.member), Stream(ORGANISATION, request.organisation))


SEAT_MEMBER: Final = UseCase[SeatMember]("members.seat", _seat, _reads)
UNSEAT_MEMBER: Final = UseCase[UnseatMember]("members.unseat", _unseat, _reads)
