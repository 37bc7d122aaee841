"""What can stand in the way of a change to a volunteer task."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from ledger.kernel.refusal import Refusal


@dataclass(eq=False)
class UnknownTask(Refusal):
    """No task was posted under this id."""

    code: ClassVar[str] = "unknown-task"


@dataclass(eq=False)
class TaskAlreadyPosted(Refusal):
    """A task is posted once."""

    code: ClassVar[str] = "task-already-posted"


@dataclass(eq=False)
class SlotsOutOfRange(Refusal):
    """A task wants between `lowest` and `highest` people."""

    code: ClassVar[str] = "slots-out-of-range"

    asked: int
    lowest: int
    highest: int


@dataclass(eq=False)
class PlannedMinutesOutOfRange(Refusal):
    """A task is planned for between `lowest` and `highest` minutes a person."""

    code: ClassVar[str] = "planned-minutes-out-of-range"

    asked: int
    lowest: int
    highest: int


@dataclass(eq=False)
class ClaimDeadlineNotAhead(Refusal):
    """The last instant to claim must lie after `now` (both UTC)."""

    code: ClassVar[str] = "claim-deadline-not-ahead"

    claim_until: datetime
    now: datetime


@dataclass(eq=False)
class TaskClosedNow(Refusal):
    """The task takes no more claims: it was `finished` or `cancelled`."""

    code: ClassVar[str] = "task-closed"

    outcome: str


@dataclass(eq=False)
class ClaimTooLate(Refusal):
    """Claiming was possible until `claim_until` (UTC)."""

    code: ClassVar[str] = "claim-too-late"

    claim_until: datetime


@dataclass(eq=False)
class AlreadyClaimed(Refusal):
    """One claim a person: the member has one, at `stage`."""

    code: ClassVar[str] = "already-claimed"

    stage: str


@dataclass(eq=False)
class NoSlotLeft(Refusal):
    """All `slots` are taken."""

    code: ClassVar[str] = "no-slot-left"

    slots: int


@dataclass(eq=False)
class NotClaimed(Refusal):
    """The member has no claim on the task."""

    code: ClassVar[str] = "not-claimed"


@dataclass(eq=False)
class AlreadyReported(Refusal):
    """The member reported `minutes` minutes for `service_day`; it waits for somebody to accept or return it."""

    code: ClassVar[str] = "already-reported"

    minutes: int
    service_day: date


@dataclass(eq=False)
class ReportAlreadyAccepted(Refusal):
    """`minutes` minutes for `service_day` were accepted; that is final."""

    code: ClassVar[str] = "report-already-accepted"

    minutes: int
    service_day: date


@dataclass(eq=False)
class ReportedMinutesOutOfRange(Refusal):
    """A report says between `lowest` and `highest` minutes."""

    code: ClassVar[str] = "reported-minutes-out-of-range"

    asked: int
    lowest: int
    highest: int


@dataclass(eq=False)
class ServiceDayAhead(Refusal):
    """Only work that is done is reported: the day may be `today` (the community's) at the latest."""

    code: ClassVar[str] = "service-day-ahead"
    remembered: ClassVar[bool] = False

    service_day: date
    today: date


@dataclass(eq=False)
class ServiceDayBeforeTask(Refusal):
    """Nobody did the work before it was posted on `posted_on`; an earlier day would count under other limits."""

    code: ClassVar[str] = "service-day-before-task"

    service_day: date
    posted_on: date


@dataclass(eq=False)
class NotReported(Refusal):
    """There is no report of the member's to accept or return."""

    code: ClassVar[str] = "not-reported"


@dataclass(eq=False)
class OwnReport(Refusal):
    """Nobody accepts their own report; somebody else must."""

    code: ClassVar[str] = "own-report"


@dataclass(eq=False)
class OwnHouseholdReport(Refusal):
    """Nobody accepts the report of somebody they live with; somebody else must."""

    code: ClassVar[str] = "own-household-report"


@dataclass(eq=False)
class AcceptedMinutesOutOfRange(Refusal):
    """What is accepted lies between `lowest` and the `highest` minutes that were reported."""

    code: ClassVar[str] = "accepted-minutes-out-of-range"

    asked: int
    lowest: int
    highest: int
