"""What one member has reserved in one service month: the room that caps leave, and the minutes that already counted.

Reserved in the commit that proposes an award and released when it is refused, so that two awards never use one limit.
"""

from datetime import date
from typing import assert_never
from uuid import UUID

from msgspec import Struct

from ledger.awards.events import Span, UsageEvent, UsageReleased, UsageReserved
from ledger.awards.refusals import UsageAlreadyReserved, UsageNotReserved
from ledger.kernel.decider import Decider, Request
from ledger.kernel.ids import AwardId, MemberId, UsageId, derived
from ledger.kernel.units import Unit


class Usage(Struct, frozen=True):
    """The reservations that count, oldest first: one an award, so a few dozen a month at most."""

    reserved: tuple[UsageReserved, ...] = ()

    def on_day(self, unit: Unit, day: date) -> int:
        """Units reserved for the service day `day`."""
        return sum(one.amount for one in self.reserved if one.unit == unit and one.service_day == day)

    def in_month(self, unit: Unit) -> int:
        """Units reserved for the whole service month."""
        return sum(one.amount for one in self.reserved if one.unit == unit)

    def spans(self, unit: Unit) -> tuple[Span, ...]:
        """The service time that already counts in `unit`."""
        return tuple(span for one in self.reserved if one.unit == unit for span in one.spans)


class ReserveUsage(Request, frozen=True):
    """Let `award` take `amount` of `unit` (> 0) on `service_day`, counting the time in `spans`."""

    award: AwardId
    unit: Unit
    service_day: date
    amount: int
    spans: tuple[Span, ...] = ()


class ReleaseUsage(Request, frozen=True):
    """Give back what `award` reserved."""

    award: AwardId


UsageCommand = ReserveUsage | ReleaseUsage


def month_of(day: date) -> str:
    """The month of the community's day `day`, as `YYYY-MM`."""
    return f"{day:%Y-%m}"


def usage_id(member: MemberId, month: str) -> UsageId:
    """The usage of `member` in the service month `month` (`YYYY-MM`)."""
    return UsageId(derived(member, "usage", month))


def decide(state: Usage, command: UsageCommand) -> tuple[UsageEvent, ...]:
    """Each award reserves once (usage-already-reserved) and releases what it reserved (usage-not-reserved)."""
    is_reserved = _has(state, command.award)
    match command:
        case ReserveUsage():
            if is_reserved:
                raise UsageAlreadyReserved(command.award)
            return (UsageReserved(command.award, command.unit, command.service_day, command.amount, command.spans),)
        case ReleaseUsage():
            if not is_reserved:
                raise UsageNotReserved(command.award)
            return (UsageReleased(command.award),)
        case _:
            assert_never(command)


def evolve(state: Usage, event: UsageEvent) -> Usage:
    """The usage after `event`."""
    match event:
        case UsageReserved():
            return Usage((*state.reserved, event))
        case UsageReleased():
            return Usage(tuple(one for one in state.reserved if one.award != event.award))
        case _:
            assert_never(event)


USAGE: Decider[Usage, UsageCommand, UsageEvent] = Decider(
    name="usage", initial=Usage(), decide=decide, evolve=evolve, events=(UsageReserved, UsageReleased)
)


def _has(state: Usage, award: UUID) -> bool:
    return any(one.award == award for one in state.reserved)
