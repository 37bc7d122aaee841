"""Eight processes ask for the last pieces with the last points: exactly as many get them as there are, nobody more.

A round's rule is min(stock, balance ÷ price), summed over the purses where several people ask.
"""

from collections import Counter
from collections.abc import Mapping
from random import Random
from typing import NamedTuple

import pytest

from ledger.accounts.account import ACCOUNT, Account
from ledger.accounts.events import CarriedForward, Held
from ledger.application.ports import Answer, Call, Refused
from ledger.application.redemptions import CANCEL_REDEMPTION, REQUEST_REDEMPTION, CancelRedemption, RequestRedemption
from ledger.application.work import Outcome
from ledger.kernel.decider import Event
from ledger.kernel.ids import MemberId, RedemptionId, RewardId
from ledger.redemption.events import RedemptionRequested, StockReserved
from ledger.redemption.reward import REWARD, Reward
from ledger.store.databases import Databases

from . import stored
from .crew import PROCESSES, Crew, ask_together
from .town import MONTH, POINTS_A_DEED, TODAY, Town, call, purse

ROUNDS = 50
DEEP_ROUNDS = 200
STORED_BY_A_REQUEST: tuple[type[Event], ...] = (StockReserved, Held, RedemptionRequested)
PLENTY = 100


class Race(NamedTuple):
    """One round. asks: for each process, who asks, once for every ask; each asks for `pieces`."""

    reward: RewardId
    stock: int
    price: int
    pieces: int
    limit: int | None
    asks: list[list[MemberId]]

    def winners(self, available: Mapping[MemberId, int]) -> int:
        """How many of the asks must succeed."""
        asked = Counter(member for asks in self.asks for member in asks)
        total = self.price * self.pieces
        allowed = PLENTY if self.limit is None else self.limit // self.pieces
        affordable = sum(min(times, available[member] // total, allowed) for member, times in asked.items())
        return min(self.stock // self.pieces, affordable)

    def calls(self, *, pieces: int | None = None) -> list[list[Call]]:
        """The calls of each process."""
        request = RequestRedemption(self.reward, pieces or self.pieces)
        return [[call(REQUEST_REDEMPTION, request, member) for member in asks] for asks in self.asks]


class Moment(NamedTuple):
    """What stands on the shelf and in the purses after the event at `position`."""

    position: int
    shelf: Reward
    purses: Mapping[MemberId, Account]

    def available(self) -> dict[MemberId, int]:
        return {member: account.available(TODAY) for member, account in self.purses.items()}


class Contest:
    """The rounds of one test. refused: by code; won: how many asks succeeded."""

    def __init__(self, databases: Databases, crew: Crew, town: Town) -> None:
        self.databases, self.crew, self.town = databases, crew, town
        self.won = 0
        self.refused: Counter[str] = Counter()

    def round(self, number: int) -> None:
        """List a reward, let all ask for it at once, judge what happened, and clear up."""
        chance = Random(number)
        race = self._planned(number, chance)
        before = self._moment(race)
        answers = self._race(race, race.calls())
        after = self._judged(race, before, answers)
        self._nobody_comes_too_late(race, after)
        won = [(member, answer) for member, answer in answers if isinstance(answer.result, Outcome)]
        self._clear_up(won, hand_over=number % 2 == 0)

    def _planned(self, number: int, chance: Random) -> Race:
        """Each kind of round lets another thing be scarce: the pieces, the points, the monthly limit, or all."""
        kind = ("pieces", "points", "limit", "all")[number % 4]
        people = chance.sample(self.town.residents, chance.choice([1, 1, 2, PROCESSES]))
        self._fill_up(people)
        pieces = chance.choice([1, 1, 2])
        asks = [[people[process % len(people)]] * chance.choice([1, 2]) for process in range(PROCESSES)]
        least = min(self._purse(member).available(TODAY) for member in people)
        price = max(1, least // (pieces * chance.randint(1, 6))) if kind in ("points", "all") else 1
        stock = chance.randint(1, 6) * pieces if kind in ("pieces", "all") else PLENTY
        limit = chance.randint(1, 3) * pieces if kind in ("limit", "all") else None
        reward = self.town.listed(stock=stock, price=price, limit=limit)
        return Race(reward, stock, price, pieces, limit, asks)

    def _fill_up(self, people: list[MemberId]) -> None:
        poor = [member for member in people if self._purse(member).available(TODAY) < POINTS_A_DEED // 100]
        if poor:
            self.town.give_points(poor)

    def _race(self, race: Race, calls: list[list[Call]]) -> list[tuple[MemberId, Answer]]:
        """Who asked, and the answer."""
        answered = self.crew.everyone(ask_together, calls)
        return [
            pair for asks, answers in zip(race.asks, answered, strict=True) for pair in zip(asks, answers, strict=True)
        ]

    def _judged(self, race: Race, before: Moment, answers: list[tuple[MemberId, Answer]]) -> Moment:
        won = {answer.command: answer for _, answer in answers if isinstance(answer.result, Outcome)}
        refused = [(member, answer) for member, answer in answers if isinstance(answer.result, Refused)]

        # exactly the right number succeeded, and what they stored is all that was stored
        assert len(won) == race.winners(before.available())
        held = stored.commands(self.databases, after=before.position)
        assert {one.command: one.position for one in held} == {id: answer.position for id, answer in won.items()}
        for one in held:
            assert tuple(kind for kind in one.events if kind is not CarriedForward) == STORED_BY_A_REQUEST
        # each who was refused was told what was true at that very position
        moments = self._moments(before, race)
        for member, answer in refused:
            _require_true(moments[answer.position], member, answer.result)
        after = self._moment(race)
        assert after == moments[after.position]
        self._require_paid(race, before, after, won)
        self.won += len(won)
        self.refused.update(answer.result.code for _, answer in refused)
        return after

    def _require_paid(self, race: Race, before: Moment, after: Moment, won: Mapping[object, Answer]) -> None:
        """Shelf and purses changed by what was won, and by nothing else."""
        wins = Counter(answer.actor for answer in won.values())
        total = race.price * race.pieces
        left = {member: points - total * wins[member] for member, points in before.available().items()}
        assert after.available() == left
        assert after.shelf.free == before.shelf.free - race.pieces * len(won)
        assert {one.redemption for one in after.shelf.reserved} == set(won)

    def _nobody_comes_too_late(self, race: Race, moment: Moment) -> None:
        """Everybody asks for one piece more than there is, or than anybody can pay; then all is as it was before."""
        most = max(account.available(TODAY) for account in moment.purses.values()) // race.price
        too_many = min(most, moment.shelf.free) + 1
        answers = self._race(race, race.calls(pieces=too_many))
        assert {type(answer.result) for _, answer in answers} == {Refused}
        assert {answer.position for _, answer in answers} == {moment.position}
        assert self._moment(race) == moment
        self.refused.update(answer.result.code for _, answer in answers)

    def _clear_up(self, won: list[tuple[MemberId, Answer]], *, hand_over: bool) -> None:
        if hand_over and won:
            self.town.hand_over(RedemptionId(won.pop()[1].command))
        calls = [
            call(CANCEL_REDEMPTION, CancelRedemption(RedemptionId(answer.command)), member) for member, answer in won
        ]
        shares = [calls[process::PROCESSES] for process in range(PROCESSES)]
        for cancelled in self.crew.everyone(ask_together, shares):
            assert all(isinstance(answer.result, Outcome) for answer in cancelled)

    def _purse(self, member: MemberId) -> Account:
        return stored.state(self.databases, ACCOUNT, purse(member))

    def _moment(self, race: Race) -> Moment:
        people = {member for asks in race.asks for member in asks}
        purses = {member: self._purse(member) for member in people}
        return Moment(stored.head(self.databases), stored.state(self.databases, REWARD, race.reward), purses)

    def _moments(self, start: Moment, race: Race) -> dict[int, Moment]:
        """The moment after each event since `start`."""
        owners = {purse(member): member for member in start.purses}
        moments = {start.position: start}
        now = start
        for one in stored.events(self.databases, after=start.position):
            now = now._replace(position=one.position)
            if one.stream == race.reward:
                now = now._replace(shelf=REWARD.evolve(now.shelf, one.event))
            elif one.stream in owners:
                member = owners[one.stream]
                now = now._replace(purses={**now.purses, member: ACCOUNT.evolve(now.purses[member], one.event)})
            moments[one.position] = now
        return moments


def _require_true(moment: Moment, member: MemberId, refused: Refused) -> None:
    match refused.code:
        case "out-of-stock":
            assert refused.facts["free"] == moment.shelf.free
        case "insufficient-points":
            assert refused.facts["available"] == moment.purses[member].available(TODAY)
        case "limit-reached":
            (tally,) = moment.shelf.tallies
            assert refused.facts["used"] == tally.used(member, MONTH)
        case _:
            raise AssertionError(refused)


def compete(databases: Databases, crew: Crew, town: Town, *, rounds: int) -> None:
    contest = Contest(databases, crew, town)
    for number in range(rounds):
        contest.round(number)
    # what was scarce was asked for too often, by every measure
    assert contest.won >= rounds
    assert set(contest.refused) == {"out-of-stock", "insufficient-points", "limit-reached"}
    stored.require_sound(databases)


def test_exactly_as_many_succeed_as_there_are_pieces_and_points(databases: Databases, crew: Crew, town: Town) -> None:
    compete(databases, crew, town, rounds=ROUNDS)


@pytest.mark.deep
def test_exactly_as_many_succeed_in_two_hundred_rounds(databases: Databases, crew: Crew, town: Town) -> None:
    compete(databases, crew, town, rounds=DEEP_ROUNDS)
