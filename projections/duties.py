"""Separation of duties, read back from the log: no decision by its author, its beneficiary, or who lives with them.

It knows the events and none of the rules that let them happen, so that an auditor can hold a ledger against it that
another release, or somebody with the database in hand, has written. It says nothing of who shares a phone or a wish.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final, Literal, NamedTuple
from uuid import UUID

from ledger.accounts import events as accounts
from ledger.activities import events as activities
from ledger.application.ports import Feed, Notice
from ledger.awards import events as awards
from ledger.kernel.clock import business_day
from ledger.kernel.decider import Event
from ledger.kernel.ids import SYSTEM
from ledger.membership import events as membership
from ledger.programme import events as programme
from ledger.redemption import events as redemption

PAGE: Final = 1_000

BreachCode = Literal["author-decided", "witness-decided", "beneficiary-decided", "household-decided", "one-for-two"]


class Breach(NamedTuple):
    """A decision at `position` by somebody who should not have made it."""

    position: int
    code: BreachCode
    event: str
    decided_by: UUID


class Authorship(NamedTuple):
    """Which field of an event says who proposed. key: the field that tells proposals of one stream apart, if any."""

    author: str
    key: str | None = None


class Decision(NamedTuple):
    """Which field says who decided, on the proposal of `key`. is_repeated: two people may each agree once."""

    decider: str
    key: str | None = None
    is_repeated: bool = False


AUTHORS: Final[Mapping[type[Event], Authorship]] = {
    awards.AwardProposed: Authorship("proposed_by"),
    awards.ReversalProposed: Authorship("proposed_by", "reversal"),
    awards.RuleDrafted: Authorship("drafted_by", "version"),
    activities.SheetEntered: Authorship("entered_by"),
    activities.HoursEntered: Authorship("entered_by"),
    accounts.AdjustmentProposed: Authorship("proposed_by"),
    programme.SettingsDrafted: Authorship("drafted_by", "version"),
    redemption.RedemptionRequested: Authorship("requested_by"),
    redemption.FundCapProposed: Authorship("proposed_by", "proposal"),
    redemption.RewardDrafted: Authorship("drafted_by", "draft"),
    redemption.PriceProposed: Authorship("proposed_by", "proposal"),
    redemption.StockWriteOffProposed: Authorship("proposed_by", "proposal"),
    redemption.StockCounted: Authorship("counted_by", "proposal"),
    membership.ReturnProposed: Authorship("proposed_by", "return"),
    membership.DeathReported: Authorship("reported_by", "death"),
    membership.MergeProposed: Authorship("proposed_by", "merge"),
    membership.UnmergeProposed: Authorship("proposed_by", "merge"),
}
"""Who put something forward. A key that no field bears is a label of its own."""

DECISIONS: Final[Mapping[type[Event], Decision]] = {
    awards.AwardFirstApproved: Decision("approved_by", is_repeated=True),
    awards.AwardApproved: Decision("approved_by", is_repeated=True),
    awards.AwardRefused: Decision("refused_by"),
    awards.ObjectionDecided: Decision("decided_by"),
    awards.ReversalApproved: Decision("approved_by", "reversal", is_repeated=True),
    awards.RulePublished: Decision("approved_by", "version"),
    activities.SheetLineApproved: Decision("approved_by"),
    activities.HoursEntered: Decision("approved_by"),
    accounts.AdjustmentApproved: Decision("approved_by", is_repeated=True),
    accounts.AccountFrozen: Decision("frozen_by"),
    accounts.AccountUnfrozen: Decision("by"),
    programme.SettingsPublished: Decision("approved_by", "version"),
    redemption.RedemptionApproved: Decision("approved_by"),
    redemption.RedemptionRechecked: Decision("rechecked_by"),
    redemption.FundCapSet: Decision("approved_by", "proposal"),
    redemption.RewardListed: Decision("listed_by", "draft"),
    redemption.RewardPriced: Decision("priced_by", "proposal"),
    redemption.StockWrittenOff: Decision("approved_by", "proposal"),
    redemption.StockCountConfirmed: Decision("confirmed_by", "proposal"),
    membership.MemberReturned: Decision("approved_by", "return"),
    membership.MemberDeceased: Decision("confirmed_by", "death"),
    membership.MemberMerged: Decision("approved_by", "merge"),
    membership.MemberUnmerged: Decision("approved_by", "merge"),
}
"""Who decided, wherever value or the power over it moves."""

BENEFICIARIES: Final[Mapping[type[Event], str]] = {
    awards.AwardProposed: "member",
    activities.SheetLineApproved: "member",
    activities.HoursEntered: "member",
    accounts.AdjustmentProposed: "member",
    accounts.AccountOpened: "owner",
    redemption.RedemptionRequested: "member",
}
"""Whom the things of a stream are for."""

WITNESSES: Final[Mapping[type[Event], str]] = {awards.AwardProposed: "attested_by"}

_Key = tuple[UUID, object]


class Duties:
    """What was put forward, by whom and for whom, as far as the events that were seen tell."""

    def __init__(self) -> None:
        self._authors: dict[_Key, UUID] = {}
        self._agreed: dict[_Key, set[UUID]] = {}
        self._beneficiaries: dict[UUID, UUID] = {}
        self._witnesses: dict[UUID, frozenset[UUID]] = {}
        self._dwellings: dict[UUID, list[tuple[UUID, date, date]]] = {}

    def see(self, notice: Notice) -> Iterator[Breach]:
        """Take in the next event of the log, in order; yields what is wrong with it."""
        event = notice.event
        if event is None:
            return
        self._dwell(notice.stream, event)
        self._put_forward(notice.stream, event)
        if (decision := DECISIONS.get(type(event))) is not None:
            for code in self._decided(notice, event, decision):
                yield Breach(notice.position, code, notice.name, getattr(event, decision.decider))

    def _put_forward(self, stream: UUID, event: Event) -> None:
        if (benefits := BENEFICIARIES.get(type(event))) is not None:
            self._beneficiaries[stream] = getattr(event, benefits)
        if (attested := WITNESSES.get(type(event))) is not None and getattr(event, attested):
            self._witnesses[stream] = frozenset(getattr(event, attested))
        if (authorship := AUTHORS.get(type(event))) is not None:
            key = _key(stream, event, authorship.key)
            self._authors[key] = getattr(event, authorship.author)
            self._agreed.pop(key, None)

    def _decided(self, notice: Notice, event: Event, decision: Decision) -> Iterator[BreachCode]:
        decider: UUID = getattr(event, decision.decider)
        if decider == SYSTEM:
            return
        key = _key(notice.stream, event, decision.key)
        if decider in (self._authors.get(key), getattr(event, "proposed_by", None)):
            yield "author-decided"
        if decider in self._witnesses.get(notice.stream, ()):
            yield "witness-decided"
        beneficiary = self._beneficiaries.get(notice.stream)
        if beneficiary == decider:
            yield "beneficiary-decided"
        elif beneficiary is not None and self._live_together(decider, beneficiary, business_day(notice.at)):
            yield "household-decided"
        if decision.is_repeated:
            agreed = self._agreed.setdefault(key, set())
            if decider in agreed:
                yield "one-for-two"
            agreed.add(decider)

    def _dwell(self, stream: UUID, event: Event) -> None:
        match event:
            case membership.HouseholdJoined():
                stays = self._dwellings.setdefault(stream, [])
                stays.append((event.household, event.from_day, date.max))
            case membership.HouseholdLeft():
                stays = self._dwellings.get(stream, [])
                self._dwellings[stream] = [
                    (one, begins, min(ends, event.until_day) if one == event.household else ends)
                    for one, begins, ends in stays
                ]
            case _:
                pass

    def _live_together(self, one: UUID, other: UUID, day: date) -> bool:
        return not self._households(one, day).isdisjoint(self._households(other, day))

    def _households(self, member: UUID, day: date) -> frozenset[UUID]:
        return frozenset(one for one, begins, ends in self._dwellings.get(member, ()) if begins <= day <= ends)


def breaches(feed: Feed) -> Iterator[Breach]:
    """Every breach in the whole log, in its order."""
    duties, after = Duties(), 0
    while page := feed.page(after, PAGE):
        for notice in page:
            yield from duties.see(notice)
        after = page[-1].position


def _key(stream: UUID, event: Event, field: str | None) -> _Key:
    return stream, field and getattr(event, field, field)
