"""The tables of the state store: who is signed in, one-time codes, counters. All of it may be lost without harm to
the ledger; nothing in it names a person. Instants are Unix seconds.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, Table, Text

from ledger.store.id_type import Id

STATE = MetaData()

SESSIONS = Table(
    "sessions",
    STATE,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("member", Id, nullable=False),
    Column("kind", Text, nullable=False),
    Column("device", Id, nullable=False, unique=True),
    Column("opened", BigInteger, nullable=False),
    Column("last_seen", BigInteger, nullable=False),
    Column("idle_seconds", Integer, nullable=False),
    Column("idle_until", BigInteger, nullable=False),
    Column("ends", BigInteger, nullable=False),
    Column("stepped_up", BigInteger, nullable=False, server_default="0"),
    Index("sessions_member", "member"),
    Index("sessions_ends", "ends"),
)
"""token_hash: SHA-256 of the token, which itself is nowhere. A session counts while now < idle_until and now < ends.

stepped_up: when its owner last showed more than the token, 0 for sessions from before that was written down.
"""

ONE_TIME_CODES = Table(
    "one_time_codes",
    STATE,
    Column("digest", LargeBinary, primary_key=True),
    Column("member", Id, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("issued", BigInteger, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Column("used", BigInteger),
    Index("one_time_codes_member", "member"),
    Index("one_time_codes_expires", "expires"),
)
"""digest: keyed digest of the code. used: when it was redeemed or replaced; None while it is good."""

SLIP_REQUESTS = Table(
    "slip_requests",
    STATE,
    Column("id", Id, primary_key=True),
    Column("member", Id, nullable=False),
    Column("asked_by", Id, nullable=False),
    Column("basis", Text, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Index("slip_requests_member", "member"),
)
"""Activation slips that wait for a second member of staff. basis: a code for how the person was recognised."""

WINDOWS = Table(
    "windows",
    STATE,
    Column("key", LargeBinary, primary_key=True),
    Column("start", BigInteger, primary_key=True, autoincrement=False),
    Column("count", Integer, nullable=False),
    Column("ends", BigInteger, nullable=False),
    Index("windows_ends", "ends"),
)
"""Rate counters: how often `key` (a keyed digest) was hit from `start` until `ends`. UNLOGGED on PostgreSQL."""
