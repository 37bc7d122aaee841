"""The settings of each programme: each version as it was drafted, and from which day it holds."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection

from ledger.application.ports import Notice
from ledger.programme.events import Settings, SettingsDrafted, SettingsPublished
from projections.projection import Projection
from projections.rows import Rowset
from projections.view_tables import ViewTable


class SettingsVersion(Struct, gc=False):
    """A version of a node's settings. programme: its stream. valid_from: None while it is only a draft."""

    programme: UUID
    version: int
    organisation: UUID
    settings: Settings
    drafted_by: UUID
    approved_by: UUID | None = None
    valid_from: date | None = None


SETTINGS = ViewTable(SettingsVersion, "settings_versions", key=2, indexes=[("organisation", "version")])


def of_organisation(connection: Connection, organisation: UUID) -> list[SettingsVersion]:
    """The versions that `organisation` itself wrote, oldest first; none where it follows the nodes above it."""
    c = SETTINGS.c
    return SETTINGS.read(connection, SETTINGS.select().where(c.organisation == organisation).order_by(c.version))


def in_force(versions: list[SettingsVersion], today: date) -> SettingsVersion | None:
    """Of `versions` the one that holds on the community's day `today`; None where none does."""
    valid = [(row.valid_from, row.version, row) for row in versions if row.valid_from and row.valid_from <= today]
    return max(valid, key=lambda one: one[:2])[2] if valid else None


def in_force_along(connection: Connection, line: Iterable[UUID], today: date) -> SettingsVersion | None:
    """What holds on `today` for the first organisation of `line`: the nearest one's; None where none has any."""
    for organisation in line:
        held = in_force(of_organisation(connection, organisation), today)
        if held is not None:
            return held
    return None


def _drafted(rows: Rowset, notice: Notice, event: SettingsDrafted) -> None:
    row = SettingsVersion(notice.stream, event.version, event.organisation, event.settings, event.drafted_by)
    rows[SETTINGS].put(row)


def _published(rows: Rowset, notice: Notice, event: SettingsPublished) -> None:
    row = rows[SETTINGS].change((notice.stream, event.version))
    row.approved_by, row.valid_from = event.approved_by, event.valid_from


PROJECTION = Projection(
    name="settings",
    version=1,
    tables=(SETTINGS,),
    handlers={SettingsDrafted: _drafted, SettingsPublished: _published},
)
