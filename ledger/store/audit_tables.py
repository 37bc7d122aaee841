"""The tables of the audit store. Instants are Unix microseconds, days are whole days since 1970 in UTC.

Nothing in them names a person: ids, codes and counts only.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, Table, Text
from sqlalchemy.dialects import sqlite

from ledger.store.id_type import Id

AUDIT = MetaData()

_sequence = BigInteger().with_variant(sqlite.INTEGER(), "sqlite")

ENTRIES = Table(
    "entries",
    AUDIT,
    Column("sequence", _sequence, primary_key=True, autoincrement=False),
    Column("at", BigInteger),
    Column("kind", Text),
    Column("actor", Id),
    Column("subject", Id),
    Column("facts", LargeBinary),
    Column("nonce", LargeBinary),
    Column("keep_until", Integer, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Index("entries_at", "at"),
    Index("entries_actor", "actor", "sequence"),
    Index("entries_subject", "subject", "sequence"),
    Index("entries_keep_until", "keep_until"),
)
"""sequence: from 1 on, without gaps. digest: of what is said (at to nonce); hash: of the chain up to here.

From the day `keep_until` on an entry may be purged: at to nonce become NULL, the rest stays while an older entry does.
"""

PURGED = Table(
    "purged",
    AUDIT,
    Column("sequence", _sequence, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
)
"""At most one row: the last entry of those at the beginning that are gone altogether."""
