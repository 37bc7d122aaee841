"""The two trees of organisations: everybody may look at them, on any day; administrators add to them.

How they are cut anew is in `recutting`, what organisations are called besides in `organisation_names`.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import Meta, Struct

from api.answers import answers, read, written
from api.calls import submit
from api.decoding import MalformedBody
from api.deployment import Alias, Deployment
from api.identity import SIGNED_IN, UnknownId, needs
from api.problems import BehindReader
from api.readers import MinPosition, Page, Reader, after, newest, next_url, reading
from api.v1.body_fields import Title
from api.v1.commanding import commanding
from api.v1.texts import new_id, write_texts
from api.v1.visibility import require_over_tree
from ledger.application.authority import Permission
from ledger.application.organisations import REGISTER_ORGANISATION, RegisterOrganisation
from ledger.kernel.ids import OrganisationId
from ledger.kernel.refusal import Refusal
from ledger.membership.events import Level
from ledger.membership.placement import has_ended, parent_on
from projections import organisations, people
from projections.people import OrganisationRow

DivisionCode = Annotated[str, Meta(min_length=12, max_length=12)]
On = Annotated[date | None, QueryParameter(description="As the tree stands on this day; left out: today.")]
Name = Annotated[
    str | None, QueryParameter(min_length=1, max_length=120, description="Part of a name or of another name.")
]


@dataclass(eq=False)
class DivisionCodeTaken(Refusal):
    """Another organisation has this official code."""

    code: ClassVar[str] = "division-code-taken"


class OrganisationAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """parent: the node right above; left out for the top of a party's tree, which is attached to a node of the other.

    division_code: the official 12 digits, left out where the state gives none. attached_to: the administrative node
    that a party node is there for.
    """

    name: Title
    level: Level
    effective_from: date
    parent: UUID | None = None
    division_code: DivisionCode | None = None
    attached_to: UUID | None = None


class Organisation(Struct, frozen=True):
    """A node as it stands on the day asked for. members: how many are at home right there now, without who left.

    parent: the node right above, None at a top. also_called: other names, and those from before with their last day.
    last_day: None where no end was decided; successors: what follows it then.
    """

    id: UUID
    name: str
    level: str
    parent: UUID | None
    division_code: str | None
    effective_from: date
    members: int
    attached_to: UUID | None
    last_day: date | None
    successors: list[UUID]
    also_called: list[Alias]


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
    on: On = None,
    named: Name = None,
) -> Response[bytes]:
    """The nodes right below `parent` that count on the day `on`; without it, the tops of the trees.

    named: instead those of all nodes that are called so, whole names first, at most `limit`.
    """
    with reading(request, page.min_position) as reader:
        day = on or reader.today
        if named is not None:
            return read(request, Organisations(_shown(reader, _called(reader, named, page.limit, day), day)))
        rows = people.organisations_below(
            reader.connection, parent, after=after(page.cursor, UUID), limit=page.limit, day=day
        )
        items = _shown(reader, rows, day)
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
    request: Request[Any, Any, Any], organisation: FromPath[UUID], on: On = None, min_position: MinPosition = None
) -> Response[bytes]:
    """One node, where it stands on the day `on`, whether it counts then or not."""
    with reading(request, min_position) as reader:
        row = people.organisation(reader.connection, organisation)
        if row is None:
            raise UnknownId
        (shown,) = _shown(reader, [row], on or reader.today)
    return read(request, shown)


@commanding("/organisations", Permission.REGISTER_ORGANISATIONS, "organisations", body=OrganisationAsked, status=201)
async def register_organisation(request: Request[Any, Any, Any], data: JSONBody[OrganisationAsked]) -> Response[bytes]:
    """Add a node below one of the caller's, or the top of a party's tree attached to one. Only the command line makes
    the top of the administrative tree.
    """
    above = data.parent or data.attached_to
    if above is None:
        raise MalformedBody("invalid-body", 400, "send parent, or attached_to for the top of a party's tree")
    await asyncio.to_thread(allow_over_tree, request, Permission.REGISTER_ORGANISATIONS, [above])
    organisation = OrganisationId((await new_id(request, "organisation")).id)
    await asyncio.to_thread(refuse_taken_code, request, organisation, data.division_code)
    await write_texts(request, organisation, {"name": data.name}, organisation=organisation)
    asked = RegisterOrganisation(
        organisation=organisation,
        level=data.level,
        effective_from=data.effective_from,
        parent=_id(data.parent),
        division_code=data.division_code,
        attached_to=_id(data.attached_to),
    )
    answer = await submit(request, REGISTER_ORGANISATION, asked)
    if data.division_code:
        directory = request.app.state.deployment.directory
        await asyncio.to_thread(directory.bind_division_codes, {data.division_code: organisation})
    return written(answer, status=201)


def allow_over_tree(request: Request[Any, Any, Any], permission: Permission, nodes: Sequence[UUID]) -> None:
    """Before names are written ahead of a command: turn away who has no business at one of `nodes`.

    Raises as `require_over_tree`. The ledger decides again; while the figures are behind, it alone does.
    """
    try:
        with reading(request, newest(request)) as reader:
            for node in nodes:
                require_over_tree(reader, permission, node)
    except BehindReader:
        return


def refuse_taken_code(request: Request[Any, Any, Any], organisation: OrganisationId, code: str | None) -> None:
    """Refuses with DivisionCodeTaken where `code` is another organisation's."""
    deployment: Deployment = request.app.state.deployment
    known = deployment.directory.organisation_of_code(code) if code else None
    if known not in {None, organisation}:
        raise DivisionCodeTaken


def _called(reader: Reader, name: str, limit: int, day: date) -> list[OrganisationRow]:
    """Those of the name that count on `day`, in the order of the search."""

    def everyone() -> list[UUID]:
        return [row.organisation for row in people.every_organisation(reader.connection)]

    names = reader.deployment.organisation_names
    found = names.search(name, everyone, organisations.count(reader.connection), limit=limit)
    ids = [one.organisation for one in found]
    rows = {row.organisation: row for row in organisations.by_id(reader.connection, ids)}
    known = [rows[one] for one in ids if one in rows]
    return [row for row in known if row.effective_from <= day and not has_ended(row, day)]


def _shown(reader: Reader, rows: Sequence[OrganisationRow], day: date) -> list[Organisation]:
    ids = [row.organisation for row in rows]
    names, aliases = reader.texts(ids), reader.deployment.organisation_names.aliases(ids)
    counts = people.count_by_home(reader.connection, ids)
    return [
        Organisation(
            id=row.organisation,
            name=names[row.organisation],
            level=row.level,
            parent=_parent(reader, row, day),
            division_code=row.division_code,
            effective_from=row.effective_from,
            members=counts.get(row.organisation, 0),
            attached_to=row.attached_to,
            last_day=row.last_day,
            successors=[*row.successors],
            also_called=aliases.get(row.organisation, []),
        )
        for row in rows
    ]


def _parent(reader: Reader, row: OrganisationRow, day: date) -> UUID | None:
    """What was put above it; where that was merged by `day`, what it was merged into."""
    parent = parent_on(row, day)
    above = people.organisation(reader.connection, parent) if parent else None
    while above is not None and has_ended(above, day) and len(above.successors) == 1:
        parent = above.successors[0]
        above = people.organisation(reader.connection, parent)
    return parent


def _id(given: UUID | None) -> OrganisationId | None:
    return None if given is None else OrganisationId(given)


HANDLERS = [list_organisations, get_organisation, register_organisation]
