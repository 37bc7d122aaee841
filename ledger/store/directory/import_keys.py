"""Which row of an imported list became whom: keyed digests that lead to ids and cannot be read back.

Written before the event that registers the person, so that a run that was cut off finds its own people again.
"""

import hmac
from collections.abc import Iterable, Mapping
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import Connection, Engine, select

from ledger.kernel.ids import OrganisationId
from ledger.store.directory import look_up
from ledger.store.directory.bindings import insert_into, pieces
from ledger.store.directory.tables import BLIND, IMPORT_KEYS
from ledger.store.keys import Keys

Kind = Literal["member", "household"]
_DOMAIN: Final = b"linli import 1 "


class ImportKeys:
    """The keys of rows, in the directory store: `engine` writes it, `read_engine` reads it."""

    def __init__(self, engine: Engine, read_engine: Engine, keys: Keys) -> None:
        self._engine = engine
        self._read_engine = read_engine
        self._secret = keys.blind

    def digest(self, kind: Kind, organisation: OrganisationId, *parts: str) -> bytes:
        """The key (32 bytes) of what `parts` say, in the lists of `organisation`. Other parts, other key."""
        said = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)
        return hmac.digest(self._secret, _DOMAIN + kind.encode() + organisation.bytes + said, "sha256")

    def known(self, digests: Iterable[bytes]) -> dict[bytes, UUID]:
        """Whom those of `digests` lead to that were ever bound."""
        with self._read_engine.connect() as connection:
            return _known(connection, digests)

    def bind(self, keys: Mapping[bytes, UUID]) -> dict[bytes, UUID]:
        """Remember whom each key leads to, in one transaction, and say it of all: a known key keeps its id."""
        rows = [{"digest": digest, "subject": subject} for digest, subject in keys.items()]
        with self._engine.begin() as connection:
            if rows:
                connection.execute(insert_into(connection, IMPORT_KEYS).on_conflict_do_nothing(), rows)
            return _known(connection, keys)

    def sharing(self, kind: str, values: Iterable[str]) -> dict[str, tuple[UUID, ...]]:
        """Of each of `values` as a `kind` of `look_up.USUAL_SPELLING`, who has it; those that nobody has are left out.

        As `Directory.find`, for a page of them in one query.
        """
        digests = {look_up.digest(self._secret, kind, value): value for value in values}
        found: dict[str, tuple[UUID, ...]] = {}
        with self._read_engine.connect() as connection:
            for piece in pieces(digest for digest in digests if digest):
                wanted = select(BLIND.c.digest, BLIND.c.subject).where(BLIND.c.kind == kind, BLIND.c.digest.in_(piece))
                for digest, subject in connection.execute(wanted):
                    value = digests[digest]
                    found[value] = (*found.get(value, ()), subject)
        return found


def _known(connection: Connection, digests: Iterable[bytes]) -> dict[bytes, UUID]:
    found: dict[bytes, UUID] = {}
    for piece in pieces(digests):
        rows = connection.execute(
            select(IMPORT_KEYS.c.digest, IMPORT_KEYS.c.subject).where(IMPORT_KEYS.c.digest.in_(piece))
        )
        found |= dict(rows.all())
    return found
