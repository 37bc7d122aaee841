"""Exactly one effect under retries: the reply to every COMMIT is lost, and each command is sent again and again."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from uuid import uuid4

import pytest
from sqlalchemy.exc import OperationalError

from ledger.application.ports import Answer, Call
from ledger.application.redemptions import REQUEST_REDEMPTION, RequestRedemption
from ledger.application.work import Outcome
from ledger.kernel.calendar import WeekdaysOnly
from ledger.redemption.reward import REWARD
from ledger.store.databases import Databases
from ledger.store.sessions import Sessions
from ledger.store.writer import Writer, WriterSettings
from tests.races import stored
from tests.races.crew import Crew, ask
from tests.races.town import SECRET, WAIT_SECONDS, Town, call, writing

from .planted.replies import gone_after_the_next_commit, lose_every_reply

SENDING = 4
"""So many processes send every command again, each this many times at once:"""
TIMES = 5
AT_ONCE = 50
"""Commands whose retries are under way together."""
STOCK = 1_000
BATCH_MAX = 10


@pytest.fixture(scope="module")
def processes() -> Iterator[Crew]:
    """Processes that work on no database yet."""
    crew = Crew()
    yield crew
    crew.stop()


@pytest.fixture
def town(databases: Databases) -> Town:
    """A town on an empty ledger."""
    town = Town()
    with writing(databases) as writer:
        town.settle(writer)
    return town


@pytest.fixture
def crew(processes: Crew, databases: Databases, town: Town) -> Iterator[Crew]:
    """Processes at work on the town, of which each loses the reply to every commit."""
    processes.open(databases)
    for number in range(SENDING):
        processes.one(lose_every_reply, number=number)
    yield processes
    processes.close()


def wishes(town: Town, databases: Databases, count: int) -> list[Call]:
    """So many people's wishes for one piece each, under keys of their own: each changes four streams."""
    with writing(databases) as writer:
        reward = town.seen_by(writer).listed(stock=STOCK, price=1)
    residents = [town.residents[number % len(town.residents)] for number in range(count)]
    return [call(REQUEST_REDEMPTION, RequestRedemption(reward, 1), one, str(uuid4())) for one in residents]


def send_to_a_database_that_goes(databases: Databases, calls: Sequence[Call]) -> list[str]:
    """What is told of `calls` whose commit happened, and after which there was no database to ask."""
    told: list[str] = []
    sessions = Sessions(databases.state, databases.state_read)
    for first in range(0, len(calls), BATCH_MAX):
        settings = WriterSettings(deadline_seconds=0.2, batch_max=BATCH_MAX)
        writer = Writer(databases, sessions, WeekdaysOnly(), SECRET, settings)
        futures = [writer.submit(one, lane="front") for one in calls[first : first + BATCH_MAX]]
        with gone_after_the_next_commit(databases):
            writer.start()
            told += [str(getattr(future.exception(WAIT_SECONDS), "code", None)) for future in futures]
        writer.stop()
    return told


def require_one_effect_each(databases: Databases, crew: Crew, town: Town, count: int) -> None:
    """Lose every reply to `count` commands, half of them with their database, and have each sent again."""
    # given commands that were stored, of which nobody was told, and as many that are new
    calls = wishes(town, databases, count)
    before = stored.head(databases)
    told = send_to_a_database_that_goes(databases, calls[::2])
    assert set(told) == {"outcome-unknown"}
    assert len(stored.commands(databases, after=before)) == len(calls[::2])

    # when four processes send each of them five times at once, and no reply to a commit arrives
    answers: dict[str, list[Answer]] = {}
    for first in range(0, count, AT_ONCE):
        again = [one for one in calls[first : first + AT_ONCE] for _ in range(TIMES)]
        for number in range(SENDING):
            crew.begin(number, ask, *again)
        for answered in [crew.result(number) for number in range(SENDING)]:
            for one, answer in zip(again, answered, strict=True):
                answers.setdefault(one.key.key, []).append(answer)

    # then each was done once, and every answer to it is the same
    done = stored.commands(databases, after=before)
    assert len(done) == count
    assert {len(given) for given in answers.values()} == {SENDING * TIMES}
    for given in answers.values():
        assert isinstance(given[0].result, Outcome)
        assert all(one._replace(replayed=False) == given[0]._replace(replayed=False) for one in given)
    reward = calls[0].request.reward
    assert stored.state(databases, REWARD, reward).free == STOCK - count
    stored.require_sound(databases)


def test_of_commands_whose_replies_are_lost_each_has_one_effect(databases: Databases, crew: Crew, town: Town) -> None:
    require_one_effect_each(databases, crew, town, 40)


@pytest.mark.deep
def test_of_500_commands_whose_replies_are_lost_each_has_one_effect(
    databases: Databases, crew: Crew, town: Town
) -> None:
    require_one_effect_each(databases, crew, town, 500)


def test_who_was_left_in_doubt_is_told_what_became_of_it_when_asked_again(databases: Databases, town: Town) -> None:
    (one,) = wishes(town, databases, 1)
    assert send_to_a_database_that_goes(databases, [one]) == ["outcome-unknown"]

    with writing(databases) as writer:
        again = writer.submit(one, lane="front").result(WAIT_SECONDS)

    assert again.replayed
    assert isinstance(again.result, Outcome)


def test_a_commit_that_did_not_happen_and_cannot_be_looked_up_is_in_doubt_too(sqlite_databases: Databases) -> None:
    with closing(sqlite_databases):
        town = Town()
        with writing(sqlite_databases) as writer:
            town.settle(writer)
        (one,) = wishes(town, sqlite_databases, 1)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("tests.faults.planted.replies.commit_and_lose", _fail)
            assert send_to_a_database_that_goes(sqlite_databases, [one]) == ["outcome-unknown"]

        with writing(sqlite_databases) as writer:
            assert not writer.submit(one, lane="front").result(WAIT_SECONDS).replayed


def _fail(_connection: object) -> None:
    raise OperationalError("COMMIT", {}, Exception("the connection is gone"))
