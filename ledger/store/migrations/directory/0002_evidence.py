"""Pictures that hours written in by hand rest on, sealed under the key of their organisation."""

from alembic import op
from sqlalchemy import Column, LargeBinary, Text

from ledger.store.id_type import Id

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "evidence",
        Column("organisation", Id, primary_key=True),
        Column("digest", LargeBinary, primary_key=True),
        Column("media_type", Text, nullable=False),
        Column("ciphertext", LargeBinary, nullable=False),
    )
