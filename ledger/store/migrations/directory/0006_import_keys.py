"""Which row of an imported list became whom, by keyed digest."""

from alembic import op
from sqlalchemy import Column, Index, LargeBinary

from ledger.store.id_type import Id

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "import_keys",
        Column("digest", LargeBinary, primary_key=True),
        Column("subject", Id, nullable=False),
        Index("import_keys_subject", "subject"),
    )
