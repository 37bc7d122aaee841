"""Visits after the door: confirmed, undone, annulled, corrected, excused, disputed. A visit is named by session and
member."""

from typing import Any, Literal
from uuid import UUID

from litestar import Request, Response
from litestar.params import FromPath, JSONBody
from msgspec import Struct

from api.answers import written
from api.calls import on_behalf, submit
from api.identity import SIGNED_IN
from api.v1.body_fields import Instant
from api.v1.commanding import commanding
from ledger.application.authority import Permission
from ledger.application.bases import Basis
from ledger.application.visit_corrections import (
    ANNUL_VISIT,
    CORRECT_VISIT,
    DECIDE_DISPUTE,
    DISPUTE_VISIT,
    EXCUSE_ABSENCE,
    UNDO_SCAN,
    AnnulAttendance,
    CorrectAttendance,
    DecideDisputedAttendance,
    DisputeAttendance,
    ExcuseAbsence,
    UndoScan,
)
from ledger.application.visits import CONFIRM_OUT, ConfirmOut
from ledger.application.vocabulary import Reason
from ledger.kernel.ids import ActivityId, DeviceId, MemberId, SessionId


class ConfirmBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose visit to which session, and until when the member stayed."""

    session: UUID
    member: UUID
    out_at: Instant


class UndoBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose visit: left out, the caller's own. device: the registered device that made the scan, where one did."""

    session: UUID
    member: UUID | None = None
    device: UUID | None = None


class AnnulBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose visit, and why it is taken back: a code."""

    session: UUID
    member: UUID
    reason: Reason


class CorrectBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose visit, when the member was there, and why the scans are wrong: a code."""

    session: UUID
    member: UUID
    in_at: Instant
    out_at: Instant
    reason: Reason


class ExcuseBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Who does not come, or did not: left out, the caller. reason: a code. basis: on what staff do it for somebody."""

    session: UUID
    reason: Reason
    member: UUID | None = None
    basis: Basis = "asked-in-person"


class DisputeBody(Struct, frozen=True, forbid_unknown_fields=True):
    """What is wrong with the caller's own visit, or no-show: a code."""

    session: UUID
    reason: Reason


class DecideBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose visit, who is right, and why: a code."""

    session: UUID
    member: UUID
    outcome: Literal["upheld", "rejected"]
    reason: Reason


@commanding("/activities/{activity:str}/attendances/confirm", Permission.CONFIRM_VISITS, "activities", body=ConfirmBody)
async def confirm_visit(
    request: Request[Any, Any, Any], activity: FromPath[UUID], data: JSONBody[ConfirmBody]
) -> Response[bytes]:
    """Say until when a member stayed whose visit was closed by time, or rests on the poster."""
    asked = ConfirmOut(ActivityId(activity), SessionId(data.session), MemberId(data.member), data.out_at)
    return written(await submit(request, CONFIRM_OUT, asked))


@commanding("/activities/{activity:str}/attendances/undo", SIGNED_IN, "activities", body=UndoBody)
async def undo_scan(
    request: Request[Any, Any, Any], activity: FromPath[UUID], data: JSONBody[UndoBody]
) -> Response[bytes]:
    """Take a visit back soon after its last scan, as who made that scan, or on the device that did."""
    asked = UndoScan(
        activity=ActivityId(activity),
        session=SessionId(data.session),
        member=MemberId(data.member) if data.member else None,
        device=DeviceId(data.device) if data.device else None,
    )
    return written(await submit(request, UNDO_SCAN, asked))


@commanding("/activities/{activity:str}/attendances/annul", Permission.CORRECT_VISITS, "activities", body=AnnulBody)
async def annul_visit(
    request: Request[Any, Any, Any], activity: FromPath[UUID], data: JSONBody[AnnulBody]
) -> Response[bytes]:
    """Take a visit back, as if nobody had come. An award of it must be refused, or taken back, first."""
    asked = AnnulAttendance(ActivityId(activity), SessionId(data.session), MemberId(data.member), data.reason)
    return written(await submit(request, ANNUL_VISIT, asked))


@commanding("/activities/{activity:str}/attendances/correct", Permission.CORRECT_VISITS, "activities", body=CorrectBody)
async def correct_visit(
    request: Request[Any, Any, Any], activity: FromPath[UUID], data: JSONBody[CorrectBody]
) -> Response[bytes]:
    """Say when a member was there, in place of all scans. Whoever says so does not approve what it earns."""
    asked = CorrectAttendance(
        activity=ActivityId(activity),
        session=SessionId(data.session),
        member=MemberId(data.member),
        in_at=data.in_at,
        out_at=data.out_at,
        reason=data.reason,
    )
    return written(await submit(request, CORRECT_VISIT, asked))


@commanding("/activities/{activity:str}/attendances/excuse", SIGNED_IN, "activities", body=ExcuseBody)
async def excuse_absence(
    request: Request[Any, Any, Any], activity: FromPath[UUID], data: JSONBody[ExcuseBody]
) -> Response[bytes]:
    """Excuse oneself before the session begins, or somebody at any time: no no-show. The place stays theirs."""
    behalf = on_behalf(data.member, data.basis)
    asked = ExcuseAbsence(ActivityId(activity), SessionId(data.session), data.reason, behalf and behalf.member)
    return written(await submit(request, EXCUSE_ABSENCE, asked, behalf=behalf))


@commanding("/activities/{activity:str}/attendances/dispute", SIGNED_IN, "activities", body=DisputeBody)
async def dispute_visit(
    request: Request[Any, Any, Any], activity: FromPath[UUID], data: JSONBody[DisputeBody]
) -> Response[bytes]:
    """Say that what stands of the caller's own visit is wrong. It is not tallied until somebody decides."""
    asked = DisputeAttendance(ActivityId(activity), SessionId(data.session), data.reason)
    return written(await submit(request, DISPUTE_VISIT, asked))


@commanding("/activities/{activity:str}/attendances/decide", Permission.CORRECT_VISITS, "activities", body=DecideBody)
async def decide_dispute(
    request: Request[Any, Any, Any], activity: FromPath[UUID], data: JSONBody[DecideBody]
) -> Response[bytes]:
    """Decide on a dispute, as somebody who had no part in the visit. Upheld, a correction or annulment may follow."""
    asked = DecideDisputedAttendance(
        activity=ActivityId(activity),
        session=SessionId(data.session),
        member=MemberId(data.member),
        outcome=data.outcome,
        reason=data.reason,
    )
    return written(await submit(request, DECIDE_DISPUTE, asked))


HANDLERS = [confirm_visit, undo_scan, annul_visit, correct_visit, excuse_absence, dispute_visit, decide_dispute]
