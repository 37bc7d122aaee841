"""Corrections of a balance and opening balances: proposed by staff, agreed to by an approver, large ones by two."""

import asyncio
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta, Struct

from api.answers import answers, read, written
from api.calls import submit
from api.deployment import Deployment
from api.identity import SIGNED_IN, UnknownId, needs
from api.large_sums import Sum, ask_again_if_large
from api.readers import MinPosition, Page, Reader, after, newest, next_url, reading
from api.v1.commanding import commanding
from api.v1.evidence import DIGEST, EvidenceNotKept
from api.v1.visibility import home_of, may_any, require_any, require_sight, sees
from ledger.accounts.events import AdjustmentKind
from ledger.application.adjustments import (
    APPROVE_ADJUSTMENT,
    PROPOSE_ADJUSTMENT,
    REFUSE_ADJUSTMENT,
    ApproveAdjustment,
    ProposeAdjustment,
    RefuseAdjustment,
)
from ledger.application.authority import Permission
from ledger.application.vocabulary import Reason
from ledger.kernel.ids import AdjustmentId, MemberId
from ledger.kernel.units import AMOUNT_MAX, Unit
from projections import adjustments
from projections.adjustments import AdjustmentRow, AdjustmentStatus

HANDLING = (Permission.PROPOSE_ADJUSTMENTS, Permission.APPROVE_ADJUSTMENTS)
"""Who sees adjustments that are not on public notice."""
SHOWN = ("on_notice", "objected")
"""What everybody around sees, with the member's name masked."""

Signed = Annotated[int, Meta(ge=-AMOUNT_MAX, le=AMOUNT_MAX)]
Evidence = Annotated[str, Meta(pattern=DIGEST)]


class AdjustmentBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose balance, in what unit, by how much (signed, not 0), and why: a code such as `counted-twice`.

    kind: a correction, or an `opening_balance` from another book, which is positive. evidence: the digest that
    `POST /v1/evidence` answered. expires_on: first day on which what comes in is worth nothing; left out: never.
    """

    kind: AdjustmentKind
    member: UUID
    unit: Unit
    amount: Signed
    reason: Reason
    evidence: Evidence | None = None
    expires_on: date | None = None


class RefusalBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Why not: a code."""

    reason: Reason


class AdjustmentView(Struct, frozen=True):
    """An adjustment. amount: signed, in `unit`. approved_by: who agreed so far; a large one takes two.

    member: None on the public notice, where only the masked name is shown. evidence: see
    `GET /v1/evidence/{digest}`. decision_reason: why it was refused, a code. notice_until: the last day of the notice.
    objection_reason: a code, of the newest objection; decide_by: the day by which it should be decided.
    """

    id: UUID
    organisation: UUID
    member: UUID | None
    name: str
    status: AdjustmentStatus
    kind: AdjustmentKind
    unit: Unit
    amount: int
    reason: str
    proposed_by: UUID
    proposed_at: datetime
    approved_by: list[UUID]
    evidence: str | None
    expires_on: date | None
    refused_by: UUID | None
    decision_reason: str | None
    posted_on: date | None
    notice_until: date | None
    is_provisional: bool
    objection_reason: str | None
    decide_by: date | None


class AdjustmentList(Struct, frozen=True):
    """Adjustments in the order in which they were proposed."""

    items: list[AdjustmentView]


@commanding("/adjustments", Permission.PROPOSE_ADJUSTMENTS, "accounts", body=AdjustmentBody, status=201)
async def propose_adjustment(request: Request[Any, Any, Any], data: JSONBody[AdjustmentBody]) -> Response[bytes]:
    """Propose to change a member's balance; nothing moves until somebody else agrees."""
    if data.evidence is not None:
        await asyncio.to_thread(_require_evidence, request, data.member, data.evidence)
    asked = ProposeAdjustment(
        data.kind,
        MemberId(data.member),
        data.unit,
        data.amount,
        data.reason,
        evidence=data.evidence,
        expires_on=data.expires_on,
    )
    return written(await submit(request, PROPOSE_ADJUSTMENT, asked), status=201)


@commanding("/adjustments/{adjustment:str}/approve", Permission.APPROVE_ADJUSTMENTS, "accounts")
async def approve_adjustment(request: Request[Any, Any, Any], adjustment: FromPath[UUID]) -> Response[bytes]:
    """Agree. The code is `adjustment-approved` while one more approver is needed, else `adjustment-posted`, or
    `adjustment-on-notice` for a balance from another book. A large one asks again who the caller is."""
    await ask_again_if_large(request, Permission.APPROVE_ADJUSTMENTS, lambda figures: _sum(figures, adjustment))
    return written(await submit(request, APPROVE_ADJUSTMENT, ApproveAdjustment(AdjustmentId(adjustment))))


@commanding("/adjustments/{adjustment:str}/refuse", Permission.APPROVE_ADJUSTMENTS, "accounts", body=RefusalBody)
async def refuse_adjustment(
    request: Request[Any, Any, Any], adjustment: FromPath[UUID], data: JSONBody[RefusalBody]
) -> Response[bytes]:
    """Leave the balance as it is."""
    asked = RefuseAdjustment(AdjustmentId(adjustment), data.reason)
    return written(await submit(request, REFUSE_ADJUSTMENT, asked))


@get(
    "/adjustments",
    opt=needs(SIGNED_IN),
    sync_to_thread=True,
    responses=answers(AdjustmentList),
    tags=["accounts"],
)
def list_adjustments(
    request: Request[Any, Any, Any],
    page: NamedDependency[Page],
    organisation: FromQuery[UUID | None] = None,
    status: FromQuery[AdjustmentStatus] = "proposed",
) -> Response[bytes]:
    """The adjustments of an organisation's members (left out: the reader's home) in one state.

    `on_notice` is the public notice of balances from other books, for everybody around; the rest is for those who
    propose or decide there."""
    begin = after(page.cursor, int) or 0
    with reading(request, page.min_position) as reader:
        place = organisation or home_of(reader)
        if status in SHOWN:
            require_sight(reader, place)
        else:
            require_any(reader, HANDLING, place)
        rows = adjustments.of_organisation(reader.connection, place, status=status, after=begin, limit=page.limit)
        views = _views(reader, rows, named=may_any(reader, HANDLING, place))
    last = rows[-1].position if rows else None
    return read(request, AdjustmentList(views), next_url=next_url(request, rows, page.limit, last))


@get(
    "/adjustments/{adjustment:str}",
    opt=needs(SIGNED_IN),
    sync_to_thread=True,
    responses=answers(AdjustmentView),
    tags=["accounts"],
)
def get_adjustment(
    request: Request[Any, Any, Any], adjustment: FromPath[UUID], min_position: MinPosition = None
) -> Response[bytes]:
    """One adjustment: any for those who propose or decide there; one on public notice for everybody around."""
    with reading(request, min_position) as reader:
        row = adjustments.adjustment(reader.connection, adjustment)
        is_shown = row is not None and row.status in SHOWN and sees(reader, row.organisation)
        if not is_shown:
            require_any(reader, HANDLING, row.organisation if row else home_of(reader))
        if row is None:
            raise UnknownId
        (view,) = _views(reader, [row], named=may_any(reader, HANDLING, row.organisation))
    return read(request, view)


def _require_evidence(request: Request[Any, Any, Any], member: UUID, digest: str) -> None:
    """Raises UnknownId for a member who is not the caller's to correct, and EvidenceNotKept."""
    with reading(request, newest(request)) as reader:
        home = reader.require_over_member(member, Permission.PROPOSE_ADJUSTMENTS).home
    deployment: Deployment = request.app.state.deployment
    if home not in deployment.directory.owners_of_evidence(digest):
        raise EvidenceNotKept(home)


def _views(reader: Reader, rows: list[AdjustmentRow], *, named: bool) -> list[AdjustmentView]:
    """named: whether members are shown, whoever they are."""
    members = [row.member for row in rows]
    names = reader.names(members, full=members if named else ())
    return [
        AdjustmentView(
            id=row.adjustment,
            organisation=row.organisation,
            member=row.member if named or row.member == reader.member else None,
            name=names[row.member],
            status=row.status,
            kind=row.kind,
            unit=row.unit,
            amount=row.amount,
            reason=row.reason,
            proposed_by=row.proposed_by,
            proposed_at=row.proposed_at,
            approved_by=row.approved_by,
            evidence=row.evidence,
            expires_on=row.expires_on,
            refused_by=row.refused_by,
            decision_reason=row.decision_reason,
            posted_on=row.posted_on,
            notice_until=row.notice_until,
            is_provisional=row.is_provisional,
            objection_reason=row.objection_reason,
            decide_by=row.decide_by,
        )
        for row in rows
    ]


def _sum(figures: Any, adjustment: UUID) -> Sum | None:
    found = adjustments.adjustment(figures, adjustment)
    return found and Sum(found.organisation, found.amount)


HANDLERS = [propose_adjustment, approve_adjustment, refuse_adjustment, list_adjustments, get_adjustment]
