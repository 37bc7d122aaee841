"""What can have happened to earning rules, awards and usage. Permanent: read in ten years.

An award carries every input of its decision, so that a rule can be simulated on history and a person can read why.
"""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from ledger.kernel.decider import Event
from ledger.kernel.ids import AccountId, AwardId, LotId, MemberId, OrganisationId, RuleId
from ledger.kernel.units import Unit

SourceKind = Literal["attendance", "task", "paper_sheet", "manual_hours"]
"""What a deed rests on: a visit that was scanned, a task's accepted report, or hours that two people wrote in."""
Decision = Literal["upheld", "rejected"]
Spent = Literal["other_lots", "owe", "write_off"]
StepCode = Literal[
    "seen",
    "overlap",
    "below_floor",
    "over_ceiling",
    "rounded_down",
    "per_hour",
    "per_attendance",
    "per_minute",
    "cap_activity",
    "cap_day",
    "cap_month",
]


class Terms(Struct, frozen=True, forbid_unknown_fields=True):
    """What a rule pays for one deed, and its limits. Minutes are whole minutes, caps are in `unit`.

    basis and rate: `rate` units per full hour, per attendance, or per credited minute. floor_percent: share of the
    planned minutes below which nothing is credited. ceiling_minutes: most minutes credited for one deed.
    rounding_minutes: credited minutes are rounded down to a multiple. cap_deed, cap_day, cap_month: most units for one
    deed, per member and service day, per member and service month. notice_working_days: working days on public notice
    (0 allowed). expiry_months: whole months after the day of credit, None for never.
    clears_yearly: what is credited is worth nothing from the next 1 January on, where the months do not end earlier.
    """

    unit: Unit
    basis: Literal["per_hour", "per_attendance", "per_minute"]
    rate: int
    floor_percent: int = 60
    ceiling_minutes: int | None = 120
    rounding_minutes: int = 15
    cap_deed: int | None = None
    cap_day: int | None = None
    cap_month: int | None = None
    notice_working_days: int = 5
    expiry_months: int | None = None
    clears_yearly: bool = False


class Step(Struct, frozen=True, forbid_unknown_fields=True):
    """One line of an award's explanation: after applying `code` the running figure was `value`.

    Minutes for seen, overlap, below_floor, over_ceiling, rounded_down; units of the award for all others.
    limit: the bound that applied (floor, ceiling, rounding, rate or cap), None where there is none.
    """

    code: StepCode
    value: int
    limit: int | None = None


class Span(Struct, frozen=True, forbid_unknown_fields=True):
    """A stretch of service time, [starts_at, ends_at), aware UTC."""

    starts_at: datetime
    ends_at: datetime


class RuleDrafted(Event, frozen=True):
    """A version of the rule was written. version counts from 1; nothing earns under it until it is published."""

    organisation: OrganisationId
    version: int
    terms: Terms
    drafted_by: MemberId


class RulePublished(Event, frozen=True):
    """The version holds for service days from `valid_from` on, until a later version's day."""

    version: int
    valid_from: date
    approved_by: MemberId


class AwardProposed(Event, frozen=True):
    """A deed was turned into an amount; nobody has approved it yet.

    source: the attendance's stream, or for a task's claim the id derived from task, `claim` and member. occasion: the
    activity or task that the deed was part of, None where there was none. minutes_planned, minutes_seen,
    minutes_credited: whole minutes. used_day, used_month: units already reserved by this member for the service day and
    month before this award. amount: units of `unit`, may be 0 (the explanation says why).

    attested_by: on whose word, beside the proposer's, the minutes rest: who saw the member come or go by eye or scanned
    their card (before release 0.3 not the latter), who confirmed when they left. None of them decides on the award.
    clears_yearly: as in the rule's terms.
    """

    source: UUID
    source_kind: SourceKind
    member: MemberId
    organisation: OrganisationId
    unit: Unit
    rule: RuleId
    rule_version: int
    service_day: date
    minutes_planned: int
    minutes_seen: int
    minutes_credited: int
    used_day: int
    used_month: int
    amount: int
    notice_working_days: int
    explanation: tuple[Step, ...]
    proposed_by: MemberId
    expiry_months: int | None = None
    occasion: UUID | None = None
    attested_by: tuple[MemberId, ...] = ()
    clears_yearly: bool = False


class AwardFirstApproved(Event, frozen=True):
    """The first of two agreed to an award so large that it takes two; nothing is shown on notice before the second did.

    approved_by: who did; the second is another person. two_approvers_above: the programme's setting on that day, in the
    award's unit; the amount lay above it.
    """

    approved_by: MemberId
    two_approvers_above: int


class AwardApproved(Event, frozen=True):
    """Somebody else approved it, alone or as the second of two, and it is shown on public notice.

    notice_until: last day of the notice; it can be spent from the next day on. provisional: the working-day table of a
    year was missing when the day was counted.
    """

    approved_by: MemberId
    notice_until: date
    provisional: bool = False


class AwardRefused(Event, frozen=True):
    """Somebody else refused it; what was reserved is released. reason: a code."""

    refused_by: MemberId
    reason: str


class AwardCredited(Event, frozen=True):
    """The notice is over: the amount became the lot `lot` of `account` and can be spent."""

    account: AccountId
    lot: LotId
    on_day: date


class AwardObjected(Event, frozen=True):
    """A member of the community objected while the award was on public notice; it is not credited until decided.

    objected_by: who did. reason: a code. decide_by: the community's day by whose end somebody not involved should have
    decided; nothing happens by itself after it. provisional: as in `AwardApproved`.
    """

    objected_by: MemberId
    reason: str
    decide_by: date
    provisional: bool = False


class ObjectionDecided(Event, frozen=True):
    """Somebody not involved decided: `upheld`, the award is refused, or `rejected`, its notice goes on.

    reason: a code. escalate_until: last of the community's days on which the side that lost may take it to the node
    above; until then a rejected objection keeps the award from being credited. None: the decision is final.
    """

    decided_by: MemberId
    outcome: Decision
    reason: str
    escalate_until: date | None = None


class ObjectionEscalated(Event, frozen=True):
    """The objector or the beneficiary took the decision to the node above, once; until then nothing is credited.

    organisation: the node whose approver decides for good. decide_by, provisional: as in `AwardObjected`.
    """

    escalated_by: MemberId
    organisation: OrganisationId
    decide_by: date
    provisional: bool = False


class ReversalProposed(Event, frozen=True):
    """Staff proposed to take the award back. reason: a code.

    spent: what is to become of the part that the member has used already: taken from their other lots as far as they
    reach, owed by them, or written off by the community.
    """

    reason: str
    spent: Spent
    proposed_by: MemberId


class ReversalApproved(Event, frozen=True):
    """Somebody else agreed. approvers_needed: how many different people must, by the settings of that day."""

    approved_by: MemberId
    approvers_needed: int


class ReversalRefused(Event, frozen=True):
    """Somebody else did not agree; the award stays as it was. reason: a code."""

    refused_by: MemberId
    reason: str


class AwardReversed(Event, frozen=True):
    """The award was taken back, for good; what it had reserved is released in the same commit.

    approved_by: who agreed last. Amounts in the award's unit, each 0 or more: `taken` out of the award's own lot,
    `from_other_lots` of the account, `owed` by the member from now on, `written_off` by the community, `expired`
    before. Together they are the award's amount; all are 0 where it was on notice, so that no account knew of it.
    """

    approved_by: MemberId
    taken: int
    from_other_lots: int
    owed: int
    written_off: int
    expired: int
    on_day: date


class UsageReserved(Event, frozen=True):
    """On the stream of one member and service month: `award` takes `amount` of `unit` on `service_day`.

    spans: the service time it counts, so that no minute is credited twice in one unit; empty where unknown.
    """

    award: AwardId
    unit: Unit
    service_day: date
    amount: int
    spans: tuple[Span, ...] = ()


class UsageReleased(Event, frozen=True):
    """The reservation of `award` no longer counts."""

    award: AwardId


RuleEvent = RuleDrafted | RulePublished
AwardEvent = (
    AwardProposed
    | AwardFirstApproved
    | AwardApproved
    | AwardRefused
    | AwardCredited
    | AwardObjected
    | ObjectionDecided
    | ObjectionEscalated
    | ReversalProposed
    | ReversalApproved
    | ReversalRefused
    | AwardReversed
)
UsageEvent = UsageReserved | UsageReleased
