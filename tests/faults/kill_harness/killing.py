"""A whole run: people at work, something killed again and again, and the judgement when all have been answered."""

import subprocess
import sys
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from random import Random
from typing import Final

from api.settings import Settings
from api.wiring import open_checks
from ledger.store.databases import Databases
from projections.catalog import PROJECTIONS
from projections.projection import Views
from projections.verification import digests

from .calling import Telephone
from .journal import Journal
from .judging import Command, Fault, Tally, judge, read_commands, tally
from .own_postgres import OwnPostgres
from .serving import ROOT, Server
from .town import Paper, settle

GOES_ON_SECONDS: Final = 0.5
"""A kill comes at a random moment of so long a time after somebody was answered."""
STARTING_SECONDS: Final = 1.5
WHILE_STARTING_ONE_IN: Final = 10
LEAVES_WITHIN_SECONDS: Final = 240
REPLAYING_THREADS: Final = 8


class Run:
    """A settled town that is served, and the people in it. Kill as the test likes; `end`, then ask for the rest."""

    def __init__(self, server: Server, paper: Paper, journal: Journal, *, seed: int) -> None:
        self.server = server
        self.paper = paper
        self.journal = journal
        self._chance = Random(seed)

    def kill_serving(self, times: int) -> None:
        """Kill the serving process, mostly under load and now and then while it starts; start it at once again."""
        for _ in range(times):
            if self._chance.randrange(WHILE_STARTING_ONE_IN) == 0:
                time.sleep(self._chance.uniform(0, STARTING_SECONDS))
            else:
                self._let_go_on()
            self.server.kill()
            self.server.start()

    def kill_workers(self, times: int) -> None:
        """Kill one of several serving processes; the others answer meanwhile."""
        for _ in range(times):
            self._let_go_on()
            self.server.kill_worker(self._chance)

    def stop_database(self, postgres: OwnPostgres, times: int) -> None:
        """Stop the database server at once, by its own command and by SIGKILL in turn; start it at once again."""
        for number in range(times):
            self._let_go_on()
            (postgres.kill if number % 2 else postgres.stop_immediately)()
            postgres.start()

    def commands(self) -> list[Command]:
        """Everything that was sent so far, with its answers."""
        return read_commands(self.journal, self.server.home)

    def faults(self) -> list[Fault]:
        """What is not as it was acknowledged."""
        return judge(self.server.home, self.server.url, self.paper, self.commands())

    def tally(self) -> Tally:
        """Figures of the run."""
        return tally(self.commands())

    def ask_all_again(self) -> list[str]:
        """Send every command of the journal once more; what was answered otherwise than the first time."""
        commands = self.commands()
        shares = [commands[number::REPLAYING_THREADS] for number in range(REPLAYING_THREADS)]
        with ThreadPoolExecutor(REPLAYING_THREADS) as threads:
            return [one for found in threads.map(self._ask_again, shares) for one in found]

    def require_rebuilt_alike(self) -> None:
        """Let the read models pass that are, to the last digest, what building them from the first event gives."""
        with open_checks(Settings(self.server.home, self.server.url)) as checks:
            # A sweep may have stored something while the process that served was already ending.
            checks.engine.catch_up()
        self.server.command("verify")
        before = self._digests()
        self.server.command("rebuild")
        assert self._digests() == before

    def _ask_again(self, commands: list[Command]) -> list[str]:
        telephone = Telephone(self.server.port, self.paper.tokens)
        found: list[str] = []
        for _, sent, first in commands:
            again = telephone.ask(sent)
            if first is None or not again.replayed or again.says() != first.says():
                found.append(f"{sent.path}: {first}, then {again}")
        telephone.hang_up()
        return found

    def _let_go_on(self) -> None:
        self.journal.wait_for_answers()
        time.sleep(self._chance.uniform(0, GOES_ON_SECONDS))

    def _digests(self) -> dict[str, str]:
        with closing(Databases.open(self.server.home, self.server.url)) as databases:
            return digests(Views(databases.views, databases.views_read), PROJECTIONS)


@contextmanager
def served_town(server: Server, *, kills: int, seed: int) -> Generator[Run]:
    """A new town, big enough for the load of so many kills, which `server` serves until the block ends."""
    paper = settle(server.home, server.url, activities=4 + kills // 5, deeds=1 + kills // 20)
    server.start()
    try:
        yield Run(server, paper, Journal(server.home.with_suffix(".journal")), seed=seed)
    finally:
        server.kill()


@contextmanager
def people_at_work(run: Run) -> Generator[None]:
    """People act until the block ends, and finish what they began: whatever they sent, they are answered."""
    paper = run.server.home.with_suffix(".paper")
    run.paper.write(paper)
    words = [run.server.home, paper, run.journal.file, run.server.port]
    command = [sys.executable, "-m", "tests.faults.kill_harness.people", *map(str, words)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE)
    try:
        yield
        process.communicate(timeout=LEAVES_WITHIN_SECONDS)
        assert process.returncode == 0, "people were left without an answer"
    finally:
        process.kill()
        process.wait()
