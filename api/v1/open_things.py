"""What is open for a member who goes: found in the read models, as new as the log, for the ledger to decide on."""

import asyncio
from typing import Any, NamedTuple
from uuid import UUID

from litestar import Request

from api.deployment import Deployment
from api.readers import newest, reading
from api.v1.members import ME, member_in
from ledger.application.winding_up import OPEN_THINGS_MAX, OpenThings, Place
from ledger.kernel.ids import ActivityId, AwardId, MemberId, RedemptionId, SessionId, TaskId
from projections import activity_roll, awards, redemptions, tasks

_LOOKED_AT_MAX = OPEN_THINGS_MAX + 1


class Found(NamedTuple):
    """What is open, and the awards that are not credited yet."""

    things: OpenThings
    coming: tuple[AwardId, ...]


async def open_things(request: Request[Any, Any, Any], member: UUID) -> Found:
    """What is open for `member`. BehindReader where the figures do not reach the end of the log in 2 s."""
    return await asyncio.to_thread(_find, request, member)


async def named(request: Request[Any, Any, Any], member: str) -> MemberId:
    """The member a path names; `me` is the caller."""
    return await asyncio.to_thread(_named, request) if member == ME else member_in(member)


def _named(request: Request[Any, Any, Any]) -> MemberId:
    with reading(request) as reader:
        return reader.member


def _find(request: Request[Any, Any, Any], member: UUID) -> Found:
    with reading(request, newest(request)) as reader:
        connection = reader.connection
        asked = [
            row
            for status in ("requested", "approved", "ready")
            for row in redemptions.of_member(connection, member, status=status, limit=_LOOKED_AT_MAX)
        ]
        places = [
            Place(ActivityId(row.activity), SessionId(row.session))
            for row in (*activity_roll.sign_ups_of(connection, member), *activity_roll.waits_of(connection, member))
            if _is_ahead(reader.deployment, connection, row.activity, row.session)
        ]
        claims = [row for row in tasks.claims_of(connection, member, limit=200) if row.status == "claimed"]
        coming = [row for row in awards.of_member(connection, member, limit=200) if row.status in _COMING]
    things = OpenThings(
        redemptions=tuple(RedemptionId(row.redemption) for row in asked),
        places=tuple(dict.fromkeys(places)),
        tasks=tuple(TaskId(row.task) for row in claims),
    )
    return Found(things, tuple(AwardId(row.award) for row in coming))


_COMING = ("proposed", "on_notice", "objected")


def _is_ahead(deployment: Deployment, connection: Any, activity: UUID, session: UUID) -> bool:
    now = deployment.clock.now()
    return any(one.session == session and now < one.ends_at for one in activity_roll.sessions(connection, activity))
