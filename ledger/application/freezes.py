"""Use cases of freezing an account: staff propose, an approver decides, an auditor extends, an approver ends it."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from ledger.accounts.account import ACCOUNT
from ledger.accounts.commands import AccountCommand
from ledger.accounts.commands import DeclineFreeze as Decline
from ledger.accounts.commands import ExtendFreeze as Extend
from ledger.accounts.commands import FreezeAccount as Freeze
from ledger.accounts.commands import ProposeFreeze as Propose
from ledger.accounts.commands import UnfreezeAccount as Unfreeze
from ledger.accounts.events import FreezeDirection
from ledger.application.accounts import opened_account
from ledger.application.authority import Permission, UnknownId, require_over_member, same_household
from ledger.application.programme import settings_of
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.kernel.decider import Request
from ledger.kernel.ids import MemberId
from ledger.kernel.refusal import Refusal
from ledger.kernel.units import Unit
from ledger.membership.member import MEMBER


@dataclass(eq=False)
class FreezeOfOwnHousehold(Refusal):
    """Nobody freezes or unfreezes their own account or that of who lives with them."""

    code: ClassVar[str] = "freeze-of-own-household"
    member: MemberId


class ProposeFreeze(Request, frozen=True):
    """Ask that a member's account be frozen through the day `until`. reason: a code."""

    member: MemberId
    unit: Unit
    direction: FreezeDirection
    until: date
    reason: str


class DeclineFreeze(Request, frozen=True):
    """Do not freeze the account as was proposed. reason: a code."""

    member: MemberId
    unit: Unit
    reason: str


class FreezeAccount(Request, frozen=True):
    """Freeze a member's account through the day `until`: nothing comes in, goes out, or both. reason: a code."""

    member: MemberId
    unit: Unit
    direction: FreezeDirection
    until: date
    reason: str


class ExtendFreeze(Request, frozen=True):
    """Let the freeze last through the day `until`. reason: a code."""

    member: MemberId
    unit: Unit
    until: date
    reason: str


class UnfreezeAccount(Request, frozen=True):
    """End the freeze today. reason: a code."""

    member: MemberId
    unit: Unit
    reason: str


_About = ProposeFreeze | DeclineFreeze | FreezeAccount | ExtendFreeze | UnfreezeAccount


def _propose(work: Work, request: ProposeFreeze) -> Outcome:
    """An account that nobody needed so far is opened, as for the freeze itself."""
    days_max = _days_max(work, Permission.PROPOSE_FREEZES, request)
    command = Propose(request.direction, request.until, request.reason, work.actor, work.today, days_max)
    return _act(work, "freeze-proposed", request, command)


def _decline(work: Work, request: DeclineFreeze) -> Outcome:
    _days_max(work, Permission.FREEZE_ACCOUNTS, request)
    return _act(work, "freeze-declined", request, Decline(request.reason, work.actor, work.today))


def _freeze(work: Work, request: FreezeAccount) -> Outcome:
    """An account that nobody needed so far is opened: what is to come may have to wait too."""
    days_max = _days_max(work, Permission.FREEZE_ACCOUNTS, request)
    command = Freeze(request.direction, request.until, request.reason, work.actor, work.today, days_max)
    return _act(work, "account-frozen", request, command)


def _extend(work: Work, request: ExtendFreeze) -> Outcome:
    days_max = _days_max(work, Permission.EXTEND_FREEZES, request)
    command = Extend(request.until, request.reason, work.actor, work.today, days_max)
    return _act(work, "freeze-extended", request, command)


def _unfreeze(work: Work, request: UnfreezeAccount) -> Outcome:
    _days_max(work, Permission.FREEZE_ACCOUNTS, request)
    return _act(work, "account-unfrozen", request, Unfreeze(request.reason, work.actor, work.today))


def _days_max(work: Work, permission: Permission, request: _About) -> int:
    """The most days one decision may freeze for; the actor must hold `permission`, and not for their own household."""
    home = require_over_member(work, permission, request.member).home
    if home is None:
        raise UnknownId(request.member)
    if same_household(work, work.actor, request.member):
        raise FreezeOfOwnHousehold(request.member)
    return settings_of(work, home).freeze_days_max


def _act(work: Work, code: str, request: _About, command: AccountCommand) -> Outcome:
    account = opened_account(work, request.member, request.unit)
    work.act(ACCOUNT, account, command)
    return Outcome(code, ids={"account": account, "member": request.member})


def _reads(request: _About, actor: MemberId) -> tuple[Stream, ...]:
    return (Stream(MEMBER, actor), Stream(MEMBER, request.member))


PROPOSE_FREEZE: Final = UseCase[ProposeFreeze]("accounts.propose_freeze", _propose, _reads)
DECLINE_FREEZE: Final = UseCase[DeclineFreeze]("accounts.decline_freeze", _decline, _reads)
FREEZE_ACCOUNT: Final = UseCase[FreezeAccount]("accounts.freeze", _freeze, _reads)
EXTEND_FREEZE: Final = UseCase[ExtendFreeze]("accounts.extend_freeze", _extend, _reads)
UNFREEZE_ACCOUNT: Final = UseCase[UnfreezeAccount]("accounts.unfreeze", _unfreeze, _reads)
