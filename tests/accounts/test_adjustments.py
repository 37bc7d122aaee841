"""Stories of corrections of a balance, each by two people or three, and of the yearly limit of gifts."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from ledger.accounts.adjustment import (
    ADJUSTMENT,
    Adjustment,
    AdjustmentCommand,
    ApproveAdjustment,
    DecideAdjustmentObjection,
    ObjectToAdjustment,
    PostAdjustment,
    ProposeAdjustment,
    RefuseAdjustment,
)
from ledger.accounts.adjustment_refusals import (
    AdjustmentAlreadyDecided,
    AdjustmentAlreadyProposed,
    AdjustmentApprovedByYou,
    AdjustmentByProposer,
    AdjustmentForOwnHousehold,
    AdjustmentNoticeNotOver,
    AdjustmentNotOnNotice,
    AdjustmentObjectedByYou,
    AdjustmentObjectionPending,
    AdjustmentUnknown,
    GiftLimitReached,
    GiftToOneself,
    InvolvedInAdjustment,
    NoAdjustmentObjection,
)
from ledger.accounts.events import (
    AdjustmentApproved,
    AdjustmentKind,
    AdjustmentObjected,
    AdjustmentObjectionDecided,
    AdjustmentPosted,
    AdjustmentProposed,
    AdjustmentPutOnNotice,
    AdjustmentRefused,
    GiftCounted,
    ObjectionOutcome,
)
from ledger.accounts.giving import GIVING, CountGift, Giving
from ledger.accounts.refusals import AmountOutOfBounds, LotAlreadyDue
from ledger.kernel.calendar import Deadline
from ledger.kernel.decider import fold
from ledger.kernel.ids import AccountId, GiftId, MemberId, OrganisationId
from ledger.kernel.refusal import Refusal
from ledger.kernel.units import AMOUNT_MAX, Unit

MEMBER, CLERK, FIRST, SECOND, THIRD, NEIGHBOUR = (MemberId(UUID(int=number)) for number in range(1, 7))
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


NOTICE = Deadline(TODAY + timedelta(days=7), provisional=False)
DECIDE_BY = Deadline(TODAY + timedelta(days=14), provisional=True)
AFTERWARDS = NOTICE.day + timedelta(days=1)


def opening(amount: int = 20, expires_on: date | None = None) -> ProposeAdjustment:
    return ProposeAdjustment(
        AdjustmentProposed(
            "opening_balance", MEMBER, Unit.POINTS, COMMUNITY, amount, "other-book", CLERK, expires_on=expires_on
        ),
        same_household=False,
    )


def show(by: MemberId = FIRST) -> ApproveAdjustment:
    return ApproveAdjustment(by, False, ABOVE, ACCOUNT, TODAY, NOTICE)


def post(today: date = AFTERWARDS) -> PostAdjustment:
    return PostAdjustment(ACCOUNT, today)


def object_to(by: MemberId = NEIGHBOUR) -> ObjectToAdjustment:
    return ObjectToAdjustment(by, "not-theirs", DECIDE_BY)


def decide(
    outcome: ObjectionOutcome = "rejected", by: MemberId = THIRD, *, near: bool = False, near_objector: bool = False
) -> DecideAdjustmentObjection:
    return DecideAdjustmentObjection(by, outcome, "seen", near, near_objector)


def test_a_balance_from_another_book_is_shown_before_it_counts() -> None:
    assert ADJUSTMENT.decide(after(opening()), show()) == (
        AdjustmentApproved(FIRST),
        AdjustmentPutOnNotice(NOTICE.day, NOTICE.provisional),
    )
    assert ADJUSTMENT.decide(after(opening(), show()), post()) == (AdjustmentPosted(ACCOUNT, AFTERWARDS),)


def test_a_large_one_is_shown_once_two_have_agreed_and_a_correction_never() -> None:
    assert ADJUSTMENT.decide(after(opening(ABOVE + 1)), show()) == (AdjustmentApproved(FIRST),)
    assert after(opening(ABOVE + 1), show(), show(SECOND)).status == "on_notice"
    assert after(propose(), show()).status == "posted"


def test_an_objection_stops_it_until_somebody_not_involved_has_decided() -> None:
    stopped = after(opening(), show(), object_to())
    assert ADJUSTMENT.decide(after(opening(), show()), object_to()) == (
        AdjustmentObjected(NEIGHBOUR, "not-theirs", DECIDE_BY.day, DECIDE_BY.provisional),
    )

    assert ADJUSTMENT.decide(stopped, decide()) == (AdjustmentObjectionDecided(THIRD, "rejected", "seen"),)
    assert after(opening(), show(), object_to(), decide(), post()).status == "posted"
    assert after(opening(), show(), object_to(), decide("upheld")).status == "refused"


def test_what_was_upheld_may_be_proposed_anew_and_begins_afresh() -> None:
    state = after(opening(), show(), object_to(), decide("upheld"), opening(5))

    assert (state.status, state.objectors, state.approved_by) == ("proposed", (), ())


def test_what_would_be_worth_nothing_after_its_notice_is_not_agreed_to() -> None:
    assert after(opening(expires_on=AFTERWARDS + timedelta(days=1)), show()).status == "on_notice"
    with pytest.raises(LotAlreadyDue):
        ADJUSTMENT.decide(after(opening(expires_on=AFTERWARDS)), show())


SHOWN, STOPPED = (opening(), show()), (opening(), show(), object_to())
NOT_ON_NOTICE: dict[str, tuple[tuple[AdjustmentCommand, ...], AdjustmentCommand, type[Refusal]]] = {
    "post what nobody proposed": ((), post(), AdjustmentUnknown),
    "post what nobody agreed to": ((opening(),), post(), AdjustmentNotOnNotice),
    "post what is stopped": (STOPPED, post(), AdjustmentNotOnNotice),
    "post twice": ((*SHOWN, post()), post(), AdjustmentNotOnNotice),
    "post too early": (SHOWN, post(NOTICE.day), AdjustmentNoticeNotOver),
    "object to what nobody proposed": ((), object_to(), AdjustmentUnknown),
    "object before it is shown": ((opening(),), object_to(), AdjustmentNotOnNotice),
    "object to what counts": ((*SHOWN, post()), object_to(), AdjustmentNotOnNotice),
    "object while somebody else does": (STOPPED, object_to(SECOND), AdjustmentObjectionPending),
    "object twice": ((*STOPPED, decide()), object_to(), AdjustmentObjectedByYou),
    "decide where nobody objects": (SHOWN, decide(), NoAdjustmentObjection),
    "decide twice": ((*STOPPED, decide()), decide(), NoAdjustmentObjection),
    "decide for oneself": (STOPPED, decide(by=MEMBER), AdjustmentForOwnHousehold),
    "decide for one's household": (STOPPED, decide(near=True), AdjustmentForOwnHousehold),
    "decide on what one proposed": (STOPPED, decide(by=CLERK), InvolvedInAdjustment),
    "decide on what one agreed to": (STOPPED, decide(by=FIRST), InvolvedInAdjustment),
    "decide on one's own objection": (STOPPED, decide(by=NEIGHBOUR), InvolvedInAdjustment),
    "decide on one's household's objection": (STOPPED, decide(near_objector=True), InvolvedInAdjustment),
    "approve what is shown": (SHOWN, show(SECOND), AdjustmentAlreadyDecided),
    "refuse what is stopped": (STOPPED, refuse(SECOND), AdjustmentAlreadyDecided),
}


@pytest.mark.parametrize(("given", "command", "refusal"), NOT_ON_NOTICE.values(), ids=NOT_ON_NOTICE)
def test_a_notice_is_stopped_and_ended_by_who_may(
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
