"""Goods for points: asked for, approved, prepared, handed over once; every other end gives everything back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from village import Village, named

from ledger.accounts.account import account_id
from ledger.application.members import (
    REGISTER_MEMBER,
    REINSTATE_MEMBER,
    SUSPEND_MEMBER,
    RegisterMember,
    ReinstateMember,
    SuspendMember,
)
from ledger.application.redemptions import (
    APPROVE_REDEMPTION,
    CANCEL_REDEMPTION,
    HAND_OVER,
    LAPSE_REDEMPTION,
    MAKE_READY,
    REJECT_REDEMPTION,
    REQUEST_REDEMPTION,
    ApproveRedemption,
    CancelRedemption,
    HandOver,
    LapseRedemption,
    MakeReady,
    RejectRedemption,
    RequestRedemption,
)
from ledger.application.rewards import APPROVE_PRICE, PROPOSE_PRICE, ApprovePrice, ProposePrice
from ledger.application.work import Outcome, UseCase
from ledger.kernel.ids import SYSTEM, MemberId, ProposalId, RedemptionId, RewardId
from ledger.kernel.refusal import Refusal
from ledger.kernel.units import Unit


@pytest.fixture
def village() -> Village:
    village = Village()
    village.give_points(village.ann, 10, expiry_months=1)
    village.wait(days=1)
    return village


def ask(village: Village, pieces: int = 2, *, price: int = 2) -> RedemptionId:
    outcome = village.run(REQUEST_REDEMPTION, RequestRedemption(village.listed_reward(price), pieces), village.ann)
    return RedemptionId(outcome.ids["redemption"])


def at_the_counter(village: Village, redemption: RedemptionId) -> None:
    village.run(APPROVE_REDEMPTION, ApproveRedemption(redemption), village.clerk)
    village.run(MAKE_READY, MakeReady(redemption), village.keeper)


def balances(village: Village) -> tuple[int, int, int]:
    account = village.account(village.ann)
    return account.posted, account.held, account.available(village.now.date())


REWARD = RewardId(named("reward 2 10 None"))
HOLD_DAYS = 7


def test_asking_sets_stock_and_points_aside_in_one_commit(village: Village) -> None:
    command, reward = uuid4(), village.listed_reward(price=2)

    asked = village.run(REQUEST_REDEMPTION, RequestRedemption(reward, 3), village.ann, command)

    assert asked == Outcome(
        "redemption-requested",
        ids={
            "redemption": command,
            "reward": reward,
            "member": village.ann,
            "account": account_id(village.ann, Unit.POINTS),
        },
        figures={"pieces": 3, "total": 6, "available": 4},
        times={"lapses_at": village.now + timedelta(days=HOLD_DAYS)},
    )
    assert balances(village) == (10, 6, 4)
    assert (village.reward(reward).free, village.reward(reward).on_shelf) == (7, 10)
    assert [type(event).__name__ for _, event in village.ledger.log[-3:]] == [
        "StockReserved",
        "Held",
        "RedemptionRequested",
    ]


def test_goods_are_handed_over_and_the_points_are_spent(village: Village) -> None:
    redemption = ask(village)
    at_the_counter(village, redemption)

    outcome = village.run(HAND_OVER, HandOver(redemption), village.keeper)

    assert (outcome.code, outcome.figures) == ("redemption-handed-over", {"pieces": 2, "total": 4})
    assert outcome.times == {"handed_over_at": village.now}
    assert balances(village) == (6, 0, 6)
    assert (village.reward(REWARD).free, village.reward(REWARD).on_shelf) == (8, 8)


def test_of_two_hand_overs_the_second_is_told_when_and_by_whom(village: Village) -> None:
    redemption, first = ask(village), village.now
    at_the_counter(village, redemption)
    village.run(HAND_OVER, HandOver(redemption), village.keeper)
    village.wait(days=30)

    refusal = village.refusal(HAND_OVER, HandOver(redemption), village.keeper)

    assert refusal.code == "already-handed-over"
    assert refusal.facts() == {"handed_over_at": first, "handed_over_by": village.keeper}


Step = Callable[[Village, RedemptionId], Outcome]


def reject(village: Village, redemption: RedemptionId) -> Outcome:
    return village.run(REJECT_REDEMPTION, RejectRedemption(redemption, "not-entitled"), village.approver)


def cancel(village: Village, redemption: RedemptionId) -> Outcome:
    return village.run(CANCEL_REDEMPTION, CancelRedemption(redemption), village.ann)


def cancel_by_staff(village: Village, redemption: RedemptionId) -> Outcome:
    return village.run(CANCEL_REDEMPTION, CancelRedemption(redemption), village.clerk)


def lapse(village: Village, redemption: RedemptionId) -> Outcome:
    village.wait(days=HOLD_DAYS)
    return village.run(LAPSE_REDEMPTION, LapseRedemption(redemption), SYSTEM)


def hand_over(village: Village, redemption: RedemptionId) -> Outcome:
    at_the_counter(village, redemption)
    return village.run(HAND_OVER, HandOver(redemption), village.keeper)


ENDS: dict[str, Step] = {
    "redemption-rejected": reject,
    "redemption-cancelled": cancel,
    "redemption-lapsed": lapse,
    "redemption-handed-over": hand_over,
}


@pytest.mark.parametrize("code", [code for code in ENDS if code != "redemption-handed-over"])
def test_every_other_end_gives_stock_and_the_same_lots_back(village: Village, code: str) -> None:
    reward, lots = village.listed_reward(), village.account(village.ann).lots
    asked = village.run(REQUEST_REDEMPTION, RequestRedemption(reward, 2), village.ann)

    outcome = ENDS[code](village, RedemptionId(asked.ids["redemption"]))

    assert (outcome.code, outcome.figures) == (code, {"pieces": 2, "total": 4})
    assert village.account(village.ann).lots == lots
    assert village.account(village.ann).holds == ()
    assert (village.reward(reward).free, village.reward(reward).reserved) == (10, ())


@pytest.mark.parametrize("end", ENDS)
def test_an_end_is_an_end_by_every_path(village: Village, end: str) -> None:
    redemption = ask(village)
    ENDS[end](village, redemption)
    village.wait(days=HOLD_DAYS)

    paths: list[tuple[UseCase[Any], Any, MemberId]] = [
        (APPROVE_REDEMPTION, ApproveRedemption(redemption), village.second_clerk),
        (REJECT_REDEMPTION, RejectRedemption(redemption, "x"), village.approver),
        (CANCEL_REDEMPTION, CancelRedemption(redemption), village.ann),
        (CANCEL_REDEMPTION, CancelRedemption(redemption), village.clerk),
        (MAKE_READY, MakeReady(redemption), village.keeper),
        (HAND_OVER, HandOver(redemption), village.keeper),
        (LAPSE_REDEMPTION, LapseRedemption(redemption), SYSTEM),
    ]
    for use_case, request, actor in paths:
        expected = {"redemption-finished", "already-handed-over" if end == "redemption-handed-over" else ""}
        assert village.refusal(use_case, request, actor).code in expected


def test_after_its_end_the_same_can_be_asked_for_anew(village: Village) -> None:
    reward = village.listed_reward(price=10, pieces=1)
    first = village.run(REQUEST_REDEMPTION, RequestRedemption(reward, 1), village.ann)
    cancel(village, RedemptionId(first.ids["redemption"]))

    second = village.run(REQUEST_REDEMPTION, RequestRedemption(reward, 1), village.ann)

    assert second.ids["redemption"] != first.ids["redemption"]
    assert balances(village) == (10, 10, 0)


def test_many_who_ask_get_no_more_than_there_are_points(village: Village) -> None:
    reward = village.listed_reward(price=3)
    codes: list[str] = []
    for _ in range(5):
        try:
            codes.append(village.run(REQUEST_REDEMPTION, RequestRedemption(reward, 1), village.ann).code)
        except Refusal as refusal:
            codes.append(refusal.code)

    assert codes == ["redemption-requested"] * 3 + ["insufficient-points"] * 2
    assert village.account(village.ann).held == 9


def test_what_cannot_be_had_leaves_stock_and_points_alone(village: Village) -> None:
    reward, few = village.listed_reward(price=2), village.listed_reward(price=1, pieces=1)
    limited = village.listed_reward(price=1, limit=1)
    refused = {
        "insufficient-points": (RequestRedemption(reward, 6), {"asked": 12, "available": 10}),
        "out-of-stock": (RequestRedemption(few, 2), {"asked": 2, "free": 1}),
        "limit-reached": (
            RequestRedemption(limited, 2),
            {"asked": 2, "allowed": 1, "used": 0, "per": "member", "period": "month"},
        ),
        "pieces-out-of-bounds": (RequestRedemption(reward, 0), {"asked": 0, "smallest": 1, "largest": 100_000}),
        "unknown-id": (RequestRedemption(RewardId(named("none")), 1), {"id": named("none")}),
    }

    for code, (request, facts) in refused.items():
        refusal = village.refusal(REQUEST_REDEMPTION, request, village.ann)
        assert (refusal.code, refusal.facts()) == (code, facts)
    assert balances(village) == (10, 0, 10)


def test_the_price_is_that_of_the_moment_of_asking(village: Village) -> None:
    redemption = ask(village, 2, price=2)
    proposal = village.run(PROPOSE_PRICE, ProposePrice(REWARD, 5), village.clerk).ids["proposal"]
    village.run(APPROVE_PRICE, ApprovePrice(REWARD, ProposalId(proposal)), village.approver)

    assert hand_over(village, redemption).figures["total"] == 4


def test_nobody_decides_on_their_own_or_their_households(village: Village) -> None:
    village.give_points(village.cai, 4, "caring")
    asked = village.run(REQUEST_REDEMPTION, RequestRedemption(village.listed_reward(), 1), village.cai)
    redemption = RedemptionId(asked.ids["redemption"])
    village.grant(village.cai, "staff", village.community)

    for actor in (village.cai, village.approver):
        for use_case, request in (
            (APPROVE_REDEMPTION, ApproveRedemption(redemption)),
            (REJECT_REDEMPTION, RejectRedemption(redemption, "x")),
        ):
            assert village.refusal(use_case, request, actor).code == "own-redemption"
    assert village.run(APPROVE_REDEMPTION, ApproveRedemption(redemption), village.second_approver)


def test_above_a_threshold_the_approver_does_not_hand_over(village: Village) -> None:
    village.give_points(village.ben, 24, "first")
    for number in range(2, 6):
        village.wait(days=1)
        village.give_points(village.ben, 24, f"day {number}")
    village.grant(village.clerk, "shelf_keeper", village.community)
    large = RequestRedemption(village.listed_reward(price=101), 1)
    redemption = RedemptionId(village.run(REQUEST_REDEMPTION, large, village.ben).ids["redemption"])
    at_the_counter(village, redemption)

    refusal = village.refusal(HAND_OVER, HandOver(redemption), village.clerk)

    assert (refusal.code, refusal.facts()) == ("approver-cannot-hand-over", {"total": 101, "allowed": 100})
    assert village.run(HAND_OVER, HandOver(redemption), village.keeper).code == "redemption-handed-over"


def test_each_step_needs_its_role(village: Village) -> None:
    redemption = ask(village)

    def not_permitted(use_case: UseCase[Any], request: Any, *actors: MemberId) -> None:
        for actor in actors:
            assert village.refusal(use_case, request, actor).code == "not-permitted"

    not_permitted(APPROVE_REDEMPTION, ApproveRedemption(redemption), village.ann, village.keeper)
    not_permitted(REJECT_REDEMPTION, RejectRedemption(redemption, "x"), village.ann, village.keeper)
    not_permitted(CANCEL_REDEMPTION, CancelRedemption(redemption), village.ben)
    not_permitted(LAPSE_REDEMPTION, LapseRedemption(redemption), village.clerk)
    village.run(APPROVE_REDEMPTION, ApproveRedemption(redemption), village.clerk)
    not_permitted(MAKE_READY, MakeReady(redemption), village.ann, village.approver)
    village.run(MAKE_READY, MakeReady(redemption), village.keeper)
    not_permitted(HAND_OVER, HandOver(redemption), village.ann, village.clerk, village.approver)


def test_another_communitys_redemption_looks_like_none(village: Village) -> None:
    redemption, none = ask(village), RedemptionId(named("none"))
    for id in (redemption, none):
        for use_case, request in (
            (APPROVE_REDEMPTION, ApproveRedemption(id)),
            (REJECT_REDEMPTION, RejectRedemption(id, "x")),
            (CANCEL_REDEMPTION, CancelRedemption(id)),
            (MAKE_READY, MakeReady(id)),
            (HAND_OVER, HandOver(id)),
        ):
            refusal = village.refusal(use_case, request, village.eve)
            assert (refusal.code, refusal.facts()) == ("unknown-id", {"id": id})
    assert village.refusal(LAPSE_REDEMPTION, LapseRedemption(none), SYSTEM).code == "unknown-id"


def test_shelves_serve_their_own_people(village: Village) -> None:
    reward = village.listed_reward()

    refusal = village.refusal(REQUEST_REDEMPTION, RequestRedemption(reward, 1), village.dan)

    assert (refusal.code, refusal.facts()) == ("unknown-id", {"id": reward})


def test_staff_ask_for_somebody_without_a_phone(village: Village) -> None:
    request = RequestRedemption(village.listed_reward(), 1, village.ann)

    assert village.run(REQUEST_REDEMPTION, request, village.clerk).ids["member"] == village.ann
    assert village.refusal(REQUEST_REDEMPTION, request, village.ben).code == "not-permitted"


def test_only_members_in_good_standing_ask_and_receive(village: Village) -> None:
    new = village.person("new")
    village.run(REGISTER_MEMBER, RegisterMember(new, village.community), village.clerk)
    request = RequestRedemption(village.listed_reward(), 1)
    assert village.refusal(REQUEST_REDEMPTION, request, new).code == "member-not-verified"
    redemption = ask(village)
    at_the_counter(village, redemption)
    village.run(SUSPEND_MEMBER, SuspendMember(village.ann, "under-review"), village.clerk)

    assert village.refusal(REQUEST_REDEMPTION, request, village.ann).code == "member-suspended"
    assert village.refusal(HAND_OVER, HandOver(redemption), village.keeper).code == "member-suspended"
    village.run(REINSTATE_MEMBER, ReinstateMember(village.ann), village.clerk)
    assert village.run(HAND_OVER, HandOver(redemption), village.keeper).code == "redemption-handed-over"


def test_a_redemption_lapses_after_its_days_and_not_before(village: Village) -> None:
    redemption = ask(village)
    village.wait(days=HOLD_DAYS, seconds=-1)
    early = village.refusal(LAPSE_REDEMPTION, LapseRedemption(redemption), SYSTEM)
    assert early.code == "redemption-not-overdue"
    village.wait(seconds=1)

    late = village.refusal(APPROVE_REDEMPTION, ApproveRedemption(redemption), village.clerk)

    assert (late.code, late.facts()) == ("redemption-overdue", {"lapses_at": village.now})
    assert village.run(LAPSE_REDEMPTION, LapseRedemption(redemption), SYSTEM).code == "redemption-lapsed"
