"""A large award takes two: the first agreement is on record, and neither of the two has any other part in it."""

import pytest
from award_stories import (
    APPROVER,
    MEMBER,
    OTHER,
    PROPOSER,
    SOMEBODY,
    STREET_APPROVER,
    UNTIL,
    after,
    approve,
    decide,
    history,
    object_,
    proposal,
    refuse,
)
from msgspec.structs import replace

from ledger.awards.award import AWARD, AwardCommand
from ledger.awards.events import AwardApproved, AwardFirstApproved, AwardRefused
from ledger.awards.objection_refusals import InvolvedInAward
from ledger.awards.refusals import OwnHouseholdOrSelf, ProposerCannotApprove, SecondApproverNeeded
from ledger.kernel.ids import MemberId

LARGE = proposal(amount=501)
BEGUN = (LARGE, approve(OTHER))


def test_a_large_award_goes_on_notice_when_the_second_has_agreed() -> None:
    first, second = history(*BEGUN, approve(APPROVER))[1:]

    assert first == AwardFirstApproved(OTHER, two_approvers_above=500)
    assert second == AwardApproved(APPROVER, UNTIL)
    assert (after(*BEGUN).status, after(*BEGUN, approve(APPROVER)).status) == ("proposed", "on_notice")


@pytest.mark.parametrize(("amount", "above", "takes_two"), [(500, 500, False), (501, 500, True), (0, 0, False)])
def test_two_are_needed_above_the_setting_and_not_at_it(amount: int, above: int, *, takes_two: bool) -> None:
    (event,) = AWARD.decide(after(proposal(amount=amount)), approve(above=above))

    assert isinstance(event, AwardFirstApproved) == takes_two


def test_nobody_is_both_of_the_two() -> None:
    with pytest.raises(SecondApproverNeeded) as refused:
        AWARD.decide(after(*BEGUN), approve(OTHER))

    assert refused.value.facts() == {"approved_by": OTHER}


@pytest.mark.parametrize("above", [0, 501, 1_000_000])
def test_what_one_began_another_ends_whatever_the_setting_says_by_then(above: int) -> None:
    assert AWARD.decide(after(*BEGUN), approve(APPROVER, above=above)) == (AwardApproved(APPROVER, UNTIL),)
    with pytest.raises(SecondApproverNeeded):
        AWARD.decide(after(*BEGUN), approve(OTHER, above=above))


@pytest.mark.parametrize("before", [(), (approve(OTHER),)], ids=["as the first", "as the second"])
@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (approve(PROPOSER), ProposerCannotApprove),
        (approve(SOMEBODY), ProposerCannotApprove),
        (approve(MEMBER), OwnHouseholdOrSelf),
        (approve(same_household=True), OwnHouseholdOrSelf),
    ],
    ids=["author", "witness", "beneficiary", "household"],
)
def test_who_has_another_part_in_it_is_neither_of_the_two(
    before: tuple[AwardCommand, ...], command: AwardCommand, refusal: type[Exception]
) -> None:
    attested = replace(LARGE, proposal=replace(LARGE.proposal, attested_by=(SOMEBODY,)))

    with pytest.raises(refusal):
        AWARD.decide(after(attested, *before), command)


@pytest.mark.parametrize("by", [APPROVER, OTHER])
def test_it_is_refused_after_the_first_agreed_by_another_or_by_who_thought_again(by: MemberId) -> None:
    assert history(*BEGUN, refuse(by))[-1] == AwardRefused(by, "not-seen")
    assert after(*BEGUN, refuse(by)).status == "refused"


@pytest.mark.parametrize("by", [OTHER, APPROVER])
def test_neither_of_the_two_decides_on_an_objection(by: MemberId) -> None:
    objected = after(*BEGUN, approve(APPROVER), object_())

    with pytest.raises(InvolvedInAward):
        AWARD.decide(objected, decide("rejected", by))
    assert AWARD.decide(objected, decide("rejected", STREET_APPROVER))
