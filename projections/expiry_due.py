"""Whom to tell today that points will expire: by the notices that each community's settings ask for."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import Connection

from ledger.programme.events import Settings
from projections import lots, people, settings
from projections.settings import SETTINGS, SettingsVersion

DEFAULT_NOTICES = Settings().expiry_notice_days


def accounts_to_tell(connection: Connection, *, day: date) -> list[UUID]:
    """Accounts of which a notice of expiry is due on the community's day `day`, by keeper, then id."""
    set_by = _set_by(connection, day)
    furthest = max((days for notices in (DEFAULT_NOTICES, *set_by.values()) for days in notices), default=0)
    until = day + timedelta(days=furthest)
    return [
        account
        for keeper in lots.keepers_of_expiring(connection, day=day, until=until)
        for account in lots.to_announce(
            connection,
            keeper,
            day=day,
            notices=_notices(connection, keeper, set_by, day) if set_by else DEFAULT_NOTICES,
        )
    ]


def _set_by(connection: Connection, day: date) -> dict[UUID, tuple[int, ...]]:
    """The notices that each organisation's own settings ask for on `day`, of those that have any in force."""
    published = SETTINGS.read(connection, SETTINGS.select().where(SETTINGS.c.valid_from <= day))
    versions: dict[UUID, list[SettingsVersion]] = {}
    for row in published:
        versions.setdefault(row.organisation, []).append(row)
    held = {organisation: settings.in_force(rows, day) for organisation, rows in versions.items()}
    return {organisation: row.settings.expiry_notice_days for organisation, row in held.items() if row}


def _notices(
    connection: Connection, organisation: UUID, set_by: dict[UUID, tuple[int, ...]], day: date
) -> tuple[int, ...]:
    """What the nearest node going up has set."""
    for node in people.line_of(connection, organisation, day):
        if node.organisation in set_by:
            return set_by[node.organisation]
    return DEFAULT_NOTICES
