"""Use cases of funds: opened by staff, capped by two people."""

from typing import Final

from ledger.application.authority import Permission, holds_any, require_for
from ledger.application.placing import require_place
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.kernel.decider import Request
from ledger.kernel.ids import FundId, MemberId, OrganisationId, ProposalId
from ledger.membership.member import MEMBER
from ledger.redemption import fund as rules
from ledger.redemption.fund import FUND


class OpenFund(Request, frozen=True):
    """Open a fund that pays for rewards of `organisation` and below; from now on its months are counted."""

    fund: FundId
    organisation: OrganisationId


class ProposeCap(Request, frozen=True):
    """Propose how many points redemptions of one month may cost the fund; None: any number."""

    fund: FundId
    monthly_cap: int | None


class SetCap(Request, frozen=True):
    """Let the cap hold that somebody else proposed. What was asked for this month counts already."""

    fund: FundId
    proposal: ProposalId


class DeclineCap(Request, frozen=True):
    """Do not set the proposed cap; who proposed it takes it back so."""

    fund: FundId
    proposal: ProposalId


def _open(work: Work, request: OpenFund) -> Outcome:
    require_place(work, Permission.DRAFT_FUNDS, request.organisation)
    if work.exists(FUND, request.fund):
        _require(work, Permission.DRAFT_FUNDS, request.fund)
    work.act(FUND, request.fund, rules.OpenFund(request.organisation, work.actor))
    return Outcome("fund-opened", ids={"fund": request.fund})


def _propose(work: Work, request: ProposeCap) -> Outcome:
    _require(work, Permission.DRAFT_FUNDS, request.fund)
    proposal = ProposalId(work.new_id("proposal"))
    work.act(FUND, request.fund, rules.ProposeCap(proposal, request.monthly_cap, work.actor))
    return Outcome("fund-cap-proposed", ids={"fund": request.fund, "proposal": proposal})


def _set(work: Work, request: SetCap) -> Outcome:
    _require(work, Permission.APPROVE_FUNDS, request.fund)
    cap = work.act(FUND, request.fund, rules.SetCap(request.proposal, work.actor)).monthly_cap
    figures = {} if cap is None else {"monthly_cap": cap}
    return Outcome("fund-cap-set", ids={"fund": request.fund}, figures=figures)


def _decline(work: Work, request: DeclineCap) -> Outcome:
    keeper = work.state(FUND, request.fund).organisation
    approves = keeper is not None and holds_any(work, work.actor, (Permission.APPROVE_FUNDS,), keeper)
    _require(work, Permission.APPROVE_FUNDS if approves else Permission.DRAFT_FUNDS, request.fund)
    work.act(FUND, request.fund, rules.DeclineCap(request.proposal, work.actor))
    return Outcome("fund-cap-declined", ids={"fund": request.fund, "proposal": request.proposal})


def _require(work: Work, permission: Permission, fund: FundId) -> None:
    require_for(work, permission, work.state(FUND, fund).organisation, fund)


def _reads(request: OpenFund | ProposeCap | SetCap | DeclineCap, actor: MemberId) -> tuple[Stream, ...]:
    return (Stream(MEMBER, actor), Stream(FUND, request.fund))


OPEN_FUND: Final = UseCase[OpenFund]("funds.open", _open, _reads)
PROPOSE_CAP: Final = UseCase[ProposeCap]("funds.propose_cap", _propose, _reads)
SET_CAP: Final = UseCase[SetCap]("funds.set_cap", _set, _reads)
DECLINE_CAP: Final = UseCase[DeclineCap]("funds.decline_cap", _decline, _reads)
