"""The tables of the ledger's own store: the events, and one row for every command that was answered.

Events are never updated or deleted. Positions are given under the append lock and have no gaps.
"""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, Table, Text, UniqueConstraint
from sqlalchemy.dialects import sqlite

from ledger.store.id_type import Id

LEDGER = MetaData()

_position = BigInteger().with_variant(sqlite.INTEGER(), "sqlite")

EVENTS = Table(
    "events",
    LEDGER,
    Column("position", _position, primary_key=True, autoincrement=False),
    Column("stream", Id, nullable=False),
    Column("version", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("state", LargeBinary, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
    UniqueConstraint("stream", "version", name="events_stream_version"),
)

COMMANDS = Table(
    "commands",
    LEDGER,
    Column("command", Id, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    Column("outcome", LargeBinary, nullable=False),
    Column("position", BigInteger, nullable=False),
)
"""What was answered, for ever: the keyed digest of the request, the outcome (JSON) and the position it reached."""

REFUSALS = Table(
    "refusals",
    LEDGER,
    Column("command", Id, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    Column("refused", LargeBinary, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
)
"""Refusals by a rule, remembered until `until` (Unix seconds), then swept away."""
