"""What is erased is nowhere: people with planted strings, and a carver that reads every byte and holds every key.

Before, it finds every string; after, none, in databases, logs, read models, messages, lists or what was restored.
"""

import shutil
import sqlite3
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from api_town import QUICK, People, Town, found_town
from litestar.testing import TestClient
from sqlalchemy import text

from api.app import build_app
from api.deployment import Deployment
from api.settings import Settings
from api.wiring import open_checks, open_deployment
from ledger.kernel.clock import FixedClock
from ledger.store.backup import backup
from ledger.store.databases import Databases
from ledger.store.erasing import KEY_THROWN_AWAY_WITHIN, Erasing
from ledger.store.erasure_list import ErasureList
from ledger.store.key_rotation import rotate_wrapping_key
from ledger.store.keys import Keys
from tests.commands.conftest import Terminal

from .carver import Canaries, Carver, texts_of
from .people import BEGIN, STRINGS, erase, leave, registered

NOON = datetime(2026, 3, 4, 4, 0, tzinfo=UTC)
FEW, MANY = 10, 100


class Place(NamedTuple):
    """A deployment that is served, and where its bytes lie. url: None on SQLite."""

    home: Path
    url: str | None
    deployment: Deployment
    clock: FixedClock
    client: TestClient[Any]
    town: Town

    @property
    def signed_in(self) -> People:
        return People(self.client, self.deployment)

    def databases(self) -> Databases:
        return Databases.open(self.home, self.url)

    def folders(self) -> list[Path]:
        """Every file of it: data folder, and on PostgreSQL its database and the server's log of changes."""
        return [self.home, *(_of_server(self.home, self.url) if self.url else ())]

    def carver(self) -> Carver:
        return Carver(Keys.open(self.home), begin=BEGIN)


@contextmanager
def served(home: Path, url: str | None) -> Generator[Place]:
    clock = FixedClock(NOON)
    deployment = open_deployment(Settings(home, database_url=url), clock, cost=QUICK)
    with TestClient(build_app(deployment)) as client:
        yield Place(home, url, deployment, clock, client, found_town(deployment))
    deployment.close()


def _of_server(home: Path, url: str) -> list[Path]:
    with closing(Databases.open(home, url)) as databases, databases.ledger.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("CHECKPOINT"))
        folder = Path(connection.scalar(text("SHOW data_directory")) or "")
        number = connection.scalar(text("SELECT oid FROM pg_database WHERE datname = current_database()"))
    return [folder / "base" / str(number), folder / "pg_wal"]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[Place]:
    url = None if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    with served(tmp_path / "home", url) as found:
        yield found


def figures(place: Place) -> dict[str, Any]:
    """What erasing must leave as it is: position, root, balances."""
    with open_checks(place.deployment.settings) as checks:
        assert checks.log(lambda _done, _of: None) == []
        assert checks.figures() == []
    with place.deployment.views() as connection:
        balances = connection.execute(text("SELECT account, unit, posted, held FROM balances ORDER BY account")).all()
    with closing(place.databases()) as databases:
        root = backup(databases, place.home.parent / "figures.tar", made_at=NOON).contents.root
    (place.home.parent / "figures.tar").unlink()
    return {"position": place.deployment.feed.position(), "root": root, "balances": balances}


@pytest.mark.parametrize("count", [FEW, pytest.param(MANY, marks=pytest.mark.deep)])
def test_nothing_of_an_erased_person_is_left_in_any_file(
    place: Place, count: int, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    # given people whose every string the carver finds, and an older copy
    people = [registered(place.signed_in, place.town, place.deployment, number) for number in range(count)]
    carver, log = place.carver(), tmp_path / "log.txt"
    phones = {one.texts[-2] for one in people}
    assert carver.sealed(place.folders(), people) == texts_of(people)
    assert len(texts_of(people)) == count * STRINGS
    assert carver.clear(place.folders(), people) == phones | {one.texts[0] for one in people}, "only messages to phones"
    with closing(place.databases()) as databases:
        backup(databases, tmp_path / "older.tar", made_at=NOON)
    older_keys = shutil.copytree(place.home / "keys", tmp_path / "older keys")
    leave(place.signed_in, people)
    place.deployment.caught_up(place.deployment.feed.position())
    before = figures(place)

    # when they are erased, and on PostgreSQL the day is over
    answers = erase(place.signed_in, place.town, people)
    assert all(answer["files_clean"] for answer in answers)
    if place.url:
        assert all(answer["key_due"] for answer in answers), "the person is told"
        place.clock.at += KEY_THROWN_AWAY_WITHIN - timedelta(hours=1)
        assert place.deployment.erasing.keep(place.clock.now()) is not None

    # then no byte opens, in the clear or with the key, not even in what was logged
    captured = capfd.readouterr()
    log.write_text(captured.out + captured.err)
    assert "/erase" in log.read_text()
    folders = [*place.folders(), log]
    assert place.carver().sealed(folders, people) == set()
    assert place.carver().clear(folders, people) == set()
    assert figures(place) == before

    # and the older copy comes up erased before it answers
    _restored_is_erased(place, people, tmp_path, older_keys)


def _restored_is_erased(place: Place, people: Sequence[Canaries], folder: Path, older_keys: Path) -> None:
    home = folder / "restored"
    terminal = Terminal(place.home)
    assert terminal.run("restore", folder / "older.tar", home).exit_code == 0
    shutil.copytree(older_keys, home / "keys")
    shutil.copytree(place.home / "erasures", home / "erasures")
    with served_copy(home) as deployment:
        assert [deployment.directory.read_all(one.member) for one in people] == [{}] * len(people)
        deployment.erasing.keep(NOON)
    carver = Carver(Keys.open(home), begin=BEGIN)
    assert carver.sealed([home], people) == set()
    assert carver.clear([home], people) == set()


@contextmanager
def served_copy(home: Path) -> Generator[Deployment]:
    deployment = open_deployment(Settings(home), FixedClock(NOON), cost=QUICK)
    yield deployment
    deployment.close()


def test_the_carver_finds_what_is_only_deleted(tmp_path: Path) -> None:
    # given a file whose writer does not overwrite, as SQLite comes
    with served(tmp_path / "home", None) as place:
        people = [registered(place.signed_in, place.town, place.deployment, number) for number in range(3)]
    members = [one.member.bytes for one in people]
    with closing(sqlite3.connect(tmp_path / "home" / "directory.db")) as connection:
        connection.execute("PRAGMA secure_delete = OFF")
        for table, column in (("fields", "subject"), ("blind", "subject"), ("subject_keys", "subject")):
            connection.executemany(f"DELETE FROM {table} WHERE {column} = ?", [(member,) for member in members])
        connection.commit()

    # then remains are found, though no query finds a row
    found = Carver(Keys.open(tmp_path / "home"), begin=BEGIN).sealed([tmp_path / "home"], people)
    assert len(found) > STRINGS


@pytest.mark.postgres
def test_the_carver_finds_what_postgresql_keeps_until_the_key_is_another(postgres_url: str, tmp_path: Path) -> None:
    with served(tmp_path / "home", postgres_url) as place:
        people = [registered(place.signed_in, place.town, place.deployment, number) for number in range(3)]
        leave(place.signed_in, people)
        erase(place.signed_in, place.town, people)
        erased = place.carver().sealed(place.folders(), people)

        with closing(place.databases()) as databases:
            rotate_wrapping_key(databases, place.home, NOON)

        assert len(erased) > STRINGS
        assert place.carver().sealed(place.folders(), people) == set()


def test_an_erasure_that_was_cut_off_is_finished_at_the_next_start(tmp_path: Path) -> None:
    # given a process that was killed once the list had the lines
    with served(tmp_path / "home", None) as place:
        people = [registered(place.signed_in, place.town, place.deployment, number) for number in range(2)]
        leave(place.signed_in, people)
    ErasureList(tmp_path / "home" / "erasures").add([one.member for one in people])

    # when it starts again
    with served_copy(tmp_path / "home") as deployment:
        assert [deployment.directory.read_all(one.member) for one in people] == [{}, {}]
        deployment.erasing.keep(NOON)

    assert Carver(Keys.open(tmp_path / "home"), begin=BEGIN).sealed([tmp_path / "home"], people) == set()


def test_whoever_runs_goes_on_with_what_another_process_did_not_come_to(tmp_path: Path) -> None:
    with served(tmp_path / "home", None) as place:
        people = [registered(place.signed_in, place.town, place.deployment, number) for number in range(2)]
        leave(place.signed_in, people)
        ErasureList(place.home / "erasures").add([one.member for one in people])

        with closing(place.databases()) as databases:
            assert Erasing(databases, ErasureList(place.home / "erasures")).catch_up(NOON) == 2

        assert [place.deployment.directory.read_all(one.member) for one in people] == [{}, {}]
