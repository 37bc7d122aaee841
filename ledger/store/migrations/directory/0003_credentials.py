"""What people sign in with, sealed under their own keys."""

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, LargeBinary, Text

from ledger.store.id_type import Id

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "credentials",
        Column("member", Id, primary_key=True),
        Column("kind", Text, primary_key=True),
        Column("version", Integer, nullable=False),
        Column("ciphertext", LargeBinary, nullable=False),
        Column("changed", BigInteger, nullable=False),
        Column("last_step", BigInteger),
    )
