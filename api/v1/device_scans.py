"""Scans that a device sent and that did not count at once: who decides sees why, and accepts or dismisses each."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Struct

from api.answers import answers, read, written
from api.calls import submit
from api.decoding import MalformedBody
from api.identity import NotAllowed, UnknownId, needs
from api.languages import preferred
from api.readers import MinPosition, Page, Reader, after, next_url, reading
from api.sentences import sentence
from api.v1.body_fields import Instant
from api.v1.commanding import commanding
from api.v1.visibility import require_sight
from ledger.application.authority import Permission
from ledger.application.devices import ACCEPT_SCAN, DISMISS_SCAN, AcceptScan, DismissScan
from ledger.application.vocabulary import Reason
from ledger.kernel.ids import DeviceScanId
from projections import device_scans
from projections.device_scans import WaitingScanRow


class ReviewBody(Struct, frozen=True, forbid_unknown_fields=True):
    """A decision. accept: it counts, at `seen_at` where the device's time is not believed. dismiss: it counts for
    nothing, for a `reason`, a code.
    """

    decision: Literal["accept", "dismiss"]
    seen_at: Instant | None = None
    reason: Reason | None = None


class DeviceScanView(Struct, frozen=True):
    """A scan that was not accepted at once. reason: a code, text: the same for a person. name: masked; empty where the
    code led to nobody.

    seen_at, sent_at: by the device's clock, received_at: by ours. counted_at: the instant that was accepted.
    """

    id: UUID
    organisation: UUID
    device: UUID
    sequence: int
    activity: UUID
    session: UUID | None
    member: UUID | None
    name: str
    basis: str | None
    direction: str
    seen_at: datetime
    sent_at: datetime
    received_at: datetime
    uploaded_by: UUID
    reason: str
    text: str
    decision: Literal["accepted", "dismissed"] | None
    decided_by: UUID | None
    decided_at: datetime | None
    decision_reason: str | None
    counted_at: datetime | None


class DeviceScanList(Struct, frozen=True):
    """Scans, the longest known first."""

    items: list[DeviceScanView]


@get(
    "/device-scans",
    opt=needs(Permission.REVIEW_SCANS),
    sync_to_thread=True,
    responses=answers(DeviceScanList),
    tags=["scans"],
)
def list_device_scans(
    request: Request[Any, Any, Any],
    page: NamedDependency[Page],
    organisation: FromQuery[UUID],
    status: FromQuery[Literal["waiting", "all"]] = "waiting",
) -> Response[bytes]:
    """The scans that wait for a decision by an organisation's staff; with `status=all` also those decided on."""
    begin = after(page.cursor, int)
    with reading(request, page.min_position) as reader:
        require_sight(reader, organisation)
        if not reader.may(Permission.REVIEW_SCANS, organisation):
            raise NotAllowed
        rows = device_scans.scans_of_organisation(
            reader.connection, organisation, only_waiting=status == "waiting", after=begin or 0, limit=page.limit
        )
        views = _views(request, reader, rows)
    last = rows[-1].position if rows else None
    return read(request, DeviceScanList(views), next_url=next_url(request, rows, page.limit, last))


@get(
    "/device-scans/{scan:str}",
    opt=needs(Permission.REVIEW_SCANS),
    sync_to_thread=True,
    responses=answers(DeviceScanView),
    tags=["scans"],
)
def get_device_scan(
    request: Request[Any, Any, Any], scan: FromPath[UUID], min_position: MinPosition = None
) -> Response[bytes]:
    """One scan that was not accepted at once."""
    with reading(request, min_position) as reader:
        row = device_scans.scan(reader.connection, scan)
        if row is None or not reader.may(Permission.REVIEW_SCANS, row.organisation):
            raise UnknownId
        (view,) = _views(request, reader, [row])
    return read(request, view)


@commanding("/device-scans/{scan:str}/review", Permission.REVIEW_SCANS, "scans", body=ReviewBody)
async def review_device_scan(
    request: Request[Any, Any, Any], scan: FromPath[UUID], data: JSONBody[ReviewBody]
) -> Response[bytes]:
    """Decide on a scan that waits: nobody on their own, nor on that of their household. An accepted one is refused
    where the door would refuse it too; then nothing has changed, and it goes on waiting.
    """
    match data:
        case ReviewBody("accept", seen_at, None):
            return written(await submit(request, ACCEPT_SCAN, AcceptScan(DeviceScanId(scan), seen_at)))
        case ReviewBody("dismiss", None, str(reason)):
            return written(await submit(request, DISMISS_SCAN, DismissScan(DeviceScanId(scan), reason)))
        case _:
            raise MalformedBody("invalid-body", 400, "accept takes seen_at or nothing, dismiss takes reason")


def _views(request: Request[Any, Any, Any], reader: Reader, rows: list[WaitingScanRow]) -> list[DeviceScanView]:
    language = preferred(request.headers.get("accept-language"))
    names = reader.names(row.member for row in rows if row.member)
    return [_view(row, names.get(row.member, "") if row.member else "", language) for row in rows]


def _view(row: WaitingScanRow, name: str, language: str) -> DeviceScanView:
    return DeviceScanView(
        id=row.scan,
        organisation=row.organisation,
        device=row.device,
        sequence=row.sequence,
        activity=row.activity,
        session=row.session,
        member=row.member,
        name=name,
        basis=row.basis,
        direction=row.direction,
        seen_at=row.seen_at,
        sent_at=row.sent_at,
        received_at=row.received_at,
        uploaded_by=row.uploaded_by,
        reason=row.reason,
        text=sentence(row.reason, language),
        decision=row.decision,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        decision_reason=row.decision_reason,
        counted_at=row.counted_at,
    )


HANDLERS = [list_device_scans, get_device_scan, review_device_scan]
