"""What time alone does to accounts: lots expire once, long accounts are carried forward."""

import pytest
from village import Village, named

from ledger.accounts.account import account_id
from ledger.accounts.events import Counter, LotExpired
from ledger.application.accounts import CARRY_FORWARD, EXPIRE_LOT, CarryForward, ExpireLot
from ledger.application.redemptions import (
    CANCEL_REDEMPTION,
    REQUEST_REDEMPTION,
    CancelRedemption,
    RequestRedemption,
)
from ledger.kernel.ids import SYSTEM, AccountId, LotId, RedemptionId
from ledger.kernel.units import Unit


@pytest.fixture
def village() -> Village:
    village = Village()
    village.give_points(village.ann, 10, expiry_months=1)
    return village


def expire(village: Village) -> ExpireLot:
    account = village.account(village.ann)
    lot = account.lots[0].lot if account.lots else account.holds[0].takes[0].lot
    return ExpireLot(account_id(village.ann, Unit.POINTS), lot)


def test_a_lot_expires_on_its_day_and_once(village: Village) -> None:
    request = expire(village)
    village.wait(days=30)
    early = village.run(EXPIRE_LOT, request, SYSTEM)
    village.wait(days=1)

    due, again = village.run(EXPIRE_LOT, request, SYSTEM), village.run(EXPIRE_LOT, request, SYSTEM)

    assert [(outcome.code, outcome.figures["amount"]) for outcome in (early, due, again)] == [
        ("nothing-to-expire", 0),
        ("lot-expired", 10),
        ("nothing-to-expire", 0),
    ]
    expired = [event for _, event in village.ledger.log if isinstance(event, LotExpired)]
    assert [(event.amount, event.counter) for event in expired] == [(10, Counter("expired", village.community))]


def test_what_is_held_outlives_its_expiry_and_comes_back_for_a_week(village: Village) -> None:
    village.wait(days=30)
    asked = village.run(REQUEST_REDEMPTION, RequestRedemption(village.listed_reward(), 5), village.ann)
    village.wait(days=1)
    request = expire(village)
    assert village.run(EXPIRE_LOT, request, SYSTEM).figures["amount"] == 0

    village.run(CANCEL_REDEMPTION, CancelRedemption(RedemptionId(asked.ids["redemption"])), village.ann)

    assert village.account(village.ann).available(village.now.date()) == 10
    village.wait(days=6)
    assert village.run(EXPIRE_LOT, request, SYSTEM).code == "nothing-to-expire"
    village.wait(days=1)
    assert village.run(EXPIRE_LOT, request, SYSTEM).figures["amount"] == 10


def test_carrying_forward_changes_no_balance_and_is_not_repeated(village: Village) -> None:
    request = CarryForward(account_id(village.ann, Unit.POINTS))
    before = village.account(village.ann).lots

    outcomes = [village.run(CARRY_FORWARD, request, SYSTEM) for _ in range(2)]

    assert [(outcome.code, outcome.figures["entries"]) for outcome in outcomes] == [
        ("account-carried-forward", 2),
        ("nothing-to-carry-forward", 0),
    ]
    assert village.account(village.ann).lots == before


def test_only_time_expires_lots_and_only_of_accounts_that_exist(village: Village) -> None:
    none = AccountId(named("none"))
    assert village.refusal(EXPIRE_LOT, expire(village), village.administrator).code == "not-permitted"
    assert village.refusal(CARRY_FORWARD, CarryForward(none), village.clerk).code == "not-permitted"

    for use_case, request in (
        (EXPIRE_LOT, ExpireLot(none, LotId(named("lot")))),
        (CARRY_FORWARD, CarryForward(none)),
    ):
        assert village.refusal(use_case, request, SYSTEM).facts() == {"id": none}
