"""Scanning devices: registered by the staff, what each has sent, which of its numbers are missing, and its end."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Struct

from api.answers import answers, read, written
from api.calls import submit
from api.identity import NotAllowed, UnknownId, needs
from api.readers import MinPosition, Page, Reader, after, next_url, reading
from api.v1.body_fields import Title
from api.v1.commanding import commanding
from api.v1.texts import Wording, new_with_texts
from api.v1.visibility import require_sight
from ledger.application.authority import Permission
from ledger.application.devices import REGISTER_DEVICE, REVOKE_DEVICE, RegisterDevice, RevokeDevice
from ledger.application.vocabulary import Reason
from ledger.kernel.ids import DeviceId, OrganisationId
from projections import device_scans
from projections.device_scans import DeviceRow

RANGES_MAX = 1_000
"""Missing ranges told at most, the lowest ones; `missing_count` counts all."""


class DeviceBody(Struct, frozen=True, forbid_unknown_fields=True):
    """A device to be registered. name: what the staff call it."""

    name: Title
    organisation: UUID


class RevocationBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Why the device is no longer trusted: a code such as `lost`."""

    reason: Reason


class SequenceRange(Struct, frozen=True):
    """Consecutive numbers from `first` to `last`, both included."""

    first: int
    last: int


class DeviceView(Struct, frozen=True):
    """A device. last_sequence: the highest number that came, 0 before the first. recorded: how many numbers came.

    recorded = accepted + for_review + review_accepted + dismissed: accepted at once, waiting, and decided since.
    missing_count: numbers below last_sequence that never came. clock_ahead_seconds: by how much its clock was ahead of
    ours when it last sent, negative where it was behind.
    """

    id: UUID
    name: str
    organisation: UUID
    registered_at: datetime
    revoked_at: datetime | None
    revoked_for: str | None
    last_sequence: int
    recorded: int
    missing_count: int
    accepted: int
    for_review: int
    review_accepted: int
    dismissed: int
    last_sent_at: datetime | None
    clock_ahead_seconds: int | None


class DeviceDetail(Struct, frozen=True):
    """A device with the numbers that never came from it, at most the lowest 1000 ranges of them."""

    device: DeviceView
    missing: list[SequenceRange]


class DeviceList(Struct, frozen=True):
    """Devices in the order of their ids."""

    items: list[DeviceView]


@commanding("/devices", Permission.REGISTER_DEVICES, "scans", body=DeviceBody, status=201)
async def register_device(request: Request[Any, Any, Any], data: JSONBody[DeviceBody]) -> Response[bytes]:
    """Register a device that scans for an organisation. It numbers its scans from 1, for ever."""
    organisation = OrganisationId(data.organisation)
    wording = Wording(organisation, Permission.REGISTER_DEVICES, {"name": data.name})
    new = await new_with_texts(request, "device", wording)
    asked = RegisterDevice(DeviceId(new.id), organisation)
    return written(await submit(request, REGISTER_DEVICE, asked), status=201)


@commanding("/devices/{device:str}/revoke", Permission.REGISTER_DEVICES, "scans", body=RevocationBody)
async def revoke_device(
    request: Request[Any, Any, Any], device: FromPath[UUID], data: JSONBody[RevocationBody]
) -> Response[bytes]:
    """Trust a device no more, for good: what it still sends is kept, and waits for review."""
    return written(await submit(request, REVOKE_DEVICE, RevokeDevice(DeviceId(device), data.reason)))


@get(
    "/devices",
    opt=needs(Permission.SCAN_OTHERS),
    sync_to_thread=True,
    responses=answers(DeviceList),
    tags=["scans"],
)
def list_devices(
    request: Request[Any, Any, Any], page: NamedDependency[Page], organisation: FromQuery[UUID]
) -> Response[bytes]:
    """The devices of an organisation, for who may scan there."""
    begin = after(page.cursor, UUID)
    with reading(request, page.min_position) as reader:
        require_sight(reader, organisation)
        if not reader.may(Permission.SCAN_OTHERS, organisation):
            raise NotAllowed
        rows = device_scans.of_organisation(reader.connection, organisation, after=begin, limit=page.limit)
        views = _views(reader, rows)
    last = rows[-1].device if rows else None
    return read(request, DeviceList(views), next_url=next_url(request, rows, page.limit, last))


@get(
    "/devices/{device:str}",
    opt=needs(Permission.SCAN_OTHERS),
    sync_to_thread=True,
    responses=answers(DeviceDetail),
    tags=["scans"],
)
def get_device(
    request: Request[Any, Any, Any], device: FromPath[UUID], min_position: MinPosition = None
) -> Response[bytes]:
    """One device: what became of its scans, and which numbers are missing below its highest."""
    with reading(request, min_position) as reader:
        row = device_scans.device(reader.connection, device)
        if row is None or not reader.may(Permission.SCAN_OTHERS, row.organisation):
            raise UnknownId
        (view,) = _views(reader, [row])
        gaps = missing_ranges(reader, device, below=row.last_sequence, limit=RANGES_MAX)
    return read(request, DeviceDetail(view, gaps))


def missing_ranges(reader: Reader, device: UUID, *, below: int, limit: int) -> list[SequenceRange]:
    """The numbers below `below` that never came from the device: the lowest `limit` ranges of them."""
    found = device_scans.missing(reader.connection, device, below=below, limit=limit)
    return [SequenceRange(one.first, one.last) for one in found]


def _views(reader: Reader, rows: list[DeviceRow]) -> list[DeviceView]:
    names = reader.texts(row.device for row in rows)
    return [_view(row, names[row.device]) for row in rows]


def _view(row: DeviceRow, name: str) -> DeviceView:
    return DeviceView(
        id=row.device,
        name=name,
        organisation=row.organisation,
        registered_at=row.registered_at,
        revoked_at=row.revoked_at,
        revoked_for=row.revoked_for,
        last_sequence=row.last_sequence,
        recorded=row.recorded,
        missing_count=row.last_sequence - row.recorded,
        accepted=row.accepted,
        for_review=row.for_review,
        review_accepted=row.review_accepted,
        dismissed=row.dismissed,
        last_sent_at=row.last_sent_at,
        clock_ahead_seconds=row.clock_ahead_seconds,
    )


HANDLERS = [register_device, revoke_device, list_devices, get_device]
