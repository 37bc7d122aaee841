"""Stories of lots that leave one account of a person and come into another, unchanged."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from ledger.accounts.account import ACCOUNT, Account
from ledger.accounts.commands import (
    AccountCommand,
    CreditLot,
    DebitPoints,
    HoldPoints,
    LotPart,
    OpenAccount,
    ProposeFreeze,
    ReleaseHold,
    ReverseCredit,
    SpendHold,
    TakeOutLots,
    TakeOverLots,
)
from ledger.accounts.commands import FreezeAccount as Freeze
from ledger.accounts.events import Counter, Debited, FreezeDirection, LotsTakenOver
from ledger.kernel.decider import Event, fold
from ledger.kernel.ids import HoldId, LotId, MemberId, OrganisationId
from ledger.kernel.refusal import Refusal
from ledger.kernel.units import Unit

OWNER, OTHER, MERGE = (UUID(int=number) for number in (1, 2, 3))
HOME = OrganisationId(UUID(int=4))
APPROVER, CLERK = MemberId(UUID(int=5)), MemberId(UUID(int=6))
TODAY = date(2025, 10, 15)
SOON, LATER = LotId(UUID(int=11)), LotId(UUID(int=12))
HOLD = HoldId(UUID(int=21))
COUNTER = Counter("merged", HOME)
OUT = TakeOutLots(COUNTER, MERGE, TODAY)


def credit(lot: LotId, amount: int, in_days: int) -> CreditLot:
    return CreditLot(lot, amount, HOME, MERGE, TODAY - timedelta(days=9), expires_on=TODAY + timedelta(days=in_days))


def after(*commands: AccountCommand, owner: UUID = OWNER) -> Account:
    """An account after these commands."""
    state = Account()
    for command in (OpenAccount(owner, Unit.POINTS, HOME), *commands):
        state = fold(ACCOUNT, ACCOUNT.decide(state, command), state)
    return state


def events(state: Account, command: AccountCommand) -> tuple[Event, ...]:
    return ACCOUNT.decide(state, command)


def code(state: Account, command: AccountCommand) -> str:
    with pytest.raises(Refusal) as refused:
        ACCOUNT.decide(state, command)
    return refused.value.code


def frozen(state: Account, direction: FreezeDirection) -> Account:
    until = TODAY + timedelta(days=2)
    for command in (
        ProposeFreeze(direction, until, "looked-into", CLERK, TODAY, 15),
        Freeze(direction, until, "looked-into", APPROVER, TODAY, 15),
    ):
        state = fold(ACCOUNT, ACCOUNT.decide(state, command), state)
    return state


def test_all_lots_leave_and_come_in_with_credit_day_expiry_and_grace() -> None:
    # given an account with two lots, and days of grace on a part of one
    giver = after(credit(SOON, 5, 1), credit(LATER, 7, 90), HoldPoints(HOLD, 3, MERGE, TODAY))
    late = TODAY + timedelta(days=2)
    giver = fold(ACCOUNT, ACCOUNT.decide(giver, ReleaseHold(HOLD, MERGE, late, 7)), giver)

    # when they go over
    (gone,) = events(giver, OUT)
    assert isinstance(gone, Debited)
    receiver = after(owner=OTHER)
    (came,) = events(receiver, TakeOverLots(gone.takes, COUNTER, MERGE, TODAY))

    # then they are the same lots there
    assert isinstance(came, LotsTakenOver)
    assert fold(ACCOUNT, (came,), receiver).lots == giver.lots
    assert fold(ACCOUNT, (gone,), giver).lots == ()
    assert gone.amount == 12


def test_parts_leave_as_far_as_they_are_free() -> None:
    state = after(credit(SOON, 5, 10), credit(LATER, 7, 90), HoldPoints(HOLD, 3, MERGE, TODAY))
    parts = (LotPart(SOON, 4), LotPart(LATER, 6))

    (gone,) = events(state, TakeOutLots(COUNTER, MERGE, TODAY, parts))

    assert isinstance(gone, Debited)
    assert [(take.lot, take.amount) for take in gone.takes] == [(SOON, 2), (LATER, 6)]
    assert events(after(), OUT) == events(Account(), OUT) == ()


def test_a_debt_is_paid_by_what_comes_in_and_nothing_leaves_while_it_stands() -> None:
    given = after(credit(SOON, 5, 10), HoldPoints(HOLD, 5, MERGE, TODAY), SpendHold(HOLD, HOME, MERGE, TODAY))
    reverse = ReverseCredit(SOON, 5, HOME, "owe", 50, MERGE, TODAY)
    owing = fold(ACCOUNT, ACCOUNT.decide(given, reverse), given)
    (gone,) = events(after(credit(LATER, 7, 90), owner=OTHER), OUT)
    assert isinstance(gone, Debited)

    (came,) = events(owing, TakeOverLots(gone.takes, COUNTER, MERGE, TODAY))

    assert isinstance(came, LotsTakenOver)
    assert (came.filled, [take.amount for take in came.returned]) == (5, [2])
    state = fold(ACCOUNT, (came,), owing)
    assert (state.owed, state.posted) == (0, 2)
    assert code(owing, DebitPoints(1, Counter("gift", HOME), MERGE, TODAY)) == "points-owed"


def test_a_frozen_account_neither_gives_nor_takes() -> None:
    full = after(credit(LATER, 7, 90))
    (gone,) = events(full, OUT)
    assert isinstance(gone, Debited)
    over = TakeOverLots(gone.takes, COUNTER, MERGE, TODAY)

    assert code(frozen(full, "out"), OUT) == "account-frozen"
    assert code(frozen(after(owner=OTHER), "in"), over) == "account-frozen"
    assert code(Account(), over) == "account-not-open"
    assert code(after(), TakeOverLots((), COUNTER, MERGE, TODAY)) == "amount-out-of-bounds"
