"""What staff decide about a member, and what members decide about their data: standing, roles and consents.

Sessions and unused codes end with a suspension and with any change of roles: what somebody may do begins with a new
sign-in, by a code from who may give one to somebody with that role.
"""

import asyncio
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from api.answers import written
from api.calls import Behalf, submit
from api.endings import end_sessions
from api.identity import SIGNED_IN, STEP_UP, needs
from api.readers import reading
from api.v1.ages import of_age
from api.v1.commanding import commanding
from api.v1.members import ME, MemberPath
from api.v1.open_things import named
from ledger.application.authority import Permission
from ledger.application.bases import Basis
from ledger.application.members import (
    GIVE_CONSENT,
    REINSTATE_MEMBER,
    SUSPEND_MEMBER,
    VERIFY_MEMBER,
    WITHDRAW_CONSENT,
    GiveConsent,
    ReinstateMember,
    SuspendMember,
    VerifyMember,
    WithdrawConsent,
)
from ledger.application.roles import END_ROLE, GRANT_ROLE, EndRole, GrantRole
from ledger.application.vocabulary import Reason, Seen
from ledger.kernel.ids import MemberId, OrganisationId, RoleId
from ledger.membership.events import Role
from projections import people

Purpose = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_-]{0,39}$(?!\n)")]
"""What a consent is for. It is compared with the texts there are, and stands in an event only as one of them."""


class VerifyAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """basis: what was seen, a code such as `identity-card` or `known-in-person`."""

    basis: Seen


class ReasonAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """reason: a code such as `lost`; nothing a person typed."""

    reason: Reason


class ConsentAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """The purpose (such as `boards`), and the version of the wording that was agreed to.

    basis: where staff enter it for a member, what shows it.
    """

    purpose: Purpose
    text_version: Annotated[str, Meta(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,39}$(?!\n)")]
    basis: Basis = "signed-paper"


class WithdrawAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """The purpose for which consent is taken back. basis: where staff enter it for a member, what shows it."""

    purpose: Purpose
    basis: Basis = "asked-in-person"


class RoleAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """A role for `organisation` and all below it. Both days count; until_day left out: until ended."""

    role: Role
    organisation: UUID
    from_day: date
    until_day: date | None = None


@commanding("/members/{member:str}/verify", Permission.VERIFY_MEMBERS, "members", body=VerifyAsked)
async def verify_member(
    request: Request[Any, Any, Any], member: FromPath[UUID], data: JSONBody[VerifyAsked]
) -> Response[bytes]:
    """Say that the caller saw who the person is. A child under fourteen needs a guardian on record first."""
    is_child = not await of_age(request, MemberId(member))
    return written(await submit(request, VERIFY_MEMBER, VerifyMember(MemberId(member), data.basis, is_child)))


@commanding("/members/{member:str}/suspend", Permission.SUSPEND_MEMBERS, "members", body=ReasonAsked)
async def suspend_member(
    request: Request[Any, Any, Any], member: FromPath[UUID], data: JSONBody[ReasonAsked]
) -> Response[bytes]:
    """Stop a member from earning, spending and acting, and end the member's sessions."""
    answer = await submit(request, SUSPEND_MEMBER, SuspendMember(MemberId(member), data.reason))
    await end_sessions(request, member)
    return written(answer)


@commanding("/members/{member:str}/reinstate", Permission.SUSPEND_MEMBERS, "members")
async def reinstate_member(request: Request[Any, Any, Any], member: FromPath[UUID]) -> Response[bytes]:
    """End a suspension."""
    return written(await submit(request, REINSTATE_MEMBER, ReinstateMember(MemberId(member))))


@commanding("/members/{member:str}/consents", SIGNED_IN, "members", body=ConsentAsked)
async def give_consent(
    request: Request[Any, Any, Any], member: MemberPath, data: JSONBody[ConsentAsked]
) -> Response[bytes]:
    """Agree to a purpose: for oneself, by a child's guardian, or by staff from paper."""
    who, behalf = await _about(request, member, data.basis)
    asked = GiveConsent(data.purpose, data.text_version, behalf and who, await of_age(request, who))
    return written(await submit(request, GIVE_CONSENT, asked, behalf=behalf))


@commanding("/members/{member:str}/consents/withdraw", SIGNED_IN, "members", body=WithdrawAsked)
async def withdraw_consent(
    request: Request[Any, Any, Any], member: MemberPath, data: JSONBody[WithdrawAsked]
) -> Response[bytes]:
    """Take a consent back: one's own, a child's by the guardian, or by staff for a member."""
    who, behalf = await _about(request, member, data.basis)
    asked = WithdrawConsent(data.purpose, behalf and who, await of_age(request, who))
    return written(await submit(request, WITHDRAW_CONSENT, asked, behalf=behalf))


@commanding(
    "/members/{member:str}/roles", needs(Permission.GRANT_ROLES) | STEP_UP, "members", body=RoleAsked, status=201
)
async def grant_role(
    request: Request[Any, Any, Any], member: FromPath[UUID], data: JSONBody[RoleAsked]
) -> Response[bytes]:
    """Let a member act for an organisation. Sessions from before it end: a role begins with a new sign-in."""
    organisation = OrganisationId(data.organisation)
    asked = GrantRole(MemberId(member), data.role, organisation, data.from_day, data.until_day)
    answer = await submit(request, GRANT_ROLE, asked)
    await end_sessions(request, member)
    return written(answer, status=201)


@commanding("/members/{member:str}/roles/{role:str}/end", needs(Permission.GRANT_ROLES) | STEP_UP, "members")
async def end_role(request: Request[Any, Any, Any], member: FromPath[UUID], role: FromPath[UUID]) -> Response[bytes]:
    """End a role at once, and with it the member's sessions."""
    answer = await submit(request, END_ROLE, EndRole(MemberId(member), RoleId(role)))
    await end_sessions(request, member)
    return written(answer)


async def _about(request: Request[Any, Any, Any], path: str, basis: Basis) -> tuple[MemberId, Behalf | None]:
    """Whose consent it is, and for whom the caller acts: None for `me`. A guardian acts as that, whatever was said."""
    who = await named(request, path)
    if path == ME:
        return who, None
    is_guardian = await asyncio.to_thread(_is_guardian, request, who)
    return who, Behalf(who, "guardian" if is_guardian else basis)


def _is_guardian(request: Request[Any, Any, Any], member: MemberId) -> bool:
    with reading(request) as reader:
        row = people.member(reader.connection, member)
        return row is not None and row.guardian == reader.member


HANDLERS = [
    verify_member,
    suspend_member,
    reinstate_member,
    give_consent,
    withdraw_consent,
    grant_role,
    end_role,
]
