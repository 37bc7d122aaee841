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
    """The visit, which ended at `out_at` (UTC), earns nothing until the leader confirms it."""

    code: ClassVar[str] = "visit-unconfirmed"
    remembered: ClassVar[bool] = False

    out_at: datetime


@dataclass(eq=False)
class VisitAlreadyTallied(Refusal):
    """An award for the visit, with `minutes_seen` minutes, counts: only taking the award back can change it."""

    code: ClassVar[str] = "visit-already-tallied"

    minutes_seen: int


@dataclass(eq=False)
class OwnVisit(Refusal):
    """Nobody decides on their own visit, nor on that of somebody they live with; another leader or staff must."""

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


@dataclass(eq=False)
class VisitAwardUndecided(Refusal):
    """Awards were proposed from the visit, with `minutes_seen` minutes; they must be refused before it can change."""

    code: ClassVar[str] = "visit-award-undecided"

    minutes_seen: int


@dataclass(eq=False)
class NotYourScan(Refusal):
    """Only who made the last scan of the visit, or the device that did, undoes it; a supervisor annuls it."""

    code: ClassVar[str] = "not-your-scan"


@dataclass(eq=False)
class UndoTooLate(Refusal):
    """The scan could be undone until `until` (UTC); now a supervisor must annul the visit, with a reason."""

    code: ClassVar[str] = "undo-too-late"

    until: datetime


@dataclass(eq=False)
class CorrectionOutsideSession(Refusal):
    """A visit lies between `earliest` and `latest`, the session's window as far as it has passed, and has a length."""

    code: ClassVar[str] = "correction-outside-session"

    asked_in: datetime
    asked_out: datetime
    earliest: datetime
    latest: datetime


@dataclass(eq=False)
class VisitTookPlace(Refusal):
    """The member came in at `in_at` (UTC), so there is nothing to excuse."""

    code: ClassVar[str] = "visit-took-place"

    in_at: datetime


@dataclass(eq=False)
class ExcuseTooLate(Refusal):
    """Members excuse themselves until the session begins, at `starts_at` (UTC); later staff do."""

    code: ClassVar[str] = "excuse-too-late"

    starts_at: datetime


@dataclass(eq=False)
class VisitInDispute(Refusal):
    """The member says that what stands here is wrong; somebody who had no part in it must decide first."""

    code: ClassVar[str] = "visit-in-dispute"
    remembered: ClassVar[bool] = False


@dataclass(eq=False)
class VisitNotDisputed(Refusal):
    """Nobody disputes the visit, or no longer."""

    code: ClassVar[str] = "visit-not-disputed"


@dataclass(eq=False)
class DisputeAlreadyDecided(Refusal):
    """The dispute of this visit was decided, with `outcome`; it is not opened again."""

    code: ClassVar[str] = "dispute-already-decided"

    outcome: str


@dataclass(eq=False)
class InvolvedInVisit(Refusal):
    """Who scanned the visit, or vouches for it, does not decide on its dispute."""

    code: ClassVar[str] = "involved-in-visit"
