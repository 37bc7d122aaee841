"""Keys of subjects, their sealed fields, blind digests, cards, division codes and the numbers given."""

from alembic import op
from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Text

from ledger.store.id_type import Id

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "subject_keys", Column("subject", Id, primary_key=True), Column("wrapped", LargeBinary, nullable=False)
    )
    op.create_table(
        "fields",
        Column("subject", Id, primary_key=True),
        Column("field", Text, primary_key=True),
        Column("version", Integer, nullable=False),
        Column("key_owner", Id, nullable=False),
        Column("ciphertext", LargeBinary, nullable=False),
        Index("fields_key_owner", "key_owner"),
    )
    op.create_table(
        "blind",
        Column("kind", Text, primary_key=True),
        Column("digest", LargeBinary, primary_key=True),
        Column("subject", Id, primary_key=True),
        Index("blind_subject", "subject"),
    )
    op.create_table(
        "cards",
        Column("card", Id, primary_key=True),
        Column("member", Id, nullable=False),
        Index("cards_member", "member"),
    )
    op.create_table(
        "division_codes",
        Column("code", Text, primary_key=True),
        Column("organisation", Id, nullable=False, unique=True),
    )
    op.create_table("sequences", Column("name", Text, primary_key=True), Column("last", BigInteger, nullable=False))
