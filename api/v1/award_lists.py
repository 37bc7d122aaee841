"""Reading awards: what waits for a decision, and the public notice, where members are shown masked."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from msgspec import Struct
from msgspec.structs import replace

from api.answers import answers, read
from api.identity import SIGNED_IN, NotAllowed, UnknownId, needs
from api.readers import MinPosition, Page, Reader, after, next_url, reading
from api.v1.contested import ObjectionView, ReversalView, objection_view, reversal_view
from api.v1.visibility import home_of, may_any, require_sight, sees
from ledger.application.authority import Permission
from ledger.awards.events import Step
from ledger.kernel.units import Unit
from projections import awards, contested_awards
from projections.awards import AwardRow, AwardStatus

HANDLING = (Permission.PROPOSE_AWARDS, Permission.APPROVE_AWARDS)
"""Who sees awards that are not on public notice, and whose they are."""

Asked = Literal[
    "proposed", "on_notice", "objected", "reversal_proposed", "settled_empty", "refused", "credited", "reversed"
]
"""A state of awards, or `reversal_proposed`: on notice or credited, and somebody proposed to take them back."""


class AwardView(Struct, frozen=True):
    """An award. amount: in `unit`; minutes are whole minutes. explanation: how the amount came about, step by step.

    member: None on the public notice, where only the masked name is shown. notice_until: the last day of notice.
    first_approved_by: who agreed first to a large one, None where nobody did or one is enough; while it is `proposed`,
    a second approver is awaited.
    """

    id: UUID
    organisation: UUID
    member: UUID | None
    name: str
    status: AwardStatus
    source: UUID
    source_kind: str
    unit: Unit
    rule: UUID
    rule_version: int
    service_day: date
    minutes_planned: int
    minutes_seen: int
    minutes_credited: int
    amount: int
    explanation: list[Step]
    proposed_by: UUID
    proposed_at: datetime
    first_approved_by: UUID | None
    decided_by: UUID | None
    notice_until: date | None
    is_provisional: bool
    reason: str | None
    credited_on: date | None
    reversed_on: date | None
    objection: ObjectionView | None
    reversal: ReversalView | None


class AwardList(Struct, frozen=True):
    """Awards in the order in which they were proposed.

    overdue: of the objections asked for, all pages together, how many should have been decided before today; None where
    others were asked for.
    """

    items: list[AwardView]
    overdue: int | None


@get("/awards", opt=needs(SIGNED_IN), sync_to_thread=True, responses=answers(AwardList), tags=["awards"])
def list_awards(
    request: Request[Any, Any, Any],
    page: NamedDependency[Page],
    organisation: FromQuery[UUID | None] = None,
    status: FromQuery[Asked] = "on_notice",
) -> Response[bytes]:
    """The public notice of an organisation (left out: the reader's home), or, for those who propose and decide there,
    awards in any other state. `objected` lists what was taken there from below, too."""
    begin = after(page.cursor, int) or 0
    with reading(request, page.min_position) as reader:
        place = organisation or home_of(reader)
        require_sight(reader, place)
        handles = may_any(reader, HANDLING, place)
        if status != "on_notice" and not handles:
            raise NotAllowed
        rows = _asked(reader, place, status, after=begin, limit=page.limit)
        views = _views(reader, rows, named=handles)
        waits = status == "objected"
        overdue = contested_awards.overdue(reader.connection, place, today=reader.today) if waits else None
    last = rows[-1].position if rows else None
    return read(request, AwardList(views, overdue), next_url=next_url(request, rows, page.limit, last))


@get("/awards/{award:str}", opt=needs(SIGNED_IN), sync_to_thread=True, responses=answers(AwardView), tags=["awards"])
def get_award(
    request: Request[Any, Any, Any], award: FromPath[UUID], min_position: MinPosition = None
) -> Response[bytes]:
    """One award: one's own, one on notice or stopped by an objection, or any for those who propose or decide there."""
    with reading(request, min_position) as reader:
        row = awards.award(reader.connection, award)
        if row is None:
            raise UnknownId
        handles = may_any(reader, HANDLING, row.organisation)
        shown = row.status in ("on_notice", "objected") and sees(reader, row.organisation)
        if not handles and not shown and row.member != reader.member:
            raise UnknownId
        (view,) = _views(reader, [row], named=handles)
    return read(request, view)


def _asked(reader: Reader, place: UUID, status: Asked, *, after: int, limit: int) -> list[AwardRow]:
    if status == "objected":
        return contested_awards.objected(reader.connection, place, after=after, limit=limit)
    if status == "reversal_proposed":
        return contested_awards.reversing(reader.connection, place, after=after, limit=limit)
    return awards.of_organisation(reader.connection, place, status=status, after=after, limit=limit)


def _views(reader: Reader, rows: list[AwardRow], *, named: bool) -> list[AwardView]:
    """named: whether members and objectors are shown, whoever they are."""
    names = reader.names(row.member for row in rows)
    ids = [row.award for row in rows]
    objections = contested_awards.objections_to(reader.connection, ids)
    reversals = contested_awards.reversals_of(reader.connection, ids)
    views: list[AwardView] = []
    for row in rows:
        known = named or row.member == reader.member
        objection, reversal = objections.get(row.award), reversals.get(row.award) if known else None
        view = _view(row, names[row.member], row.member if known else None)
        views.append(
            replace(
                view,
                objection=objection and objection_view(reader, objection, named=named),
                reversal=reversal and reversal_view(reversal),
            )
        )
    return views


def _view(row: AwardRow, name: str, member: UUID | None) -> AwardView:
    return AwardView(
        id=row.award,
        organisation=row.organisation,
        member=member,
        name=name,
        status=row.status,
        source=row.source,
        source_kind=row.source_kind,
        unit=row.unit,
        rule=row.rule,
        rule_version=row.rule_version,
        service_day=row.service_day,
        minutes_planned=row.minutes_planned,
        minutes_seen=row.minutes_seen,
        minutes_credited=row.minutes_credited,
        amount=row.amount,
        explanation=row.explanation,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        first_approved_by=row.first_approved_by,
        decided_by=row.decided_by,
        notice_until=row.notice_until,
        is_provisional=row.is_provisional,
        reason=row.reason,
        credited_on=row.credited_on,
        reversed_on=row.reversed_on,
        objection=None,
        reversal=None,
    )


HANDLERS = [list_awards, get_award]
