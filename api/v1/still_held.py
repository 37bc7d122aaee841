"""Decisions about who somebody is, which nobody can take once everything that told it is erased."""

import asyncio
from typing import Any
from uuid import UUID

from litestar import Request

from api.deployment import Deployment, MemberErased
from api.readers import allow_over_member
from ledger.application.authority import Permission


async def require_not_erased(request: Request[Any, Any, Any], permission: Permission, *members: UUID) -> None:
    """Pass while something is held about each of `members`. Refuses with MemberErased, told to who has `permission`
    there; else raises as `allow_over_member`.

    To be asked before somebody comes back, is joined or parted: of an erased person nobody can say who it was, and what
    rests in their account would be anybody's.
    """
    deployment: Deployment = request.app.state.deployment
    for member in members:
        if await asyncio.to_thread(deployment.erasing.of, member) is not None:
            await allow_over_member(request, permission, member)
            raise MemberErased(member)
