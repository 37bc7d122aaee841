"""The laws: conservation, floors, books against folds after every command; figures against books after every move."""

from uuid import UUID

from sqlalchemy import Connection

from ledger.accounts.account import ACCOUNT, Account
from ledger.accounts.events import AccountEvent
from ledger.application.ports import Notice
from ledger.awards import events as awards
from ledger.kernel.decider import Event, fold
from ledger.membership import events as membership
from ledger.redemption import events as redemption
from ledger.store.recorder import LogAggregateRecorder
from projections import audit, balances, lots, redemptions, reward_shelf
from projections import awards as award_list
from projections.duties import Duties

from .account_books import AccountBooks
from .conduct import Conduct
from .people import RULEBOOK
from .shelf_books import RedemptionBook, ShelfBook
from .world import CODEC, Asked, Stored, World


class Laws:
    """The books of one world, and what must hold of them at each commit. reads_figures: read models are judged too."""

    def __init__(self, world: World, *, reads_figures: bool) -> None:
        self.world = world
        self.reads_figures = reads_figures
        self.accounts = AccountBooks(debt_max=RULEBOOK.debt_max, grace_days_max=RULEBOOK.grace_days)
        self.shelves: dict[UUID, ShelfBook] = {}
        self.redemptions: dict[UUID, RedemptionBook] = {}
        self.awards: dict[UUID, str] = {}
        self.funds: set[UUID] = set()
        self.proposals: dict[UUID, Stored] = {}
        self.conduct = Conduct()
        self.duties = Duties()
        self._touched: set[UUID] = set()
        self._recorder = LogAggregateRecorder(world.databases)

    def enter(self, stored: tuple[Stored, ...]) -> None:
        """Write what was stored into the books; each entry is checked on its own."""
        for one in stored:
            self.conduct.enter(one.stream, one.event, one.actor)
            self._separated(one)
            self._propose(one)
            self._enter(one.stream, one.event)

    def _separated(self, one: Stored) -> None:
        """No decision is its author's, its beneficiary's or their household's, as an auditor reads it."""
        notice = Notice(0, one.stream, 0, type(one.event).__name__, self.world.now, one.actor, one.event)
        assert list(self.duties.see(notice)) == []

    def after(self, asked: Asked) -> None:
        """Everything that must hold after a command was answered."""
        if not asked.is_accepted:
            assert asked.stored == (), "refused means unchanged"
        self.enter(asked.stored)
        self.accounts.check()
        for shelf in self.shelves.values():
            shelf.check()
        self._set_aside_matches_open()
        streams = {one.stream for one in asked.stored}
        for stream in streams & self.accounts.accounts.keys():
            self._fold_equals_book(stream)
        self._touched |= streams

    def after_move(self) -> None:
        """Read models tell of everything that was touched since what the books say."""
        if self._touched and self.reads_figures:
            self._figures_equal_books(self._touched)
        self._touched.clear()

    def again(self, asked: Asked) -> None:
        """The same command once more: the same answer, and nothing changes."""
        answer = self.world.answer(asked.call)
        assert answer.result == asked.result, "the same command has one answer"
        assert self.world.history() == (), "the same command twice changes nothing"

    def _propose(self, one: Stored) -> None:
        """Keep what is proposed until somebody decides on it; a newer proposal of one kind takes its place."""
        match one.event:
            case (
                redemption.PriceProposed()
                | redemption.StockWriteOffProposed()
                | redemption.StockCounted()
                | redemption.FundCapProposed()
            ) as event:
                same = [
                    key
                    for key, old in self.proposals.items()
                    if old.stream == one.stream and type(old.event) is type(event)
                ]
                for key in same:
                    del self.proposals[key]
                self.proposals[event.proposal] = one
            case (
                redemption.RewardPriced()
                | redemption.StockWrittenOff()
                | redemption.StockCountConfirmed()
                | redemption.FundCapSet()
                | redemption.FundCapDeclined()
                | redemption.ProposalDeclined()
            ) as event if event.proposal is not None:
                del self.proposals[event.proposal]
            case redemption.FundOpened():
                self.funds.add(one.stream)
            case _:
                pass

    def _enter(self, stream: UUID, event: Event) -> None:
        match event:
            case redemption.RedemptionRequested():
                self.redemptions[stream] = RedemptionBook(event)
            case redemption.RewardDrafted() | redemption.RewardListed():
                self.shelves.setdefault(stream, ShelfBook()).enter(event)
            case _ if stream in self.shelves:
                self.shelves[stream].enter(event)
            case _ if stream in self.redemptions:
                self.redemptions[stream].enter(event)
            case membership.MemberMerged() | membership.MemberUnmerged():
                self.accounts.join(stream, event)
            case _ if isinstance(event, AccountEvent):
                self.accounts.enter(stream, event)
            case _:
                self._award(stream, event)

    def _award(self, stream: UUID, event: Event) -> None:
        match event:
            case awards.AwardProposed():
                assert stream not in self.awards, "a deed is rewarded once"
                self.awards[stream] = "proposed"
            case awards.AwardFirstApproved():
                assert self.awards[stream] == "proposed"
            case awards.AwardApproved():
                assert self.awards[stream] == "proposed", "an award is approved once"
                self.awards[stream] = "on_notice"
            case awards.AwardRefused():
                self.awards[stream] = "refused"
            case awards.AwardCredited():
                assert self.awards[stream] == "on_notice", "only what was shown and not objected to is credited"
                self.awards[stream] = "credited"
            case awards.AwardObjected():
                self.awards[stream] = "objected"
            case awards.AwardReversed():
                assert self.awards[stream] in {"on_notice", "credited"}, "an award is taken back once"
                self.awards[stream] = "reversed"
            case awards.ObjectionDecided():
                self.awards[stream] = "refused" if event.outcome == "upheld" else "on_notice"
            case awards.ObjectionEscalated():
                self.awards[stream] = "objected"
            case _:
                pass

    def _set_aside_matches_open(self) -> None:
        opened = {key: book for key, book in self.redemptions.items() if book.is_open}
        held = {hold: book for book in self.accounts.accounts.values() for hold in book.holds}
        assert held.keys() == {book.request.hold for book in opened.values()}, "what is open is held, and only that"
        for key, book in opened.items():
            account = self.accounts.accounts[book.request.account]
            takes = account.holds[book.request.hold]
            assert sum(take.amount for take in takes) == book.total, "exactly the price is held"
            assert self.shelves[book.reward].aside[key] == book.pieces, "exactly what was asked for is set aside"
        aside = {key for shelf in self.shelves.values() for key in shelf.aside}
        assert aside == opened.keys()

    def _fold_equals_book(self, stream: UUID) -> None:
        stored = self._recorder.select_events(stream)
        state: Account = fold(ACCOUNT, [CODEC.event(one.topic, one.state) for one in stored])  # pyright: ignore[reportArgumentType] - the account's own events
        book = self.accounts.accounts[stream]
        assert {(lot.lot, lot.expires_on): lot.amount for lot in state.lots} == {
            part: free.amount for part, free in book.free.items()
        }, "the fold of the log is what the books say"
        assert {hold.hold: hold.takes for hold in state.holds} == book.holds
        assert state.owed == book.owed

    def _figures_equal_books(self, streams: set[UUID]) -> None:
        self.world.figures.catch_up()
        assert self.world.figures.parked() == []
        with self.world.databases.views_read.connect() as connection:
            assert audit.findings(connection) == []
            for stream in streams:
                self._account_figures(connection, stream)
                self._shelf_figures(connection, stream)
                self._list_figures(connection, stream)

    def _account_figures(self, connection: Connection, stream: UUID) -> None:
        if (book := self.accounts.accounts.get(stream)) is None:
            return
        row = balances.of_account(connection, stream)
        assert row is not None
        assert (row.posted, row.held, row.owed) == (book.posted, book.held, book.owed), "a figure equals its fold"
        shown = {lot.lot: lot.amount for lot in lots.of_owner(connection, book.owner, book.unit)}
        assert shown == book.lots()

    def _shelf_figures(self, connection: Connection, stream: UUID) -> None:
        book = self.shelves.get(stream)
        if book is None or not book.is_listed:
            return
        row = reward_shelf.reward(connection, stream)
        assert row is not None
        assert (row.free, row.reserved) == (book.free, sum(book.aside.values())), "a figure equals its fold"

    def _list_figures(self, connection: Connection, stream: UUID) -> None:
        if stream in self.awards:
            award = award_list.award(connection, stream)
            assert award is not None
            assert self.awards[stream] == award.status or award.status == "settled_empty"
        if (book := self.redemptions.get(stream)) is not None:
            row = redemptions.redemption(connection, stream)
            assert row is not None
            assert row.status == book.status
