"""Funds: who pays for what stands on the shelf, and how much in a month."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta, Struct

from api.answers import answers, read, written
from api.calls import submit
from api.identity import needs
from api.readers import Page, after, allow, next_url, reading
from api.v1.body_fields import Title
from api.v1.commanding import commanding
from api.v1.rewards import ProposalBody
from api.v1.texts import Wording, new_with_texts, write_texts
from api.v1.visibility import home_of
from ledger.application.authority import Permission
from ledger.application.funds import (
    DECLINE_CAP,
    OPEN_FUND,
    PROPOSE_CAP,
    SET_CAP,
    DeclineCap,
    OpenFund,
    ProposeCap,
    SetCap,
)
from ledger.kernel.ids import FundId, OrganisationId, ProposalId, derived
from ledger.kernel.units import AMOUNT_MAX
from projections import funds
from projections.funds import FundRow


class FundBody(Struct, frozen=True, forbid_unknown_fields=True):
    """A fund to be opened. is_own: it is the one that rewards of the organisation name where they name no other."""

    name: Title
    organisation: UUID
    is_own: bool = False


class CapBody(Struct, frozen=True, forbid_unknown_fields=True):
    """How many points redemptions of one month may cost; null: any number."""

    monthly_cap: Annotated[int, Meta(ge=0, le=AMOUNT_MAX)] | None


class FundView(Struct, frozen=True):
    """A fund. is_open: false where rewards name it and nobody opened it, so that nothing is counted.

    proposal, proposed_cap, proposed_by: of a cap that waits for approval.
    """

    id: UUID
    name: str
    organisation: UUID
    is_open: bool
    monthly_cap: int | None
    proposal: UUID | None
    proposed_cap: int | None
    proposed_by: UUID | None


class FundList(Struct, frozen=True):
    """Funds in the order of their ids."""

    items: list[FundView]


@commanding("/funds", Permission.DRAFT_FUNDS, "funds", body=FundBody, status=201)
async def open_fund(request: Request[Any, Any, Any], data: JSONBody[FundBody]) -> Response[bytes]:
    """Open a fund; from now on its months are counted."""
    organisation = OrganisationId(data.organisation)
    if data.is_own:
        fund = derived(organisation, "own fund")
        await allow(request, Permission.DRAFT_FUNDS, organisation)
        await write_texts(request, fund, {"name": data.name}, organisation=organisation)
    else:
        wording = Wording(organisation, Permission.DRAFT_FUNDS, {"name": data.name})
        fund = (await new_with_texts(request, "fund", wording)).id
    return written(await submit(request, OPEN_FUND, OpenFund(FundId(fund), organisation)), status=201)


@commanding("/funds/{fund:str}/cap", Permission.DRAFT_FUNDS, "funds", body=CapBody)
async def propose_cap(
    request: Request[Any, Any, Any], fund: FromPath[UUID], data: JSONBody[CapBody]
) -> Response[bytes]:
    """Propose a monthly cap; it holds once somebody else has approved it."""
    return written(await submit(request, PROPOSE_CAP, ProposeCap(FundId(fund), data.monthly_cap)))


@commanding("/funds/{fund:str}/cap/approve", Permission.APPROVE_FUNDS, "funds", body=ProposalBody)
async def approve_cap(
    request: Request[Any, Any, Any], fund: FromPath[UUID], data: JSONBody[ProposalBody]
) -> Response[bytes]:
    """Let the cap hold that somebody else proposed."""
    return written(await submit(request, SET_CAP, SetCap(FundId(fund), ProposalId(data.proposal))))


@commanding("/funds/{fund:str}/cap/decline", Permission.DRAFT_FUNDS, "funds", body=ProposalBody)
async def decline_cap(
    request: Request[Any, Any, Any], fund: FromPath[UUID], data: JSONBody[ProposalBody]
) -> Response[bytes]:
    """Do not set the proposed cap; approvers may as well, and who proposed it takes it back so."""
    return written(await submit(request, DECLINE_CAP, DeclineCap(FundId(fund), ProposalId(data.proposal))))


@get("/funds", opt=needs(Permission.READ_FUNDS), sync_to_thread=True, responses=answers(FundList), tags=["funds"])
def list_funds(
    request: Request[Any, Any, Any],
    page: NamedDependency[Page],
    organisation: FromQuery[UUID | None] = None,
) -> Response[bytes]:
    """The funds of an organisation (left out: the reader's home)."""
    begin = after(page.cursor, UUID)
    with reading(request, page.min_position) as reader:
        place = organisation or home_of(reader)
        reader.require(Permission.READ_FUNDS, place)
        rows = funds.of_organisation(reader.connection, place, after=begin, limit=page.limit)
        names = reader.texts(row.fund for row in rows)
    last = rows[-1].fund if rows else None
    views = [_view(row, names[row.fund]) for row in rows]
    return read(request, FundList(views), next_url=next_url(request, rows, page.limit, last))


def _view(row: FundRow, name: str) -> FundView:
    return FundView(
        id=row.fund,
        name=name,
        organisation=row.organisation,
        is_open=row.is_open,
        monthly_cap=row.monthly_cap,
        proposal=row.proposal,
        proposed_cap=row.proposed_cap,
        proposed_by=row.proposed_by,
    )


HANDLERS = [open_fund, propose_cap, approve_cap, decline_cap, list_funds]
