"""The tables of the plain service, as a web developer would write them: rows that are changed, and no events."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, LargeBinary, String, UniqueConstraint, Uuid
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

POINTS: Final = 5
"""What one check-in earns here at once."""


class Tables(DeclarativeBase):
    """All tables of the plain service."""

    type_annotation_map = {datetime: DateTime(timezone=True), bytes: LargeBinary, UUID: Uuid}  # noqa: RUF012 its hook


class Member(Tables):
    """Somebody who can check in."""

    __tablename__ = "members"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    suspended: Mapped[bool]


class SignedIn(Tables):
    """A session: the SHA-256 of its token, and whose it is. Instants are Unix seconds, as in the sessions of Linli."""

    __tablename__ = "sessions"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    idle_until: Mapped[int]
    ends: Mapped[int]


class Activity(Tables):
    """A gathering whose door is open between two instants."""

    __tablename__ = "activities"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    opens_at: Mapped[int]
    closes_at: Mapped[int]


class Account(Tables):
    """A member's balance."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"), unique=True)
    balance: Mapped[int]


class Visit(Tables):
    """A check-in: once for each member and activity."""

    __tablename__ = "check_ins"
    __table_args__ = (UniqueConstraint("activity_id", "member_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[UUID] = mapped_column(ForeignKey("activities.id"))
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    seen: Mapped[datetime]


class LedgerRow(Tables):
    """Why a balance changed."""

    __tablename__ = "ledger_rows"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    check_in_id: Mapped[int] = mapped_column(ForeignKey("check_ins.id"))
    amount: Mapped[int]
    at: Mapped[datetime]


class AnsweredKey(Tables):
    """An Idempotency-Key that was answered. digest: of the body that came with it."""

    __tablename__ = "answered_keys"
    __table_args__ = (UniqueConstraint("member_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    key: Mapped[str] = mapped_column(String(300))
    digest: Mapped[bytes]
    check_in_id: Mapped[int] = mapped_column(ForeignKey("check_ins.id"))
