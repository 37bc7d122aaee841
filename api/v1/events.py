"""The log itself, for auditors and the programs of other offices: every event in order, exactly as it is stored."""

from typing import Annotated, Any, Protocol
from uuid import UUID

import msgspec
from litestar import Request, Response, get
from litestar.params import QueryParameter
from msgspec import Raw, Struct

from api.answers import answers, read
from api.deployment import Deployment
from api.identity import NotAllowed, needs
from api.readers import LIST_MAX, Limit, Reader, reading
from ledger.application.authority import Permission
from projections import people
from projections.people import OrganisationRow

After = Annotated[
    int, QueryParameter(ge=0, le=2**53, description="The position after which to begin; 0 for the first.")
]


class StoredRow(Protocol):
    """A row of the log as it comes from the feed."""

    @property
    def position(self) -> int: ...
    @property
    def stream(self) -> UUID: ...
    @property
    def version(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def state(self) -> bytes: ...
    @property
    def leaf(self) -> bytes: ...


class Stored(Struct, frozen=True):
    """What is stored of one event, in its stored spelling."""

    at: str
    actor: UUID
    command: UUID
    event: Raw
    correlation: UUID | None = None
    on_behalf_of: UUID | None = None
    basis: str | None = None


class EventView(Struct, frozen=True):
    """One event. stream and version: of what, and its place there. event: the stored JSON, never rewritten.

    leaf: the hash of all stored bytes that proofs of history are made of, in hex.
    """

    position: int
    stream: UUID
    version: int
    name: str
    at: str
    actor: UUID
    command: UUID
    correlation: UUID | None
    on_behalf_of: UUID | None
    basis: str | None
    event: Raw
    leaf: str


class EventList(Struct, frozen=True):
    """Events by position. position: of the newest event there is."""

    items: list[EventView]
    position: int


@get(
    "/events",
    opt=needs(Permission.READ_LOG),
    sync_to_thread=True,
    responses=answers(EventList),
    tags=["events"],
)
def list_events(request: Request[Any, Any, Any], after: After = 0, limit: Limit = LIST_MAX) -> Response[bytes]:
    """A page of the log. It speaks of everybody, so the auditor's role must reach the top of every tree."""
    deployment: Deployment = request.app.state.deployment
    with reading(request) as reader:
        _require_whole_log(reader)
    newest = deployment.feed.position()
    events = [_view(row) for row in deployment.feed.page_raw(after, limit)]
    following = f"{request.url.path}?after={events[-1].position}&limit={limit}" if len(events) == limit else None
    return read(request, EventList(events, newest), next_url=following)


def _require_whole_log(reader: Reader) -> None:
    tops = people.organisations_below(reader.connection, None, limit=LIST_MAX, day=reader.today)
    if not tops or not all(_reaches(reader, top) for top in tops):
        raise NotAllowed


def _reaches(reader: Reader, top: OrganisationRow) -> bool:
    """From the node that a party's tree is attached to as well: nobody shuts the auditor out by planting one."""
    return any(reader.may(Permission.READ_LOG, one) for one in (top.organisation, top.attached_to) if one)


def _view(row: StoredRow) -> EventView:
    stored = _stored(row.state)
    return EventView(
        position=row.position,
        stream=row.stream,
        version=row.version,
        name=row.name,
        at=stored.at,
        actor=stored.actor,
        command=stored.command,
        correlation=stored.correlation,
        on_behalf_of=stored.on_behalf_of,
        basis=stored.basis,
        event=stored.event,
        leaf=row.leaf.hex(),
    )


_stored = msgspec.json.Decoder(Stored).decode

HANDLERS = [list_events]
