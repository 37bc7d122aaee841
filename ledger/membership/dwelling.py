"""In which household a member lives: one at a time, the other side of the household's own stream."""

from datetime import date

from ledger.kernel.decider import Request
from ledger.kernel.ids import HouseholdId
from ledger.membership.events import HouseholdJoined, HouseholdLeft, MemberEvent
from ledger.membership.member_refusals import AlreadyInHousehold, NotInHousehold
from ledger.membership.member_state import MemberState


class MoveIn(Request, frozen=True):
    """The member lives in `household` from `from_day`."""

    household: HouseholdId
    from_day: date


class MoveOut(Request, frozen=True):
    """The member leaves the household; `until_day` is the last day that counts."""

    until_day: date


def move(state: MemberState, command: MoveIn | MoveOut) -> tuple[MemberEvent, ...]:
    household = state.household
    if isinstance(command, MoveIn):
        if household is not None:
            raise AlreadyInHousehold(household)
        return (HouseholdJoined(command.household, command.from_day),)
    if household is None:
        raise NotInHousehold
    return (HouseholdLeft(household, command.until_day),)
