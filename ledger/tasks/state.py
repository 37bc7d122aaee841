"""A volunteer task as it is: what was posted and how far each person who claimed it has come."""

from datetime import date, datetime
from typing import Literal, assert_never

from msgspec import Struct
from msgspec.structs import replace

from ledger.kernel.ids import MemberId, OrganisationId, RuleId
from ledger.tasks.events import (
    TaskClaimed,
    TaskClaimWithdrawn,
    TaskClosed,
    TaskEvent,
    TaskPosted,
    TaskReportAccepted,
    TaskReported,
    TaskReportReturned,
)

Stage = Literal["unknown", "open", "finished", "cancelled"]
ClaimStage = Literal["claimed", "reported", "accepted"]


class Claim(Struct, frozen=True):
    """One person's part. minutes and service_day: as reported, later as accepted; None while nothing is reported."""

    member: MemberId
    stage: ClaimStage = "claimed"
    minutes: int | None = None
    service_day: date | None = None


class TaskState(Struct, frozen=True):
    """A task as it is now. organisation, posted_by, claim_until, posted_on: None only while unknown.

    claims: at most `slots`.
    """

    stage: Stage = "unknown"
    organisation: OrganisationId | None = None
    posted_by: MemberId | None = None
    slots: int = 0
    minutes_planned: int = 0
    claim_until: datetime | None = None
    rules: tuple[RuleId, ...] = ()
    posted_on: date | None = None
    skill: str | None = None
    claims: tuple[Claim, ...] = ()

    def claim_of(self, member: MemberId) -> Claim | None:
        """The member's part; None: the member has no claim."""
        return next((claim for claim in self.claims if claim.member == member), None)


def evolve(state: TaskState, event: TaskEvent) -> TaskState:
    """The task after `event`."""
    match event:
        case TaskPosted():
            return _posted(event)
        case TaskClaimed() | TaskReportReturned():
            return _with_claim(state, Claim(event.member))
        case TaskClaimWithdrawn():
            return replace(state, claims=_others(state, event.member))
        case TaskReported():
            return _with_claim(state, Claim(event.member, "reported", event.minutes, event.service_day))
        case TaskReportAccepted():
            return _with_claim(state, Claim(event.member, "accepted", event.minutes, event.service_day))
        case TaskClosed():
            return replace(state, stage=event.outcome)
        case _:
            assert_never(event)


def _posted(event: TaskPosted) -> TaskState:
    return TaskState(
        stage="open",
        organisation=event.organisation,
        posted_by=event.posted_by,
        slots=event.slots,
        minutes_planned=event.minutes_planned,
        claim_until=event.claim_until,
        rules=event.rules,
        posted_on=event.posted_on,
        skill=event.skill,
    )


def _with_claim(state: TaskState, claim: Claim) -> TaskState:
    return replace(state, claims=(*_others(state, claim.member), claim))


def _others(state: TaskState, member: MemberId) -> tuple[Claim, ...]:
    return tuple(claim for claim in state.claims if claim.member != member)
