"""The exchanges of one member, or one household, in one quarter: as many as the programme allows.

A stream of its own for each quarter: it is short, and a new quarter begins with an empty one.
"""

from typing import Literal
from uuid import UUID

from msgspec import Struct

from ledger.kernel.decider import Decider, Request
from ledger.kernel.ids import ExchangesId, RedemptionId, derived
from ledger.redemption.events import ExchangeCounted, ExchangesEvent, ExchangeUncounted
from ledger.redemption.refusals import ExchangesReached

Whose = Literal["member", "household"]


class Exchanges(Struct, frozen=True):
    """What counts: the redemptions asked for in the quarter that did not end without goods."""

    counted: tuple[RedemptionId, ...] = ()


class CountExchange(Request, frozen=True):
    """Count the redemption. allowed: how many the programme allows. per: whose quarter it is."""

    redemption: RedemptionId
    allowed: int
    per: Whose


class UncountExchange(Request, frozen=True):
    """Count it no longer: it ended without goods."""

    redemption: RedemptionId


def exchanges_id(owner: UUID, per: Whose, quarter: str) -> ExchangesId:
    """The stream of `owner` in `quarter` (`YYYY-Qn`). Who lives in no household owns a household's as well."""
    return ExchangesId(derived(owner, "exchanges", per, quarter))


def decide(state: Exchanges, command: CountExchange | UncountExchange) -> tuple[ExchangesEvent, ...]:
    """What changes. Counting refuses with exchanges-reached; what is counted, or not, stays so without an event."""
    match command:
        case CountExchange():
            if command.redemption in state.counted:
                return ()
            if len(state.counted) >= command.allowed:
                raise ExchangesReached(command.allowed, command.per)
            return (ExchangeCounted(command.redemption),)
        case UncountExchange():
            return (ExchangeUncounted(command.redemption),) if command.redemption in state.counted else ()


def evolve(state: Exchanges, event: ExchangesEvent) -> Exchanges:
    """What counts after `event`."""
    match event:
        case ExchangeCounted():
            return Exchanges((*state.counted, event.redemption))
        case ExchangeUncounted():
            return Exchanges(tuple(one for one in state.counted if one != event.redemption))


EXCHANGES: Decider[Exchanges, CountExchange | UncountExchange, ExchangesEvent] = Decider(
    name="exchanges",
    initial=Exchanges(),
    decide=decide,
    evolve=evolve,
    events=(ExchangeCounted, ExchangeUncounted),
)
