"""An award is taken back by two people, or three where it is large, and once."""

from collections.abc import Callable

import pytest
from award_stories import (
    AFTER_ALL,
    APPROVER,
    CREDITED,
    MEMBER,
    ON_NOTICE,
    OTHER,
    PROPOSER,
    after,
    approve_reversal,
    credit,
    history,
    propose_reversal,
    refuse_reversal,
    take_back,
)

from ledger.awards.award import AWARD, AwardCommand
from ledger.awards.events import AwardReversed, ReversalApproved, ReversalProposed, ReversalRefused
from ledger.awards.refusals import OwnHouseholdOrSelf, ProposerCannotApprove, SecondApproverNeeded
from ledger.awards.reversal_refusals import (
    AwardNotReversible,
    ReversalNotAgreed,
    ReversalNotProposed,
    ReversalPending,
)
from ledger.kernel.refusal import Refusal

PROPOSED = (*CREDITED, propose_reversal(OTHER, "write_off"))


def refused(command: AwardCommand, *before: AwardCommand) -> Refusal:
    with pytest.raises(Refusal) as refusal:
        AWARD.decide(after(*before), command)
    return refusal.value


def test_a_reversal_is_proposed_agreed_to_and_done() -> None:
    events = history(*PROPOSED, approve_reversal(), take_back())

    assert events[-3:] == [
        ReversalProposed("wrong-member", "write_off", OTHER),
        ReversalApproved(APPROVER, 1),
        AwardReversed(APPROVER, taken=2, from_other_lots=0, owed=0, written_off=0, expired=0, on_day=AFTER_ALL),
    ]
    assert after(*PROPOSED, approve_reversal(), take_back()).status == "reversed"


def test_it_happens_once() -> None:
    done = (*PROPOSED, approve_reversal(), take_back())

    again = refused(propose_reversal(OTHER), *done)

    assert isinstance(again, AwardNotReversible)
    assert again.facts() == {"state": "reversed"}
    assert isinstance(refused(approve_reversal(), *done), ReversalNotProposed)
    assert isinstance(refused(take_back(), *done), ReversalNotProposed)


def test_a_refused_reversal_leaves_the_award_and_can_be_proposed_again() -> None:
    kept = (*PROPOSED, refuse_reversal())

    assert history(*kept)[-1] == ReversalRefused(APPROVER, "was-right")
    assert (after(*kept).status, after(*kept).reversal) == ("credited", None)
    assert after(*kept, propose_reversal(OTHER)).reversal


def test_while_one_waits_no_other_is_proposed_and_nothing_is_credited() -> None:
    waiting = (*ON_NOTICE, propose_reversal(OTHER))

    refusals = [refused(command, *waiting) for command in (propose_reversal(), credit(AFTER_ALL))]

    assert {type(one) for one in refusals} == {ReversalPending}
    assert refusals[0].facts() == {"proposed_by": OTHER}
    assert after(*waiting, refuse_reversal(), credit(AFTER_ALL)).status == "credited"


@pytest.mark.parametrize("decide", [approve_reversal, refuse_reversal])
def test_nobody_decides_on_what_they_proposed(decide: Callable[..., AwardCommand]) -> None:
    refusal = refused(decide(OTHER), *PROPOSED)

    assert isinstance(refusal, ProposerCannotApprove)
    assert refusal.facts() == {"author": OTHER}


@pytest.mark.parametrize("act", [propose_reversal, approve_reversal, refuse_reversal])
@pytest.mark.parametrize(("by", "same_household"), [(MEMBER, False), (APPROVER, True)])
def test_nobody_proposes_or_decides_for_themselves_or_their_household(
    act: Callable[..., AwardCommand], by: object, *, same_household: bool
) -> None:
    before = CREDITED if act is propose_reversal else PROPOSED

    refusal = refused(act(by, same_household=same_household), *before)

    assert isinstance(refusal, OwnHouseholdOrSelf)
    assert refusal.facts() == {"beneficiary": MEMBER}


def test_the_household_comes_before_the_author_and_the_author_before_the_second_time() -> None:
    own = refused(approve_reversal(OTHER, same_household=True), *PROPOSED)
    author = refused(approve_reversal(OTHER), *PROPOSED, approve_reversal(above=1))

    assert isinstance(own, OwnHouseholdOrSelf)
    assert isinstance(author, ProposerCannotApprove)


def test_a_large_one_takes_two_different_approvers() -> None:
    once = (*PROPOSED, approve_reversal(above=1))

    assert history(*once)[-1] == ReversalApproved(APPROVER, 2)
    assert isinstance(refused(take_back(), *once), ReversalNotAgreed)
    again = refused(approve_reversal(above=1), *once)
    assert isinstance(again, SecondApproverNeeded)
    assert again.facts() == {"approved_by": APPROVER}
    assert history(*once, approve_reversal(PROPOSER, above=1), take_back())[-1] == AwardReversed(
        PROPOSER, taken=2, from_other_lots=0, owed=0, written_off=0, expired=0, on_day=AFTER_ALL
    )


def test_large_means_more_than_the_limit() -> None:
    assert history(*PROPOSED, approve_reversal(above=2))[-1] == ReversalApproved(APPROVER, 1)


def test_the_second_of_two_may_still_refuse() -> None:
    assert after(*PROPOSED, approve_reversal(above=1), refuse_reversal(PROPOSER)).reversal is None
