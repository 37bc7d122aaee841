"""Who lives together, as ids: what keeps people from deciding for their own household."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from api.answers import written
from api.calls import submit
from api.identity import UnknownId
from api.readers import newest, reading
from api.v1.commanding import commanding
from ledger.application.authority import Permission
from ledger.application.households import (
    FORM_HOUSEHOLD,
    JOIN_HOUSEHOLD,
    LEAVE_HOUSEHOLD,
    FormHousehold,
    JoinHousehold,
    LeaveHousehold,
)
from ledger.kernel.ids import HouseholdId, MemberId, OrganisationId
from ledger.membership.household import HOUSEHOLD_MEMBERS_MAX
from projections import people


class HouseholdAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """A household in a community, and who lives in it from today."""

    organisation: UUID
    members: Annotated[tuple[UUID, ...], Meta(min_length=1, max_length=HOUSEHOLD_MEMBERS_MAX)]


class HouseholdMemberAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """Who moves in today."""

    member: UUID


@commanding("/households", Permission.REGISTER_MEMBERS, "households", body=HouseholdAsked, status=201)
async def form_household(request: Request[Any, Any, Any], data: JSONBody[HouseholdAsked]) -> Response[bytes]:
    """Write down who lives together. Nobody does so for their own household."""
    members = tuple(MemberId(member) for member in data.members)
    answer = await submit(request, FORM_HOUSEHOLD, FormHousehold(OrganisationId(data.organisation), members))
    return written(answer, status=201)


@commanding("/households/{household:str}/members", Permission.REGISTER_MEMBERS, "households", body=HouseholdMemberAsked)
async def join_household(
    request: Request[Any, Any, Any], household: FromPath[UUID], data: JSONBody[HouseholdMemberAsked]
) -> Response[bytes]:
    """Let a member move in today."""
    asked = JoinHousehold(HouseholdId(household), MemberId(data.member))
    return written(await submit(request, JOIN_HOUSEHOLD, asked))


@commanding("/households/{household:str}/members/{member:str}/leave", Permission.REGISTER_MEMBERS, "households")
async def leave_household(
    request: Request[Any, Any, Any], household: FromPath[UUID], member: FromPath[UUID]
) -> Response[bytes]:
    """Let a member move out; today still counts."""
    await asyncio.to_thread(_refuse_other_household, request, household, member)
    return written(await submit(request, LEAVE_HOUSEHOLD, LeaveHousehold(MemberId(member))))


def _refuse_other_household(request: Request[Any, Any, Any], household: UUID, member: UUID) -> None:
    """Who lives nowhere any more passes: it may be a retry of the request that let them go."""
    with reading(request, newest(request)) as reader:
        row = people.member(reader.connection, member)
        if row is None or row.household not in {None, household}:
            raise UnknownId


HANDLERS = [form_household, join_household, leave_household]
