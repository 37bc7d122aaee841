"""Leaving with a choice about the balance, coming back, a death on record, and moving home.

Whoever is gone is signed out everywhere at once.
"""

import asyncio
from datetime import date
from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import FromPath, JSONBody
from msgspec import Struct

from api.answers import written
from api.calls import Behalf, submit
from api.deployment import Deployment
from api.endings import end_sessions
from api.identity import SIGNED_IN, UnknownId
from api.v1.codes import CodeText, genuine
from api.v1.commanding import commanding
from api.v1.members import ME, MemberPath
from api.v1.open_things import named, open_things
from api.v1.presented_codes import Presented, presented
from api.v1.still_held import require_not_erased
from ledger.application.authority import Permission
from ledger.application.bases import Basis
from ledger.application.leaving import (
    APPROVE_RETURN,
    CONFIRM_DEATH,
    LEAVE_MEMBERSHIP,
    MOVE_HOME,
    PROPOSE_RETURN,
    REPORT_DEATH,
    WITHDRAW_DEATH_REPORT,
    ApproveReturn,
    ConfirmDeath,
    LeaveMembership,
    MoveHome,
    ProposeReturn,
    ReportDeath,
    WithdrawDeathReport,
)
from ledger.application.vocabulary import Seen
from ledger.kernel.ids import MemberId, OrganisationId
from ledger.membership.events import BalanceChoice


class LeavingAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """balance: `donate` gives everything to the programme, `dormant` lets it rest until the person comes back, `settle`
    asks that nothing is left. basis: where staff do it for somebody, what shows that the person wants it.
    """

    balance: BalanceChoice
    basis: Basis = "signed-paper"


class EvidenceAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """basis: what was seen, a code such as `identity-card` or `death-certificate`."""

    basis: Seen


class HomeAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """The new community, from which day, today or before, and how the person agreed.

    code: of the person, scanned from their card or their phone; it is the basis then. Without one, only who may move
    members out of the old home too can write the move down.
    """

    home: UUID
    from_day: date
    basis: Basis = "signed-paper"
    code: CodeText | None = None


@commanding("/members/{member:str}/leave", SIGNED_IN, "members", body=LeavingAsked)
async def leave_membership(
    request: Request[Any, Any, Any], member: MemberPath, data: JSONBody[LeavingAsked]
) -> Response[bytes]:
    """End a membership: one's own, or by staff for somebody. Goods asked for, places and claims are given back in the
    same commit, roles end, cards are refused from now on.
    """
    who = await named(request, member)
    found = await open_things(request, who)
    behalf = None if member == ME else Behalf(who, data.basis)
    asked = LeaveMembership(data.balance, behalf and who, found.things, found.coming)
    answer = await submit(request, LEAVE_MEMBERSHIP, asked, behalf=behalf)
    await end_sessions(request, who)
    return written(answer)


@commanding("/members/{member:str}/return", Permission.END_MEMBERSHIPS, "members", body=EvidenceAsked)
async def propose_return(
    request: Request[Any, Any, Any], member: FromPath[UUID], data: JSONBody[EvidenceAsked]
) -> Response[bytes]:
    """Say that somebody who left is here again."""
    await require_not_erased(request, Permission.END_MEMBERSHIPS, member)
    return written(await submit(request, PROPOSE_RETURN, ProposeReturn(MemberId(member), data.basis)))


@commanding("/members/{member:str}/return/approve", Permission.END_MEMBERSHIPS, "members")
async def approve_return(request: Request[Any, Any, Any], member: FromPath[UUID]) -> Response[bytes]:
    """Agree, as somebody else: what rested in the accounts is theirs again."""
    await require_not_erased(request, Permission.END_MEMBERSHIPS, member)
    return written(await submit(request, APPROVE_RETURN, ApproveReturn(MemberId(member))))


@commanding("/members/{member:str}/death", Permission.END_MEMBERSHIPS, "members", body=EvidenceAsked)
async def report_death(
    request: Request[Any, Any, Any], member: FromPath[UUID], data: JSONBody[EvidenceAsked]
) -> Response[bytes]:
    """Put a death down; nothing follows from it until somebody else confirms it."""
    return written(await submit(request, REPORT_DEATH, ReportDeath(MemberId(member), data.basis)))


@commanding("/members/{member:str}/death/confirm", Permission.END_MEMBERSHIPS, "members")
async def confirm_death(request: Request[Any, Any, Any], member: FromPath[UUID]) -> Response[bytes]:
    """Confirm a death. What is open is undone as on leaving; what is in the accounts rests."""
    found = await open_things(request, member)
    answer = await submit(request, CONFIRM_DEATH, ConfirmDeath(MemberId(member), found.things))
    await end_sessions(request, member)
    return written(answer)


@commanding("/members/{member:str}/death/withdraw", Permission.END_MEMBERSHIPS, "members")
async def withdraw_death_report(request: Request[Any, Any, Any], member: FromPath[UUID]) -> Response[bytes]:
    """Take a report back that nobody confirmed."""
    return written(await submit(request, WITHDRAW_DEATH_REPORT, WithdrawDeathReport(MemberId(member))))


@commanding("/members/{member:str}/home", Permission.MOVE_MEMBERS, "members", body=HomeAsked)
async def move_home(
    request: Request[Any, Any, Any], member: FromPath[UUID], data: JSONBody[HomeAsked]
) -> Response[bytes]:
    """Let somebody be at home in the caller's community from a day on. Accounts stay with who keeps them."""
    basis, shown = data.basis, None
    if data.code is not None:
        shown = await _shown(request, MemberId(member), data.code)
        basis = "card-shown" if shown.card else "live-code"
    asked = MoveHome(
        MemberId(member),
        OrganisationId(data.home),
        data.from_day,
        basis,
        has_shown=shown is not None,
        card=shown and shown.card,
    )
    return written(await submit(request, MOVE_HOME, asked, behalf=Behalf(MemberId(member), basis)))


async def _shown(request: Request[Any, Any, Any], member: MemberId, code: str) -> Presented:
    """The member's own code. Refuses as `presented`, and with UnknownId where it is somebody else's."""
    deployment: Deployment = request.app.state.deployment
    token = await genuine(request, code, deployment.clock.now())
    shown = await asyncio.to_thread(presented, deployment, token)
    if shown.member != member:
        raise UnknownId
    return shown


HANDLERS = [
    leave_membership,
    propose_return,
    approve_return,
    report_death,
    confirm_death,
    withdraw_death_report,
    move_home,
]
