"""Use cases of accounts that time alone causes, and how an account comes to be."""

from typing import Final

from ledger.accounts.account import ACCOUNT, Account, account_id
from ledger.accounts.commands import CarryAccountForward, ExpireDueLot, OpenAccount
from ledger.application.authority import UnknownId, require_system
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.kernel.decider import Request
from ledger.kernel.ids import AccountId, LotId, MemberId
from ledger.kernel.units import Unit
from ledger.membership.member import MEMBER


class ExpireLot(Request, frozen=True):
    """Enter the expiry of what is free of the lot. A lot that is not due or gone stays as it is."""

    account: AccountId
    lot: LotId


class CarryForward(Request, frozen=True):
    """Write the account's whole state down, so that reading it stays short."""

    account: AccountId


def opened_account(work: Work, member: MemberId, unit: Unit) -> AccountId:
    """The account of `member` in `unit`, opened at their home if there was none.

    Refuses with UnknownId where nobody registered the member.
    """
    account = account_id(member, unit)
    if not work.exists(ACCOUNT, account):
        home = work.state(MEMBER, member).home
        if home is None:
            raise UnknownId(member)
        work.act(ACCOUNT, account, OpenAccount(member, unit, home))
    return account


def _expire(work: Work, request: ExpireLot) -> Outcome:
    before = _open_account(work, request.account).posted
    after = work.act(ACCOUNT, request.account, ExpireDueLot(request.lot, work.today)).posted
    return Outcome(
        "lot-expired" if after < before else "nothing-to-expire",
        ids={"account": request.account, "lot": request.lot},
        figures={"amount": before - after},
    )


def _carry_forward(work: Work, request: CarryForward) -> Outcome:
    before = _open_account(work, request.account).entries_carried
    after = work.act(ACCOUNT, request.account, CarryAccountForward(work.today)).entries_carried
    return Outcome(
        "account-carried-forward" if after > before else "nothing-to-carry-forward",
        ids={"account": request.account},
        figures={"entries": after - before},
    )


def _open_account(work: Work, account: AccountId) -> Account:
    require_system(work)
    state = work.state(ACCOUNT, account)
    if state.keeper is None:
        raise UnknownId(account)
    return state


def _reads(request: ExpireLot | CarryForward, actor: MemberId) -> tuple[Stream, ...]:  # noqa: ARG001 - a hint's signature
    return (Stream(ACCOUNT, request.account),)


EXPIRE_LOT: Final = UseCase[ExpireLot]("accounts.expire_lot", _expire, _reads)
CARRY_FORWARD: Final = UseCase[CarryForward]("accounts.carry_forward", _carry_forward, _reads)
