"""Staff at the door scan a member's card, or the live code on the member's phone."""

import asyncio
from typing import Any
from uuid import UUID

from litestar import Request, Response, post
from litestar.params import JSONBody
from msgspec import Struct

from api.answers import answers, written
from api.calls import Behalf, submit
from api.decoding import Strict
from api.deployment import Deployment
from api.identity import needs
from api.v1.codes import SCAN_BODY_BYTES_MAX, CodeText, genuine
from api.v1.presented_codes import presented
from ledger.activities.activity import Direction
from ledger.application.authority import Permission
from ledger.application.check_ins import SCAN_MEMBER, ScanMember
from ledger.application.scans import SCAN_CARD, ScanCard
from ledger.application.work import Outcome
from ledger.kernel.ids import ActivityId


class ScanBody(Struct, frozen=True, forbid_unknown_fields=True):
    """What the scanner read, at which activity, and whether the member comes or goes."""

    activity: UUID
    token: CodeText
    direction: Direction


@post(
    "/scans",
    opt=needs(Permission.SCAN_OTHERS),
    dto=Strict[ScanBody],
    return_dto=None,
    status_code=200,
    request_max_body_size=SCAN_BODY_BYTES_MAX,
    responses=answers(Outcome),
    tags=["scans"],
)
async def scan_member(request: Request[Any, Any, Any], data: JSONBody[ScanBody]) -> Response[bytes]:
    """Record that a member came in or went out. Outcomes are told apart by code, as for `POST /v1/check-ins`."""
    deployment: Deployment = request.app.state.deployment
    now = deployment.clock.now()
    token = await genuine(request, data.token, now)
    shown = await asyncio.to_thread(presented, deployment, token)
    asked = ScanMember(
        activity=ActivityId(data.activity),
        member=shown.member,
        seen_at=now,
        basis=shown.basis,
        direction=data.direction,
    )
    behalf = Behalf(shown.member, "live-code" if shown.card is None else "card-shown")
    if shown.card is None:
        return written(await submit(request, SCAN_MEMBER, asked, behalf=behalf))
    return written(await submit(request, SCAN_CARD, ScanCard(asked, shown.card), behalf=behalf))


HANDLERS = [scan_member]
