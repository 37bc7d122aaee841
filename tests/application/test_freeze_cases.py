"""Accounts frozen for some days: by an approver, longer by an auditor, never by or for one's own household."""

from datetime import date, timedelta

import pytest
from programme_of import set_programme
from village import HOURLY, Village

from ledger.accounts.events import FreezeDirection
from ledger.application.awards import APPROVE_AWARDS, CREDIT_AWARD, ApproveAwards, CreditAward
from ledger.application.freezes import (
    DECLINE_FREEZE,
    EXTEND_FREEZE,
    FREEZE_ACCOUNT,
    PROPOSE_FREEZE,
    UNFREEZE_ACCOUNT,
    DeclineFreeze,
    ExtendFreeze,
    FreezeAccount,
    ProposeFreeze,
    UnfreezeAccount,
)
from ledger.application.redemptions import REQUEST_REDEMPTION, RequestRedemption
from ledger.kernel.clock import business_day
from ledger.kernel.ids import SYSTEM, MemberId
from ledger.kernel.refusal import Refusal
from ledger.kernel.units import Unit


@pytest.fixture
def village() -> Village:
    village = Village()
    village.give_points(village.ann, 10)
    village.grant(village.second_clerk, "auditor", village.community)
    return village


def days(village: Village, number: int) -> date:
    return business_day(village.now) + timedelta(days=number)


def freeze(
    village: Village, until: int = 3, direction: FreezeDirection = "both", member: MemberId | None = None
) -> FreezeAccount:
    return FreezeAccount(member or village.ann, Unit.POINTS, direction, days(village, until), "under-review")


def propose(
    village: Village, until: int = 3, direction: FreezeDirection = "both", member: MemberId | None = None
) -> ProposeFreeze:
    return ProposeFreeze(member or village.ann, Unit.POINTS, direction, days(village, until), "under-review")


def decline(village: Village) -> DeclineFreeze:
    return DeclineFreeze(village.ann, Unit.POINTS, "no-reason-seen")


def extend(village: Village, until: int) -> ExtendFreeze:
    return ExtendFreeze(village.ann, Unit.POINTS, days(village, until), "not-done")


def unfreeze(village: Village, member: MemberId | None = None) -> UnfreezeAccount:
    return UnfreezeAccount(member or village.ann, Unit.POINTS, "cleared")


def test_what_goes_out_is_stopped_until_the_freeze_ends_by_itself(village: Village) -> None:
    asked = RequestRedemption(village.listed_reward(), 1)
    village.run(FREEZE_ACCOUNT, freeze(village, 3, "out"), village.approver)

    refused = village.refusal(REQUEST_REDEMPTION, asked, village.ann)
    assert (refused.code, refused.facts()["until"]) == ("account-frozen", days(village, 3))

    village.wait(days=4)
    assert village.run(REQUEST_REDEMPTION, asked, village.ann).code == "redemption-requested"


def test_what_comes_in_waits_and_is_tried_again(village: Village) -> None:
    rule = village.published_rule(HOURLY)
    activity = village.closed_activity([rule], {village.ben: 120})
    village.tallied(activity, village.ben)
    award = village.award_of(village.ben)
    village.run(APPROVE_AWARDS, ApproveAwards((award,)), village.approver)
    village.wait(days=14)
    # ben has no account yet: what is to come is stopped all the same
    village.run(FREEZE_ACCOUNT, freeze(village, 3, "in", village.ben), village.approver)

    refused = village.refusal(CREDIT_AWARD, CreditAward(award), SYSTEM)
    village.run(UNFREEZE_ACCOUNT, unfreeze(village, village.ben), village.second_approver)

    assert refused.code == "account-frozen"
    assert village.award(award).status == "on_notice"
    village.run(CREDIT_AWARD, CreditAward(award), SYSTEM)
    assert village.account(village.ben).posted == 2


def test_an_approver_freezes_for_so_many_days_and_an_auditor_for_longer(village: Village) -> None:
    set_programme(village, freeze_days_max=5)
    assert village.refusal(FREEZE_ACCOUNT, freeze(village, 6), village.approver).code == "freeze-out-of-bounds"
    assert village.refusal(FREEZE_ACCOUNT, freeze(village, -1), village.approver).code == "freeze-out-of-bounds"

    village.run(PROPOSE_FREEZE, propose(village, 5), village.clerk)
    assert village.run(FREEZE_ACCOUNT, freeze(village, 5), village.approver).code == "account-frozen"
    assert village.refusal(FREEZE_ACCOUNT, freeze(village, 5), village.approver).code == "account-already-frozen"
    assert village.run(EXTEND_FREEZE, extend(village, 10), village.second_clerk).code == "freeze-extended"
    assert village.refusal(EXTEND_FREEZE, extend(village, 16), village.second_clerk).code == "freeze-out-of-bounds"


def test_on_nobodys_proposal_an_approver_freezes_for_three_days_and_not_again(village: Village) -> None:
    assert village.refusal(FREEZE_ACCOUNT, freeze(village, 4), village.approver).code == "freeze-out-of-bounds"
    village.run(FREEZE_ACCOUNT, freeze(village, 3, "in"), village.approver)
    village.wait(days=4)

    assert village.refusal(FREEZE_ACCOUNT, freeze(village, 3, "out"), village.approver).code == "freeze-by-another"
    assert village.run(FREEZE_ACCOUNT, freeze(village, 3, "out"), village.second_approver).code == "account-frozen"


def test_a_freeze_that_was_ended_is_not_begun_anew_by_who_ended_it(village: Village) -> None:
    village.run(FREEZE_ACCOUNT, freeze(village), village.approver)
    village.run(UNFREEZE_ACCOUNT, unfreeze(village), village.approver)

    assert village.refusal(FREEZE_ACCOUNT, freeze(village), village.approver).code == "freeze-by-another"
    village.run(PROPOSE_FREEZE, propose(village, 10), village.clerk)
    assert village.run(FREEZE_ACCOUNT, freeze(village, 10), village.approver).code == "account-frozen"


def test_nobody_freezes_as_they_proposed(village: Village) -> None:
    village.grant(village.clerk, "approver", village.community)
    village.run(PROPOSE_FREEZE, propose(village, 10), village.clerk)

    assert village.refusal(FREEZE_ACCOUNT, freeze(village, 10), village.clerk).code == "own-freeze-proposal"
    assert village.run(FREEZE_ACCOUNT, freeze(village, 10), village.approver).code == "account-frozen"


def test_a_proposal_is_followed_in_its_direction_and_for_no_longer(village: Village) -> None:
    village.run(PROPOSE_FREEZE, propose(village, 10, "in"), village.clerk)

    assert village.refusal(FREEZE_ACCOUNT, freeze(village, 10), village.approver).code == "freeze-out-of-bounds"
    assert village.refusal(FREEZE_ACCOUNT, freeze(village, 11, "in"), village.approver).code == "freeze-out-of-bounds"
    assert village.run(FREEZE_ACCOUNT, freeze(village, 9, "in"), village.approver).code == "account-frozen"


def test_a_proposal_stops_nothing_and_can_be_declined_once(village: Village) -> None:
    asked = RequestRedemption(village.listed_reward(), 1)
    village.run(PROPOSE_FREEZE, propose(village, 10), village.clerk)

    assert village.run(REQUEST_REDEMPTION, asked, village.ann).code == "redemption-requested"
    assert village.run(DECLINE_FREEZE, decline(village), village.approver).code == "freeze-declined"
    assert village.refusal(DECLINE_FREEZE, decline(village), village.approver).code == "freeze-not-proposed"
    assert village.refusal(FREEZE_ACCOUNT, freeze(village, 10), village.approver).code == "freeze-out-of-bounds"


def test_a_proposal_whose_days_are_over_is_none(village: Village) -> None:
    village.run(PROPOSE_FREEZE, propose(village, 2), village.clerk)
    village.wait(days=3)

    assert village.refusal(DECLINE_FREEZE, decline(village), village.approver).code == "freeze-not-proposed"


def test_what_is_not_frozen_is_neither_extended_nor_unfrozen(village: Village) -> None:
    codes = [
        village.refusal(EXTEND_FREEZE, extend(village, 3), village.second_clerk).code,
        village.refusal(UNFREEZE_ACCOUNT, unfreeze(village), village.approver).code,
    ]

    assert codes == ["account-not-frozen", "account-not-frozen"]


def test_nobody_freezes_or_unfreezes_their_own_household(village: Village) -> None:
    village.run(FREEZE_ACCOUNT, freeze(village, member=village.approver), village.second_approver)

    refusals: list[Refusal] = [
        village.refusal(FREEZE_ACCOUNT, freeze(village, member=village.cai), village.approver),
        village.refusal(FREEZE_ACCOUNT, freeze(village, member=village.approver), village.approver),
        village.refusal(UNFREEZE_ACCOUNT, unfreeze(village, village.approver), village.approver),
    ]

    assert {refusal.code for refusal in refusals} == {"freeze-of-own-household"}


def test_each_step_needs_its_role_where_the_member_lives(village: Village) -> None:
    for use_case, request, actor, code in (
        (PROPOSE_FREEZE, propose(village), village.approver, "not-permitted"),
        (DECLINE_FREEZE, decline(village), village.clerk, "not-permitted"),
        (FREEZE_ACCOUNT, freeze(village), village.clerk, "not-permitted"),
        (FREEZE_ACCOUNT, freeze(village), village.second_clerk, "not-permitted"),
        (FREEZE_ACCOUNT, freeze(village), village.eve, "unknown-id"),
        (EXTEND_FREEZE, extend(village, 3), village.approver, "not-permitted"),
        (UNFREEZE_ACCOUNT, unfreeze(village), village.second_clerk, "not-permitted"),
    ):
        assert village.refusal(use_case, request, actor).code == code
