"""What a household is called and where it lives: personal words, kept under the key of the member they were told of.

They go with that member's erasure; whoever goes on living there gives them anew.
"""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from api.answers import answers, read, told
from api.decoding import Strict
from api.deployment import all_spelt
from api.identity import WITHOUT_KEY, UnknownId, needs
from api.personal_files import NothingToCorrect, witness_change
from api.readers import MinPosition, Reader, newest, reading
from ledger.application.authority import Permission
from ledger.application.masked_details import masked
from ledger.application.vocabulary import Seen
from ledger.kernel.clock import business_day
from projections import people
from projections.people import MemberRow

LABEL, ADDRESS = "name", "address"


class HouseholdTexts(Struct, frozen=True, forbid_unknown_fields=True):
    """label: what neighbours call it; address: where it lives; one of them at least.

    member: who lives there and whose words they are. basis: what staff saw, as a code.
    """

    member: UUID
    basis: Seen
    label: Annotated[str, Meta(min_length=1, max_length=60)] | None = None
    address: Annotated[str, Meta(min_length=1, max_length=200)] | None = None


class HouseholdMember(Struct, frozen=True):
    """Somebody who lives there; the name is masked."""

    id: UUID
    name: str


class Household(Struct, frozen=True):
    """A household as staff see it: the address down to the community; texts empty where none is kept."""

    id: UUID
    label: str
    address: str
    members: list[HouseholdMember]


class HouseholdDescribed(Struct, frozen=True):
    """code: `household-described`."""

    code: str
    household: UUID


@post(
    "/households/{household:str}/details",
    opt=needs(Permission.CHANGE_DETAILS) | WITHOUT_KEY,
    dto=Strict[HouseholdTexts],
    return_dto=None,
    status_code=200,
    responses=answers(HouseholdDescribed),
    tags=["households"],
)
async def describe_household(
    request: Request[Any, Any, Any], household: FromPath[UUID], data: JSONBody[HouseholdTexts]
) -> Response[bytes]:
    """Say what a household is called and where it lives. Who did is logged, never the words."""
    await asyncio.to_thread(_describe, request, household, data)
    return told(HouseholdDescribed("household-described", household))


@get(
    "/households/{household:str}",
    opt=needs(Permission.READ_MEMBERS),
    sync_to_thread=True,
    responses=answers(Household),
    tags=["households"],
)
def get_household(
    request: Request[Any, Any, Any], household: FromPath[UUID], min_position: MinPosition = None
) -> Response[bytes]:
    """Who lives together, for staff where all of them are at home."""
    with reading(request, min_position) as reader:
        living = _living(reader, household, Permission.READ_MEMBERS)
        names = reader.names([row.member for row in living])
        texts = reader.deployment.directory.known([household], [LABEL, ADDRESS]).texts.get(household, {})
    members = [HouseholdMember(row.member, names[row.member]) for row in living]
    address = masked(ADDRESS, texts.get(ADDRESS, ""))
    return read(request, Household(household, texts.get(LABEL, ""), address, members))


def _describe(request: Request[Any, Any, Any], household: UUID, data: HouseholdTexts) -> None:
    with reading(request, newest(request)) as reader:
        living = _living(reader, household, Permission.CHANGE_DETAILS)
        row = next((row for row in living if row.member == data.member), None)
        if row is None:
            raise UnknownId
        deployment = reader.deployment
        given = {LABEL: data.label, ADDRESS: data.address}
        texts = all_spelt(given, business_day(deployment.clock.now()))
        if not texts:
            raise NothingToCorrect
        for other in living:
            # What stands there may be theirs, and would be gone.
            deployment.legal_holds.require_free(other.member)
        witness_change(reader, row, [f"household_{field}" for field in texts], data.basis)
        deployment.directory.write(household, texts, key_owner=row.member)


def _living(reader: Reader, household: UUID, permission: Permission) -> list[MemberRow]:
    """Who lives there now. UnknownId for a household of nobody, and where the reader may not know of one of them."""
    living = people.members_in_household(reader.connection, household)
    if not living:
        raise UnknownId
    for home in {row.home for row in living}:
        reader.require(permission, home)
    return living


HANDLERS = [describe_household, get_household]
