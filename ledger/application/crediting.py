"""The notice is over: an award becomes a lot of its member's account, or pays what the account owes."""

from typing import Final

from ledger.accounts.account import ACCOUNT, account_id
from ledger.accounts.commands import CreditLot, OpenAccount
from ledger.accounts.events import Credited
from ledger.application.authority import MemberSuspendedNow, person_now, require_system
from ledger.application.earning import proposal_of
from ledger.application.leaving import DONATED, donate
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.awards import award as awards
from ledger.awards.award import AWARD, expires_on, lot_id
from ledger.awards.events import AwardProposed
from ledger.kernel.decider import Request
from ledger.kernel.ids import AwardId, MemberId
from ledger.membership.member import MEMBER


class CreditAward(Request, frozen=True):
    """The award's notice is over: its amount becomes a lot of the member's account."""

    award: AwardId


def _credit(work: Work, request: CreditAward) -> Outcome:
    """What a duplicate earned is its survivor's. A suspended member earns nothing until reinstated, nor does an account
    that is frozen against what comes in: the award stays on notice and is tried again. Who left and gave everything
    away gives this, too. filled: of the amount, what paid what the account owed.
    """
    require_system(work)
    proposal = proposal_of(work, request.award)
    member = person_now(work, proposal.member)
    state = work.state(MEMBER, member)
    if state.suspended_for is not None:
        raise MemberSuspendedNow(member)
    work.correlate(proposal.occasion)
    account, lot = account_id(member, proposal.unit), lot_id(request.award)
    work.act(AWARD, request.award, awards.CreditAward(account=account, lot=lot, today=work.today))
    filled = _bring_in(work, request.award, proposal, member)
    if state.belonging.balance == "donate" and proposal.unit in DONATED:
        donate(work, member, proposal.unit)
    return Outcome(
        "award-credited",
        ids={"award": request.award, "account": account, "lot": lot, "member": member},
        figures={"amount": proposal.amount, "filled": filled},
    )


def _bring_in(work: Work, award: AwardId, proposal: AwardProposed, member: MemberId) -> int:
    """Credit the amount, and give how much of it paid what the account owed."""
    account = account_id(member, proposal.unit)
    if not work.exists(ACCOUNT, account):
        keeper = work.state(MEMBER, member).home or proposal.organisation
        work.act(ACCOUNT, account, OpenAccount(member, proposal.unit, keeper))
    command = CreditLot(
        lot=lot_id(award),
        amount=proposal.amount,
        issuer=proposal.organisation,
        reason=award,
        on_day=work.today,
        expires_on=expires_on(work.today, proposal.expiry_months, clears_yearly=proposal.clears_yearly),
    )
    before = len(work.pending)
    work.act(ACCOUNT, account, command)
    entries = (pending.event for pending in work.pending[before:])
    return sum(entry.filled or 0 for entry in entries if isinstance(entry, Credited))


def _reads(request: CreditAward, actor: MemberId) -> tuple[Stream, ...]:  # noqa: ARG001 - a hint's signature
    return (Stream(AWARD, request.award),)


CREDIT_AWARD: Final = UseCase[CreditAward]("awards.credit", _credit, _reads)
