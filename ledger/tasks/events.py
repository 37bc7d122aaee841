"""What can have happened to a volunteer task. Permanent: read in ten years. Minutes are whole minutes of service."""

from datetime import date, datetime
from typing import Literal

from ledger.kernel.decider import Event
from ledger.kernel.ids import MemberId, OrganisationId, RuleId

TaskReason = str
"""A code such as `no-longer-needed`; what a person typed lives in the directory."""


class TaskPosted(Event, frozen=True):
    """Work is on offer. slots: how many people may claim it. minutes_planned: expected length for one person.

    rules: the earning rules that will apply, each for its own unit. claim_until: last instant to claim. posted_on: the
    community's day of posting; no work for the task was done before it. skill: what whoever claims it must be able to
    do, a code, None: nothing.
    """

    organisation: OrganisationId
    posted_by: MemberId
    slots: int
    minutes_planned: int
    claim_until: datetime
    rules: tuple[RuleId, ...]
    posted_on: date
    skill: str | None = None


class TaskClaimed(Event, frozen=True):
    """The member took one slot."""

    member: MemberId


class TaskClaimWithdrawn(Event, frozen=True):
    """The member gave the slot back before reporting."""

    member: MemberId


class TaskReported(Event, frozen=True):
    """The member says the work is done. minutes: claimed length. service_day: the day of the work."""

    member: MemberId
    minutes: int
    service_day: date


class TaskReportAccepted(Event, frozen=True):
    """Somebody else confirmed the report. minutes: confirmed length, never more than reported."""

    member: MemberId
    minutes: int
    service_day: date
    accepted_by: MemberId


class TaskReportReturned(Event, frozen=True):
    """The report was sent back to be done again. reason: a code."""

    member: MemberId
    returned_by: MemberId
    reason: TaskReason


class TaskClosed(Event, frozen=True):
    """No more claims. outcome tells why."""

    outcome: Literal["finished", "cancelled"]
    reason: TaskReason | None = None


TaskEvent = (
    TaskPosted | TaskClaimed | TaskClaimWithdrawn | TaskReported | TaskReportAccepted | TaskReportReturned | TaskClosed
)
