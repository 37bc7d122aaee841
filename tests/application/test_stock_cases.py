"""Stock comes in by one person's word; what is written off or counted otherwise takes two."""

from typing import Any

import pytest
from exchanging import offered, with_points
from village import Village, named

from ledger.application.stock import (
    APPROVE_WRITE_OFF,
    CONFIRM_COUNT,
    COUNT_STOCK,
    DECLINE_PROPOSAL,
    PROPOSE_WRITE_OFF,
    RECEIVE_STOCK,
    ApproveWriteOff,
    ConfirmCount,
    CountStock,
    DeclineProposal,
    ProposeWriteOff,
    ReceiveStock,
)
from ledger.application.work import UseCase
from ledger.kernel.ids import BatchId, ProposalId, RewardId

SOAP = RewardId(named("soap"))


@pytest.fixture
def village() -> Village:
    village = with_points(1)
    offered(village, "soap", 2)
    return village


def proposed(village: Village, use_case: UseCase[Any], request: Any) -> ProposalId:
    return ProposalId(village.run(use_case, request, village.keeper).ids["proposal"])


def test_pieces_of_a_batch_are_written_off_by_two(village: Village) -> None:
    batch = BatchId(village.run(RECEIVE_STOCK, ReceiveStock(SOAP, 5), village.keeper).ids["batch"])
    proposal = proposed(village, PROPOSE_WRITE_OFF, ProposeWriteOff(SOAP, 4, "broken", batch))

    outcome = village.run(APPROVE_WRITE_OFF, ApproveWriteOff(SOAP, proposal), village.clerk)

    assert (outcome.code, outcome.figures) == ("stock-written-off", {"on_shelf": 11, "written_off": 4})
    more = village.refusal(PROPOSE_WRITE_OFF, ProposeWriteOff(SOAP, 2, "broken", batch), village.keeper)
    assert (more.code, more.facts()) == ("out-of-stock", {"asked": 2, "free": 1})


def test_a_count_is_confirmed_by_somebody_else(village: Village) -> None:
    counted = village.run(COUNT_STOCK, CountStock(SOAP, 8), village.keeper)
    proposal = ProposalId(counted.ids["proposal"])

    outcome = village.run(CONFIRM_COUNT, ConfirmCount(SOAP, proposal), village.clerk)

    assert counted.figures == {"counted": 8, "books": 10}
    assert (outcome.code, outcome.figures) == ("stock-count-confirmed", {"on_shelf": 8, "difference": -2})


def test_nobody_carries_out_their_own_proposal(village: Village) -> None:
    off = village.run(PROPOSE_WRITE_OFF, ProposeWriteOff(SOAP, 1, "broken"), village.clerk).ids["proposal"]
    count = village.run(COUNT_STOCK, CountStock(SOAP, 9), village.clerk).ids["proposal"]

    for use_case, request in (
        (APPROVE_WRITE_OFF, ApproveWriteOff(SOAP, ProposalId(off))),
        (CONFIRM_COUNT, ConfirmCount(SOAP, ProposalId(count))),
    ):
        assert village.refusal(use_case, request, village.clerk).code == "own-proposal"
        assert village.run(use_case, request, village.approver)


@pytest.mark.parametrize("who", ["keeper", "clerk", "approver"])
def test_a_proposal_is_declined_by_either_side(village: Village, who: str) -> None:
    proposal = proposed(village, PROPOSE_WRITE_OFF, ProposeWriteOff(SOAP, 1, "broken"))

    assert village.run(DECLINE_PROPOSAL, DeclineProposal(SOAP, proposal), village.person(who)).code
    gone = village.refusal(APPROVE_WRITE_OFF, ApproveWriteOff(SOAP, proposal), village.clerk)
    assert (gone.code, gone.facts()) == ("proposal-gone", {"proposal": proposal})


def test_each_step_needs_its_role(village: Village) -> None:
    proposal = proposed(village, PROPOSE_WRITE_OFF, ProposeWriteOff(SOAP, 1, "broken"))
    steps: list[tuple[UseCase[Any], Any, str]] = [
        (RECEIVE_STOCK, ReceiveStock(SOAP, 1), "approver"),
        (PROPOSE_WRITE_OFF, ProposeWriteOff(SOAP, 1, "broken"), "approver"),
        (APPROVE_WRITE_OFF, ApproveWriteOff(SOAP, proposal), "keeper"),
        (COUNT_STOCK, CountStock(SOAP, 1), "approver"),
        (CONFIRM_COUNT, ConfirmCount(SOAP, proposal), "keeper"),
        (DECLINE_PROPOSAL, DeclineProposal(SOAP, proposal), "ann"),
    ]
    for use_case, request, who in steps:
        assert village.refusal(use_case, request, village.person(who)).code == "not-permitted"
        if use_case is not APPROVE_WRITE_OFF:
            refusal = village.refusal(use_case, request, village.eve)
            assert (refusal.code, refusal.facts()) == ("unknown-id", {"id": SOAP})
