"""A fund that pays for rewards: opened once, its monthly cap proposed by one person and set by another."""

from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from ledger.kernel.decider import Decider, Request
from ledger.kernel.ids import MemberId, OrganisationId, ProposalId
from ledger.kernel.units import AMOUNT_MAX
from ledger.redemption.events import FundCapDeclined, FundCapProposed, FundCapSet, FundEvent, FundOpened
from ledger.redemption.refusals import CapOutOfBounds, FundAlreadyOpen, FundNotOpen, OwnProposal, ProposalGone


class Fund(Struct, frozen=True):
    """A fund. organisation: None until opened. monthly_cap: in points, None for none. proposal: the open one."""

    organisation: OrganisationId | None = None
    monthly_cap: int | None = None
    proposal: FundCapProposed | None = None


class OpenFund(Request, frozen=True):
    """Open the fund, without a cap."""

    organisation: OrganisationId
    opened_by: MemberId


class ProposeCap(Request, frozen=True):
    """Propose a monthly cap in points; None: none. proposal: a new id."""

    proposal: ProposalId
    monthly_cap: int | None
    proposed_by: MemberId


class SetCap(Request, frozen=True):
    """Let the proposed cap hold from now on; approved_by did not propose it."""

    proposal: ProposalId
    approved_by: MemberId


class DeclineCap(Request, frozen=True):
    """Do not set the proposed cap."""

    proposal: ProposalId
    declined_by: MemberId


FundCommand = OpenFund | ProposeCap | SetCap | DeclineCap


def decide(state: Fund, command: FundCommand) -> tuple[FundEvent, ...]:
    """What happens to the fund.

    Opening refuses with fund-already-open, all others with fund-not-open; then cap-out-of-bounds, proposal-gone,
    own-proposal.
    """
    if isinstance(command, OpenFund):
        if state.organisation:
            raise FundAlreadyOpen
        return (FundOpened(command.organisation, command.opened_by),)
    if state.organisation is None:
        raise FundNotOpen
    match command:
        case ProposeCap():
            cap = command.monthly_cap
            if cap is not None and not 0 <= cap <= AMOUNT_MAX:
                raise CapOutOfBounds(cap, 0, AMOUNT_MAX)
            return (FundCapProposed(command.proposal, cap, command.proposed_by),)
        case SetCap():
            proposed = _open(state, command.proposal)
            if proposed.proposed_by == command.approved_by:
                raise OwnProposal(proposed.proposed_by)
            return (FundCapSet(proposed.proposal, proposed.monthly_cap, command.approved_by),)
        case DeclineCap():
            return (FundCapDeclined(_open(state, command.proposal).proposal, command.declined_by),)
        case _:
            assert_never(command)


def evolve(state: Fund, event: FundEvent) -> Fund:
    """The fund after `event`."""
    match event:
        case FundOpened():
            return Fund(event.organisation)
        case FundCapProposed():
            return replace(state, proposal=event)
        case FundCapSet():
            return replace(state, monthly_cap=event.monthly_cap, proposal=None)
        case FundCapDeclined():
            return replace(state, proposal=None)
        case _:
            assert_never(event)


FUND: Decider[Fund, FundCommand, FundEvent] = Decider(
    name="fund",
    initial=Fund(),
    decide=decide,
    evolve=evolve,
    events=(FundOpened, FundCapProposed, FundCapSet, FundCapDeclined),
)


def _open(state: Fund, proposal: ProposalId) -> FundCapProposed:
    if state.proposal is None or state.proposal.proposal != proposal:
        raise ProposalGone(proposal)
    return state.proposal
