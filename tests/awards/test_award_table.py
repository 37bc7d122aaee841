"""Every command against every state of an award: what is accepted, and which refusal comes first otherwise."""

import pytest
from award_stories import (
    AFTER_ALL,
    OTHER,
    STATES,
    after,
    approve,
    approve_reversal,
    credit,
    decide,
    escalate,
    object_,
    proposal,
    propose_reversal,
    refuse,
    refuse_reversal,
    take_back,
)

from ledger.awards.award import AWARD, AwardCommand
from ledger.kernel.refusal import Refusal

COMMANDS: dict[str, AwardCommand] = {
    "propose": proposal(),
    "approve": approve(),
    "refuse": refuse(),
    "credit": credit(AFTER_ALL),
    "object": object_(OTHER),
    "decide": decide("rejected", OTHER),
    "escalate": escalate(),
    "propose reversal": propose_reversal(),
    "approve reversal": approve_reversal(OTHER),
    "refuse reversal": refuse_reversal(OTHER),
    "take back": take_back(),
}
OK = "accepted"
PROPOSED, DECIDED, NOT_APPROVED = "award-already-proposed", "award-already-decided", "award-not-approved"
NOT_SHOWN, PENDING, FINAL = "award-not-on-notice", "objection-pending", "objection-final"
NONE_PENDING, NOTHING_DECIDED = "no-objection-pending", "no-decision-to-escalate"
NOT_REVERSIBLE, REVERSING, NOT_REVERSING = "award-not-reversible", "reversal-pending", "reversal-not-proposed"
NOT_AGREED, NOT_YOURS, BY_ANOTHER = "reversal-not-agreed", "not-yours-to-escalate", "second-approver-needed"
NO_REVERSAL = (NOT_REVERSING, NOT_REVERSING, NOT_REVERSING)
REVERSIBLE = (OK, *NO_REVERSAL)
IRREVERSIBLE = (NOT_REVERSIBLE, *NO_REVERSAL)
WAITING = (REVERSING, OK, OK, NOT_AGREED)
AS_DECIDED = (PROPOSED, DECIDED, DECIDED)
STILL = (NOT_APPROVED, NOT_SHOWN, NONE_PENDING, NOTHING_DECIDED)
# In the order of COMMANDS: proposing and deciding, crediting, objections, reversals.
TABLE: dict[str, tuple[str, ...]] = {
    "unknown": (OK, *("award-unknown",) * 10),
    "proposed": (PROPOSED, OK, OK, *STILL, *IRREVERSIBLE),
    "approved by one of two": (PROPOSED, BY_ANOTHER, OK, *STILL, *IRREVERSIBLE),
    "approved by both": (*AS_DECIDED, OK, OK, NONE_PENDING, NOTHING_DECIDED, *REVERSIBLE),
    "on_notice": (*AS_DECIDED, OK, OK, NONE_PENDING, NOTHING_DECIDED, *REVERSIBLE),
    "settled_empty": (*AS_DECIDED, *STILL, *IRREVERSIBLE),
    "refused": (*AS_DECIDED, *STILL, *IRREVERSIBLE),
    "credited": (*AS_DECIDED, *STILL, *REVERSIBLE),
    "objected": (*AS_DECIDED, NOT_APPROVED, PENDING, OK, PENDING, *IRREVERSIBLE),
    "objection rejected": (*AS_DECIDED, OK, OK, NONE_PENDING, OK, *REVERSIBLE),
    "objection upheld": (*AS_DECIDED, NOT_APPROVED, NOT_SHOWN, NONE_PENDING, NOT_YOURS, *IRREVERSIBLE),
    "escalated": (*AS_DECIDED, NOT_APPROVED, PENDING, OK, PENDING, *IRREVERSIBLE),
    "rejected for good": (*AS_DECIDED, OK, FINAL, NONE_PENDING, FINAL, *REVERSIBLE),
    "on notice, reversal proposed": (*AS_DECIDED, REVERSING, REVERSING, NONE_PENDING, NOTHING_DECIDED, *WAITING),
    "reversal proposed": (*AS_DECIDED, *STILL, *WAITING),
    "reversal approved": (*AS_DECIDED, *STILL, REVERSING, OK, OK, OK),
    "reversed": (*AS_DECIDED, *STILL, *IRREVERSIBLE),
}


def test_the_table_has_every_state_and_every_command() -> None:
    assert TABLE.keys() == STATES.keys()
    assert {len(row) for row in TABLE.values()} == {len(COMMANDS)}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(("place", "name"), [*enumerate(COMMANDS)])
def test_each_command_in_each_state(state: str, place: int, name: str) -> None:
    award = after(*STATES[state])

    try:
        answer = OK if AWARD.decide(award, COMMANDS[name]) else "nothing"
    except Refusal as refusal:
        answer = refusal.code

    assert answer == TABLE[state][place]
