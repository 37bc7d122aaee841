"""What can stand in the way of a change to one member's visit to one session."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from ledger.kernel.ids import SessionId
from ledger.kernel.refusal import Refusal


@dataclass(eq=False)
class NotCheckedIn(Refusal):
    """The member never checked in to the session, so there is no visit to end, confirm or tally."""

    code: ClassVar[str] = "not-checked-in"
    remembered: ClassVar[bool] = False

    session: SessionId


@dataclass(eq=False)
class VisitNotOver(Refusal):
    """The session's window is open until `closes_at` (UTC); the member may still check out."""

    code: ClassVar[str] = "visit-not-over"
    remembered: ClassVar[bool] = False

    closes_at: datetime


@dataclass(eq=False)
class VisitStillOpen(Refusal):
    """The member checked in at `in_at` (UTC) and has not gone out."""

    code: ClassVar[str] = "visit-still-open"
    remembered: ClassVar[bool] = False

    in_at: datetime


@dataclass(eq=False)
class VisitUnconfirmed(Refusal):
    """The visit earns nothing until the leader confirms it, by `confirm_until` (UTC) at the latest."""

    code: ClassVar[str] = "visit-unconfirmed"
    remembered: ClassVar[bool] = False

    confirm_until: datetime


@dataclass(eq=False)
class VisitAlreadyTallied(Refusal):
    """Awards were proposed from the visit, with `minutes_seen` minutes; it can no longer change."""

    code: ClassVar[str] = "visit-already-tallied"

    minutes_seen: int


@dataclass(eq=False)
class OwnVisit(Refusal):
    """Nobody confirms their own visit, nor that of somebody they live with; another leader or staff member must."""

    code: ClassVar[str] = "own-visit"


@dataclass(eq=False)
class NothingToConfirm(Refusal):
    """The visit was checked out at the door or confirmed before, with `out_at` (UTC)."""

    code: ClassVar[str] = "nothing-to-confirm"

    out_at: datetime


@dataclass(eq=False)
class ConfirmationTooLate(Refusal):
    """Confirming was possible until `confirm_until` (UTC)."""

    code: ClassVar[str] = "confirmation-too-late"

    confirm_until: datetime


@dataclass(eq=False)
class OutOutsideVisit(Refusal):
    """The member can have left between coming in (`earliest`) and the session's closing (`latest`), both UTC."""

    code: ClassVar[str] = "out-outside-visit"

    asked: datetime
    earliest: datetime
    latest: datetime
