"""The audit log by path, for auditors: who signed in, read, exported, erased or was refused. Reading it is recorded.

An auditor of a part sees what is about people at home there, or was done by them; one of every tree sees all of it.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Final, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency, Provide
from litestar.params import QueryParameter
from msgspec import Struct, convert

from api.answers import answers, read
from api.deployment import AuditEntry, AuditKind, Deployment, Wanted
from api.identity import NotAllowed, needs
from api.readers import LIST_MAX, Limit, Reader, reading
from ledger.application.authority import ALLOWED, Permission
from ledger.kernel.clock import start_of_day
from ledger.kernel.ids import MemberId
from projections import people

LOOKED_THROUGH_MAX: Final = 5_000
"""Entries looked at for one page: whoever audits a small part gets a short page sooner than a long wait."""

After = Annotated[
    int, QueryParameter(ge=0, le=2**53, description="The sequence after which to begin; 0 for the first.")
]
OfKind = Annotated[AuditKind | None, QueryParameter(description="Only what was recorded under this kind.")]
Subject = Annotated[UUID | None, QueryParameter(description="Only about this person or thing.")]
Actor = Annotated[UUID | None, QueryParameter(description="Only what this person did.")]
Day = Annotated[date | None, QueryParameter(description="Only this day of the community's calendar.")]


class AuditEntryView(Struct, frozen=True):
    """One entry. actor: who did it, null for nobody known. subject: of whom or what. facts: codes, counts and ids."""

    sequence: int
    at: datetime
    kind: AuditKind
    actor: UUID | None
    subject: UUID | None
    facts: dict[str, str | int]


class AuditEntryList(Struct, frozen=True):
    """Entries by sequence. Those missing between them were purged, or are not the reader's to see.

    looked_through: the sequence up to which this page looked; the next begins there.
    """

    items: list[AuditEntryView]
    looked_through: int


class Asked(Struct, frozen=True):
    """Which entries; what is None does not narrow."""

    kind: AuditKind | None
    subject: UUID | None
    actor: UUID | None
    day: date | None


def asked(kind: OfKind = None, subject: Subject = None, actor: Actor = None, day: Day = None) -> Asked:
    """Four query parameters in one."""
    return Asked(kind, subject, actor, day)


class _Found(NamedTuple):
    entries: list[AuditEntry]
    looked_through: int
    is_end: bool


@get(
    "/audit-log",
    opt=needs(Permission.READ_AUDIT),
    dependencies={"asked": Provide(asked, sync_to_thread=False)},
    sync_to_thread=True,
    responses=answers(AuditEntryList),
    tags=["audit"],
)
def list_audit_entries(
    request: Request[Any, Any, Any], asked: NamedDependency[Asked], after: After = 0, limit: Limit = LIST_MAX
) -> Response[bytes]:
    """A page of the audit log, oldest first, as far as the reader's role reaches."""
    deployment: Deployment = request.app.state.deployment
    with reading(request) as reader:
        sees = _Sight(reader)
        found = _look(deployment, sees, _wanted(asked), after=after, limit=limit)
    named = {"kind": asked.kind, "day": asked.day, "actor": asked.actor}
    facts = {"after": after, "entries": len(found.entries)} | {one: str(what) for one, what in named.items() if what}
    # Who watches is watched: without this entry nothing is shown.
    now = deployment.clock.now()
    deployment.audit_log.record("audit_read", now, actor=reader.member, subject=asked.subject, facts=facts)
    following = None if found.is_end else _following(request, found.looked_through)
    views = [convert(entry, AuditEntryView, from_attributes=True) for entry in found.entries]
    return read(request, AuditEntryList(views, found.looked_through), next_url=following)


class _Sight:
    """What a reader may see. Raises NotAllowed for whoever audits nothing."""

    def __init__(self, reader: Reader) -> None:
        if not any(role.role in ALLOWED[Permission.READ_AUDIT] for role in reader.roles):
            raise NotAllowed
        self._reader = reader
        tops = people.organisations_below(reader.connection, None, limit=LIST_MAX)
        self._everything = bool(tops) and all(reader.may(Permission.READ_AUDIT, top.organisation) for top in tops)
        self._homes: dict[UUID, bool] = {}

    def of(self, entries: Iterable[AuditEntry]) -> list[AuditEntry]:
        """Those of `entries` that the reader may see."""
        asked = list(entries)
        if self._everything:
            return asked
        named = {one for entry in asked for one in (entry.actor, entry.subject) if one is not None}
        homes = people.homes_of(self._reader.connection, list(named))
        reached = {one for one, home in homes.items() if self._reaches(home)}
        return [entry for entry in asked if entry.actor in reached or entry.subject in reached]

    def _reaches(self, home: UUID) -> bool:
        if home not in self._homes:
            self._homes[home] = self._reader.may(Permission.READ_AUDIT, home)
        return self._homes[home]


def _look(deployment: Deployment, sees: _Sight, wanted: Wanted, *, after: int, limit: int) -> _Found:
    entries: list[AuditEntry] = []
    reached, looked = after, 0
    while looked < LOOKED_THROUGH_MAX:
        page = deployment.audit_log.find(reached, LIST_MAX, wanted)
        for entry in sees.of(page):
            entries.append(entry)
            if len(entries) == limit:
                return _Found(entries, entry.sequence, is_end=False)
        if len(page) < LIST_MAX:
            return _Found(entries, page[-1].sequence if page else reached, is_end=True)
        reached, looked = page[-1].sequence, looked + len(page)
    return _Found(entries, reached, is_end=False)


def _wanted(asked: Asked) -> Wanted:
    day = asked.day
    return Wanted(
        subject=asked.subject,
        actor=MemberId(asked.actor) if asked.actor else None,
        kinds=(asked.kind,) if asked.kind else (),
        since=start_of_day(day) if day else None,
        before=start_of_day(day + timedelta(days=1)) if day else None,
    )


def _following(request: Request[Any, Any, Any], after: int) -> str:
    kept = [(name, value) for name, value in request.query_params.items() if name != "after"]
    return f"{request.url.path}?{urlencode([*kept, ('after', after)])}"


HANDLERS = [list_audit_entries]
