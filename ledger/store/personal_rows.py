"""Rows about one person outside the ledger and its read models: what they sign in with, and who is signed in as them.

Without what opens anything: no digest, no ciphertext, no token.
"""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Column, Engine, Table, select

from ledger.kernel.ids import MemberId
from ledger.store.databases import Databases
from ledger.store.directory.tables import CREDENTIALS, ERASURE_WISHES
from ledger.store.state_tables import ONE_TIME_CODES, SESSIONS, SLIP_REQUESTS

SECRET_OR_WORKINGS: Final = frozenset(
    {"token_hash", "digest", "ciphertext", "version", "last_step", "member", "asked_by", "idle_seconds", "recheck"}
)
"""Columns that are not copied. asked_by: another person."""
_TABLES: Final[Mapping[str, tuple[Table, ...]]] = {
    "directory_read": (CREDENTIALS, ERASURE_WISHES),
    "state_read": (SESSIONS, ONE_TIME_CODES, SLIP_REQUESTS),
}
TABLES: Final = frozenset(table.name for tables in _TABLES.values() for table in tables)


def rows_about(databases: Databases, member: MemberId) -> dict[str, list[dict[str, Any]]]:
    """The rows about `member` by table. Instants are Unix seconds; `due` counts days since 1970-01-01."""
    found: dict[str, list[dict[str, Any]]] = {}
    for store, tables in _TABLES.items():
        engine: Engine = getattr(databases, store)
        with engine.connect() as connection:
            for table in tables:
                columns: list[Column[Any]] = [one for one in table.c if one.name not in SECRET_OR_WORKINGS]
                rows = connection.execute(select(*columns).where(table.c.member == member))
                found[table.name] = [dict(row) for row in rows.mappings()]
    return found
