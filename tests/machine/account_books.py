"""Books of all accounts, kept from stored events by arithmetic of their own: nothing here knows the rules' code.

Each entry is checked as it is made: what is taken was there, was not worth nothing yet and was the next to be spent.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from ledger.accounts import events as accounts
from ledger.accounts.events import AccountEvent, Lot, Take
from ledger.kernel.units import Unit
from ledger.membership import events as membership

Part = tuple[UUID, date | None]
"""A lot's part: the lot and the first day on which the part is worth nothing."""
NEVER = date.max
Returning = accounts.HoldReleased | accounts.SpendReturned | accounts.LotsTakenOver


class Free(NamedTuple):
    """What is free of a part."""

    amount: int
    credited_on: date


NOTHING = Free(0, date.min)


class AccountBook:
    """One account: free parts, holds, debt, and what was credited, expired and reversed of each lot."""

    def __init__(self, event: accounts.AccountOpened) -> None:
        self.owner, self.unit = event.owner, event.unit
        self.free: dict[Part, Free] = {}
        self.holds: dict[UUID, tuple[Take, ...]] = {}
        self.credits: dict[UUID, int] = {}
        self.expired: Counter[UUID] = Counter()
        self.reversed: set[UUID] = set()
        self.owed = 0
        self.frozen: accounts.AccountFrozen | None = None
        self.frozen_by: UUID | None = None
        self.freeze_asked: accounts.FreezeProposed | None = None
        self.frozen_until = date.min

    @property
    def held(self) -> int:
        return sum(_total(takes) for takes in self.holds.values())

    @property
    def posted(self) -> int:
        return sum(part.amount for part in self.free.values()) + self.held - self.owed

    def available(self, today: date) -> int:
        """What could be held on `today`, were nothing owed or frozen."""
        return sum(part.amount for (_, expires), part in self.free.items() if (expires or NEVER) > today)

    def due(self, today: date) -> list[UUID]:
        """Lots with a free part that is worth nothing on `today`."""
        return list(dict.fromkeys(lot for lot, expires in self.free if (expires or NEVER) <= today))

    def is_frozen(self, direction: str, today: date) -> bool:
        return self.frozen is not None and today <= self.frozen_until and self.frozen.direction in {direction, "both"}

    def take(self, takes: Iterable[Take], today: date, *, in_order: bool) -> int:
        """Take parts out; they must be there, not due, and (in_order) the next to be spent. Gives their sum."""
        total = 0
        for one in takes:
            part = (one.lot, one.expires_on)
            assert one.amount > 0, "nothing is not taken"
            assert self.free.get(part, NOTHING).amount >= one.amount, "what is taken must be there"
            assert (one.expires_on or NEVER) > today, "what is worth nothing is not spent"
            if in_order:
                assert self._next(today) == part, "earliest expiry first, then earliest credit, then id"
            self._add(part, -one.amount, one.credited_on)
            total += one.amount
        return total

    def put(self, parts: Iterable[Take], taken: Sequence[Take], today: date, grace_days_max: int) -> int:
        """Put parts of what was `taken` back: as they were, or with days of grace, which each part gets once."""
        total = 0
        for one in parts:
            was = [take for take in taken if take.lot == one.lot]
            if (one.expires_on, one.original_expiry) not in [(take.expires_on, take.original_expiry) for take in was]:
                assert (one.original_expiry, None) in [(take.expires_on, take.original_expiry) for take in was], (
                    "grace is given once, to what had none"
                )
                assert (one.original_expiry or NEVER) <= today, "grace is for what would be worth nothing"
                assert (one.expires_on or NEVER) <= today + timedelta(days=grace_days_max), "grace is a few days"
            self._add((one.lot, one.expires_on), one.amount, one.credited_on)
            total += one.amount
        return total

    def ask_freeze(self, event: accounts.FreezeProposed | accounts.FreezeDeclined) -> None:
        """A proposal stops nothing, and waits until it is decided on."""
        assert self.freeze_asked or isinstance(event, accounts.FreezeProposed), "what nobody asked is not declined"
        self.freeze_asked = event if isinstance(event, accounts.FreezeProposed) else None

    def freeze(self, event: accounts.AccountFrozen | accounts.FreezeExtended | accounts.AccountUnfrozen) -> None:
        """What a freeze, its longer day or its end make of it."""
        match event:
            case accounts.AccountFrozen():
                assert event.proposed_by != event.frozen_by, "nobody decides on their own proposal"
                last = self.frozen_by, event.proposed_by
                assert last != (event.frozen_by, None), "nobody freezes again and again on their own"
                assert self.freeze_asked or not event.proposed_by, "what nobody asked is not followed"
                self.frozen, self.frozen_until, self.frozen_by = event, event.until, event.frozen_by
                self.freeze_asked = None
            case accounts.FreezeExtended():
                self.frozen_until = event.until
            case accounts.AccountUnfrozen():
                self.frozen = None

    def lots(self) -> dict[UUID, int]:
        """What is free of each lot."""
        found: Counter[UUID] = Counter()
        for (lot, _), part in self.free.items():
            found[lot] += part.amount
        return dict(found)

    def _next(self, today: date) -> Part:
        spendable = [(part[1] or NEVER, free.credited_on, part[0]) for part, free in self.free.items()]
        expires, _, lot = min(one for one in spendable if one[0] > today)
        return lot, None if expires == NEVER else expires

    def _add(self, part: Part, amount: int, credited_on: date) -> None:
        left = self.free.get(part, Free(0, credited_on)).amount + amount
        if left:
            self.free[part] = Free(left, credited_on)
        else:
            del self.free[part]


class AccountBooks:
    """All accounts and, per unit, what stands on the other side of their entries."""

    def __init__(self, *, debt_max: int, grace_days_max: int) -> None:
        self.accounts: dict[UUID, AccountBook] = {}
        self.moving: tuple[Take, ...] = ()
        self.spent: Counter[UUID] = Counter()
        self.spent_parts: dict[UUID, tuple[Take, ...]] = {}
        self.spenders: dict[UUID, UUID] = {}
        self.survivors: dict[UUID, UUID] = {}
        self.sides: Counter[tuple[Unit, str]] = Counter()
        self._debt_max = debt_max
        self._grace_days_max = grace_days_max

    def enter(self, account: UUID, event: AccountEvent) -> None:
        """One more event of `account`."""
        if isinstance(event, accounts.AccountOpened):
            assert account not in self.accounts, "an account is opened once"
            self.accounts[account] = AccountBook(event)
            return
        book = self.accounts[account]
        match event:
            case accounts.Credited():
                self._credited(book, event)
            case accounts.Held():
                self._held(book, event)
            case accounts.HoldReleased():
                held = book.holds.pop(event.hold)
                assert self._back(book, event, held) == _total(held), "a hold comes back whole"
            case accounts.HoldSpent():
                self._spent(book, event)
            case accounts.SpendReturned():
                self._spend_returned(book, event)
            case accounts.LotsTakenOver():
                self._taken_over(book, event)
            case accounts.LotExpired():
                self._expired(book, event)
            case accounts.Debited():
                self._debited(book, event)
            case accounts.CreditReversed():
                self._reversed(book, event)
            case accounts.ExpiryAnnounced():
                self._announced(book, event)
            case accounts.CarriedForward():
                self._carried(book, event)
            case accounts.FreezeProposed() | accounts.FreezeDeclined():
                book.ask_freeze(event)
            case accounts.AccountFrozen() | accounts.FreezeExtended() | accounts.AccountUnfrozen():
                book.freeze(event)

    def join(self, member: UUID, event: membership.MemberMerged | membership.MemberUnmerged) -> None:
        """From here on `member` is somebody else, or stands for itself again."""
        if isinstance(event, membership.MemberMerged):
            self.survivors[member] = event.survivor
        else:
            del self.survivors[member]

    def check(self) -> None:
        """The laws of all accounts at a commit."""
        per_unit: Counter[Unit] = Counter()
        for book in self.accounts.values():
            assert all(part.amount > 0 for part in book.free.values()), "no lot is below nothing"
            assert 0 <= book.owed <= self._debt_max, "debts stay within their limit"
            assert book.posted >= -self._debt_max, "no account is below its floor"
            per_unit[book.unit] += book.posted
        for (unit, kind), amount in self.sides.items():
            per_unit[unit] += amount
            assert kind not in ("gift", "merged") or amount == 0, "what is in transit arrives in the same commit"
        assert set(per_unit.values()) <= {0}, "points are conserved"

    def _credited(self, book: AccountBook, event: accounts.Credited) -> None:
        assert event.amount > 0
        assert event.lot not in book.credits, "a lot is credited once"
        assert event.expires_on is None or event.expires_on > event.on_day
        assert not book.is_frozen("in", event.on_day) or event.counter.kind == "adjustment"
        filled = event.filled or 0
        assert filled == min(book.owed, event.amount), "what comes in pays debts first"
        book.owed -= filled
        book.credits[event.lot] = event.amount
        if event.amount > filled:
            book.free[event.lot, event.expires_on] = Free(event.amount - filled, event.on_day)
        self._side(book, event.counter, -event.amount)

    def _held(self, book: AccountBook, event: accounts.Held) -> None:
        assert not book.owed, "nothing is set aside while points are owed"
        assert not book.is_frozen("out", event.on_day), "nothing leaves a frozen account"
        assert event.hold not in book.holds, "a hold is made once"
        assert book.take(event.takes, event.on_day, in_order=True) > 0
        book.holds[event.hold] = event.takes

    def _spent(self, book: AccountBook, event: accounts.HoldSpent) -> None:
        held = book.holds.pop(event.hold)
        assert event.amount == _total(held), "a hold is spent whole"
        self.spent[event.hold] = event.amount
        self.spent_parts[event.hold], self.spenders[event.hold] = held, book.owner
        self._side(book, event.counter, event.amount)

    def _spend_returned(self, book: AccountBook, event: accounts.SpendReturned) -> None:
        assert book.owner == self._person(self.spenders[event.hold]), "what comes back goes to who spent it"
        returned = self._back(book, event, self.spent_parts[event.hold])
        self.spent[event.hold] -= returned
        assert returned > 0
        assert self.spent[event.hold] >= 0, "no more comes back than was spent"
        self._side(book, event.counter, -returned)

    def _person(self, owner: UUID) -> UUID:
        """Who the owner of an account is by now."""
        while owner in self.survivors:
            owner = self.survivors[owner]
        return owner

    def _debited(self, book: AccountBook, event: accounts.Debited) -> None:
        assert not book.is_frozen("out", event.on_day) or event.counter.kind == "adjustment"
        in_order = event.counter.kind not in ("gift", "merged")
        assert book.take(event.takes, event.on_day, in_order=in_order) == event.amount > 0
        if event.counter.kind == "merged":
            self.moving = event.takes
        self._side(book, event.counter, event.amount)

    def _taken_over(self, book: AccountBook, event: accounts.LotsTakenOver) -> None:
        assert not book.is_frozen("in", event.on_day), "nothing comes into a frozen account"
        assert event.counter.kind == "merged"
        came = self._back(book, event, self.moving)
        assert came == _total(self.moving), "what left one account of a person comes into the other"
        self._side(book, event.counter, -came)

    def _expired(self, book: AccountBook, event: accounts.LotExpired) -> None:
        due = [part for part in book.free if part[0] == event.lot and (part[1] or NEVER) <= event.on_day]
        assert event.amount == sum(book.free.pop(part).amount for part in due) > 0, "what is due expires, and only that"
        book.expired[event.lot] += event.amount
        self._side(book, event.counter, event.amount)

    def _back(
        self,
        book: AccountBook,
        event: accounts.HoldReleased | accounts.SpendReturned | accounts.LotsTakenOver,
        taken: Sequence[Take],
    ) -> int:
        filled = event.filled or 0
        assert filled <= book.owed
        book.owed -= filled
        recovered = 0
        for one in event.recovered:
            recovered += one.amount
            self._side(book, one.counter, one.amount)
        returned = book.put(event.returned, taken, event.on_day, self._grace_days_max)
        assert not (book.owed and returned), "what comes back pays debts first"
        return returned + filled + recovered

    def _reversed(self, book: AccountBook, event: accounts.CreditReversed) -> None:
        assert event.lot not in book.reversed, "a credit is reversed once"
        book.reversed.add(event.lot)
        own = [take for take in event.takes if take.lot == event.lot]
        others = [take for take in event.takes if take.lot != event.lot]
        assert (*own, *others) == event.takes, "the lot itself pays first"
        before = book.lots().get(event.lot, 0)
        # What is due of the lot itself is taken back too, before it expires.
        taken = book.take(own, date.min, in_order=False)
        assert not others or before == taken, "others pay only what the lot itself lacks"
        taken += book.take(others, event.on_day, in_order=True)
        whole = taken + event.owed + event.written_off + (event.expired or 0)
        assert whole == book.credits[event.lot], "what is taken back is what was given"
        book.owed += event.owed
        self._side(book, event.counter, taken + event.owed + event.written_off)
        self.sides[book.unit, "written_off"] -= event.written_off

    def _announced(self, book: AccountBook, event: accounts.ExpiryAnnounced) -> None:
        lots = book.lots()
        for one in event.lots:
            assert 0 < one.amount <= lots[one.lot], "what is announced is there"
            assert event.on_day < one.expires_on <= event.on_day + timedelta(days=event.days_before)

    def _carried(self, book: AccountBook, event: accounts.CarriedForward) -> None:
        assert _plain(event.lots) == {part: free.amount for part, free in book.free.items()}, "carried as it is"
        assert {hold.hold: hold.takes for hold in event.holds} == book.holds
        assert (event.owed or 0) == book.owed

    def _side(self, book: AccountBook, counter: accounts.Counter, amount: int) -> None:
        self.sides[book.unit, counter.kind] += amount


def _total(takes: Iterable[Take]) -> int:
    return sum(take.amount for take in takes)


def _plain(lots: Iterable[Lot]) -> dict[Part, int]:
    return {(lot.lot, lot.expires_on): lot.amount for lot in lots}
