"""Tables that only eventsourcing's own applications need: tracking positions and snapshots. Our deciders use neither.

They are made by the persistence module when such an application asks for them, and are no part of a migrated ledger.
"""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, Table, Text

from ledger.store.id_type import Id

LIBRARY = MetaData()

SNAPSHOTS = Table(
    "snapshots",
    LIBRARY,
    Column("stream", Id, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("state", LargeBinary, nullable=False),
)

TRACKING = Table(
    "tracking",
    LIBRARY,
    Column("application_name", Text, primary_key=True),
    Column("notification_id", BigInteger, nullable=False),
)
"""How far each upstream application has been followed: one row each, which only ever rises."""
