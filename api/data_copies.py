"""Everything that is held about one person, in one file, and nothing of anybody else.

Each table that names a person stands below: shown in the file, counted as an act of office, or left out with a reason.
"""

import base64
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple, cast
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import func, or_, select

from api.deployment import AuditEntry, Deployment
from api.erasing import registrations_of
from api.party_seats import seats_seen
from api.readers import Reader
from ledger.kernel.ids import MemberId
from projections import people
from projections.catalog import PROJECTIONS
from projections.view_tables import ViewTable

READS_A_PAGE: Final = 500
THINGS_NAMED_BY: Final = ("title", "name")


class Shown(NamedTuple):
    """Rows of a table that are in the file. about: the columns that say whose row it is, any of them. others: columns
    that name other people, whose names are masked. through: rows that belong to another table's, by (column, table)."""

    about: tuple[str, ...]
    others: tuple[str, ...] = ()
    through: tuple[str, str] | None = None


SHOWN: Final[Mapping[str, Shown]] = {
    "members": Shown(("member",), ("guardian",)),
    "homes": Shown(("member",)),
    "roles": Shown(("member",)),
    "cards": Shown(("member",)),
    "consents": Shown(("member",)),
    "consent_entries": Shown(("member",), ("by",)),
    "done_for_members": Shown(("member",), ("actor",)),
    "member_proposals": Shown(("member",), ("proposed_by",)),
    "team_members": Shown(("member",)),
    "skills": Shown(("member",), ("recorded_by",)),
    "seats": Shown(("member",)),
    "balances": Shown(("owner",), ("asked_by",)),
    "lots": Shown(("owner",)),
    "expiry_notices": Shown(("owner",)),
    "statement": Shown(("owner",)),
    "adjustments": Shown(("member",), ("proposed_by", "approved_by", "refused_by", "objected_by")),
    "awards": Shown(("member",), ("proposed_by", "first_approved_by", "decided_by")),
    "objections": Shown(("objected_by",), ("objected_by", "decided_by"), ("award", "awards")),
    "reversals": Shown((), ("proposed_by", "decided_by"), ("award", "awards")),
    "sign_ups": Shown(("member",)),
    "waiting_lists": Shown(("member",)),
    "attendances": Shown(("member",), ("in_scanned_by", "out_scanned_by", "confirmed_by")),
    "device_scans": Shown(("member",), ("uploaded_by", "decided_by")),
    "sheet_lines": Shown(("member",), ("decided_by",)),
    "task_claims": Shown(("member",), ("accepted_by",)),
    "redemptions": Shown(("member",), ("requested_by", "approved_by", "prepared_by", "ended_by", "witness")),
    "leaderboard": Shown(("member",)),
    "leaderboard_earners": Shown(("member",)),
    "care_hours": Shown(("member",)),
}
"""By read model."""

OFFICE: Final[Mapping[str, tuple[str, ...]]] = {
    "activities": ("drafted_by", "leader"),
    "adjustments": ("proposed_by", "refused_by"),
    "attendances": ("in_scanned_by", "out_scanned_by", "confirmed_by"),
    "awards": ("proposed_by", "first_approved_by", "decided_by"),
    "device_scans": ("uploaded_by", "decided_by"),
    "balances": ("asked_by",),
    "consent_entries": ("by",),
    "devices": ("registered_by",),
    "done_for_members": ("actor",),
    "funds": ("proposed_by",),
    "member_proposals": ("proposed_by",),
    "objections": ("decided_by",),
    "redemptions": ("requested_by", "approved_by", "prepared_by", "ended_by", "witness"),
    "reversals": ("proposed_by", "decided_by"),
    "reward_deliveries": ("received_by",),
    "reward_proposals": ("proposed_by",),
    "rewards": ("drafted_by", "listed_by"),
    "rule_versions": ("drafted_by", "approved_by"),
    "settings_versions": ("drafted_by", "approved_by"),
    "sheet_lines": ("decided_by",),
    "skills": ("recorded_by",),
    "sheets": ("entered_by",),
    "task_claims": ("accepted_by",),
    "tasks": ("posted_by",),
}
"""What somebody did for others in an office is about those others, so the file says how often, by table and column."""

SAME_ACCOUNT: Final = "workings of a figure that is in the file: the same account, owner and unit as in `balances`"
LEFT_OUT: Final[Mapping[str, str]] = {
    "views.open_seats": "the last lines of `seats`, once more",
    "views.sheets.left_out": "lines that were not entered, for somebody else to enter: nothing was recorded by them",
    "views.member_record_homes": "where the rows of `members` lead, once more",
    "views.statement_accounts": "counts the lines of `statement`",
    "views.lot_accounts": SAME_ACCOUNT,
    "views.leaderboard_accounts": SAME_ACCOUNT,
    "views.care_accounts": SAME_ACCOUNT,
    "views.audit_accounts": SAME_ACCOUNT,
    "directory.subject_keys": "the key under which the fields lie; in the file they are open",
    "directory.blind": "keyed digests of the phone and numbers that are in the file",
    "directory.import_keys": "keyed digests that tell a list imported twice",
    "directory.changes": "a running number: that a field was written, not what",
    "directory.cards": "the same cards as in the read model `cards`",
    "directory.evidence": "pictures of lists belong to their organisation and show other people",
    "directory.legal_holds": "while one is in force there is no file; afterwards the audit log tells of it",
    "directory.erasures": "whoever stands there has no data left to show",
    "audit.purged": "hashes of entries whose time is over",
    "state.windows": "counters under keyed digests; whose they are cannot be told",
}
"""By `store.table`, or `views.table.column`, and why."""

DIRECTLY: Final = frozenset(
    {
        "directory.fields",
        "directory.photos",
        "directory.credentials",
        "directory.erasure_wishes",
        "state.sessions",
        "state.one_time_codes",
        "state.slip_requests",
        "audit.entries",
    }
)
"""Tables whose rows are in the file under a name of their own."""


class PersonalFile(Struct, frozen=True):
    """A copy of everything held about `member`.

    fields: as they are kept. joined: those of registrations that were joined with this one. photo: its media type and
    the picture in base64. signing_in: credentials, sessions and codes by table, never a secret; instants in Unix
    seconds. records: rows of read models by table; the names of other people are masked. office: how often, by
    `table.column`. read_by: who read or changed what, and when. names: the titles of activities, goods and
    organisations that stand in `records` by their id.
    """

    made_at: datetime
    member: UUID
    fields: dict[str, str]
    joined: list[dict[str, str]]
    photo: dict[str, str] | None
    signing_in: dict[str, list[dict[str, Any]]]
    records: dict[str, list[dict[str, Any]]]
    office: dict[str, int]
    read_by: list[dict[str, Any]]
    names: dict[str, str]


def personal_file(deployment: Deployment, reader: Reader, member: MemberId) -> PersonalFile:
    """The file of `member` as of now, from read models that are as new as the reader's. Refuses with LegalHold,
    where one is in force on any registration of theirs."""
    own = registrations_of(reader.connection, member)
    for one in own:
        deployment.legal_holds.require_free(one)
    rows = {name: _rows(reader, name, own) for name in SHOWN}
    if reader.member not in own:
        rows["seats"] = seats_seen(reader, rows["seats"])
    entries = [entry for one in own for entry in _audit_entries(deployment, one)]
    others = {one for name, found in rows.items() for row in found for one in _people(row, SHOWN[name].others)}
    masked = reader.names({*others, *(entry.actor for entry in entries if entry.actor)} - {*own})
    known = {**masked, **dict.fromkeys(own, "本人")}
    return PersonalFile(
        made_at=deployment.clock.now(),
        member=member,
        fields=deployment.directory.read_all(member),
        joined=[deployment.directory.read_all(one) for one in own[1:]],
        photo=_photo(deployment, member),
        signing_in=deployment.rows_about(member),
        records={name: [_told(row, SHOWN[name].others, known) for row in found] for name, found in rows.items()},
        office=_office(reader, own),
        read_by=[_entry(entry, known) for entry in entries],
        names=_names(deployment, rows, known),
    )


_TABLES: Final[Mapping[str, ViewTable[Any]]] = {table.name: table for one in PROJECTIONS for table in one.tables}


def _rows(reader: Reader, name: str, own: Sequence[MemberId]) -> list[Any]:
    shown, table = SHOWN[name], _TABLES[name]
    conditions = [table.c[column].in_(own) for column in shown.about]
    if shown.through is not None:
        column, of_table = shown.through
        owner = _TABLES[of_table].c
        conditions.append(table.c[column].in_(select(owner[column]).where(owner.member.in_(own))))
    return table.read(reader.connection, table.ordered().where(or_(*conditions)))


def _people(row: Any, columns: Iterable[str]) -> Iterable[UUID]:
    for column in columns:
        value = getattr(row, column)
        yield from value if isinstance(value, list) else [value] if isinstance(value, UUID) else []


def _told(row: Any, others: Iterable[str], known: Mapping[UUID, str]) -> dict[str, Any]:
    """The row as plain values, with people by their masked names."""
    plain: dict[str, Any] = msgspec.to_builtins(row)
    for column in others:
        value = getattr(row, column)
        if isinstance(value, list):
            plain[column] = [known.get(one, "") for one in cast("list[UUID]", value)]
        elif isinstance(value, UUID):
            plain[column] = known.get(value, "")
    return plain


def _office(reader: Reader, own: Sequence[MemberId]) -> dict[str, int]:
    """Nothing is counted for somebody who never had a role."""
    ever = reader.connection.scalar(select(func.count()).where(people.ROLES.c.member.in_(own)))
    found: dict[str, int] = {}
    for name, columns in OFFICE.items() if ever else ():
        for column in columns:
            counted = select(func.count()).where(_TABLES[name].c[column].in_(own))
            found[f"{name}.{column}"] = reader.connection.execute(counted).scalar_one()
    return {place: count for place, count in found.items() if count}


def _audit_entries(deployment: Deployment, member: MemberId) -> Iterable[AuditEntry]:
    after = 0
    while page := deployment.audit_log.page(after, READS_A_PAGE, subject=member):
        yield from page
        after = page[-1].sequence


def _entry(entry: AuditEntry, known: Mapping[UUID, str]) -> dict[str, Any]:
    by = known.get(entry.actor, "") if entry.actor else None
    return {"at": entry.at.isoformat(), "kind": entry.kind, "by": by, "facts": entry.facts}


def _photo(deployment: Deployment, member: MemberId) -> dict[str, str] | None:
    kept = deployment.directory.photo(member)
    return kept and {"media_type": kept.media_type, "base64": base64.b64encode(kept.content).decode()}


def _names(deployment: Deployment, rows: Mapping[str, Iterable[Any]], known: Mapping[UUID, str]) -> dict[str, str]:
    """Whatever else has an id and a title."""
    ids = {
        value
        for found in rows.values()
        for row in found
        for value in (getattr(row, column) for column in row.__struct_fields__)
        if isinstance(value, UUID)
    } - known.keys()
    named: dict[UUID, str] = {}
    for field in THINGS_NAMED_BY:
        named |= deployment.directory.read(sorted(ids), field)
    return {str(thing): name for thing, name in named.items()}
