"""The composition root: the one module that knows every part and puts them together."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from typing import Any, NamedTuple

from api.deployment import Deployment
from api.languages import marked
from api.logs import tell_of_broken, tell_of_parked
from api.settings import BadSetting, Settings
from api.token_ring import TokenRing
from ledger.application.short_messages import MessageCarrier, NoCarrier
from ledger.kernel.clock import Clock, SystemClock
from ledger.store.audit_heads import AuditHeads
from ledger.store.audit_log import AuditLog
from ledger.store.audit_verification import AuditCheck, verify_audit
from ledger.store.checkpoints import Checkpoints
from ledger.store.clock_watch import ClockWatch, newest_time, server_seconds
from ledger.store.credentials import Credentials
from ledger.store.databases import Databases
from ledger.store.directory import Directory
from ledger.store.directory.import_keys import ImportKeys
from ledger.store.directory.organisation_names import OrganisationNames
from ledger.store.erasing import Erasing
from ledger.store.erasure_list import ErasureList
from ledger.store.erasure_wishes import ErasureWishes
from ledger.store.feed import LogFeed
from ledger.store.finding import Finder
from ledger.store.key_files import token_keys
from ledger.store.key_rotation import require_current_key
from ledger.store.keys import Keys
from ledger.store.legal_holds import LegalHolds
from ledger.store.limits import Limits, LocalLimits
from ledger.store.migrations import migrate
from ledger.store.orphans import Orphans
from ledger.store.outbox import Outbox
from ledger.store.personal_rows import rows_about
from ledger.store.refusals_seen import RefusalsSeen
from ledger.store.sessions import Sessions
from ledger.store.sign_in_codes import SignInCodes
from ledger.store.slip_requests import SlipRequests
from ledger.store.slow_hash import SHIPPED, Cost
from ledger.store.verification import Finding, verify_log
from ledger.store.working_calendar import OfficialWorkingDays
from ledger.store.writer import Writer, WriterSettings
from projections import audit, positions
from projections.catalog import PROJECTIONS
from projections.duties import Breach, breaches
from projections.engine import Engine
from projections.homes import Homes
from projections.projection import Views
from projections.verification import Difference, verify_views


def open_databases(settings: Settings) -> Databases:
    """The five stores, migrated to this release."""
    databases = Databases.open(settings.home, settings.database_url)
    migrate(databases)
    return databases


def open_deployment(settings: Settings, clock: Clock | None = None, *, cost: Cost = SHIPPED) -> Deployment:
    """Open, migrate and wire everything; nothing runs yet. Makes the key files where nothing was ever written.

    Whoever is on the erasure list is erased from what was opened before anybody can ask for it. cost: of the hashes of
    passwords and PINs.
    """
    databases = open_databases(settings)
    keys = _keys(settings, databases)
    told_by = clock or SystemClock()
    erasing = _erasing(settings, databases, keys, told_by)
    calendar = OfficialWorkingDays.with_years_from(settings.home / "working-days.json")
    sessions = Sessions(databases.state, databases.state_read)
    feed = LogFeed(databases)
    limits, local_limits = Limits(databases.state, keys.limits), LocalLimits(databases.state, keys.limits)
    audit_log = AuditLog(databases.audit, databases.audit_read)
    directory = Directory(databases.directory, databases.directory_read, keys)
    watch = _clock_watch(settings, told_by, databases)
    return Deployment(
        settings=settings,
        clock=told_by,
        calendar=calendar,
        ledger=Writer(databases, sessions, calendar, keys.requests, WriterSettings(is_clock_right=watch.is_right)),
        checkpoints=Checkpoints(databases),
        clock_watch=watch,
        feed=feed,
        figures=Engine(feed, Views(databases.views, databases.views_read), PROJECTIONS, alarm=tell_of_parked),
        directory=directory,
        finder=Finder(directory, Homes(databases.views_read.connect), tell_of_broken),
        erasing=erasing,
        **_about_people(databases, keys, directory),
        audit_log=audit_log,
        audit_heads=AuditHeads(settings.home),
        refusals_seen=RefusalsSeen(audit_log, local_limits, sessions),
        sessions=sessions,
        sign_in_codes=SignInCodes(databases.state, keys.one_time_codes, limits),
        credentials=Credentials(databases, keys, directory, limits, cost=cost),
        limits=limits,
        local_limits=local_limits,
        token_ring=TokenRing(keys.tokens_file, token_keys),
        slip_requests=SlipRequests(databases.state, databases.state_read),
        carrier=_carrier(settings),
        outbox=Outbox(settings.home),
        views=databases.views_read.connect,
        close=databases.close,
    )


def _erasing(settings: Settings, databases: Databases, keys: Keys, clock: Clock) -> Erasing:
    """With the whole list applied. Raises KeyFault for the key file of another time, ErasureListFault."""
    require_current_key(databases, keys)
    erasing = Erasing(databases, ErasureList(settings.erasures))
    erasing.start(clock.now())
    return erasing


def _about_people(databases: Databases, keys: Keys, directory: Directory) -> dict[str, Any]:
    """The parts that keep something about people and places beside their fields."""
    engines = databases.directory, databases.directory_read
    return {
        "erasure_wishes": ErasureWishes(*engines),
        "legal_holds": LegalHolds(*engines),
        "orphans": Orphans(databases),
        "rows_about": partial(rows_about, databases),
        "import_keys": ImportKeys(*engines, keys),
        "organisation_names": OrganisationNames(directory, databases.directory_read),
    }


def _carrier(settings: Settings) -> MessageCarrier:
    """Raises BadSetting for a class that is not there or cannot be made."""
    if settings.short_messages in ("outbox", "off"):
        return Outbox(settings.home) if settings.short_messages == "outbox" else NoCarrier()
    module, _, name = settings.short_messages.partition(":")
    try:
        carrier: MessageCarrier = getattr(import_module(module), name)(settings.home)
    except (ImportError, AttributeError, TypeError):
        told = marked("LINLI_SMS 写的 {text} 用不了：没有这个类，或者建不起来。")
        raise BadSetting(told, text=settings.short_messages) from None
    return carrier


def _keys(settings: Settings, databases: Databases) -> Keys:
    """Made where nothing was ever written. What a lost key protected, a new one would not read: there it is refused."""
    is_new = LogFeed(databases).position() == 0
    return Keys.create_missing(settings.home) if is_new else Keys.open(settings.home)


def _clock_watch(settings: Settings, clock: Clock, databases: Databases) -> ClockWatch:
    """Beside PostgreSQL the database's clock is asked; on SQLite it is the machine's own."""
    newest = None if settings.trusts_clock else newest_time(databases)
    asked = partial(server_seconds, databases) if databases.dialect == "postgresql" else None
    return ClockWatch(clock, newest, database=asked)


class Checks(NamedTuple):
    """What checking and rebuilding need, without a writer. Ask for the log first: the rest may build read models anew,
    and a read model that is ahead of the log is the only witness of events that were cut off."""

    feed: LogFeed
    engine: Engine
    databases: Databases

    def log(self, report: Callable[[int, int], None]) -> list[Finding]:
        """What is wrong with the events and the command rows. Changes nothing."""
        return verify_log(self.databases, views=self.engine.positions(), progress=report)

    def figures(self) -> list[Difference]:
        """Every figure of a read model that is not what the events say. Builds what was never built."""
        self.engine.prepare()
        return verify_views(self.feed, Views(self.databases.views, self.databases.views_read), PROJECTIONS)

    def audit_log(self, now: datetime) -> AuditCheck:
        """What is wrong with the audit log; its newest entry is noted when nothing is. now: aware."""
        heads = AuditHeads(self.databases.home)
        check = verify_audit(self.databases, heads, now.astimezone(UTC).date())
        if not check.findings:
            heads.note(check.head, now)
        return check

    def duties(self) -> list[Breach]:
        """Every decision in the log by its author, its beneficiary, or who lived with them then."""
        return list(breaches(self.feed))

    def conservation(self) -> list[str]:
        """What the audit read model found: accounts that do not sum to 0, lots that do not make up a balance."""
        with self.databases.views_read.connect() as connection:
            return [str(finding) for finding in audit.findings(connection)]


@contextmanager
def open_checks(settings: Settings) -> Generator[Checks]:
    """The log and the read models of a deployment, serving or not."""
    databases = open_databases(settings)
    feed = LogFeed(databases)
    engine = Engine(feed, Views(databases.views, databases.views_read), PROJECTIONS)
    try:
        with databases.views.begin() as connection:
            positions.create(connection)
        yield Checks(feed, engine, databases)
    finally:
        databases.close()
