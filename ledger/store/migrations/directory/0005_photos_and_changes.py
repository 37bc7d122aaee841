"""Photos of people, and in which order what people are found by was last changed."""

from alembic import op
from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Text

from ledger.store.id_type import Id

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "photos",
        Column("member", Id, primary_key=True),
        Column("version", Integer, nullable=False),
        Column("media_type", Text, nullable=False),
        Column("ciphertext", LargeBinary, nullable=False),
    )
    op.create_table(
        "changes",
        Column("subject", Id, primary_key=True),
        Column("change", BigInteger, nullable=False),
        Index("changes_change", "change"),
    )
