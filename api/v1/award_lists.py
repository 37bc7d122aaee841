"""Reading awards: what waits for a decision, and the public notice, where members are shown masked."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from msgspec import Struct

from api.answers import answers, read
from api.identity import SIGNED_IN, NotAllowed, UnknownId, needs
from api.readers import MinPosition, Page, Reader, after, next_url, reading
from api.v1.visibility import home_of, may_any, require_sight, sees
from ledger.application.authority import Permission
from ledger.awards.events import Step
from ledger.kernel.units import Unit
from projections import awards
from projections.awards import AwardRow, AwardStatus

HANDLING = (Permission.PROPOSE_AWARDS, Permission.APPROVE_AWARDS)
"""Who sees awards that nobody has decided on, and whose they are."""


class AwardView(Struct, frozen=True):
    """An award. amount: in `unit`; minutes are whole minutes. explanation: how the amount came about, step by step.

    member: None on the public notice, where only the masked name is shown. notice_until: the last day of notice.
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
    decided_by: UUID | None
    notice_until: date | None
    is_provisional: bool
    reason: str | None
    credited_on: date | None


class AwardList(Struct, frozen=True):
    """Awards in the order in which they were proposed."""

    items: list[AwardView]


@get("/awards", opt=needs(SIGNED_IN), sync_to_thread=True, responses=answers(AwardList), tags=["awards"])
def list_awards(
    request: Request[Any, Any, Any],
    page: NamedDependency[Page],
    organisation: FromQuery[UUID | None] = None,
    status: FromQuery[Literal["proposed", "on_notice"]] = "on_notice",
) -> Response[bytes]:
    """The public notice of an organisation (left out: the reader's home), or what waits for a decision there."""
    begin = after(page.cursor, int) or 0
    with reading(request, page.min_position) as reader:
        place = organisation or home_of(reader)
        require_sight(reader, place)
        handles = may_any(reader, HANDLING, place)
        if status == "proposed" and not handles:
            raise NotAllowed
        rows = awards.of_organisation(reader.connection, place, status=status, after=begin, limit=page.limit)
        views = _views(reader, rows, named=handles)
    last = rows[-1].position if rows else None
    return read(request, AwardList(views), next_url=next_url(request, rows, page.limit, last))


@get("/awards/{award:str}", opt=needs(SIGNED_IN), sync_to_thread=True, responses=answers(AwardView), tags=["awards"])
def get_award(
    request: Request[Any, Any, Any], award: FromPath[UUID], min_position: MinPosition = None
) -> Response[bytes]:
    """One award: one's own, one that is on notice, or any for those who propose or decide there."""
    with reading(request, min_position) as reader:
        row = awards.award(reader.connection, award)
        if row is None:
            raise UnknownId
        handles = row.member == reader.member or may_any(reader, HANDLING, row.organisation)
        if not handles and not (row.status == "on_notice" and sees(reader, row.organisation)):
            raise UnknownId
        (view,) = _views(reader, [row], named=handles)
    return read(request, view)


def _views(reader: Reader, rows: list[AwardRow], *, named: bool) -> list[AwardView]:
    names = reader.names(row.member for row in rows)
    return [_view(row, names[row.member], row.member if named or row.member == reader.member else None) for row in rows]


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
        decided_by=row.decided_by,
        notice_until=row.notice_until,
        is_provisional=row.is_provisional,
        reason=row.reason,
        credited_on=row.credited_on,
    )


HANDLERS = [list_awards, get_award]
