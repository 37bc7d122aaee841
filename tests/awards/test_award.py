"""An award passes from hand to hand: proposed, decided on by another, on notice, credited once."""

from collections.abc import Callable
from datetime import date

import pytest
from award_stories import (
    ACCOUNT,
    APPROVER,
    ID,
    MEMBER,
    PROPOSER,
    SOMEBODY,
    UNTIL,
    after,
    approve,
    credit,
    history,
    proposal,
    refuse,
)
from msgspec.structs import replace

from ledger.awards.award import (
    AWARD,
    Award,
    AwardCommand,
    expires_on,
    is_notice_over,
    lot_id,
)
from ledger.awards.events import AwardApproved, AwardCredited, AwardRefused
from ledger.awards.refusals import (
    AwardAlreadyDecided,
    AwardNotApproved,
    NoticeNotOver,
    OwnHouseholdOrSelf,
    ProposerCannotApprove,
)
from ledger.kernel.calendar import Deadline
from ledger.kernel.decider import fold
from ledger.kernel.ids import MemberId


def test_an_award_is_proposed_approved_and_credited_once_its_notice_is_over() -> None:
    day_after = date(2025, 10, 23)

    events = history(proposal(), approve(), credit(day_after))

    assert events == [
        proposal().proposal,
        AwardApproved(APPROVER, UNTIL),
        AwardCredited(ACCOUNT, lot_id(ID), day_after),
    ]
    assert fold(AWARD, events).status == "credited"


def test_a_refused_award_names_who_and_why() -> None:
    assert history(proposal(), refuse())[-1] == AwardRefused(APPROVER, "not-seen")


def test_a_notice_counted_without_the_official_table_says_so() -> None:
    command = replace(approve(), notice=Deadline(UNTIL, provisional=True))

    assert AWARD.decide(after(proposal()), command) == (AwardApproved(APPROVER, UNTIL, provisional=True),)


@pytest.mark.parametrize(
    ("working_days", "today", "is_over"),
    [(5, 21, False), (5, 22, False), (5, 23, True), (0, 21, False), (0, 22, True), (0, 23, True)],
)
def test_it_can_be_spent_from_the_day_after_the_notice_or_at_once_without_one(
    working_days: int, today: int, *, is_over: bool
) -> None:
    assert is_notice_over(UNTIL, working_days, date(2025, 10, today)) == is_over


def test_an_award_of_nothing_is_approved_and_ends_there() -> None:
    award = after(proposal(amount=0), approve())

    assert award.status == "settled_empty"
    with pytest.raises(AwardNotApproved) as refused:
        AWARD.decide(award, credit(date(2025, 12, 1)))
    assert refused.value.facts() == {"state": "settled_empty"}


@pytest.mark.parametrize("decide", [approve, refuse])
def test_nobody_decides_on_what_they_proposed(decide: Callable[..., AwardCommand]) -> None:
    with pytest.raises(ProposerCannotApprove) as refused:
        AWARD.decide(after(proposal()), decide(PROPOSER))

    assert refused.value.facts() == {"author": PROPOSER}


@pytest.mark.parametrize("decide", [approve, refuse])
def test_nobody_decides_on_minutes_they_gave_their_word_for(decide: Callable[..., AwardCommand]) -> None:
    proposed = proposal()
    attested = replace(proposed, proposal=replace(proposed.proposal, attested_by=(SOMEBODY, APPROVER)))

    with pytest.raises(ProposerCannotApprove) as refused:
        AWARD.decide(after(attested), decide(APPROVER))

    assert refused.value.facts() == {"author": APPROVER}


@pytest.mark.parametrize("decide", [approve, refuse])
@pytest.mark.parametrize(("by", "same_household"), [(MEMBER, False), (MEMBER, True), (APPROVER, True)])
def test_nobody_decides_for_themselves_or_their_household(
    decide: Callable[..., AwardCommand], by: MemberId, *, same_household: bool
) -> None:
    with pytest.raises(OwnHouseholdOrSelf) as refused:
        AWARD.decide(after(proposal()), decide(by, same_household=same_household))

    assert refused.value.facts() == {"beneficiary": MEMBER}


def test_nobody_proposes_an_award_for_themselves() -> None:
    with pytest.raises(OwnHouseholdOrSelf):
        AWARD.decide(Award(), proposal(proposed_by=MEMBER))


def test_a_decision_stands_whoever_asks_again() -> None:
    with pytest.raises(AwardAlreadyDecided) as refused:
        AWARD.decide(after(proposal(), refuse()), approve(MEMBER, same_household=True))

    assert refused.value.facts() == {"state": "refused", "decided_by": APPROVER}


def test_an_award_on_notice_is_not_credited() -> None:
    with pytest.raises(NoticeNotOver) as refused:
        AWARD.decide(after(proposal(), approve()), credit(UNTIL))

    assert refused.value.facts() == {"notice_until": UNTIL}
    assert not refused.value.remembered


@pytest.mark.parametrize(
    ("credited_on", "months", "expected"),
    [
        (date(2025, 10, 15), 12, date(2026, 10, 15)),
        (date(2025, 11, 30), 3, date(2026, 2, 28)),
        (date(2023, 11, 30), 3, date(2024, 2, 29)),
        (date(2025, 12, 31), 1, date(2026, 1, 31)),
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2025, 6, 1), 18, date(2026, 12, 1)),
        (date(2025, 6, 1), None, None),
    ],
)
def test_whole_months_end_on_the_same_day_or_the_last(
    credited_on: date, months: int | None, expected: date | None
) -> None:
    assert expires_on(credited_on, months, clears_yearly=False) == expected


@pytest.mark.parametrize(
    ("credited_on", "months", "expected"),
    [
        (date(2025, 10, 15), None, date(2026, 1, 1)),
        (date(2025, 10, 15), 12, date(2026, 1, 1)),
        (date(2025, 10, 15), 1, date(2025, 11, 15)),
        (date(2025, 12, 31), None, date(2026, 1, 1)),
        (date(2026, 1, 1), 12, date(2027, 1, 1)),
    ],
)
def test_yearly_clearing_ends_a_lot_at_new_year_unless_its_months_end_earlier(
    credited_on: date, months: int | None, expected: date
) -> None:
    assert expires_on(credited_on, months, clears_yearly=True) == expected
