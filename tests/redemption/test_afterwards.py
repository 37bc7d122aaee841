"""A part, something else instead, goods that come back, a look afterwards: never more points than were held."""

from datetime import timedelta
from uuid import UUID

import pytest
from redeeming import (
    ANN,
    BATCHES,
    DRAWN,
    KEEPER,
    LOTS,
    NOW,
    OTHER,
    PIECES,
    SETTLE,
    STATES,
    UNTIL,
    after,
    ask,
    bring_back,
    hand_over,
    history,
    make_ready,
    recheck,
    spent,
    substitute,
)

from ledger.kernel.decider import fold
from ledger.kernel.ids import (
    RedemptionId,
)
from ledger.redemption.events import (
    RedemptionHandedOver,
    RedemptionPartlyHandedOver,
    RedemptionRechecked,
    RedemptionReturned,
    RedemptionSubstituted,
)
from ledger.redemption.recheck import is_drawn
from ledger.redemption.redemption import REDEMPTION
from ledger.redemption.redemption_commands import (
    SettleRedemption,
    VoidRedemption,
)
from ledger.redemption.redemption_refusals import (
    NothingToReturn,
    OwnRedemption,
    RecheckNotOpen,
    RedemptionNotThatFar,
    ReturnStillPossible,
    ReturnTooLate,
    SubstituteTooDear,
    TookPart,
)
from ledger.redemption.refusals import MoreThanHandedOver, MoreThanSetAside


def test_a_part_is_handed_over_and_never_more_than_was_asked_for() -> None:
    ready = after(*STATES["ready"])

    assert REDEMPTION.decide(ready, hand_over(pieces=3)) == (
        RedemptionPartlyHandedOver(3, 75, KEEPER, NOW, spent(75), BATCHES, UNTIL),
    )
    for pieces in (0, -1, PIECES + 1):
        with pytest.raises(MoreThanSetAside) as refused:
            REDEMPTION.decide(ready, hand_over(pieces=pieces))
        assert refused.value.facts() == {"asked": pieces, "allowed": PIECES}


def test_something_else_costs_at_most_what_was_held() -> None:
    ready = after(*STATES["ready"])

    (event,) = REDEMPTION.decide(ready, substitute(100))
    with pytest.raises(SubstituteTooDear) as refused:
        REDEMPTION.decide(ready, substitute(101))

    assert isinstance(event, RedemptionSubstituted)
    assert (event.total, event.consent) == (100, "voucher-shown")
    assert refused.value.facts() == {"total": 101, "held": 100}


def test_pieces_come_back_once_each_and_so_do_their_points() -> None:
    handed = STATES["handed_over"]

    first, second = history(*handed, bring_back(1), bring_back(3))[-2:]

    assert isinstance(first, RedemptionReturned)
    assert isinstance(second, RedemptionReturned)
    assert (first.total, second.total) == (25, 75)
    # What was spent last comes back first.
    assert [(part.lot, part.amount) for part in first.parts] == [(LOTS[1], 25)]
    assert [(part.lot, part.amount) for part in second.parts] == [(LOTS[1], 45), (LOTS[0], 30)]
    assert [sum(batch.pieces for batch in event.batches) for event in (first, second)] == [1, 3]
    with pytest.raises(MoreThanHandedOver) as refused:
        REDEMPTION.decide(after(*handed, bring_back(2)), bring_back(3))
    assert refused.value.facts() == {"asked": 3, "allowed": 2}
    with pytest.raises(MoreThanHandedOver):
        REDEMPTION.decide(after(*handed), bring_back(0))


def test_nothing_comes_back_after_its_days_nor_from_the_member_to_themselves() -> None:
    handed, over = after(*STATES["handed_over"]), UNTIL

    with pytest.raises(ReturnTooLate) as late:
        REDEMPTION.decide(handed, bring_back(now=over))
    with pytest.raises(OwnRedemption):
        REDEMPTION.decide(handed, bring_back(by=ANN))
    with pytest.raises(ReturnStillPossible) as early:
        REDEMPTION.decide(handed, SettleRedemption(over - timedelta(seconds=1)))

    assert late.value.facts() == early.value.facts() == {"until": over}
    assert not early.value.remembered


def test_what_was_handed_over_before_it_was_written_down_does_not_come_back() -> None:
    old = [*history(*STATES["ready"]), RedemptionHandedOver(KEEPER, NOW)]

    with pytest.raises(NothingToReturn):
        REDEMPTION.decide(fold(REDEMPTION, old), bring_back())


AT_THE_COUNTER = (ask(by=KEEPER), DRAWN, make_ready(), hand_over())


def test_what_was_drawn_is_looked_at_once_by_who_took_no_part() -> None:
    handed = after(*AT_THE_COUNTER)

    assert REDEMPTION.decide(handed, recheck()) == (RedemptionRechecked(OTHER, "in_order"),)
    assert after(*AT_THE_COUNTER, SETTLE, recheck()).recheck == "done"
    for command, refusal in (
        (recheck(KEEPER), TookPart),
        (recheck(ANN), OwnRedemption),
        (recheck(same_household=True), OwnRedemption),
    ):
        with pytest.raises(refusal):
            REDEMPTION.decide(handed, command)
    with pytest.raises(RecheckNotOpen):
        REDEMPTION.decide(after(*AT_THE_COUNTER, recheck()), recheck())


def test_what_was_drawn_is_looked_at_when_it_is_in_hand() -> None:
    with pytest.raises(RedemptionNotThatFar):
        REDEMPTION.decide(after(ask(), DRAWN), recheck())


def test_the_keeper_does_not_void_their_own() -> None:
    with pytest.raises(OwnRedemption):
        REDEMPTION.decide(after(ask()), VoidRedemption(ANN, "out-of-stock"))


def test_so_many_of_a_hundred_are_drawn_and_always_the_same() -> None:
    ids = [RedemptionId(UUID(int=number, version=4)) for number in range(2_000)]

    drawn = [one for one in ids if is_drawn(one, 5)]

    assert 60 <= len(drawn) <= 140
    assert drawn == [one for one in ids if is_drawn(one, 5)]
    assert not any(is_drawn(one, 0) for one in ids)
    assert all(is_drawn(one, 100) for one in ids)
