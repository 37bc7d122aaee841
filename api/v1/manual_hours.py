"""Manual hours: a few lines that somebody writes in later, with a reason, a picture and a weekly cap on the writer.

They go the way of a paper sheet, and are marked as what they are wherever they show. Reading them is `api.v1.sheets`.
"""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from api.v1.commanding import commanding
from api.v1.sheets import (
    ApproveLinesBody,
    Digest,
    LineBody,
    RefuseLinesBody,
    SheetBody,
    approve,
    enter,
    refuse,
)
from ledger.activities.sheet import LINES_MAX
from ledger.application.authority import Permission
from ledger.application.vocabulary import Reason


class ManualHoursBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Hours at one session that nobody scanned, and why: a code such as `forgot-card`. evidence: as for a sheet."""

    activity: UUID
    session: UUID
    evidence: Digest
    lines: Annotated[tuple[LineBody, ...], Meta(min_length=1, max_length=LINES_MAX["manual_hours"])]
    reason: Reason


@commanding("/manual-hours", Permission.ENTER_HOURS, "sheets", body=ManualHoursBody, status=201)
async def propose_manual_hours(request: Request[Any, Any, Any], data: JSONBody[ManualHoursBody]) -> Response[bytes]:
    """Write hours in for somebody else to approve. Ids and figures are those of `POST /v1/sheets`."""
    sheet = SheetBody(data.activity, data.session, data.evidence, data.lines, data.reason)
    return await enter(request, "manual_hours", sheet)


@commanding("/manual-hours/{sheet:str}/approve", Permission.APPROVE_HOURS, "sheets", body=ApproveLinesBody)
async def approve_manual_hours(
    request: Request[Any, Any, Any], sheet: FromPath[UUID], data: JSONBody[ApproveLinesBody]
) -> Response[bytes]:
    """Approve manual hours; what they earn goes on public notice, marked as manual. Figures as for a sheet."""
    return await approve(request, "manual_hours", sheet, data)


@commanding("/manual-hours/{sheet:str}/refuse", Permission.APPROVE_HOURS, "sheets", body=RefuseLinesBody)
async def refuse_manual_hours(
    request: Request[Any, Any, Any], sheet: FromPath[UUID], data: JSONBody[RefuseLinesBody]
) -> Response[bytes]:
    """Refuse manual hours; their minutes count no longer in the week of who wrote them in."""
    return await refuse(request, "manual_hours", sheet, data)


HANDLERS = [propose_manual_hours, approve_manual_hours, refuse_manual_hours]
