"""Stories of corrections of a balance, each by two people or three, and of the yearly limit of gifts."""

from datetime import date
from uuid import UUID

import pytest

from ledger.accounts.adjustment import (
    ADJUSTMENT,
    Adjustment,
    AdjustmentCommand,
    ApproveAdjustment,
    ProposeAdjustment,
    RefuseAdjustment,
)
from ledger.accounts.adjustment_refusals import (
    AdjustmentAlreadyDecided,
    AdjustmentAlreadyProposed,
    AdjustmentApprovedByYou,
    AdjustmentByProposer,
    AdjustmentForOwnHousehold,
    AdjustmentUnknown,
    GiftLimitReached,
    GiftToOneself,
)
from ledger.accounts.events import (
    AdjustmentApproved,
    AdjustmentKind,
    AdjustmentPosted,
    AdjustmentProposed,
    AdjustmentRefused,
    GiftCounted,
)
from ledger.accounts.giving import GIVING, CountGift, Giving
from ledger.accounts.refusals import AmountOutOfBounds
from ledger.kernel.decider import fold
from ledger.kernel.ids import AccountId, GiftId, MemberId, OrganisationId
from ledger.kernel.refusal import Refusal
from ledger.kernel.units import AMOUNT_MAX, Unit

MEMBER, CLERK, FIRST, SECOND = (MemberId(UUID(int=number)) for number in range(1, 5))
COMMUNITY = OrganisationId(UUID(int=9))
ACCOUNT = AccountId(UUID(int=10))
GIFT = GiftId(UUID(int=11))
TODAY = date(2025, 10, 15)
ABOVE = 500


def propose(
    amount: int = 20, kind: AdjustmentKind = "adjustment", by: MemberId = CLERK, *, near: bool = False
) -> ProposeAdjustment:
    return ProposeAdjustment(
        AdjustmentProposed(kind, MEMBER, Unit.POINTS, COMMUNITY, amount, "counted-twice", by), near
    )


def approve(by: MemberId = FIRST, *, near: bool = False) -> ApproveAdjustment:
    return ApproveAdjustment(by, near, ABOVE, ACCOUNT, TODAY)


def refuse(by: MemberId = FIRST, *, near: bool = False) -> RefuseAdjustment:
    return RefuseAdjustment(by, near, "no-paper")


def after(*commands: AdjustmentCommand) -> Adjustment:
    state = Adjustment()
    for command in commands:
        state = fold(ADJUSTMENT, ADJUSTMENT.decide(state, command), state)
    return state


@pytest.mark.parametrize("amount", [1, -1, ABOVE, -ABOVE])
def test_one_other_person_agrees_and_it_is_posted_at_once(amount: int) -> None:
    events = ADJUSTMENT.decide(after(propose(amount)), approve())

    assert events == (AdjustmentApproved(FIRST), AdjustmentPosted(ACCOUNT, TODAY))
    assert after(propose(amount), approve()).status == "posted"


@pytest.mark.parametrize("amount", [ABOVE + 1, -ABOVE - 1])
def test_a_large_one_takes_two(amount: int) -> None:
    assert ADJUSTMENT.decide(after(propose(amount)), approve()) == (AdjustmentApproved(FIRST),)
    assert after(propose(amount), approve()).status == "proposed"

    events = ADJUSTMENT.decide(after(propose(amount), approve()), approve(SECOND))

    assert events == (AdjustmentApproved(SECOND), AdjustmentPosted(ACCOUNT, TODAY))


def test_it_can_be_refused_also_after_a_first_agreement() -> None:
    state = after(propose(ABOVE + 1), approve())

    assert ADJUSTMENT.decide(state, refuse(SECOND)) == (AdjustmentRefused(SECOND, "no-paper"),)
    assert after(propose(), refuse()).status == "refused"


@pytest.mark.parametrize(
    ("amount", "kind", "smallest"),
    [
        (0, "adjustment", -AMOUNT_MAX),
        (AMOUNT_MAX + 1, "adjustment", -AMOUNT_MAX),
        (-AMOUNT_MAX - 1, "adjustment", -AMOUNT_MAX),
        (0, "opening_balance", 1),
        (-1, "opening_balance", 1),
    ],
)
def test_no_adjustment_is_nothing_or_too_much(amount: int, kind: AdjustmentKind, smallest: int) -> None:
    with pytest.raises(AmountOutOfBounds) as refused:
        ADJUSTMENT.decide(Adjustment(), propose(amount, kind))

    assert refused.value.facts() == {"asked": amount, "smallest": smallest, "largest": AMOUNT_MAX}


DONE = {"posted": (propose(), approve()), "refused": (propose(), refuse())}
LARGE = (propose(ABOVE + 1), approve())
REFUSED: dict[str, tuple[tuple[AdjustmentCommand, ...], AdjustmentCommand, type[Refusal]]] = {
    "propose again": ((propose(),), propose(), AdjustmentAlreadyProposed),
    "propose for oneself": ((), propose(by=MEMBER), AdjustmentForOwnHousehold),
    "propose for one's household": ((), propose(near=True), AdjustmentForOwnHousehold),
    "approve what nobody proposed": ((), approve(), AdjustmentUnknown),
    "refuse what nobody proposed": ((), refuse(), AdjustmentUnknown),
    "approve one's own": ((propose(),), approve(MEMBER), AdjustmentForOwnHousehold),
    "approve one's household's": ((propose(),), approve(near=True), AdjustmentForOwnHousehold),
    "refuse one's household's": ((propose(),), refuse(near=True), AdjustmentForOwnHousehold),
    "approve what one proposed": ((propose(),), approve(CLERK), AdjustmentByProposer),
    "refuse what one proposed": ((propose(),), refuse(CLERK), AdjustmentByProposer),
    "approve twice": (LARGE, approve(), AdjustmentApprovedByYou),
    **{f"approve when {name}": (given, approve(SECOND), AdjustmentAlreadyDecided) for name, given in DONE.items()},
    **{f"refuse when {name}": (given, refuse(SECOND), AdjustmentAlreadyDecided) for name, given in DONE.items()},
}


@pytest.mark.parametrize(("given", "command", "refusal"), REFUSED.values(), ids=REFUSED)
def test_nobody_decides_alone_twice_or_for_their_own(
    given: tuple[AdjustmentCommand, ...], command: AdjustmentCommand, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        ADJUSTMENT.decide(after(*given), command)


def counted(amount: int, receiver: MemberId = FIRST) -> CountGift:
    return CountGift(GiftCounted(GIFT, MEMBER, receiver, Unit.POINTS, amount, TODAY), year_max=200)


def test_a_year_of_gifts_ends_at_its_limit() -> None:
    year = fold(GIVING, GIVING.decide(Giving(), counted(150)))

    assert GIVING.decide(year, counted(50))
    with pytest.raises(GiftLimitReached) as refused:
        GIVING.decide(year, counted(51))
    assert refused.value.facts() == {"asked": 51, "given": 150, "limit": 200}


@pytest.mark.parametrize("amount", [0, -1, AMOUNT_MAX + 1])
def test_no_gift_is_nothing_less_or_too_much(amount: int) -> None:
    with pytest.raises(AmountOutOfBounds):
        GIVING.decide(Giving(), counted(amount))


def test_nobody_gives_to_themselves() -> None:
    with pytest.raises(GiftToOneself):
        GIVING.decide(Giving(), counted(1, MEMBER))
