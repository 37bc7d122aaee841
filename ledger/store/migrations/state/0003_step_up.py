"""When the owner of a session last showed more than its token."""

from alembic import op
from sqlalchemy import BigInteger, Column

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("sessions", Column("stepped_up", BigInteger, nullable=False, server_default="0"))
