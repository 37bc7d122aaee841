"""The same check-in as the documentation of eventsourcing shows one: an Application with Aggregates on its own modules.

Activity and member are loaded and asked, an attendance is made and saved. Everything is the library's default, except
where a line says that its cache of aggregates is on, or that many attendances go into one `save`.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from sqlalchemy import make_url

MEMBERS = 2_000
CACHED_MAX = 5_000
_SAVED_AT_A_TIME = 200


class Person(Aggregate):
    """A member: registered, then verified."""

    @event("Registered")
    def __init__(self, home: UUID) -> None:
        self.home = home
        self.verified = False
        self.suspended = False

    @event("Verified")
    def verify(self, basis: str, by: UUID) -> None:
        self.verified = True
        self.basis = basis
        self.verified_by = by


class Gathering(Aggregate):
    """An activity: drafted, published, opened."""

    @event("Drafted")
    def __init__(self, organisation: UUID, session: UUID, opens_at: datetime, closes_at: datetime) -> None:
        self.organisation = organisation
        self.session = session
        self.opens_at = opens_at
        self.closes_at = closes_at
        self.stage = "draft"

    @event("Published")
    def publish(self) -> None:
        self.stage = "published"

    @event("Opened")
    def open(self) -> None:
        self.stage = "open"


class Attendance(Aggregate):
    """One member at one session; its id follows from both, so that a second scan meets the first."""

    @event("CheckedIn")
    def __init__(self, activity: UUID, session: UUID, member: UUID, seen_at: datetime, basis: str) -> None:
        self.activity = activity
        self.session = session
        self.member = member
        self.seen_at = seen_at
        self.basis = basis

    @staticmethod
    def create_id(activity: UUID, session: UUID, member: UUID) -> UUID:
        """The id of the visit."""
        return uuid5(NAMESPACE_URL, f"{activity}/{session}/{member}")


class Answered(Aggregate):
    """What a request was answered, under its key: a retry meets it instead of doing everything again."""

    @event("Answered")
    def __init__(self, key: str, digest: str, code: str, visit: UUID) -> None:
        self.key = key
        self.digest = digest
        self.code = code
        self.visit = visit

    @staticmethod
    def create_id(key: str) -> UUID:
        """The id of the answer."""
        return uuid5(NAMESPACE_URL, key)


class NotLetIn(Exception):
    """The member is suspended, or the door is not open."""


class Doors(Application[UUID]):
    """People check in."""

    name = "doors"

    def populate(self, gatherings: int) -> tuple[list[UUID], list[UUID]]:
        """Members and open activities; their ids."""
        now, somebody = datetime.now(UTC), uuid5(NAMESPACE_URL, "somebody")
        people = [Person(somebody) for _ in range(MEMBERS)]
        for person in people:
            person.verify("known-in-person", somebody)
        opened = [Gathering(somebody, somebody, now, now + timedelta(hours=8)) for _ in range(gatherings)]
        for gathering in opened:
            gathering.publish()
            gathering.open()
        everything = [*people, *opened]
        for start in range(0, len(everything), _SAVED_AT_A_TIME):
            self.save(*everything[start : start + _SAVED_AT_A_TIME])
        return [person.id for person in people], [gathering.id for gathering in opened]

    def remember(self, members: Sequence[UUID]) -> None:
        """Load members once, so that a cache of aggregates has them."""
        for member in members:
            self.repository.get(member)

    def check_in(self, member: UUID, activity: UUID) -> None:
        """One check-in, saved at once."""
        self.save(self._visit(member, activity))

    def check_in_once(self, member: UUID, activity: UUID) -> None:
        """One check-in, saved together with its answer, as Linli keeps one for each command."""
        visit, key = self._visit(member, activity), f"{member}/{activity}"
        digest = sha256(activity.bytes).hexdigest()
        self.save(visit, Answered(key=key, digest=digest, code="checked-in", visit=visit.id))

    def check_in_many(self, members: Sequence[UUID], activity: UUID) -> None:
        """Several check-ins in one transaction, for whoever gathers them by hand."""
        self.save(*[self._visit(member, activity) for member in members])

    def _visit(self, member: UUID, activity: UUID) -> Attendance:
        now = datetime.now(UTC)
        gathering: Gathering = self.repository.get(activity)
        person: Person = self.repository.get(member)
        if person.suspended or gathering.stage != "open" or not gathering.opens_at <= now <= gathering.closes_at:
            raise NotLetIn
        return Attendance(activity, gathering.session, member, now, "kiosk")


def settings(folder: Path, url: str | None, *, cached: bool) -> Mapping[str, str]:
    """The environment of the application on SQLite in `folder`, or on PostgreSQL at `url`."""
    cache = {"AGGREGATE_CACHE_MAXSIZE": str(CACHED_MAX)} if cached else {}
    if url is None:
        file = folder / f"doors-{'cached' if cached else 'plain'}.db"
        return {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(file), **cache}
    found = make_url(url)
    host = found.host or found.query.get("host")
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": str(found.database),
        "POSTGRES_HOST": str(host),
        "POSTGRES_PORT": str(found.port or 5432),
        "POSTGRES_USER": str(found.username),
        "POSTGRES_PASSWORD": str(found.password or "unused"),
        **cache,
    }


def timed(check_in: Callable[[UUID, UUID], None], pairs: Sequence[tuple[UUID, UUID]]) -> tuple[float, list[float]]:
    """Check every member of `pairs` in at the activity beside them: how many a second, and each one's milliseconds."""
    latencies: list[float] = []
    started = before = time.perf_counter()
    for member, activity in pairs:
        check_in(member, activity)
        now = time.perf_counter()
        latencies.append((now - before) * 1000)
        before = now
    return len(pairs) / (before - started), latencies


def timed_together(application: Doors, members: Sequence[UUID], activity: UUID, *, at_once: int) -> float:
    """How many a second when `at_once` attendances are made before they are saved together."""
    started = time.perf_counter()
    for start in range(0, len(members), at_once):
        application.check_in_many(members[start : start + at_once], activity)
    return len(members) / (time.perf_counter() - started)
