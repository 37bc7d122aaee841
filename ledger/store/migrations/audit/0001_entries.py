"""The audit log: its entries in one chain, and where the chain begins once old entries were purged.

An entry is added, emptied once, and removed only when it is empty: the tables themselves refuse the rest.
"""

from alembic import op
from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Text
from sqlalchemy.dialects import sqlite

from ledger.store.id_type import Id

revision = "0001"
down_revision = None

LINK = "({0}.sequence, {0}.keep_until, {0}.digest, {0}.hash)"
SAME_LINK = f"{LINK.format('new')} = {LINK.format('old')}"
ONLY_EMPTIED = " AND ".join(f"new.{name} IS NULL" for name in ("at", "kind", "actor", "subject", "facts", "nonce"))
TOLD = "audit entries are never changed"
SQLITE_GUARDS = (
    f"CREATE TRIGGER entries_keep BEFORE UPDATE ON entries WHEN NOT ({SAME_LINK} AND {ONLY_EMPTIED}) "
    f"BEGIN SELECT RAISE(ABORT, '{TOLD}'); END",
    "CREATE TRIGGER entries_stay BEFORE DELETE ON entries WHEN old.kind IS NOT NULL "
    f"BEGIN SELECT RAISE(ABORT, '{TOLD}'); END",
)
POSTGRES_GUARDS = (
    "CREATE FUNCTION audit.refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$BEGIN RAISE EXCEPTION '{TOLD}'; END$$",
    f"CREATE TRIGGER entries_keep BEFORE UPDATE ON entries FOR EACH ROW WHEN (NOT ({SAME_LINK} AND {ONLY_EMPTIED})) "
    "EXECUTE FUNCTION audit.refuse_change()",
    "CREATE TRIGGER entries_stay BEFORE DELETE ON entries FOR EACH ROW WHEN (old.kind IS NOT NULL) "
    "EXECUTE FUNCTION audit.refuse_change()",
    "CREATE TRIGGER entries_whole BEFORE TRUNCATE ON entries EXECUTE FUNCTION audit.refuse_change()",
)

sequence = BigInteger().with_variant(sqlite.INTEGER(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "entries",
        Column("sequence", sequence, primary_key=True, autoincrement=False),
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
    op.create_table(
        "purged",
        Column("sequence", sequence, primary_key=True, autoincrement=False),
        Column("hash", LargeBinary, nullable=False),
    )
    for guard in POSTGRES_GUARDS if op.get_context().dialect.name == "postgresql" else SQLITE_GUARDS:
        op.execute(guard)
