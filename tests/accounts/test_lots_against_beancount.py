"""An oracle for lots: beancount's FIFO booking, given the same history, consumes the same parts of the same lots.

Beancount takes the lot with the earliest cost date first. Ours are spent by earliest expiry, then earliest credit, then
id. So each part of a lot gets a cost date of its own: its place in our order among all parts of the history. That
settles ties as we do. Beancount is told only how much leaves, never of which lot; but where a rule of ours names the
lot (an expiry, the unspent rest of a reversed credit), it is told that too.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

import pytest
from beancount import loader
from beancount.core.data import Transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.accounts.account import ACCOUNT, Account
from ledger.accounts.commands import (
    AccountCommand,
    CreditLot,
    DebitPoints,
    ExpireDueLot,
    HoldPoints,
    OpenAccount,
    ReleaseHold,
    ReturnSpent,
    ReverseCredit,
    SpendHold,
)
from ledger.accounts.events import (
    AccountEvent,
    Counter,
    Credited,
    CreditReversed,
    Debited,
    Held,
    HoldReleased,
    Lot,
    LotExpired,
    SpendReturned,
    Take,
)
from ledger.accounts.lots import spending_order
from ledger.kernel.decider import fold
from ledger.kernel.ids import HoldId, LotId, OrganisationId
from ledger.kernel.refusal import Refusal
from ledger.kernel.units import Unit

OWNER = UUID(int=1)
COMMUNITY = OrganisationId(UUID(int=2))
START = date(2025, 1, 1)
GRACE_DAYS = 7
DEBT_MAX = 5
Deed = tuple[str, int, int | str | None]
FEW_IDS = st.integers(0, 6)
DEEDS = st.one_of(
    st.tuples(st.just("credit"), st.integers(1, 9), st.sampled_from([None, 1, 3, 3, 8])),
    st.tuples(st.just("hold"), st.integers(1, 12), FEW_IDS),
    st.tuples(st.just("spend"), FEW_IDS, st.none()),
    st.tuples(st.just("release"), FEW_IDS, st.none()),
    st.tuples(st.just("give back"), FEW_IDS, st.none()),
    st.tuples(st.just("adjust"), st.integers(1, 9), st.none()),
    st.tuples(st.just("reverse"), FEW_IDS, st.sampled_from(["other_lots", "owe", "write_off"])),
    st.tuples(st.just("sleep"), st.integers(1, 4), st.none()),
)
HISTORIES = given(ids=st.permutations(range(100, 140)), deeds=st.lists(DEEDS, min_size=5, max_size=40))


class History:
    """An account that lives through deeds; refused ones leave no trace. What is due expires every morning."""

    def __init__(self, ids: Iterable[int]) -> None:
        self.account = Account()
        self.events: list[AccountEvent] = []
        self.today = START
        self.ids = iter(ids)
        self.credits: list[Credited] = []
        self.spent: list[Take] = []
        self.send(OpenAccount(OWNER, Unit.POINTS, COMMUNITY))

    def send(self, command: AccountCommand) -> None:
        try:
            new = ACCOUNT.decide(self.account, command)
        except Refusal:
            return
        self.account = fold(ACCOUNT, new, self.account)
        self.events += new
        self.credits += [one for one in new if isinstance(one, Credited)]

    def live(self, deed: str, number: int, more: int | str | None) -> None:
        hold = HoldId(UUID(int=1000 + number))
        match deed:
            case "credit":
                expires_on = self.today + timedelta(days=int(more)) if more else None
                lot = LotId(UUID(int=next(self.ids)))
                self.send(CreditLot(lot, number, COMMUNITY, OWNER, self.today, expires_on))
            case "hold":
                self.send(HoldPoints(HoldId(UUID(int=1000 + int(more or 0))), number, OWNER, self.today))
            case "spend":
                self.spent += [take for one in self.account.holds if one.hold == hold for take in one.takes]
                self.send(SpendHold(hold, COMMUNITY, OWNER, self.today))
            case "release":
                self.send(ReleaseHold(hold, OWNER, self.today, GRACE_DAYS))
            case "give back" if number < len(self.spent):
                self.send(ReturnSpent(hold, (self.spent.pop(number),), COMMUNITY, OWNER, self.today, GRACE_DAYS))
            case "adjust":
                self.send(DebitPoints(number, Counter("adjustment", COMMUNITY), OWNER, self.today))
            case "reverse" if number < len(self.credits):
                one = self.credits[number]
                self.send(ReverseCredit(one.lot, one.amount, COMMUNITY, str(more), DEBT_MAX, OWNER, self.today))
            case "sleep":
                self.today += timedelta(days=number)
            case _:
                pass
        for lot in {lot.lot for lot in self.account.lots}:
            self.send(ExpireDueLot(lot, self.today))


class Oracle:
    """Writes the history as a ledger for beancount, and what we say each entry consumed beside it."""

    def __init__(self, events: Iterable[AccountEvent]) -> None:
        self.parts: dict[str, Lot] = {}
        self.free: dict[str, int] = {}
        self.lines: list[str] = []
        self.ours: dict[str, list[tuple[str, int]]] = {}
        for one in events:
            self.enter(one)

    def enter(self, one: AccountEvent) -> None:
        match one:
            case Credited():
                left = one.amount - (one.filled or 0)
                self.bring_in([Take(one.lot, left, one.on_day, one.expires_on)] if left else [])
            case HoldReleased() | SpendReturned():
                self.bring_in(one.returned)
            case Held() | Debited():
                self.take(one.takes)
            case LotExpired():
                due = [name for name in self.free if self.is_of(name, one.lot) and self.is_due(name, one.on_day)]
                self.take_named(due)
            case CreditReversed():
                self.take_named([name for name in self.free if self.is_of(name, one.lot)])
                self.take([take for take in one.takes if take.lot != one.lot])
            case _:
                pass

    def bring_in(self, takes: Iterable[Take]) -> None:
        for take in takes:
            name = part_name(take)
            self.parts[name] = Lot(take.lot, 0, take.credited_on, take.expires_on)
            self.free[name] = self.free.get(name, 0) + take.amount
            self.write(f"{take.amount} POINTS <{name}>")

    def take(self, takes: Iterable[Take]) -> None:
        ours = [(part_name(take), take.amount) for take in takes]
        if not ours:
            return
        for name, amount in ours:
            self.leave(name, amount)
        self.ours[self.write(f"-{sum(amount for _, amount in ours)} POINTS {{}}")] = ours

    def take_named(self, names: list[str]) -> None:
        for name in names:
            amount = self.free[name]
            self.leave(name, amount)
            self.ours[self.write(f"-{amount} POINTS <{name}>")] = [(name, amount)]

    def leave(self, name: str, amount: int) -> None:
        self.free[name] -= amount
        if not self.free[name]:
            del self.free[name]

    def write(self, posting: str) -> str:
        title = f"entry {len(self.lines)}"
        self.lines.append(f'2000-01-02 * "{title}"\n  Assets:Points  {posting}\n  Equity:Counter\n')
        return title

    def is_of(self, name: str, lot: LotId) -> bool:
        return self.parts[name].lot == lot

    def is_due(self, name: str, day: date) -> bool:
        expires_on = self.parts[name].expires_on
        return expires_on is not None and expires_on <= day

    def ledger(self) -> str:
        """The text, with each part's place in the order of spending as its cost date."""
        text = '2000-01-01 open Assets:Points POINTS "FIFO"\n2000-01-01 open Equity:Counter\n' + "".join(self.lines)
        for place, name in enumerate(sorted(self.parts, key=lambda name: spending_order(self.parts[name]))):
            cost_date = date(1900, 1, 1) + timedelta(days=place)
            text = text.replace(f"<{name}>", f'{{1 UNIT, {cost_date}, "{name}"}}')
        return text


def part_name(take: Take) -> str:
    return f"{take.lot.int}-{take.expires_on}"


def booked(ledger: str) -> dict[str, list[tuple[str, int]]]:
    """What beancount says each entry consumed, in its order."""
    entries, errors, _ = loader.load_string(ledger)
    assert not errors, errors
    found: dict[str, list[tuple[str, int]]] = {}
    for entry in entries:
        if isinstance(entry, Transaction):
            gone = [one for one in entry.postings if one.account == "Assets:Points" and one.units.number < 0]
            found[entry.narration] = [(one.cost.label, int(-one.units.number)) for one in gone]
    return {title: gone for title, gone in found.items() if gone}


def agree(ids: Iterable[int], deeds: Iterable[Deed]) -> None:
    # given a history, as our account lived it
    history = History(ids)
    for deed in deeds:
        history.live(*deed)

    # when beancount books it, told how much left and never of which lot
    oracle = Oracle(history.events)
    theirs = booked(oracle.ledger())

    # then the same parts of the same lots were consumed, in the same order
    assert theirs == oracle.ours


@settings(max_examples=60, deadline=None)
@HISTORIES
def test_lots_are_consumed_as_beancounts_fifo_books_them(ids: list[int], deeds: list[Deed]) -> None:
    agree(ids, deeds)


@pytest.mark.deep
@settings(max_examples=3_000, deadline=None)
@HISTORIES
def test_thousands_of_histories_are_booked_alike(ids: list[int], deeds: list[Deed]) -> None:
    agree(ids, deeds)


def test_ties_are_settled_by_credit_and_then_by_id_whatever_came_in_first() -> None:
    # given three lots with one expiry, two of one day, the larger id first
    agree([139, 101, 102], [("credit", 2, 3), ("credit", 2, 3), ("sleep", 1, None), ("credit", 2, 2), ("hold", 5, 0)])


def test_a_part_with_days_of_grace_is_a_lot_of_its_own() -> None:
    deeds = [("credit", 5, 1), ("hold", 3, 0), ("credit", 5, 8), ("sleep", 2, None), ("release", 0, None)]
    agree(range(100, 140), [*deeds, ("hold", 6, 1)])


def test_the_oracle_notices_another_order() -> None:
    # given an account that holds the newest lot first
    history = History([100, 101])
    for deed in (("credit", 5, 3), ("credit", 5, 8), ("hold", 3, 0)):
        history.live(*deed)
    held = history.events.pop()
    assert isinstance(held, Held)
    wrong = Take(LotId(UUID(int=101)), 3, START, START + timedelta(days=8))
    oracle = Oracle([*history.events, Held(held.hold, (wrong,), held.reason, held.on_day)])

    # when beancount books it, then it disagrees
    assert booked(oracle.ledger()) != oracle.ours
