"""Activation slips that wait for a second member of staff."""

from alembic import op
from sqlalchemy import BigInteger, Column, Index, Text

from ledger.store.id_type import Id

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "slip_requests",
        Column("id", Id, primary_key=True),
        Column("member", Id, nullable=False),
        Column("asked_by", Id, nullable=False),
        Column("basis", Text, nullable=False),
        Column("expires", BigInteger, nullable=False),
        Index("slip_requests_member", "member"),
    )
