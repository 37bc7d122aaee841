"""The tree of organisations: everybody may look at it, administrators add to it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta, Struct

from api.answers import answers, read, written
from api.calls import submit
from api.deployment import Deployment
from api.identity import SIGNED_IN, UnknownId, needs
from api.readers import MinPosition, Page, Reader, after, allow, next_url, reading
from api.v1.body_fields import Title
from api.v1.commanding import commanding
from api.v1.texts import new_id, write_texts
from ledger.application.authority import Permission
from ledger.application.organisations import REGISTER_ORGANISATION, RegisterOrganisation
from ledger.kernel.ids import OrganisationId
from ledger.kernel.refusal import Refusal
from ledger.membership.events import Level
from projections import people
from projections.people import OrganisationRow


@dataclass(eq=False)
class DivisionCodeTaken(Refusal):
    """Another organisation has this official code."""

    code: ClassVar[str] = "division-code-taken"


class OrganisationAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """parent: the node right above. division_code: the official 12 digits, left out where the state gives none."""

    name: Title
    level: Level
    parent: UUID
    effective_from: date
    division_code: Annotated[str, Meta(min_length=12, max_length=12)] | None = None


class Organisation(Struct, frozen=True):
    """A node of the tree. members: how many are at home right there, those who left not counted."""

    id: UUID
    name: str
    level: str
    parent: UUID | None
    division_code: str | None
    effective_from: date
    members: int


class Organisations(Struct, frozen=True):
    """One page of nodes."""

    items: list[Organisation]


@get(
    "/organisations",
    opt=needs(SIGNED_IN),
    sync_to_thread=True,
    responses=answers(Organisations),
    tags=["organisations"],
)
def list_organisations(
    request: Request[Any, Any, Any],
    page: NamedDependency[Page],
    parent: FromQuery[UUID | None] = None,
) -> Response[bytes]:
    """The nodes right below `parent`; without it, the tops of the trees."""
    with reading(request, page.min_position) as reader:
        rows = people.organisations_below(reader.connection, parent, after=after(page.cursor, UUID), limit=page.limit)
        items = _shown(reader, rows)
    last = rows[-1].organisation if rows else None
    return read(request, Organisations(items), next_url=next_url(request, rows, page.limit, last))


@get(
    "/organisations/{organisation:str}",
    opt=needs(SIGNED_IN),
    sync_to_thread=True,
    responses=answers(Organisation),
    tags=["organisations"],
)
def get_organisation(
    request: Request[Any, Any, Any], organisation: FromPath[UUID], min_position: MinPosition = None
) -> Response[bytes]:
    """One node of the tree."""
    with reading(request, min_position) as reader:
        row = people.organisation(reader.connection, organisation)
        if row is None:
            raise UnknownId
        (shown,) = _shown(reader, [row])
    return read(request, shown)


@commanding("/organisations", Permission.REGISTER_ORGANISATIONS, "organisations", body=OrganisationAsked, status=201)
async def register_organisation(request: Request[Any, Any, Any], data: JSONBody[OrganisationAsked]) -> Response[bytes]:
    """Add a node below one of the caller's. Only the command line makes the top of a tree."""
    await allow(request, Permission.REGISTER_ORGANISATIONS, data.parent)
    organisation = OrganisationId((await new_id(request, "organisation")).id)
    await asyncio.to_thread(_refuse_taken_code, request, organisation, data.division_code)
    await write_texts(request, organisation, {"name": data.name}, organisation=organisation)
    parent = OrganisationId(data.parent)
    asked = RegisterOrganisation(organisation, data.level, data.effective_from, parent, data.division_code)
    answer = await submit(request, REGISTER_ORGANISATION, asked)
    if data.division_code:
        directory = request.app.state.deployment.directory
        await asyncio.to_thread(directory.bind_division_codes, {data.division_code: organisation})
    return written(answer, status=201)


def _refuse_taken_code(request: Request[Any, Any, Any], organisation: OrganisationId, code: str | None) -> None:
    deployment: Deployment = request.app.state.deployment
    known = deployment.directory.organisation_of_code(code) if code else None
    if known not in {None, organisation}:
        raise DivisionCodeTaken


def _shown(reader: Reader, rows: Sequence[OrganisationRow]) -> list[Organisation]:
    names = reader.texts(row.organisation for row in rows)
    counts = people.count_by_home(reader.connection, [row.organisation for row in rows])
    return [
        Organisation(
            id=row.organisation,
            name=names[row.organisation],
            level=row.level,
            parent=row.parent,
            division_code=row.division_code,
            effective_from=row.effective_from,
            members=counts.get(row.organisation, 0),
        )
        for row in rows
    ]


HANDLERS = [list_organisations, get_organisation, register_organisation]
