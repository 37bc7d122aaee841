"""How freezing an account is decided: for a few days by an approver, longer by an auditor, ended by a day or a person.

A freeze moves nothing and breaks no promise: what is held may still be handed over or come back, lots still expire.
"""

from datetime import date, timedelta

from ledger.accounts.account_state import Account
from ledger.accounts.commands import ExtendFreeze, FreezeAccount, UnfreezeAccount
from ledger.accounts.entries import opened
from ledger.accounts.events import AccountEvent, AccountFrozen, AccountUnfrozen, Freeze, FreezeExtended
from ledger.accounts.refusals import AccountAlreadyFrozen, AccountNotFrozen, FreezeOutOfBounds

Events = tuple[AccountEvent, ...]


def freeze(state: Account, command: FreezeAccount) -> Events:
    """A freeze, where none holds today."""
    opened(state)
    if state.freeze is not None and command.on_day <= state.freeze.until:
        raise AccountAlreadyFrozen(state.freeze.until)
    _in_bounds(command.until, command.on_day, command.on_day + timedelta(days=command.days_max))
    return (AccountFrozen(command.direction, command.reason, command.until, command.frozen_by),)


def extend(state: Account, command: ExtendFreeze) -> Events:
    """A later last day for the freeze that holds today."""
    ends = _holding(state, command.on_day).until
    _in_bounds(command.until, ends + timedelta(days=1), ends + timedelta(days=command.days_max))
    return (FreezeExtended(command.until, command.reason, command.extended_by),)


def unfreeze(state: Account, command: UnfreezeAccount) -> Events:
    """The end of the freeze that holds today."""
    _holding(state, command.on_day)
    return (AccountUnfrozen(command.reason, command.by),)


def _holding(state: Account, today: date) -> Freeze:
    if state.freeze is None or state.freeze.until < today:
        raise AccountNotFrozen
    return state.freeze


def _in_bounds(asked: date, earliest: date, latest: date) -> None:
    if not earliest <= asked <= latest:
        raise FreezeOutOfBounds(asked, earliest, latest)
