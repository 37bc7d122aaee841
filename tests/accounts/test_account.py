"""Stories of one account: what a command answers, and what the account is afterwards."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from ledger.accounts.account import ACCOUNT, CARRY_AFTER_ENTRIES, Account, account_id
from ledger.accounts.commands import (
    AccountCommand,
    CarryAccountForward,
    CreditLot,
    ExpireDueLot,
    HoldPoints,
    OpenAccount,
    ReleaseHold,
    SpendHold,
)
from ledger.accounts.events import (
    AccountEvent,
    CarriedForward,
    Counter,
    Credited,
    Held,
    HoldSpent,
    Lot,
    LotExpired,
    Take,
)
from ledger.accounts.refusals import (
    AccountAlreadyOpen,
    AccountNotOpen,
    AmountOutOfBounds,
    HoldAlreadyOpen,
    HoldUnknown,
    InsufficientPoints,
    LotAlreadyCredited,
    LotAlreadyDue,
)
from ledger.kernel.decider import fold
from ledger.kernel.ids import HoldId, LotId, OrganisationId
from ledger.kernel.refusal import Refusal
from ledger.kernel.units import AMOUNT_MAX, Unit

OWNER = UUID("6e1f4a4e-6f0d-4d07-8f6a-0d5a6f2f7a01")
COMMUNITY = OrganisationId(UUID("6e1f4a4e-6f0d-4d07-8f6a-0d5a6f2f7a02"))
REASON = UUID("6e1f4a4e-6f0d-4d07-8f6a-0d5a6f2f7a03")
TODAY = date(2025, 10, 15)
GRACE_DAYS = 7


def lot(number: int) -> LotId:
    return LotId(UUID(int=number))


def hold(number: int) -> HoldId:
    return HoldId(UUID(int=1000 + number))


def credit(number: int, amount: int, expires_on: date | None = None, on_day: date = TODAY) -> CreditLot:
    return CreditLot(lot(number), amount, COMMUNITY, REASON, on_day, expires_on)


def set_aside(number: int, amount: int, on_day: date = TODAY) -> HoldPoints:
    return HoldPoints(hold(number), amount, REASON, on_day)


def release(number: int, on_day: date = TODAY) -> ReleaseHold:
    return ReleaseHold(hold(number), REASON, on_day, GRACE_DAYS)


def spend(number: int, on_day: date = TODAY) -> SpendHold:
    return SpendHold(hold(number), COMMUNITY, REASON, on_day)


def history(*commands: AccountCommand) -> list[AccountEvent]:
    account, events = Account(), list[AccountEvent]()
    for command in (OpenAccount(OWNER, Unit.POINTS, COMMUNITY), *commands):
        new = ACCOUNT.decide(account, command)
        account = fold(ACCOUNT, new, account)
        events += new
    return events


def after(*commands: AccountCommand) -> Account:
    return fold(ACCOUNT, history(*commands))


def days(number: int) -> date:
    return TODAY + timedelta(days=number)


def test_a_credit_names_its_counter_account_and_can_be_held_at_once() -> None:
    events = history(credit(1, 5, days(30)))

    assert events[-1] == Credited(lot(1), 5, Counter("issuance", COMMUNITY), REASON, TODAY, days(30))
    assert (after(credit(1, 5)).posted, after(credit(1, 5)).available(TODAY)) == (5, 5)


def test_lots_are_held_earliest_expiry_first_and_never_expiring_ones_last() -> None:
    given = (credit(1, 5, on_day=days(-9)), credit(2, 5, days(60), on_day=days(-8)), credit(3, 5, days(30)))

    held = history(*given, set_aside(1, 11))[-1]

    assert isinstance(held, Held)
    assert [(take.lot, take.amount) for take in held.takes] == [(lot(3), 5), (lot(2), 5), (lot(1), 1)]


def test_lots_with_one_expiry_are_held_by_earliest_credit_and_then_by_id() -> None:
    given = (credit(2, 1), credit(1, 1), credit(3, 1, on_day=days(-1)))

    held = history(*given, set_aside(1, 3))[-1]

    assert isinstance(held, Held)
    assert [take.lot for take in held.takes] == [lot(3), lot(1), lot(2)]


def test_holds_one_after_another_never_pass_what_is_available() -> None:
    account = after(credit(1, 5), set_aside(1, 2), set_aside(2, 2))

    for number in range(3, 6):
        with pytest.raises(InsufficientPoints) as refused:
            ACCOUNT.decide(account, set_aside(number, 2))
        assert refused.value.facts() == {"asked": 2, "available": 1}
    assert account.held == 4


def test_a_due_lot_cannot_be_held_though_its_expiry_is_not_entered() -> None:
    account = after(credit(1, 5, days(1)), credit(2, 3))

    assert account.available(days(1)) == 3
    with pytest.raises(InsufficientPoints) as refused:
        ACCOUNT.decide(account, set_aside(1, 4, on_day=days(1)))
    assert refused.value.facts() == {"asked": 4, "available": 3}


def test_spending_takes_exactly_what_was_held_and_books_it_as_redeemed() -> None:
    events = history(credit(1, 5), set_aside(1, 3), spend(1))

    assert events[-1] == HoldSpent(hold(1), 3, Counter("redeemed", COMMUNITY), REASON, TODAY)
    assert (fold(ACCOUNT, events).posted, fold(ACCOUNT, events).held) == (2, 0)


def test_a_released_hold_joins_the_rest_of_its_lot_again() -> None:
    before = after(credit(1, 5, days(30)), credit(2, 5))

    account = after(credit(1, 5, days(30)), credit(2, 5), set_aside(1, 7), release(1))

    assert account.lots == before.lots


def test_a_hold_outlives_the_expiry_of_its_lot_and_comes_back_with_days_of_grace() -> None:
    given = (credit(1, 5, days(2)), set_aside(1, 4), ExpireDueLot(lot(1), days(2)))
    assert (after(*given).posted, after(*given).held) == (4, 4)

    account = after(*given, release(1, on_day=days(3)))

    assert account.lots == (Lot(lot(1), 4, TODAY, days(3 + GRACE_DAYS), original_expiry=days(2)),)
    assert account.available(days(3 + GRACE_DAYS - 1)) == 4
    assert account.available(days(3 + GRACE_DAYS)) == 0


def test_days_of_grace_are_given_once() -> None:
    given = (credit(1, 5, days(2)), set_aside(1, 5), release(1, on_day=days(3)))
    in_time, late = days(3 + GRACE_DAYS - 1), days(3 + GRACE_DAYS)
    again = (*given, set_aside(2, 4, on_day=in_time))

    kept, lost = after(*again, release(2, on_day=in_time)), after(*again, release(2, on_day=late))

    assert kept.lots == after(*given).lots
    assert (lost.posted, lost.available(late)) == (5, 0)
    assert after(*again, release(2, on_day=late), ExpireDueLot(lot(1), late)).posted == 0


def test_parts_with_grace_stay_apart_from_the_due_rest_of_their_lot() -> None:
    given = (credit(1, 5, days(2)), set_aside(1, 4), release(1, on_day=days(3)))

    account = after(*given, ExpireDueLot(lot(1), days(3)))

    assert history(*given, ExpireDueLot(lot(1), days(3)))[-1] == LotExpired(
        lot(1), 1, Counter("expired", COMMUNITY), days(3)
    )
    assert account.available(days(3)) == account.posted == 4


@pytest.mark.parametrize("day", [0, 1])
def test_a_lot_that_is_not_due_does_not_expire(day: int) -> None:
    assert ACCOUNT.decide(after(credit(1, 5, days(2))), ExpireDueLot(lot(1), days(day))) == ()


def test_a_lot_expires_once() -> None:
    account = after(credit(1, 5, days(2)), ExpireDueLot(lot(1), days(2)))

    assert account.posted == 0
    assert ACCOUNT.decide(account, ExpireDueLot(lot(1), days(9))) == ()


def test_a_lot_that_never_expires_stays() -> None:
    assert ACCOUNT.decide(after(credit(1, 5)), ExpireDueLot(lot(1), date.max)) == ()


FINISHED = {
    "released": (credit(1, 5), set_aside(1, 3), release(1)),
    "spent": (credit(1, 5), set_aside(1, 3), spend(1)),
    "never made": (credit(1, 5),),
}


@pytest.mark.parametrize("given", FINISHED.values(), ids=FINISHED)
@pytest.mark.parametrize("command", [release(1), spend(1)], ids=["release", "spend"])
def test_a_finished_hold_stays_finished(given: tuple[AccountCommand, ...], command: AccountCommand) -> None:
    with pytest.raises(HoldUnknown) as refused:
        ACCOUNT.decide(after(*given), command)

    assert refused.value.facts() == {"hold": hold(1)}


@pytest.mark.parametrize("amount", [0, -1, AMOUNT_MAX + 1])
def test_no_amount_is_zero_negative_or_beyond_the_bound(amount: int) -> None:
    account = after(credit(1, 5))

    for command in (set_aside(1, amount), CreditLot(lot(2), amount, COMMUNITY, REASON, TODAY)):
        with pytest.raises(AmountOutOfBounds) as refused:
            ACCOUNT.decide(account, command)
        assert (refused.value.asked, refused.value.smallest) == (amount, 1)


def test_a_balance_does_not_pass_the_bound() -> None:
    with pytest.raises(AmountOutOfBounds) as refused:
        ACCOUNT.decide(after(credit(1, AMOUNT_MAX), set_aside(1, 10)), credit(2, 1))

    assert refused.value.facts() == {"asked": 1, "smallest": 1, "largest": 0}


def test_an_account_is_opened_once() -> None:
    with pytest.raises(AccountAlreadyOpen):
        ACCOUNT.decide(after(), OpenAccount(OWNER, Unit.POINTS, COMMUNITY))


@pytest.mark.parametrize("command", [credit(1, 5), CarryAccountForward(TODAY)], ids=["credit", "carry"])
def test_nothing_is_entered_in_an_account_that_was_never_opened(command: AccountCommand) -> None:
    with pytest.raises(AccountNotOpen):
        ACCOUNT.decide(Account(), command)


def test_an_account_that_was_never_opened_has_nothing_to_hold() -> None:
    with pytest.raises(InsufficientPoints) as refused:
        ACCOUNT.decide(Account(), set_aside(1, 1))

    assert refused.value.facts() == {"asked": 1, "available": 0}


REPEATED: dict[str, tuple[tuple[AccountCommand, ...], AccountCommand, type[Refusal]]] = {
    "hold": ((credit(1, 5), set_aside(1, 1)), set_aside(1, 1), HoldAlreadyOpen),
    "free lot": ((credit(1, 5),), credit(1, 5), LotAlreadyCredited),
    "held lot": ((credit(1, 5), set_aside(1, 5)), credit(1, 5), LotAlreadyCredited),
    "lot that is due": ((), credit(1, 5, TODAY), LotAlreadyDue),
}


@pytest.mark.parametrize(("given", "command", "refusal"), REPEATED.values(), ids=REPEATED)
def test_a_hold_and_a_lot_come_in_once_and_never_too_late(
    given: tuple[AccountCommand, ...], command: AccountCommand, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        ACCOUNT.decide(after(*given), command)


def test_an_account_carries_itself_forward_after_so_many_entries() -> None:
    commands = [credit(number, 1) for number in range(2 * CARRY_AFTER_ENTRIES)]

    events = history(*commands)

    places = [place for place, event in enumerate(events) if isinstance(event, CarriedForward)]
    assert places == [CARRY_AFTER_ENTRIES, 2 * CARRY_AFTER_ENTRIES + 1]
    assert fold(ACCOUNT, events[places[0] :]) == fold(ACCOUNT, events)


def test_carrying_forward_moves_nothing_and_is_not_repeated() -> None:
    given = (credit(1, 5), set_aside(1, 2))

    events = history(*given, CarryAccountForward(TODAY), CarryAccountForward(TODAY))

    assert events[-1] == CarriedForward(
        OWNER,
        Unit.POINTS,
        COMMUNITY,
        lots=(Lot(lot(1), 3, TODAY),),
        holds=after(*given).holds,
        entries=3,
        on_day=TODAY,
    )
    assert [type(event) for event in events].count(CarriedForward) == 1
    assert fold(ACCOUNT, events[-1:]) == fold(ACCOUNT, events)


def test_every_owner_has_one_account_a_unit() -> None:
    assert account_id(OWNER, Unit.POINTS) == account_id(OWNER, Unit.POINTS)
    assert account_id(OWNER, Unit.POINTS) != account_id(OWNER, Unit.CARE_MINUTES)


def test_a_hold_says_which_lots_it_takes() -> None:
    account = after(credit(1, 5, days(9)), set_aside(1, 2))

    assert account.holds[0].takes == (Take(lot(1), 2, TODAY, days(9)),)
