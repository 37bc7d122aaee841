"""What is left of a lot, in parts: a part that came back from a hold after its expiry has days of grace of its own."""

from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from ledger.accounts.events import Take


class Part(Struct, frozen=True):
    """`amount` of a lot that is free, worth nothing from `expires_on` on; None: it never expires."""

    amount: int
    expires_on: date | None = None


def with_part(parts: Iterable[Part], more: Part) -> list[Part]:
    """The parts after `more` (its amount may be negative) was added to the part with the same expiry."""
    amounts = {part.expires_on: part.amount for part in parts}
    amounts[more.expires_on] = amounts.get(more.expires_on, 0) + more.amount
    kept = [Part(amount, expires_on) for expires_on, amount in amounts.items() if amount]
    return sorted(kept, key=lambda part: part.expires_on or date.max)


def without_due(parts: Iterable[Part], day: date) -> list[Part]:
    """The parts that are worth something on `day`."""
    return [part for part in parts if part.expires_on is None or day < part.expires_on]


def taken(take: Take) -> Part:
    """The part that `take` takes away, as a negative one."""
    return Part(-take.amount, take.expires_on)


def earliest_expiry(parts: Iterable[Part]) -> date | None:
    """The first day on which some part is worth nothing; None: never."""
    return min((part.expires_on for part in parts if part.expires_on is not None), default=None)
