"""Stories of credits that are taken back: who pays, what is owed, and what comes back later is used for."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from ledger.accounts.account import ACCOUNT, Account
from ledger.accounts.commands import (
    AccountCommand,
    CarryAccountForward,
    CreditLot,
    DebitPoints,
    ExpireDueLot,
    HoldPoints,
    OpenAccount,
    ReleaseHold,
    ReturnSpent,
    ReverseCredit,
    SpendHold,
    SpentRule,
)
from ledger.accounts.events import (
    Counter,
    Credited,
    CreditReversed,
    Debited,
    HoldReleased,
    SpendReturned,
    Take,
    WrittenOff,
)
from ledger.accounts.refusals import (
    AccountNotOpen,
    AmountOutOfBounds,
    CreditAlreadyReversed,
    InsufficientPoints,
    PointsOwed,
)
from ledger.kernel.decider import Event, fold
from ledger.kernel.ids import HoldId, LotId, OrganisationId
from ledger.kernel.units import Unit

OWNER = UUID("6e1f4a4e-6f0d-4d07-8f6a-0d5a6f2f7a11")
COMMUNITY = OrganisationId(UUID("6e1f4a4e-6f0d-4d07-8f6a-0d5a6f2f7a12"))
REASON = UUID("6e1f4a4e-6f0d-4d07-8f6a-0d5a6f2f7a13")
TODAY = date(2025, 10, 15)
HOLD = HoldId(UUID(int=1001))
FALSE, TRUE = LotId(UUID(int=1)), LotId(UUID(int=2))
ISSUED, SPENT, NOBODY = (Counter(kind, COMMUNITY) for kind in ("issuance", "redeemed", "written_off"))


def days(number: int) -> date:
    return TODAY + timedelta(days=number)


def credit(lot: LotId, amount: int, expires_on: date | None = None) -> CreditLot:
    return CreditLot(lot, amount, COMMUNITY, REASON, TODAY, expires_on)


def hold(amount: int, number: int = 1001) -> HoldPoints:
    return HoldPoints(HoldId(UUID(int=number)), amount, REASON, TODAY)


def reverse(spent: SpentRule, amount: int = 10, debt_max: int = 100, on_day: date = TODAY) -> ReverseCredit:
    return ReverseCredit(FALSE, amount, COMMUNITY, spent, debt_max, REASON, on_day)


def give_back(amount: int, lot: LotId = FALSE) -> ReturnSpent:
    return ReturnSpent(HOLD, (Take(lot, amount, TODAY),), COMMUNITY, REASON, TODAY, grace_days=7)


SPEND, RELEASE = SpendHold(HOLD, COMMUNITY, REASON, TODAY), ReleaseHold(HOLD, REASON, TODAY, grace_days=7)
USED_UP = (credit(FALSE, 10), hold(6), SPEND)
"""Ten came in that should not have, and six of them are spent."""


def lived(*commands: AccountCommand) -> tuple[Account, list[Event]]:
    account, events = Account(), list[Event]()
    for command in (OpenAccount(OWNER, Unit.POINTS, COMMUNITY), *commands):
        new = ACCOUNT.decide(account, command)
        account = fold(ACCOUNT, new, account)
        events += new
    return account, events


def outcome(*commands: AccountCommand) -> CreditReversed:
    _, events = lived(*commands)
    reversal = events[-1]
    assert isinstance(reversal, CreditReversed)
    return reversal


def test_what_was_never_used_is_taken_back_whole() -> None:
    reversal = outcome(credit(FALSE, 10), credit(TRUE, 5), reverse("owe"))

    assert reversal == CreditReversed(FALSE, (Take(FALSE, 10, TODAY),), 0, 0, ISSUED, REASON, TODAY)


@pytest.mark.parametrize(
    ("spent", "others", "owed", "written_off"),
    [("other_lots", 2, 0, 4), ("owe", 2, 4, 0), ("write_off", 0, 0, 6)],
)
def test_the_rest_of_its_own_lot_goes_first_and_the_spent_part_by_rule(
    spent: SpentRule, others: int, owed: int, written_off: int
) -> None:
    given = (credit(FALSE, 10, days(9)), hold(6), SPEND, credit(TRUE, 2))

    reversal = outcome(*given, reverse(spent))

    own = Take(FALSE, 4, TODAY, days(9))
    assert reversal.takes == (own, *([Take(TRUE, others, TODAY)] if others else []))
    assert (reversal.owed, reversal.written_off) == (owed, written_off)


def test_debts_end_at_their_bound_and_the_rest_is_written_off() -> None:
    first = outcome(*USED_UP, reverse("owe", debt_max=5))
    assert (first.owed, first.written_off) == (5, 1)

    second = ReverseCredit(TRUE, 3, COMMUNITY, "owe", 5, REASON, TODAY)
    _, events = lived(*USED_UP, credit(TRUE, 3), hold(3, 1002), reverse("owe", debt_max=5), second)

    assert isinstance(events[-1], CreditReversed)
    assert (events[-1].owed, events[-1].written_off) == (0, 3)


def test_what_had_expired_is_not_asked_for_again() -> None:
    given = (credit(FALSE, 10, days(2)), hold(6), SPEND, ExpireDueLot(FALSE, days(2)))

    reversal = outcome(*given, reverse("owe", on_day=days(3)))

    assert (reversal.takes, reversal.owed, reversal.written_off, reversal.expired) == ((), 6, 0, 4)


def test_what_is_free_but_due_is_taken_back_and_due_lots_of_others_pay_nothing() -> None:
    given = (credit(FALSE, 10, days(2)), hold(6), SPEND, credit(TRUE, 5, days(2)))

    reversal = outcome(*given, reverse("owe", on_day=days(2)))

    assert (reversal.takes, reversal.owed) == ((Take(FALSE, 4, TODAY, days(2)),), 6)


def test_a_hold_stands_though_its_lot_is_taken_back() -> None:
    account, _ = lived(credit(FALSE, 10), hold(6), reverse("owe"))
    assert (account.held, account.owed, account.posted) == (6, 6, 0)

    # the goods are handed over: the debt stays
    spent, _ = lived(credit(FALSE, 10), hold(6), reverse("owe"), SPEND)
    assert (spent.owed, spent.posted) == (6, -6)

    # or the hold comes back, and pays the debt
    released, events = lived(credit(FALSE, 10), hold(6), reverse("owe"), RELEASE)
    assert events[-1] == HoldReleased(HOLD, (), REASON, TODAY, filled=6)
    assert (released.owed, released.posted, released.lots) == (0, 0, ())


def test_a_credit_is_taken_back_once() -> None:
    account, _ = lived(*USED_UP, reverse("owe"))

    with pytest.raises(CreditAlreadyReversed) as refused:
        ACCOUNT.decide(account, reverse("write_off"))
    assert refused.value.facts() == {"lot": FALSE}

    # also after the account has carried itself forward
    carried, _ = lived(*USED_UP, reverse("owe"), CarryAccountForward(TODAY))
    with pytest.raises(CreditAlreadyReversed):
        ACCOUNT.decide(carried, reverse("owe"))


def test_a_reversal_of_less_than_there_is_or_in_no_account_is_refused() -> None:
    account, _ = lived(credit(FALSE, 10))
    with pytest.raises(AmountOutOfBounds) as refused:
        ACCOUNT.decide(account, reverse("owe", amount=9))
    assert refused.value.smallest == 10

    with pytest.raises(AccountNotOpen):
        ACCOUNT.decide(Account(), reverse("owe"))


def test_who_owes_can_hold_and_give_nothing_until_it_is_made_good() -> None:
    account, _ = lived(*USED_UP, reverse("owe"))
    gift = DebitPoints(1, Counter("gift", COMMUNITY), REASON, TODAY)

    for command in (hold(1, 1002), gift):
        with pytest.raises(PointsOwed) as refused:
            ACCOUNT.decide(account, command)
        assert refused.value.facts() == {"owed": 6}


@pytest.mark.parametrize(("amount", "owed", "left"), [(4, 2, 0), (6, 0, 0), (9, 0, 3)])
def test_a_credit_fills_the_debt_first_and_the_lot_is_the_rest(amount: int, owed: int, left: int) -> None:
    account, events = lived(*USED_UP, reverse("owe"), credit(TRUE, amount))

    assert events[-1] == Credited(TRUE, amount, ISSUED, REASON, TODAY, filled=min(amount, 6))
    assert (account.owed, account.available(TODAY)) == (owed, left)
    assert account.posted == left - owed


def test_goods_that_come_back_are_points_again() -> None:
    account, events = lived(credit(TRUE, 10), hold(6), SPEND, give_back(4, TRUE))

    assert events[-1] == SpendReturned(HOLD, (Take(TRUE, 4, TODAY),), SPENT, REASON, TODAY)
    assert (account.posted, account.available(TODAY)) == (8, 8)


def test_goods_that_come_back_pay_the_debt_first() -> None:
    account, events = lived(*USED_UP, reverse("owe", debt_max=3), give_back(6))

    # three were written off and three owed: nothing of a credit that was taken back comes to life again
    assert events[-1] == SpendReturned(
        HOLD, (), SPENT, REASON, TODAY, filled=3, recovered=(WrittenOff(FALSE, 3, NOBODY),)
    )
    assert (account.owed, account.written_off, account.posted) == (0, (), 0)


@pytest.mark.parametrize("amount", [2, 6])
def test_buying_and_returning_restores_no_credit_that_was_written_off(amount: int) -> None:
    account, events = lived(*USED_UP, reverse("write_off"), give_back(amount))

    assert isinstance(events[-1], SpendReturned)
    assert events[-1].recovered == (WrittenOff(FALSE, amount, NOBODY),)
    assert account.posted == 0


def test_a_return_of_nothing_and_into_no_account_is_refused() -> None:
    account, _ = lived(credit(TRUE, 10))
    with pytest.raises(AmountOutOfBounds):
        ACCOUNT.decide(account, ReturnSpent(HOLD, (), COMMUNITY, REASON, TODAY, grace_days=7))
    with pytest.raises(AccountNotOpen):
        ACCOUNT.decide(Account(), give_back(1))


def test_what_comes_back_after_its_expiry_has_days_of_grace_or_none_where_the_programme_gives_none() -> None:
    take = Take(TRUE, 2, TODAY, days(1))

    for grace_days, available in ((7, 2), (0, 0)):
        command = ReturnSpent(HOLD, (take,), COMMUNITY, REASON, days(5), grace_days)
        account, _ = lived(credit(TRUE, 2, days(1)), hold(2), SPEND, command)
        assert account.available(days(5)) == available


def test_an_adjustment_down_takes_free_lots_and_never_more_than_there_is() -> None:
    counter = Counter("adjustment", COMMUNITY)
    given = (credit(TRUE, 5), credit(FALSE, 5, days(3)), hold(4))
    account, events = lived(*given, DebitPoints(3, counter, REASON, TODAY))

    takes = (Take(FALSE, 1, TODAY, days(3)), Take(TRUE, 2, TODAY))
    assert events[-1] == Debited(takes, 3, counter, REASON, TODAY)
    assert (account.posted, account.held) == (7, 4)
    with pytest.raises(InsufficientPoints) as refused:
        ACCOUNT.decide(account, DebitPoints(4, counter, REASON, TODAY))
    assert refused.value.facts() == {"asked": 4, "available": 3}
