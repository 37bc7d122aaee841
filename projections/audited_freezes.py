"""The freezes of an account, told from its first entry without the rules: a part of the second opinion of the audit."""

from collections.abc import Iterator
from typing import Literal, Protocol

from msgspec.structs import replace

from ledger.accounts.events import (
    AccountFrozen,
    AccountUnfrozen,
    CarriedForward,
    Freeze,
    FreezeAsked,
    FreezeDeclined,
    FreezeExtended,
    FreezeProposed,
)

FreezeFault = Literal["not-frozen", "not-proposed"]
FreezeEntry = FreezeProposed | FreezeDeclined | AccountFrozen | FreezeExtended | AccountUnfrozen


class Freezable(Protocol):
    """What may be frozen. Each of the three is one or none: the freeze, the one that was ended last, what was asked."""

    freezes: list[Freeze]
    freezes_before: list[Freeze]
    freezes_asked: list[FreezeAsked]


def tell(account: Freezable, event: FreezeEntry) -> Iterator[FreezeFault]:
    """Change the account as `event` says; yields what does not fit."""
    match event:
        case FreezeProposed():
            account.freezes_asked = [FreezeAsked(event.direction, event.until, event.reason, event.proposed_by)]
        case FreezeDeclined():
            if not account.freezes_asked:
                yield "not-proposed"
            account.freezes_asked = []
        case AccountFrozen():
            if event.proposed_by and not any(_follows(event, one) for one in account.freezes_asked):
                yield "not-proposed"
            account.freezes = [Freeze(event.direction, event.until, event.reason, event.frozen_by)]
            account.freezes_before, account.freezes_asked = [], []
        case FreezeExtended():
            if not account.freezes:
                yield "not-frozen"
            account.freezes = [replace(one, until=event.until) for one in account.freezes]
        case AccountUnfrozen():
            if not account.freezes:
                yield "not-frozen"
            account.freezes, account.freezes_before = [], account.freezes


def freezes_as_folded(account: Freezable, event: CarriedForward) -> bool:
    """Whether `event` says of the freezes what the entries say.

    Of one that was ended it may say nothing: releases that knew of no proposals did not carry it.
    """
    return (
        account.freezes == ([event.freeze] if event.freeze else [])
        and account.freezes_asked == ([event.freeze_asked] if event.freeze_asked else [])
        and (event.freeze_before is None or account.freezes_before == [event.freeze_before])
    )


def _follows(event: AccountFrozen, asked: FreezeAsked) -> bool:
    return (event.proposed_by, event.direction) == (asked.proposed_by, asked.direction) and event.until <= asked.until
