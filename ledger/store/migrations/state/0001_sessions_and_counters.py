"""Sessions, one-time codes and rate counters. The counters are not logged on PostgreSQL: a crash may clear them."""

from alembic import op
from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Text

from ledger.store.id_type import Id

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "sessions",
        Column("token_hash", LargeBinary, primary_key=True),
        Column("member", Id, nullable=False),
        Column("kind", Text, nullable=False),
        Column("device", Id, nullable=False, unique=True),
        Column("opened", BigInteger, nullable=False),
        Column("last_seen", BigInteger, nullable=False),
        Column("idle_seconds", Integer, nullable=False),
        Column("idle_until", BigInteger, nullable=False),
        Column("ends", BigInteger, nullable=False),
        Index("sessions_member", "member"),
        Index("sessions_ends", "ends"),
    )
    op.create_table(
        "one_time_codes",
        Column("digest", LargeBinary, primary_key=True),
        Column("member", Id, nullable=False),
        Column("purpose", Text, nullable=False),
        Column("issued", BigInteger, nullable=False),
        Column("expires", BigInteger, nullable=False),
        Column("used", BigInteger),
        Index("one_time_codes_member", "member"),
        Index("one_time_codes_expires", "expires"),
    )
    op.create_table(
        "windows",
        Column("key", LargeBinary, primary_key=True),
        Column("start", BigInteger, primary_key=True, autoincrement=False),
        Column("count", Integer, nullable=False),
        Column("ends", BigInteger, nullable=False),
        Index("windows_ends", "ends"),
        prefixes=["UNLOGGED"] if op.get_context().dialect.name == "postgresql" else [],
    )
