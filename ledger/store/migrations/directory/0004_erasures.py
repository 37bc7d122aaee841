"""Who was erased, asked to be or is under a legal hold; which key wraps a subject's, and since when rows are there."""

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, Text
from sqlalchemy.dialects.sqlite import INTEGER

from ledger.store.id_type import Id

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("subject_keys", Column("wrapping_key", Integer, nullable=False, server_default="1"))
    op.add_column("subject_keys", Column("made", BigInteger, nullable=False, server_default="0"))
    op.create_index("subject_keys_wrapping_key", "subject_keys", ["wrapping_key"])
    op.add_column("evidence", Column("kept", BigInteger, nullable=False, server_default="0"))
    op.create_table(
        "erasures",
        Column("number", BigInteger().with_variant(INTEGER(), "sqlite"), primary_key=True, autoincrement=False),
        Column("member", Id, nullable=False, unique=True),
        Column("erased", BigInteger, nullable=False),
        Column("purged", BigInteger),
        Column("rewrapped", BigInteger),
    )
    op.create_table(
        "erasure_wishes",
        Column("member", Id, primary_key=True),
        Column("wished", BigInteger, nullable=False),
        Column("due", BigInteger, nullable=False),
    )
    op.create_table(
        "legal_holds",
        Column("member", Id, primary_key=True),
        Column("reason", Text, nullable=False),
        Column("set_by", Id, nullable=False),
        Column("since", BigInteger, nullable=False),
    )
