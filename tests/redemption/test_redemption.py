"""A redemption goes one way, by different people, and an end is an end by every path."""

from datetime import timedelta

import pytest
from redeeming import (
    ANN,
    BATCHES,
    CANCEL,
    CLERK,
    DRAWN,
    KEEPER,
    LAPSE,
    LAPSES,
    NOW,
    OTHER,
    OTHER_KEEPER_ABOVE,
    PIECES,
    PRICE,
    SETTLE,
    STATES,
    UNTIL,
    VOID,
    after,
    approve,
    ask,
    bring_back,
    hand_over,
    history,
    make_ready,
    recheck,
    reject,
    spent,
    substitute,
)

from ledger.kernel.ids import (
    SYSTEM,
    MemberId,
)
from ledger.kernel.refusal import Refusal
from ledger.redemption.events import (
    RedemptionApproved,
    RedemptionCancelled,
    RedemptionEvent,
    RedemptionHandedOver,
    RedemptionLapsed,
    RedemptionReady,
    RedemptionRejected,
    RedemptionReturned,
    RedemptionSettled,
    RedemptionVoided,
)
from ledger.redemption.redemption import REDEMPTION
from ledger.redemption.redemption_commands import (
    CancelRedemption,
    LapseRedemption,
    RedemptionCommand,
    VoidRedemption,
)
from ledger.redemption.redemption_refusals import (
    AlreadyHandedOver,
    ApproverCannotHandOver,
    NothingToReturn,
    OwnRedemption,
    RecheckNotOpen,
    RedemptionAlreadyRequested,
    RedemptionFinished,
    RedemptionNotOverdue,
    RedemptionNotThatFar,
    RedemptionOverdue,
    RedemptionUnknown,
    RequesterCannotApprove,
)
from ledger.redemption.redemption_state import FINISHED, IN_HAND

COMMANDS: dict[str, RedemptionCommand] = {
    "ask": ask(),
    "approve": approve(),
    "reject": reject(),
    "cancel": CANCEL,
    "make_ready": make_ready(),
    "hand_over": hand_over(),
    "lapse": LAPSE,
    "approve_automatically": DRAWN,
    "void": VOID,
    "substitute": substitute(),
    "bring_back": bring_back(),
    "recheck": recheck(),
    "settle": SETTLE,
}


def one_back(state: str) -> RedemptionEvent:
    (event,) = REDEMPTION.decide(after(*STATES[state]), bring_back())
    assert isinstance(event, RedemptionReturned)
    return event


LEADS_TO: dict[tuple[str, str], RedemptionEvent] = {
    ("unknown", "ask"): ask().request,
    ("requested", "approve"): RedemptionApproved(CLERK),
    ("requested", "reject"): RedemptionRejected(CLERK, "not-entitled"),
    ("approved", "make_ready"): RedemptionReady(KEEPER),
    ("requested", "approve_automatically"): RedemptionApproved(SYSTEM, recheck=True),
    ("ready", "hand_over"): RedemptionHandedOver(KEEPER, NOW, spent(PIECES * PRICE), BATCHES, UNTIL),
    ("ready", "substitute"): history(*STATES["substituted"])[-1],
    **{(state, "void"): RedemptionVoided(KEEPER, "out-of-stock") for state in ("requested", "approved", "ready")},
    **{(state, "settle"): RedemptionSettled() for state in IN_HAND},
    **{(state, "bring_back"): one_back(state) for state in IN_HAND},
    **{(state, "cancel"): RedemptionCancelled(ANN) for state in ("requested", "approved", "ready")},
    **{(state, "lapse"): RedemptionLapsed() for state in ("requested", "approved", "ready")},
}


WAS_HANDED_OVER = IN_HAND | {"returned", "settled"}


def obstacle(state: str, command: str) -> type[Refusal]:
    if command == "ask":
        return RedemptionAlreadyRequested
    if state == "unknown":
        return RedemptionUnknown
    match command:
        case "hand_over" | "substitute" if state in WAS_HANDED_OVER:
            return AlreadyHandedOver
        case "recheck":
            return RecheckNotOpen
        case "bring_back":
            return NothingToReturn
        case _:
            return RedemptionFinished if state in FINISHED else RedemptionNotThatFar


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("command", COMMANDS)
def test_each_step_leads_on_from_its_states_and_from_no_other(state: str, command: str) -> None:
    redemption = after(*STATES[state])

    assert redemption.status == state
    if event := LEADS_TO.get((state, command)):
        assert REDEMPTION.decide(redemption, COMMANDS[command]) == (event,)
        return
    with pytest.raises(obstacle(state, command)):
        REDEMPTION.decide(redemption, COMMANDS[command])


@pytest.mark.parametrize("state", sorted(FINISHED))
def test_an_end_is_an_end_even_for_those_who_may_not_act(state: str) -> None:
    others = (CancelRedemption(OTHER), VoidRedemption(ANN, "x"), make_ready(LAPSES), LapseRedemption(NOW))
    for command in (approve(ANN), reject(ANN), *others):
        with pytest.raises(RedemptionFinished) as refused:
            REDEMPTION.decide(after(*STATES[state]), command)
        assert refused.value.facts() == {"state": state}


@pytest.mark.parametrize("state", sorted(WAS_HANDED_OVER))
def test_the_second_hand_over_is_told_when_and_by_whom_the_first_was(state: str) -> None:
    with pytest.raises(AlreadyHandedOver) as refused:
        REDEMPTION.decide(after(*STATES[state]), hand_over(OTHER, LAPSES + timedelta(days=30)))

    assert refused.value.facts() == {"handed_over_at": NOW, "handed_over_by": KEEPER}


@pytest.mark.parametrize(("by", "same_household"), [(ANN, False), (ANN, True), (CLERK, True)])
def test_nobody_decides_on_their_own_or_their_households(by: MemberId, *, same_household: bool) -> None:
    for command in (approve(by, same_household=same_household), reject(by, same_household=same_household)):
        with pytest.raises(OwnRedemption) as refused:
            REDEMPTION.decide(after(ask()), command)
        assert refused.value.facts() == {"member": ANN}


def test_nobody_hands_goods_over_to_themselves() -> None:
    with pytest.raises(OwnRedemption):
        REDEMPTION.decide(after(*STATES["ready"]), hand_over(ANN))


def test_whoever_asked_for_the_member_does_not_approve_it() -> None:
    asked = after(ask(by=CLERK))

    with pytest.raises(RequesterCannotApprove) as refused:
        REDEMPTION.decide(asked, approve(CLERK))

    assert refused.value.facts() == {"requested_by": CLERK}
    assert REDEMPTION.decide(asked, approve(OTHER)) == (RedemptionApproved(OTHER),)


def test_the_approver_hands_over_small_things_only() -> None:
    large = OTHER_KEEPER_ABOVE + PIECES
    assert after(ask(), approve(), make_ready(), hand_over(CLERK)).status == "handed_over"

    with pytest.raises(ApproverCannotHandOver) as refused:
        REDEMPTION.decide(after(ask(large), approve(), make_ready()), hand_over(CLERK))
    assert refused.value.facts() == {"total": large, "allowed": OTHER_KEEPER_ABOVE}
    assert after(ask(large), approve(), make_ready(), hand_over(KEEPER)).status == "handed_over"


def test_a_redemption_lapses_from_its_instant_on_and_not_before() -> None:
    just_before = LAPSES - timedelta(microseconds=1)
    with pytest.raises(RedemptionNotOverdue) as refused:
        REDEMPTION.decide(after(ask()), LapseRedemption(just_before))

    assert refused.value.facts() == {"lapses_at": LAPSES}
    assert not refused.value.remembered
    assert after(ask(), approve(now=just_before), make_ready(just_before), hand_over(now=just_before))


@pytest.mark.parametrize(
    ("state", "command"),
    [("requested", approve(now=LAPSES)), ("approved", make_ready(LAPSES)), ("ready", hand_over(now=LAPSES))],
)
def test_an_overdue_redemption_goes_no_further_though_nobody_wrote_its_lapse_down(
    state: str, command: RedemptionCommand
) -> None:
    with pytest.raises(RedemptionOverdue) as refused:
        REDEMPTION.decide(after(*STATES[state]), command)

    assert refused.value.facts() == {"lapses_at": LAPSES}
