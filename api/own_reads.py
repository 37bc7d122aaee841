"""What the audit log has about readings of one person's details, in words for that person."""

from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from api.readers import Reader

KINDS: Final = ("personal_fields_read", "personal_file_read")
WHOLE_FILE: Final = "file"


class OwnRead(NamedTuple):
    """One reading. at: UTC. reader: a masked name. role, organisation: for whom that person acted, by name.

    fields: what was read, WHOLE_FILE for everything at once. purpose: a code. All texts empty where nothing is known.
    """

    sequence: int
    at: datetime
    reader: str
    role: str
    organisation: str
    fields: list[str]
    purpose: str


def own_reads(reader: Reader, after: int, limit: int) -> list[OwnRead]:
    """Up to `limit` readings of the reader's own details with a sequence above `after`, the oldest first."""
    entries = reader.deployment.audit_log.page(after, limit, subject=reader.member, kinds=KINDS)
    names = reader.names([one.actor for one in entries if one.actor is not None])
    organisations = {one.sequence: _id(one.facts.get("organisation")) for one in entries}
    called = reader.texts([one for one in organisations.values() if one is not None])
    return [
        OwnRead(
            sequence=one.sequence,
            at=one.at,
            reader=names.get(one.actor, "") if one.actor is not None else "",
            role=str(one.facts.get("role", "")),
            organisation=called.get(where, "") if (where := organisations[one.sequence]) is not None else "",
            fields=str(one.facts.get("fields", WHOLE_FILE)).split("/"),
            purpose=str(one.facts.get("purpose", "")),
        )
        for one in entries
    ]


def _id(fact: str | int | None) -> UUID | None:
    return UUID(fact) if isinstance(fact, str) else None
