"""At the counter: a card, and a second person or the member's own phone, and the goods go out in one act."""

from typing import Any

import pytest
from exchanging import balances, offered, redemption_of, settle_on, with_points
from village import Village, named

from ledger.application.counter import EXCHANGE_AT_COUNTER, ExchangeAtCounter
from ledger.application.members import (
    ISSUE_CARD,
    REVOKE_CARD,
    SUSPEND_MEMBER,
    IssueCard,
    RevokeCard,
    SuspendMember,
)
from ledger.application.returns import RECHECK_REDEMPTION, RecheckRedemption
from ledger.kernel.ids import SYSTEM, CardId, RedemptionId, RewardId
from ledger.programme.events import Settings
from ledger.redemption.events import Limit

SOAP = RewardId(named("soap"))
CARD = CardId(named("card"))


@pytest.fixture
def village() -> Village:
    village = with_points()
    offered(village, "soap", 2, Limit("member", 3, "month"))
    village.run(ISSUE_CARD, IssueCard(village.ann, CARD), village.clerk)
    return village


def at_counter(village: Village, **more: Any) -> ExchangeAtCounter:
    asked = {"member": village.ann, "reward": SOAP, "pieces": 2, "card": CARD, "basis": "witness"}
    return ExchangeAtCounter(**({**asked, "witness": village.clerk} | more))


def refused(village: Village, **more: Any) -> str:
    return village.refusal(EXCHANGE_AT_COUNTER, at_counter(village, **more), village.keeper).code


def test_a_card_and_a_second_person_bring_the_goods_in_one_commit(village: Village) -> None:
    before = len(village.ledger.log)

    outcome = village.run(EXCHANGE_AT_COUNTER, at_counter(village), village.keeper)

    redemption = redemption_of(village, RedemptionId(outcome.ids["redemption"]))
    assert (outcome.code, outcome.figures) == ("redemption-handed-over", {"pieces": 2, "total": 4})
    assert [type(event).__name__ for _, event in village.ledger.log[before:]] == [
        "StockReserved",
        "Held",
        "RedemptionRequested",
        "RedemptionApproved",
        "RedemptionReady",
        "StockHandedOver",
        "HoldSpent",
        "RedemptionHandedOver",
    ]
    assert redemption.request
    assert (redemption.request.requested_by, redemption.request.witness) == (village.keeper, village.clerk)
    assert (redemption.approved_by, redemption.request.basis) == (SYSTEM, "witness")
    assert balances(village) == (6, 0)
    assert village.reward(SOAP).on_shelf == 8


def test_the_members_own_phone_stands_in_for_a_second_person(village: Village) -> None:
    asked = at_counter(village, card=None, basis="live_code", witness=None)

    outcome = village.run(EXCHANGE_AT_COUNTER, asked, village.keeper)

    request = redemption_of(village, RedemptionId(outcome.ids["redemption"])).request
    assert request
    assert (request.basis, request.witness) == ("live_code", None)


def test_the_members_own_pin_stands_in_for_a_second_person(village: Village) -> None:
    outcome = village.run(EXCHANGE_AT_COUNTER, at_counter(village, basis="pin", witness=None), village.keeper)

    request = redemption_of(village, RedemptionId(outcome.ids["redemption"])).request
    assert request
    assert (request.basis, request.witness) == ("pin", None)


def test_a_pin_does_not_make_a_keeper_serve_themselves(village: Village) -> None:
    with_card = at_counter(village, member=village.keeper, card=None, basis="pin", witness=None)

    assert village.refusal(EXCHANGE_AT_COUNTER, with_card, village.keeper).code == "own-redemption"


def test_a_card_alone_is_not_enough(village: Village) -> None:
    assert refused(village, basis=None, witness=None) == "witness-needed"
    assert refused(village, basis="witness", witness=None) == "witness-needed"


def test_a_witness_is_somebody_else_with_a_part_in_it(village: Village) -> None:
    village.grant(village.ann, "staff", village.community)
    village.give_points(village.cai, 4, "caring")
    for witness in (village.keeper, village.ann, village.ben, village.eve):
        assert refused(village, witness=witness) == "witness-not-fit"
    # The first approver lives with cai.
    asked = at_counter(village, member=village.cai, card=None, witness=village.approver)
    assert village.refusal(EXCHANGE_AT_COUNTER, asked, village.keeper).code == "witness-not-fit"
    village.run(SUSPEND_MEMBER, SuspendMember(village.clerk, "under-review"), village.second_clerk)
    assert refused(village) == "witness-not-fit"


def test_the_keeper_exchanges_nothing_for_themselves_or_their_household(village: Village) -> None:
    village.grant(village.approver, "shelf_keeper", village.community)
    own = at_counter(village, member=village.keeper, card=None)
    theirs = at_counter(village, member=village.cai, card=None)

    assert village.refusal(EXCHANGE_AT_COUNTER, own, village.keeper).code == "own-redemption"
    assert village.refusal(EXCHANGE_AT_COUNTER, theirs, village.approver).code == "own-redemption"


def test_a_revoked_card_opens_nothing(village: Village) -> None:
    village.run(REVOKE_CARD, RevokeCard(village.ann, CARD, "lost"), village.clerk)

    assert refused(village) == "card-revoked"


def test_only_small_things_go_over_the_counter(village: Village) -> None:
    settle_on(village, Settings(counter_total_max=3))

    refusal = village.refusal(EXCHANGE_AT_COUNTER, at_counter(village), village.keeper)

    assert (refusal.code, refusal.facts()) == ("counter-total-too-large", {"total": 4, "allowed": 3})
    assert village.run(EXCHANGE_AT_COUNTER, at_counter(village, pieces=1), village.keeper)


def test_what_bars_asking_bars_the_counter(village: Village) -> None:
    dear = offered(village, "coat", 30)

    assert refused(village, pieces=4) == "limit-reached"
    assert refused(village, reward=dear, pieces=1) == "insufficient-points"
    assert refused(village, expected_total=3) == "price-changed"
    assert refused(village, reward=RewardId(named("none"))) == "unknown-id"
    assert refused(village, member=village.dan, card=None) == "unknown-id"
    village.run(SUSPEND_MEMBER, SuspendMember(village.ann, "under-review"), village.clerk)
    assert refused(village) == "member-suspended"
    assert balances(village) == (10, 0)


def test_only_a_keeper_of_this_shelf_stands_at_the_counter(village: Village) -> None:
    assert village.refusal(EXCHANGE_AT_COUNTER, at_counter(village), village.clerk).code == "not-permitted"
    assert village.refusal(EXCHANGE_AT_COUNTER, at_counter(village), village.eve).code == "unknown-id"


@pytest.mark.parametrize(("percent", "recheck"), [(0, "not_drawn"), (100, "open")])
def test_a_share_is_drawn_for_a_look_by_somebody_who_took_no_part(village: Village, percent: int, recheck: str) -> None:
    settle_on(village, Settings(counter_recheck_percent=percent))
    outcome = village.run(EXCHANGE_AT_COUNTER, at_counter(village), village.keeper)
    redemption = RedemptionId(outcome.ids["redemption"])
    look = RecheckRedemption(redemption, "in_order")

    assert redemption_of(village, redemption).recheck == recheck
    if recheck == "not_drawn":
        assert village.refusal(RECHECK_REDEMPTION, look, village.second_clerk).code == "recheck-not-open"
        return
    assert village.refusal(RECHECK_REDEMPTION, look, village.clerk).code == "took-part"
    assert village.refusal(RECHECK_REDEMPTION, look, village.keeper).code == "not-permitted"
    assert village.run(RECHECK_REDEMPTION, look, village.second_clerk).code == "redemption-rechecked"
    assert village.refusal(RECHECK_REDEMPTION, look, village.approver).code == "recheck-not-open"
