"""How freezing an account is decided: proposed by staff, done by an approver for some days, longer by an auditor.

A freeze moves nothing and breaks no promise: what is held may still be handed over or come back, lots still expire.
"""

from datetime import date, timedelta
from typing import Final

from ledger.accounts.account_state import Account
from ledger.accounts.commands import DeclineFreeze, ExtendFreeze, FreezeAccount, ProposeFreeze, UnfreezeAccount
from ledger.accounts.entries import opened
from ledger.accounts.events import (
    AccountEvent,
    AccountFrozen,
    AccountUnfrozen,
    Freeze,
    FreezeAsked,
    FreezeDeclined,
    FreezeExtended,
    FreezeProposed,
)
from ledger.accounts.refusals import (
    AccountAlreadyFrozen,
    AccountNotFrozen,
    FreezeByAnother,
    FreezeNotProposed,
    FreezeOutOfBounds,
    OwnFreezeProposal,
)

Events = tuple[AccountEvent, ...]

ALONE_DAYS_MAX: Final = 3
"""What an approver may freeze for on nobody's proposal: a weekend, until somebody else is there. Our choice."""


def propose(state: Account, command: ProposeFreeze) -> Events:
    """A proposal, where no freeze holds today. It stops nothing."""
    opened(state)
    _refuse_frozen(state, command.on_day)
    _in_bounds(command.until, command.on_day, command.on_day + timedelta(days=command.days_max))
    return (FreezeProposed(command.direction, command.reason, command.until, command.proposed_by),)


def decline(state: Account, command: DeclineFreeze) -> Events:
    """The end of a proposal."""
    if _asked(state, command.on_day) is None:
        raise FreezeNotProposed
    return (FreezeDeclined(command.reason, command.declined_by),)


def freeze(state: Account, command: FreezeAccount) -> Events:
    """A freeze, where none holds today: as it was proposed, or shorter; or else for a few days."""
    opened(state)
    _refuse_frozen(state, command.on_day)
    asked = _asked(state, command.on_day)
    follows = asked is not None and (asked.direction == command.direction and command.until <= asked.until)
    if asked is not None and follows and asked.proposed_by == command.frozen_by:
        raise OwnFreezeProposal(asked.proposed_by)
    if not follows:
        _refuse_again(state, command)
    days = command.days_max if follows else min(command.days_max, ALONE_DAYS_MAX)
    _in_bounds(command.until, command.on_day, command.on_day + timedelta(days=days))
    proposed_by = asked.proposed_by if asked is not None and follows else None
    return (AccountFrozen(command.direction, command.reason, command.until, command.frozen_by, proposed_by),)


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


def _asked(state: Account, today: date) -> FreezeAsked | None:
    """The proposal that waits; None once its last day is over."""
    asked = state.freeze_asked
    return asked if asked is not None and today <= asked.until else None


def _refuse_frozen(state: Account, today: date) -> None:
    if state.freeze is not None and today <= state.freeze.until:
        raise AccountAlreadyFrozen(state.freeze.until)


def _refuse_again(state: Account, command: FreezeAccount) -> None:
    """Else one person could keep somebody from their points for ever, a few days at a time."""
    newest = state.freeze or state.freeze_before
    if newest is not None and newest.frozen_by == command.frozen_by:
        raise FreezeByAnother


def _in_bounds(asked: date, earliest: date, latest: date) -> None:
    if not earliest <= asked <= latest:
        raise FreezeOutOfBounds(asked, earliest, latest)
