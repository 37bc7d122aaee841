"""The audit log: its entries in one chain, and where the chain begins once old entries were purged."""

from alembic import op
from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Text
from sqlalchemy.dialects import sqlite

from ledger.store.id_type import Id

revision = "0001"
down_revision = None

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
