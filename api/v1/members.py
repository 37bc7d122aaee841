"""Members: register, list and show. What people typed goes to the directory, never to an event.

Whoever may read members where somebody is at home sees the full name; everybody else sees 张*.
"""

import asyncio
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter, QueryParameter
from msgspec import Meta, Struct

from api.answers import answers, outcome_of, read, written
from api.calls import submit
from api.decoding import Strict
from api.deployment import Deployment, all_spelt
from api.identity import SIGNED_IN, UnknownId, needs
from api.readers import MinPosition, Page, Reader, after, allow, newest, next_url, reading
from api.strict_requests import ID
from api.v1.body_fields import ONE_LINE
from api.v1.sessions import HeldRole, held_roles
from api.v1.texts import new_id
from ledger.application.authority import Permission
from ledger.application.members import REGISTER_MEMBER, RegisterMember
from ledger.application.ports import KeyReused
from ledger.kernel.clock import business_day
from ledger.kernel.ids import MemberId, OrganisationId
from projections import people
from projections.people import MemberRow

ME = "me"
MemberPath = Annotated[str, PathParameter(description="The member's id, or `me`.")]
HomeQuery = Annotated[UUID, QueryParameter(description="The community whose members are asked for.")]
NUMBER = "member_number"
PersonName = Annotated[str, Meta(min_length=1, max_length=60, pattern=ONE_LINE)]
Typed = Annotated[str, Meta(min_length=1, max_length=40, pattern=ONE_LINE)]
"""A number as people type it, with spaces or hyphens; whether it can be right is looked at field by field."""


class PersonTexts(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What else may be kept of a person; all of it can be left out. identity_number: of 18 characters."""

    phone: Typed | None = None
    identity_number: Typed | None = None
    address: Annotated[str, Meta(min_length=1, max_length=200)] | None = None
    birth_date: date | None = None

    def texts(self) -> dict[str, str | None]:
        """By field, as `all_spelt` takes them."""
        born = self.birth_date.isoformat() if self.birth_date else None
        return {
            "phone": self.phone,
            "identity_number": self.identity_number,
            "address": self.address,
            "birth_date": born,
        }


class MemberAsked(PersonTexts, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Somebody to be registered. home: the community that keeps the person's points."""

    name: PersonName
    home: UUID


class Registered(Struct, frozen=True):
    """number: the running number on cards and lists, for people to say."""

    code: str
    member: UUID
    home: UUID
    number: int


class Member(Struct, frozen=True):
    """A member as the reader may see them: masked is true where the name is. number: "" where none was given."""

    id: UUID
    name: str
    masked: bool
    number: str
    home: UUID
    status: str
    household: UUID | None
    roles: list[HeldRole]
    consents: list[str]


class MemberLine(Struct, frozen=True):
    """A line of a list; the name is masked."""

    id: UUID
    name: str
    number: str
    home: UUID
    status: str


class Members(Struct, frozen=True):
    """One page of members."""

    items: list[MemberLine]


@post(
    "/members",
    opt=needs(Permission.REGISTER_MEMBERS),
    dto=Strict[MemberAsked],
    return_dto=None,
    responses=answers(Registered, 201),
    tags=["members"],
)
async def register_member(request: Request[Any, Any, Any], data: JSONBody[MemberAsked]) -> Response[bytes]:
    """Make a person known. Whatever is told of the person stays outside the ledger and can be erased."""
    texts = all_spelt({"name": data.name, **data.texts()}, business_day(request.app.state.deployment.clock.now()))
    await allow(request, Permission.REGISTER_MEMBERS, data.home)
    member = MemberId((await new_id(request, "member")).id)
    await asyncio.to_thread(_write_person, request, member, texts)
    answer = await submit(request, REGISTER_MEMBER, RegisterMember(member, OrganisationId(data.home)))
    numbers = await asyncio.to_thread(request.app.state.deployment.directory.number_members, [member])
    payload = Registered(outcome_of(answer).code, member, data.home, numbers[member])
    return written(answer, payload, status=201)


@get(
    "/members",
    opt=needs(Permission.READ_MEMBERS),
    sync_to_thread=True,
    responses=answers(Members),
    tags=["members"],
)
def list_members(
    request: Request[Any, Any, Any],
    page: NamedDependency[Page],
    organisation: HomeQuery,
) -> Response[bytes]:
    """Who is at home in a community; names are masked, one member's page shows the name."""
    with reading(request, page.min_position) as reader:
        reader.require(Permission.READ_MEMBERS, organisation)
        rows = people.members_of(reader.connection, organisation, after=after(page.cursor, UUID), limit=page.limit)
        names = reader.names([row.member for row in rows])
        numbers = reader.texts([row.member for row in rows], NUMBER)
    items = [MemberLine(row.member, names[row.member], numbers[row.member], row.home, row.status) for row in rows]
    last = rows[-1].member if rows else None
    return read(request, Members(items), next_url=next_url(request, rows, page.limit, last))


@get("/members/{member:str}", opt=needs(SIGNED_IN), sync_to_thread=True, responses=answers(Member), tags=["members"])
def get_member(
    request: Request[Any, Any, Any], member: MemberPath, min_position: MinPosition = None
) -> Response[bytes]:
    """One member: oneself, or somebody at home where the caller may read members."""
    with reading(request, min_position) as reader:
        row = reader.require_over_member(member_in(member, reader.member))
        return read(request, _shown(reader, row))


def member_in(path: str, me: MemberId | None = None) -> MemberId:
    """The member a path names, `me` being the caller where one is given; UnknownId for what is no id."""
    if path == ME and me is not None:
        return me
    if not ID.fullmatch(path):
        raise UnknownId
    return MemberId(UUID(path))


def _write_person(request: Request[Any, Any, Any], member: MemberId, texts: Mapping[str, str]) -> None:
    """Where other texts stand already, the key came with another body before: nothing is overwritten.

    Of whom the ledger knows already, it tells a retry from another body itself; details may be corrected by then.
    """
    deployment: Deployment = request.app.state.deployment
    known = deployment.directory.read_all(member)
    known.pop(NUMBER, None)
    if not known:
        deployment.directory.write(member, texts)
    elif known != texts:
        with reading(request, newest(request)) as reader:
            if people.member(reader.connection, member) is None:
                raise KeyReused


def _shown(reader: Reader, row: MemberRow) -> Member:
    member = row.member
    return Member(
        id=member,
        name=reader.names([member], full=[member])[member],
        masked=False,
        number=reader.texts([member], NUMBER)[member],
        home=row.home,
        status=row.status,
        household=row.household,
        roles=held_roles(people.roles_of(reader.connection, member, day=reader.today)),
        consents=[consent.purpose for consent in people.consents_of(reader.connection, member)],
    )


HANDLERS = [
    register_member,
    list_members,
    get_member,
]
