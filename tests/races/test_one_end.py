"""A redemption has one end: whoever hands over, cancels or rejects at the same moment, only one of them does."""

from collections import Counter

from ledger.accounts.account import ACCOUNT
from ledger.application.ports import Answer, Refused
from ledger.application.redemptions import (
    APPROVE_REDEMPTION,
    CANCEL_REDEMPTION,
    HAND_OVER,
    MAKE_READY,
    REJECT_REDEMPTION,
    REQUEST_REDEMPTION,
    ApproveRedemption,
    CancelRedemption,
    HandOver,
    MakeReady,
    RejectRedemption,
    RequestRedemption,
)
from ledger.application.work import Outcome
from ledger.kernel.ids import RedemptionId
from ledger.redemption.redemption import REDEMPTION
from ledger.redemption.reward import REWARD
from ledger.store.databases import Databases

from . import stored
from .crew import PROCESSES, Crew, ask_together
from .town import TODAY, Town, call, purse

ROUNDS = 20
STOCK = 100
PRICE = 5


def test_what_is_handed_over_or_rejected_is_not_cancelled_and_ends_once(
    databases: Databases, crew: Crew, town: Town
) -> None:
    member, reward = town.residents[0], town.listed(stock=STOCK, price=PRICE)
    points = stored.state(databases, ACCOUNT, purse(member)).available(TODAY)
    ends = Counter[str]()
    for number in range(ROUNDS):
        # given goods that were asked for, and lie ready in every other round
        asked = town.do(REQUEST_REDEMPTION, RequestRedemption(reward, 1), member)
        redemption = RedemptionId(asked.ids["redemption"])
        other = (REJECT_REDEMPTION, RejectRedemption(redemption, "out-of-stock"), town.approver)
        if number % 2:
            town.do(APPROVE_REDEMPTION, ApproveRedemption(redemption), town.approver)
            town.do(MAKE_READY, MakeReady(redemption), town.keeper)
            other = (HAND_OVER, HandOver(redemption), town.keeper)
        before = stored.head(databases)

        # when four processes cancel for the member while four hand over, or reject
        cancel = (CANCEL_REDEMPTION, CancelRedemption(redemption), member)
        calls = [[call(*(other, cancel)[process % 2])] for process in range(PROCESSES)]
        answers: list[Answer] = [got for (got,) in crew.everyone(ask_together, calls)]

        # then one of them did, and the others are told which it was
        ((done, outcome),) = [(one, one.result) for one in answers if isinstance(one.result, Outcome)]
        assert [one.command for one in stored.commands(databases, after=before)] == [done.command]
        state = stored.state(databases, REDEMPTION, redemption)
        assert outcome.code == f"redemption-{state.status.replace('_', '-')}"
        refused = [one.result for one in answers if isinstance(one.result, Refused)]
        assert len(refused) == PROCESSES - 1
        assert {one.code for one in refused} <= {"redemption-finished", "already-handed-over"}
        assert {one.facts["state"] for one in refused if one.code == "redemption-finished"} <= {state.status}
        ends[state.status] += 1

    # and goods and points left once for each that was handed over
    shelf = stored.state(databases, REWARD, reward)
    assert (shelf.on_shelf, shelf.handed_over) == (STOCK - ends["handed_over"], ends["handed_over"])
    assert stored.state(databases, ACCOUNT, purse(member)).available(TODAY) == points - PRICE * ends["handed_over"]
    stored.require_sound(databases)
