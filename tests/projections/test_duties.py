"""Separation of duties as an auditor reads it from the log: every kind of breach is named, and what is right is not."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from ledger.accounts import events as accounts
from ledger.application.ports import Notice
from ledger.awards import events as awards
from ledger.kernel.decider import Event
from ledger.kernel.ids import SYSTEM, HouseholdId, MemberId, OrganisationId, ProposalId, RuleId
from ledger.kernel.units import Unit
from ledger.membership import events as membership
from ledger.redemption import events as redemption
from ledger.store.catalog import NAMES
from projections.duties import AUTHORS, BENEFICIARIES, DECISIONS, WITNESSES, Breach, Duties, breaches

NOON = datetime(2026, 3, 4, 4, 0, tzinfo=UTC)
TODAY = date(2026, 3, 4)
ANN, BEN, CLERK, APPROVER = (MemberId(uuid4()) for _ in range(4))
PLACE, HOME = OrganisationId(uuid4()), HouseholdId(uuid4())
DEED = uuid4()


class Told:
    """A feed of these events, one a minute."""

    def __init__(self, *events: tuple[UUID, Event]) -> None:
        self._events = events

    def page(self, after: int, limit: int) -> list[Notice]:
        return list(self._notices())[after : after + limit]

    def position(self) -> int:
        return len(self._events)

    def _notices(self) -> Iterator[Notice]:
        for position, (stream, event) in enumerate(self._events, start=1):
            at = NOON + timedelta(minutes=position)
            yield Notice(position, stream, position, type(event).__name__, at, CLERK, event)


def proposed(attested_by: tuple[MemberId, ...] = ()) -> awards.AwardProposed:
    return awards.AwardProposed(
        source=uuid4(),
        source_kind="attendance",
        member=ANN,
        organisation=PLACE,
        unit=Unit.POINTS,
        rule=RuleId(uuid4()),
        rule_version=1,
        service_day=TODAY,
        minutes_planned=60,
        minutes_seen=60,
        minutes_credited=60,
        used_day=0,
        used_month=0,
        amount=2,
        notice_working_days=5,
        explanation=(),
        proposed_by=CLERK,
        attested_by=attested_by,
    )


def approved(by: MemberId) -> awards.AwardApproved:
    return awards.AwardApproved(by, TODAY)


def first_approved(by: MemberId) -> awards.AwardFirstApproved:
    return awards.AwardFirstApproved(by, two_approvers_above=1)


def lives(member: MemberId, since: date = TODAY) -> tuple[UUID, Event]:
    return member, membership.HouseholdJoined(HOME, since)


def moved_out(member: MemberId, until: date) -> tuple[UUID, Event]:
    return member, membership.HouseholdLeft(HOME, until)


def reversal(by: MemberId) -> awards.ReversalApproved:
    return awards.ReversalApproved(by, 2)


def found(*events: tuple[UUID, Event]) -> list[tuple[int, str]]:
    return [(breach.position, breach.code) for breach in breaches(Told(*events))]


def test_a_decision_by_somebody_who_has_no_part_in_it_is_right() -> None:
    assert found((DEED, proposed((BEN,))), (DEED, approved(APPROVER))) == []
    assert found(lives(ANN), lives(BEN), (DEED, proposed()), (DEED, approved(APPROVER))) == []


@pytest.mark.parametrize(
    ("before", "decider", "code"),
    [
        ((), CLERK, "author-decided"),
        ((), BEN, "witness-decided"),
        ((), ANN, "beneficiary-decided"),
        ((lives(ANN), lives(APPROVER)), APPROVER, "household-decided"),
        ((lives(ANN), lives(APPROVER), moved_out(APPROVER, TODAY)), APPROVER, "household-decided"),
    ],
)
def test_who_had_a_part_and_decided_is_named(before: tuple[Any, ...], decider: MemberId, code: str) -> None:
    last = len(before) + 2

    assert found(*before, (DEED, proposed((BEN,))), (DEED, approved(decider))) == [(last, code)]


def test_both_of_two_who_approve_an_award_are_people_without_another_part_in_it() -> None:
    assert found((DEED, proposed()), (DEED, first_approved(BEN)), (DEED, approved(APPROVER))) == []
    twice = found((DEED, proposed()), (DEED, first_approved(APPROVER)), (DEED, approved(APPROVER)))
    author = found((DEED, proposed()), (DEED, first_approved(CLERK)), (DEED, approved(APPROVER)))
    assert (twice, author) == ([(3, "one-for-two")], [(2, "author-decided")])


def test_who_moved_out_before_or_moves_in_later_lives_elsewhere() -> None:
    yesterday, tomorrow = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
    gone = (lives(ANN), lives(APPROVER, yesterday), moved_out(APPROVER, yesterday))

    assert found(*gone, (DEED, proposed()), (DEED, approved(APPROVER))) == []
    assert found(lives(ANN), lives(APPROVER, tomorrow), (DEED, proposed()), (DEED, approved(APPROVER))) == []


def test_one_person_does_not_stand_for_two() -> None:
    asked = awards.ReversalProposed("not-done", "owe", CLERK)

    twice = found((DEED, proposed()), (DEED, asked), (DEED, reversal(APPROVER)), (DEED, reversal(APPROVER)))
    anew = found((DEED, proposed()), (DEED, asked), (DEED, reversal(BEN)), (DEED, asked), (DEED, reversal(BEN)))

    assert twice == [(4, "one-for-two")]
    assert anew == []


def test_proposals_of_one_stream_are_told_apart() -> None:
    fund, first, second = uuid4(), ProposalId(uuid4()), ProposalId(uuid4())
    events = [
        (fund, redemption.FundCapProposed(first, 10, CLERK)),
        (fund, redemption.FundCapProposed(second, 20, APPROVER)),
    ]

    assert found(*events, (fund, redemption.FundCapSet(second, 20, CLERK))) == []
    assert found(*events, (fund, redemption.FundCapSet(second, 20, APPROVER))) == [(3, "author-decided")]


def test_nobody_freezes_as_they_proposed_nor_their_own() -> None:
    account = uuid4()
    opened = (account, accounts.AccountOpened(ANN, Unit.POINTS, PLACE))
    own = accounts.AccountFrozen("out", "x", TODAY, APPROVER, APPROVER)

    assert found(opened, (account, own)) == [(2, "author-decided")]
    assert found(opened, (account, accounts.AccountFrozen("out", "x", TODAY, ANN))) == [(2, "beneficiary-decided")]


def test_what_time_alone_decides_is_nobodys_decision() -> None:
    assert found((DEED, proposed()), (DEED, approved(SYSTEM))) == []


def test_every_field_that_is_read_is_there_and_every_decision_is_known() -> None:
    for kind, authorship in AUTHORS.items():
        assert authorship.author in kind.__struct_fields__
    for table in (BENEFICIARIES, WITNESSES):
        for kind, field in table.items():
            assert field in kind.__struct_fields__
    for kind, decision in DECISIONS.items():
        assert decision.decider in kind.__struct_fields__
    agreeing = {kind for kind in NAMES.values() if "approved_by" in kind.__struct_fields__}
    assert agreeing - DECISIONS.keys() == NOT_DECIDED_ALONE


def test_what_cannot_be_read_is_passed_over() -> None:
    assert list(Duties().see(Notice(1, DEED, 1, "x", NOON, CLERK, None))) == list[Breach]()


NOT_DECIDED_ALONE = {awards.AwardReversed}
"""It carries out what two agreed to."""
