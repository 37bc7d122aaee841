"""A redemption goes one way, by different people, and an end is an end by every path."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from ledger.kernel.decider import fold
from ledger.kernel.ids import AccountId, FundId, MemberId, OrganisationId, RedemptionId, RewardId
from ledger.kernel.refusal import Refusal
from ledger.kernel.units import Unit
from ledger.redemption.events import (
    RedemptionApproved,
    RedemptionCancelled,
    RedemptionEvent,
    RedemptionHandedOver,
    RedemptionLapsed,
    RedemptionReady,
    RedemptionRejected,
    RedemptionRequested,
)
from ledger.redemption.redemption import (
    FINISHED,
    HAND_OVER_BY_OTHER_ABOVE,
    REDEMPTION,
    ApproveRedemption,
    CancelRedemption,
    HandRedemptionOver,
    LapseRedemption,
    MakeRedemptionReady,
    Redemption,
    RedemptionCommand,
    RejectRedemption,
    RequestRedemption,
    hold_id,
)
from ledger.redemption.refusals import (
    AlreadyHandedOver,
    ApproverCannotHandOver,
    OwnRedemption,
    RedemptionAlreadyRequested,
    RedemptionFinished,
    RedemptionNotOverdue,
    RedemptionNotThatFar,
    RedemptionOverdue,
    RedemptionUnknown,
    RequesterCannotApprove,
)

ANN, CLERK, KEEPER, OTHER = (MemberId(UUID(int=number)) for number in (1, 2, 3, 4))
ID = RedemptionId(UUID(int=5))
NOW = datetime(2025, 10, 15, 2, tzinfo=UTC)
LAPSES = NOW + timedelta(days=7)


def ask(total: int = HAND_OVER_BY_OTHER_ABOVE, by: MemberId = ANN) -> RequestRedemption:
    return RequestRedemption(
        RedemptionRequested(
            member=ANN,
            reward=RewardId(UUID(int=6)),
            organisation=OrganisationId(UUID(int=7)),
            fund=FundId(UUID(int=8)),
            unit=Unit.POINTS,
            pieces=1,
            price=total,
            total=total,
            account=AccountId(UUID(int=9)),
            hold=hold_id(ID),
            lapses_at=LAPSES,
            requested_by=by,
        )
    )


def approve(by: MemberId = CLERK, *, same_household: bool = False, now: datetime = NOW) -> ApproveRedemption:
    return ApproveRedemption(by, same_household, now)


def reject(by: MemberId = CLERK, *, same_household: bool = False) -> RejectRedemption:
    return RejectRedemption(by, same_household, "not-entitled")


def make_ready(now: datetime = NOW) -> MakeRedemptionReady:
    return MakeRedemptionReady(KEEPER, now)


def hand_over(by: MemberId = KEEPER, now: datetime = NOW) -> HandRedemptionOver:
    return HandRedemptionOver(by, now)


CANCEL, LAPSE = CancelRedemption(ANN), LapseRedemption(LAPSES)


def history(*commands: RedemptionCommand) -> list[RedemptionEvent]:
    events: list[RedemptionEvent] = []
    for command in commands:
        events += REDEMPTION.decide(fold(REDEMPTION, events), command)
    return events


def after(*commands: RedemptionCommand) -> Redemption:
    return fold(REDEMPTION, history(*commands))


STATES: dict[str, tuple[RedemptionCommand, ...]] = {
    "unknown": (),
    "requested": (ask(),),
    "approved": (ask(), approve()),
    "ready": (ask(), approve(), make_ready()),
    "handed_over": (ask(), approve(), make_ready(), hand_over()),
    "rejected": (ask(), reject()),
    "cancelled": (ask(), approve(), CANCEL),
    "lapsed": (ask(), approve(), make_ready(), LAPSE),
}
COMMANDS: dict[str, RedemptionCommand] = {
    "ask": ask(),
    "approve": approve(),
    "reject": reject(),
    "cancel": CANCEL,
    "make_ready": make_ready(),
    "hand_over": hand_over(),
    "lapse": LAPSE,
}
LEADS_TO: dict[tuple[str, str], RedemptionEvent] = {
    ("unknown", "ask"): ask().request,
    ("requested", "approve"): RedemptionApproved(CLERK),
    ("requested", "reject"): RedemptionRejected(CLERK, "not-entitled"),
    ("approved", "make_ready"): RedemptionReady(KEEPER),
    ("ready", "hand_over"): RedemptionHandedOver(KEEPER, NOW),
    **{(state, "cancel"): RedemptionCancelled(ANN) for state in ("requested", "approved", "ready")},
    **{(state, "lapse"): RedemptionLapsed() for state in ("requested", "approved", "ready")},
}


def obstacle(state: str, command: str) -> type[Refusal]:
    if command == "ask":
        return RedemptionAlreadyRequested
    if state == "unknown":
        return RedemptionUnknown
    if state in FINISHED:
        return AlreadyHandedOver if (state, command) == ("handed_over", "hand_over") else RedemptionFinished
    return RedemptionNotThatFar


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
    for command in (approve(ANN), reject(ANN), CancelRedemption(OTHER), make_ready(LAPSES), LapseRedemption(NOW)):
        with pytest.raises(RedemptionFinished) as refused:
            REDEMPTION.decide(after(*STATES[state]), command)
        assert refused.value.facts() == {"state": state}


def test_the_second_hand_over_is_told_when_and_by_whom_the_first_was() -> None:
    with pytest.raises(AlreadyHandedOver) as refused:
        REDEMPTION.decide(after(*STATES["handed_over"]), hand_over(OTHER, LAPSES + timedelta(days=30)))

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
    large = HAND_OVER_BY_OTHER_ABOVE + 1
    assert after(ask(), approve(), make_ready(), hand_over(CLERK)).status == "handed_over"

    with pytest.raises(ApproverCannotHandOver) as refused:
        REDEMPTION.decide(after(ask(large), approve(), make_ready()), hand_over(CLERK))
    assert refused.value.facts() == {"total": large, "allowed": HAND_OVER_BY_OTHER_ABOVE}
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
