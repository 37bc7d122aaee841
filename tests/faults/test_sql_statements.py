"""A command changes all its streams or none: a fault is planted at every SQL statement of every use case.

After each there is no trace of the command; after the last the same command succeeds, once, with the outcome it has
where nothing fails. What is decided next is decided on the right states.
"""

import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from itertools import count
from pathlib import Path
from shutil import copytree
from typing import NamedTuple

import pytest
from sqlalchemy import text

from ledger.application.ports import Answer, Call, CommandKey, LedgerBusy
from ledger.kernel.calendar import WeekdaysOnly
from ledger.kernel.ids import CommandId, MemberId
from ledger.store import writer as writing
from ledger.store.commands import CommandNames
from ledger.store.databases import Databases
from ledger.store.sessions import Sessions
from ledger.store.verification import verify_log
from ledger.store.writer import Writer, WriterSettings

from .planted import stories
from .planted.statements import Moment, Plan, plant
from .planted.stories import Played, Story

STATEMENTS_MAX = 80
"""More than any command needs; who meets this many faults never succeeds."""
SECRET = bytes(range(32))
WAIT_SECONDS = 60
WITHOUT_STORY: frozenset[str] = frozenset()
"""Use cases that no story in memory accepts."""


NewStage = Callable[[], AbstractContextManager["Stage"]]


class NamesAsTold(CommandNames):
    """Names a command by its key, so that a story's later commands find what its earlier ones made."""

    def command_id(self, actor: MemberId, key: CommandKey) -> CommandId:
        return CommandId(stories.UUID(key.key))


class Stored(NamedTuple):
    """How much there is of each kind of row."""

    events: int
    commands: int
    refusals: int


class Stage:
    """A new ledger for one story, on which it is played with a fault at any statement."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases
        self._plan: Plan = plant(databases)

    def play(self, story: Story, targets: set[str], moment: Moment) -> int:
        """Play a story with faults at the first command of each use case in `targets`; how many faults there were."""
        sessions = Sessions(self._databases.state, self._databases.state_read)
        settings = WriterSettings(deadline_seconds=WAIT_SECONDS)
        writer = Writer(self._databases, sessions, WeekdaysOnly(), SECRET, settings)
        writer.start()
        try:
            struck = self._play_all(writer, story, set(targets), moment)
        finally:
            self._plan.disarm()
            writer.stop()
        assert verify_log(self._databases) == []
        return struck

    def stored(self) -> Stored:
        """What is there, read past the writer."""
        counted = ", ".join(f"(SELECT count(*) FROM {table})" for table in ("events", "commands", "refusals"))
        with self._databases.ledger_read.connect() as connection:
            return Stored(*connection.execute(text(f"SELECT {counted}")).one())

    def _play_all(self, writer: Writer, story: Story, left: set[str], moment: Moment) -> int:
        struck = 0
        for played in story.played:
            if played.use_case.name in left:
                left.remove(played.use_case.name)
                struck += self._play_under_faults(writer, played, moment)
            elif left:
                assert _answer(writer, played).result == played.outcome
        return struck

    def _play_under_faults(self, writer: Writer, played: Played, moment: Moment) -> int:
        before, effect = self.stored(), None
        for number in range(1, STATEMENTS_MAX):
            self._plan.arm(number, moment)
            try:
                answer = _answer(writer, played)
            except LedgerBusy:
                assert self.stored() == before, (played.use_case.name, self._plan.struck)
            else:
                effect = Stored(before.events + played.events, before.commands + 1, before.refusals)
                assert self.stored() == effect, (played.use_case.name, self._plan.struck)
                assert (answer.result, answer.position) == (played.outcome, effect.events), played.use_case.name
            if self._plan.disarm() is None:
                break
        assert effect is not None, played.use_case.name
        return number - 1


def _answer(writer: Writer, played: Played) -> Answer:
    key = CommandKey(played.use_case.name, str(played.command), b"")
    call = Call(played.use_case, played.request, played.actor, key, played.at)
    return writer.submit(call, lane="front").result(WAIT_SECONDS)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def new_stage(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], AbstractContextManager[Stage]]]:
    """Makes empty ledgers. Nothing is logged: formatting it takes longer than all else."""
    monkeypatch.setattr(writing, "CommandNames", NamesAsTold)
    homes = count(1)

    @contextmanager
    def made() -> Iterator[Stage]:
        home, url = tmp_path / f"{next(homes)}", None
        if request.param == "sqlite":
            copytree(request.getfixturevalue("sqlite_template"), home)
        else:
            template = request.getfixturevalue("postgres_template")
            url = request.getfixturevalue("new_postgres_database")(template)
        with closing(Databases.open(home, url)) as databases:
            yield Stage(databases)

    logging.disable()
    yield made
    logging.disable(logging.NOTSET)


def test_every_use_case_has_a_story() -> None:
    told = {name for story in stories.chosen() for name in story.names}

    assert set(stories.use_cases()) - told == WITHOUT_STORY


def strike(new_stage: NewStage, told: Sequence[Story], moment: Moment) -> int:
    """Faults at every statement of every use case, each in the first story that has it; how many struck."""
    struck, done = 0, set[str]()
    for story in told:
        with new_stage() as stage:
            struck += stage.play(story, set(story.names - done), moment)
        done |= story.names
    # each command begins, reads the end of the log and its own row, stores its row and commits
    assert struck >= 5 * len(done)
    return struck


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_fault_at_any_statement_leaves_all_of_a_command_or_nothing(new_stage: NewStage, moment: Moment) -> None:
    strike(new_stage, stories.chosen()[:1], moment)


@pytest.mark.deep
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_fault_at_any_statement_of_any_command_leaves_all_of_it_or_nothing(
    new_stage: NewStage, moment: Moment
) -> None:
    struck = strike(new_stage, stories.chosen(), moment)

    sys.stdout.write(f"{struck} faults in {len(stories.use_cases())} use cases\n")
