"""What ends every session of somebody: a role begun or ended, a suspension, leaving, a credential that was changed."""

import asyncio
from typing import Any
from uuid import UUID

from litestar import Request

from api.deployment import Deployment
from ledger.kernel.ids import MemberId


async def end_sessions(request: Request[Any, Any, Any], member: UUID) -> None:
    """End every session and unused code of `member`, on every worker. To be called once the command is stored."""
    deployment: Deployment = request.app.state.deployment
    await asyncio.to_thread(end_all, deployment, MemberId(member))


def end_all(deployment: Deployment, member: MemberId, *, but: bytes = b"") -> None:
    """As `end_sessions`, from a thread that may wait. but: the hash of a session that goes on."""
    # Codes first: what one of them still opened is closed with the rest.
    deployment.sign_in_codes.withdraw(member)
    deployment.sessions.close_all(member, but=but)
