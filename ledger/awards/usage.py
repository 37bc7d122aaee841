"""What one member has reserved in one service month: the room that caps leave, and the minutes that already counted.

Reserved in the commit that proposes an award and released when it is refused, so that two awards never use one limit.
"""

from datetime import date
from typing import assert_never
from uuid import UUID

from msgspec import Struct

from ledger.awards.events import Span, UsageEvent, UsageReleased, UsageReserved
from ledger.awards.objection_refusals import UsageTakenSince
from ledger.awards.reckoning import joined, not_yet_counted
from ledger.awards.refusals import UsageAlreadyReserved, UsageNotReserved
from ledger.kernel.decider import Decider, Request
from ledger.kernel.ids import AwardId, MemberId, UsageId, derived
from ledger.kernel.units import Unit


class Usage(Struct, frozen=True):
    """The reservations that count, oldest first: one an award, so a few dozen a month at most.

    released: those given back, as they were, in case an objection's end makes an award count after all.
    """

    reserved: tuple[UsageReserved, ...] = ()
    released: tuple[UsageReserved, ...] = ()

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


class RestoreUsage(Request, frozen=True):
    """Reserve again what `award` gave back. counted: the member's service time that counts now around that day.

    cap_day, cap_month: the limits of the award's rule in its unit, None for none.
    """

    award: AwardId
    counted: tuple[Span, ...]
    cap_day: int | None
    cap_month: int | None


UsageCommand = ReserveUsage | ReleaseUsage | RestoreUsage


def month_of(day: date) -> str:
    """The month of the community's day `day`, as `YYYY-MM`."""
    return f"{day:%Y-%m}"


def usage_id(member: MemberId, month: str) -> UsageId:
    """The usage of `member` in the service month `month` (`YYYY-MM`)."""
    return UsageId(derived(member, "usage", month))


def decide(state: Usage, command: UsageCommand) -> tuple[UsageEvent, ...]:
    """Each award reserves once (usage-already-reserved) and releases what it reserved (usage-not-reserved).

    Restoring refuses with usage-already-reserved, usage-not-reserved (it never had any), usage-taken-since.
    """
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
        case RestoreUsage():
            if is_reserved:
                raise UsageAlreadyReserved(command.award)
            return (_restored(state, command),)
        case _:
            assert_never(command)


def evolve(state: Usage, event: UsageEvent) -> Usage:
    """The usage after `event`."""
    match event:
        case UsageReserved():
            return Usage((*state.reserved, event), _without(state.released, event.award))
        case UsageReleased():
            given_back = (one for one in state.reserved if one.award == event.award)
            return Usage(_without(state.reserved, event.award), (*state.released, *given_back))
        case _:
            assert_never(event)


USAGE: Decider[Usage, UsageCommand, UsageEvent] = Decider(
    name="usage", initial=Usage(), decide=decide, evolve=evolve, events=(UsageReserved, UsageReleased)
)


def _restored(state: Usage, command: RestoreUsage) -> UsageReserved:
    found = next((one for one in state.released if one.award == command.award), None)
    if found is None:
        raise UsageNotReserved(command.award)
    day, month = state.on_day(found.unit, found.service_day), state.in_month(found.unit)
    is_over = any(
        cap is not None and used + found.amount > cap
        for cap, used in ((command.cap_day, day), (command.cap_month, month))
    )
    if is_over or not_yet_counted(found.spans, command.counted) != joined(found.spans):
        raise UsageTakenSince(command.award)
    return found


def _without(reservations: tuple[UsageReserved, ...], award: UUID) -> tuple[UsageReserved, ...]:
    return tuple(one for one in reservations if one.award != award)


def _has(state: Usage, award: UUID) -> bool:
    return any(one.award == award for one in state.reserved)
