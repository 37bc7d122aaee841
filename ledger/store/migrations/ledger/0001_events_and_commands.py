"""The log, the answers to commands and the remembered refusals. Stored events refuse to be changed or removed."""

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, LargeBinary, PrimaryKeyConstraint, Text, UniqueConstraint
from sqlalchemy.dialects import sqlite

from ledger.store.id_type import Id

revision = "0001"
down_revision = None

POSITION = BigInteger().with_variant(sqlite.INTEGER(), "sqlite")
SQLITE_GUARD = """
CREATE TRIGGER events_refuse_{verb} BEFORE {verb} ON events
BEGIN SELECT RAISE(ABORT, 'stored events are never changed'); END
"""
POSTGRES_GUARD = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'stored events are never changed' USING ERRCODE = 'restrict_violation'; END $$;
CREATE TRIGGER events_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON events
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


def upgrade() -> None:
    op.create_table(
        "events",
        Column("position", POSITION, primary_key=True, autoincrement=False),
        Column("stream", Id, nullable=False),
        Column("version", Integer, nullable=False),
        Column("name", Text, nullable=False),
        Column("state", LargeBinary, nullable=False),
        Column("leaf", LargeBinary, nullable=False),
        UniqueConstraint("stream", "version", name="events_stream_version"),
    )
    op.create_table(
        "commands",
        Column("command", Id, nullable=False),
        Column("digest", LargeBinary, nullable=False),
        Column("outcome", LargeBinary, nullable=False),
        Column("position", BigInteger, nullable=False),
        PrimaryKeyConstraint("command"),
    )
    op.create_table(
        "refusals",
        Column("command", Id, nullable=False),
        Column("digest", LargeBinary, nullable=False),
        Column("refused", LargeBinary, nullable=False),
        Column("position", BigInteger, nullable=False),
        Column("until", BigInteger, nullable=False),
        PrimaryKeyConstraint("command"),
    )
    guard_events()


def guard_events() -> None:
    if op.get_context().dialect.name == "postgresql":
        op.execute(POSTGRES_GUARD)
    else:
        for verb in ("UPDATE", "DELETE"):
            op.execute(SQLITE_GUARD.format(verb=verb))
