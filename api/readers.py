"""Who reads, what they may see, and from where: the caller of a read, the figures' connection, and pages of lists.

What a person may do is decided under the ledger's lock; what a person may see is decided here, from the read models.
"""

import asyncio
import base64
import re
from collections.abc import Collection, Generator, Iterable, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Annotated, Any, TypeVar, cast
from urllib.parse import parse_qsl, urlencode
from uuid import UUID
from zlib import crc32

import msgspec
from litestar import Request
from litestar.params import QueryParameter
from msgspec import Struct
from sqlalchemy import Connection, event

from api.decoding import MalformedBody
from api.deployment import Deployment, SessionKind
from api.identity import NotAllowed, SignInNeeded, UnknownId, proof_of
from api.problems import BehindReader
from ledger.application.authority import ALLOWED, Permission
from ledger.application.masking import mask_name
from ledger.kernel.clock import business_day
from ledger.kernel.ids import MemberId
from ledger.membership.placement import has_ended
from projections import people
from projections.people import RoleRow

T = TypeVar("T")

LIST_MAX = 200
INTEGER_MAX = 2**63 - 1
Limit = Annotated[int, QueryParameter(ge=1, le=LIST_MAX, description="How many at most, 1 to 200.")]
Cursor = Annotated[str | None, QueryParameter(max_length=400, description="From the `next` link of the page before.")]
MinPosition = Annotated[
    int | None,
    QueryParameter(
        ge=0, le=2**53, description="The `Ledger-Position` of your last write: wait up to 2 s for its figures."
    ),
]


class Page(Struct, frozen=True):
    """Which part of a list is asked for, and how new its figures must be. cursor: without the mark of its list."""

    limit: int
    cursor: str | None
    min_position: int | None


def page(
    request: Request[Any, Any, Any], limit: Limit = 50, cursor: Cursor = None, min_position: MinPosition = None
) -> Page:
    """What `page: NamedDependency[Page]` on a handler of a list gives: three query parameters in one.

    400 for a cursor of another list: it names a place there, and some other place or none here.
    """
    if cursor is not None:
        mark, _, cursor = cursor.partition(".")
        if mark != _mark(request):
            raise bad_cursor()
    return Page(limit, cursor, min_position)


class Reader(Struct, frozen=True):
    """One read by a signed-in person. connection: of the read models, in one transaction. roles: those of `today`.

    device: the random id of the session, which live codes carry.
    """

    deployment: Deployment
    connection: Connection
    member: MemberId
    device: UUID
    kind: SessionKind
    today: date
    roles: tuple[RoleRow, ...]

    def may(self, permission: Permission, organisation: UUID) -> bool:
        """Whether a role gives `permission` over `organisation`, which is its node or lies below it."""
        return bool(self.reaching(organisation, ALLOWED[permission]))

    def reaching(self, organisation: UUID, roles: Collection[str]) -> set[str]:
        """Those of `roles` that the reader holds for `organisation` or above it. One for a node that has ended reaches
        nothing any more.
        """
        held = [role for role in self.roles if role.role in roles]
        if not held:
            return set()
        line = people.line_of(self.connection, organisation, self.today)
        counting = {node.organisation for node in line if not has_ended(node, self.today)}
        return {role.role for role in held if role.organisation in counting}

    def require(self, permission: Permission, organisation: UUID) -> None:
        """Pass if `may`. Raises NotAllowed where no role gives it anywhere, UnknownId where it does, but not there."""
        if not any(role.role in ALLOWED[permission] for role in self.roles):
            raise NotAllowed
        if not self.may(permission, organisation):
            raise UnknownId

    def require_over_member(self, member: UUID, permission: Permission = Permission.READ_MEMBERS) -> people.MemberRow:
        """The row of `member`: of the reader, or of one at whose home the reader has `permission`. Else UnknownId."""
        row = people.member(self.connection, member)
        if row is None or (member != self.member and not self.may(permission, row.home)):
            raise UnknownId
        return row

    def names(self, members: Iterable[UUID], *, full: Iterable[UUID] = ()) -> dict[UUID, str]:
        """The names of `members`, masked but for the reader's own and those in `full`; "" where none is kept."""
        asked, shown = list(members), {*full, self.member}
        found = self.deployment.directory.read(asked, "name")
        return {one: found.get(one, "") if one in shown else mask_name(found.get(one, "")) for one in asked}

    def texts(self, subjects: Iterable[UUID], field: str = "name") -> dict[UUID, str]:
        """A text that is nobody's secret (a title, an organisation's name) of each of `subjects`; "" where none is."""
        asked = list(subjects)
        found = self.deployment.directory.read(asked, field)
        return {one: found.get(one, "") for one in asked}


@contextmanager
def reading(request: Request[Any, Any, Any], min_position: int | None = None) -> Generator[Reader]:
    """The caller of a read. Raises SignInNeeded; BehindReader when the figures do not reach `min_position` in 2 s,
    MalformedBody at once when the log itself does not: no write was ever answered with such a position.
    """
    deployment: Deployment = request.app.state.deployment
    proof, now = proof_of(request), deployment.clock.now()
    session = deployment.sessions.lookup(proof.token_hash, now)
    if session is None:
        raise SignInNeeded
    deployment.sessions.seen(proof.token_hash)
    if min_position and min_position > deployment.feed.position():
        raise MalformedBody("bad-query", 400, "min_position: the log does not reach so far")
    stale = deployment.stale_tables(min_position) if min_position else frozenset[str]()
    if stale is None:
        raise BehindReader
    today = business_day(now)
    with deployment.views() as connection:
        if stale:
            _refuse_tables(connection, stale)
        roles = roles_today(connection, session.member, today)
        yield Reader(
            deployment=deployment,
            connection=connection,
            member=session.member,
            device=session.device,
            # Who has no role any more is staff no longer, however the session began.
            kind=session.kind if roles else "member",
            today=today,
            roles=roles,
        )


def roles_today(connection: Connection, member: MemberId, today: date) -> tuple[RoleRow, ...]:
    """The roles of `member` on `today`: none of who is suspended, who may still sign in to see what is theirs."""
    held = tuple(people.roles_of(connection, member, day=today))
    row = people.member(connection, member) if held else None
    return held if row is not None and row.status != "suspended" else ()


def _refuse_tables(connection: Connection, stale: Collection[str]) -> None:
    """Raise BehindReader when one of the tables `stale` is asked: their read model is parked, the others are not."""
    names = re.compile(rf"\b({'|'.join(sorted(stale))})\b")

    def look(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if names.search(statement):
            raise BehindReader

    event.listen(connection, "before_cursor_execute", look)


def newest(request: Request[Any, Any, Any]) -> int:
    """The position of the newest event: a `min_position` for reads that decide who may do something."""
    deployment: Deployment = request.app.state.deployment
    return deployment.feed.position()


def cursor(last: Any) -> str:
    """Where a page ended, as an opaque text."""
    return base64.urlsafe_b64encode(msgspec.json.encode(last)).decode().rstrip("=")


def after(text: str | None, kind: type[T]) -> T | None:
    """Where the page before ended; None for the first page. 400 for a text that is no cursor of this list."""
    if text is None:
        return None
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        last = msgspec.json.decode(base64.b64decode(padded, altchars=b"-_", validate=True), type=kind)
        _refuse_unstorable(last)
    except (ValueError, msgspec.DecodeError):
        raise bad_cursor() from None
    return last


def bad_cursor() -> MalformedBody:
    """400 for a text that is no cursor of this list."""
    return MalformedBody("bad-cursor", 400, "begin with the first page")


def _refuse_unstorable(last: Any) -> None:
    """A cursor may have been made up: no database can be asked for such values."""
    for one in cast("tuple[Any, ...]", last) if isinstance(last, list | tuple) else (last,):
        if (isinstance(one, int) and abs(one) > INTEGER_MAX) or (isinstance(one, str) and "\0" in one):
            raise ValueError


def next_url(request: Request[Any, Any, Any], rows: Sequence[Any], limit: int, last: Any) -> str | None:
    """The address of the next page, which begins after `last`; None where `rows` did not fill this one."""
    if len(rows) < limit:
        return None
    kept = [(name, value) for name, value in parse_qsl(request.url.query) if name != "cursor"]
    return f"{request.url.path}?{urlencode([*kept, ('cursor', f'{_mark(request)}.{cursor(last)}')])}"


def _mark(request: Request[Any, Any, Any]) -> str:
    """Tells the lists apart in their cursors."""
    return f"{crc32(request.route_handler.handler_name.encode()):08x}"


async def allow(request: Request[Any, Any, Any], permission: Permission, organisation: UUID) -> None:
    """Before texts are written ahead of a command: turn away whoever has no business here.

    Raises as `Reader.require`. The ledger decides again; while the figures are behind, it alone does.
    """
    await asyncio.to_thread(_allow, request, permission, organisation)


async def allow_over_member(request: Request[Any, Any, Any], permission: Permission, member: UUID) -> None:
    """As `allow`, where the member is at home."""
    await asyncio.to_thread(_allow_over_member, request, permission, member)


def _allow_over_member(request: Request[Any, Any, Any], permission: Permission, member: UUID) -> None:
    try:
        with reading(request, newest(request)) as reader:
            row = people.member(reader.connection, member)
            if row is None:
                raise UnknownId
            reader.require(permission, row.home)
    except BehindReader:
        return


def _allow(request: Request[Any, Any, Any], permission: Permission, organisation: UUID) -> None:
    try:
        with reading(request, newest(request)) as reader:
            reader.require(permission, organisation)
    except BehindReader:
        return
