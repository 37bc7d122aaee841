"""A backup made while other processes write is the ledger of one moment: restored anywhere, all it says is the same."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import pytest

from ledger.application.members import GIVE_CONSENT, REGISTER_MEMBER, GiveConsent, RegisterMember
from ledger.application.ports import Answer, Call, Feed, Notice
from ledger.application.redemptions import CANCEL_REDEMPTION, REQUEST_REDEMPTION, CancelRedemption, RequestRedemption
from ledger.application.work import Outcome
from ledger.kernel.ids import MemberId, OrganisationId, RedemptionId, RewardId
from ledger.membership.events import MemberRegistered
from ledger.store.backup import backup, restore
from ledger.store.backup_file import Manifest, unpack
from ledger.store.databases import Databases
from ledger.store.directory import Directory
from ledger.store.feed import LogFeed
from ledger.store.keys import Keys
from ledger.store.leaves import Tree
from ledger.store.migrations import migrate
from projections.catalog import PROJECTIONS
from projections.engine import Engine
from projections.verification import digests

from . import stored
from .crew import Crew, Post, ask
from .town import NOW, WAIT_SECONDS, Town, call, writing

WRITERS = 3
"""So many processes write. Eight leave SQLite's lock free too seldom for one that must write names as well."""

BUSY_AFTER = 5
"""So many turns show that a process is at work."""
BACKUPS = 5
BACKUPS_MAX = 50


class Load(NamedTuple):
    """What a process at work needs to know. keys: where the directory's keys lie."""

    keys: Path
    community: OrganisationId
    chief: MemberId
    resident: MemberId
    reward: RewardId


def work(post: Post, load: Load) -> int:
    """Register people, name first and event after, and let a resident ask for goods and think better of it."""
    directory = Directory(post.databases.directory, post.databases.directory_read, Keys.open(load.keys))
    turns = 0
    while not post.signals.enough.is_set():
        newcomer = MemberId(uuid4())
        directory.write(newcomer, {"name": f"居民{post.number}-{turns}"})
        first = [
            call(REGISTER_MEMBER, RegisterMember(newcomer, load.community), load.chief),
            call(GIVE_CONSENT, GiveConsent("boards", "1"), newcomer),
            call(REQUEST_REDEMPTION, RequestRedemption(load.reward, 1), load.resident),
        ]
        asked = _accepted(ask(post, *first))[-1]
        back = CancelRedemption(RedemptionId(asked.ids["redemption"]))
        _accepted(ask(post, call(CANCEL_REDEMPTION, back, load.resident)))
        turns += 1
        if turns == BUSY_AFTER:
            post.signals.busy.release()
    return turns


def _accepted(answers: list[Answer]) -> list[Outcome]:
    results = [answer.result for answer in answers]
    assert all(isinstance(result, Outcome) for result in results), results
    return results


@contextmanager
def under_load(crew: Crew, town: Town, keys: Path) -> Iterator[None]:
    """While some processes commit without pause."""
    reward = town.listed(stock=100, price=1)
    crew.signals.enough.clear()
    for number in range(WRITERS):
        crew.begin(number, work, Load(keys, town.community, town.chief, town.residents[number], reward))
    try:
        for _ in range(WRITERS):
            assert crew.signals.busy.acquire(timeout=WAIT_SECONDS)
        yield
    finally:
        crew.signals.enough.set()
        turns = [crew.result(number) for number in range(WRITERS)]
    assert min(turns) >= BUSY_AFTER


def saved_while_growing(databases: Databases, folder: Path, keys: Path) -> tuple[Path, Manifest]:
    """The last of some backups, all of which were made while the log grew; in each, everybody has a name."""
    grown = list[tuple[Path, Manifest]]()
    for number in range(BACKUPS_MAX):
        file, before = folder / f"{number}.tar.gz", stored.head(databases)
        manifest = backup(databases, file, made_at=NOW)
        if before <= manifest.contents.position < stored.head(databases):
            grown.append((file, manifest))
        if len(grown) == BACKUPS:
            break
    assert len(grown) == BACKUPS, "nobody wrote while the backups were made"
    for file, _ in grown:
        (folder / file.stem).mkdir()
        unpack(file, folder / file.stem)
        with closing(Databases.open(folder / file.stem, None)) as saved:
            require_named(saved, keys)
    return grown[-1]


class Until:
    """A log as it was when its newest event was at `newest`."""

    def __init__(self, feed: Feed, newest: int) -> None:
        self._feed = feed
        self._newest = newest

    def page(self, after: int, limit: int) -> list[Notice]:
        return [one for one in self._feed.page(after, limit) if one.position <= self._newest]

    def position(self) -> int:
        return self._newest


def rebuilt(databases: Databases, position: int, folder: Path) -> dict[str, str]:
    """The digests of all read models, built anew from the events up to a position."""
    with closing(Databases.open(folder, None)) as fresh:
        migrate(fresh)
        Engine(Until(LogFeed(databases), position), stored.views(fresh), PROJECTIONS).prepare()
        return digests(stored.views(fresh), PROJECTIONS)


def root(databases: Databases) -> str:
    """The root of the tree over all leaves, from the events themselves."""
    tree = Tree()
    for raw in LogFeed(databases).page_raw(0, 1_000_000):
        tree.add(raw.leaf)
    return tree.root().hex()


def require_same(databases: Databases, restored: Databases, manifest: Manifest, folder: Path) -> None:
    """Let a restored ledger pass that is sound and says what the one it was saved from said at that position."""
    position = manifest.contents.position
    stored.require_sound(restored)
    assert stored.head(restored) == position
    assert root(restored) == manifest.contents.root
    assert digests(stored.views(restored), PROJECTIONS) == rebuilt(databases, position, folder)


def require_named(restored: Databases, keys: Path) -> None:
    """Let a restored ledger pass in which everybody whom the load registered has a name."""
    directory = Directory(restored.directory, restored.directory_read, Keys.open(keys))
    log = list(stored.events(restored))
    newcomers = {one.stream for one in log if type(one.event) is MemberRegistered}
    names = directory.read(newcomers, "name")
    assert len(names) >= WRITERS * BUSY_AFTER
    unnamed = {one.stream: one.position for one in log if one.stream in newcomers - names.keys()}
    assert max(unnamed.values()) < min(one.position for one in log if one.stream in names)


def require_answered(restored: Databases, again: Call, first: Answer) -> None:
    """Let a restored ledger pass that knows what was answered before it was saved."""
    before = stored.head(restored)
    with writing(restored) as writer:
        answer = writer.submit(again, lane="front").result(WAIT_SECONDS)
    assert answer == first._replace(replayed=True)
    assert stored.head(restored) == before


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """Where the keys of the directory lie."""
    Keys.create_missing(tmp_path / "keys")
    return tmp_path / "keys"


Elsewhere = Callable[[str], str | None]


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest) -> Elsewhere:
    """An empty place for a dialect: None for files, or the address of an empty database."""

    def empty(dialect: str) -> str | None:
        return None if dialect == "sqlite" else request.getfixturevalue("new_postgres_database")(None)

    return empty


@pytest.mark.postgres
@pytest.mark.parametrize("place", ["sqlite", "postgresql"], indirect=True)
def test_a_backup_under_load_restores_to_the_same_ledger_on_both_databases(
    databases: Databases, town: Town, crew: Crew, keys: Path, tmp_path: Path, elsewhere: Elsewhere
) -> None:
    # given a command that was answered, and a backup made while other processes write
    again = call(GIVE_CONSENT, GiveConsent("boards", "1"), town.residents[0])
    (first,) = town.answers([again])
    with under_load(crew, town, keys):
        file, manifest = saved_while_growing(databases, tmp_path, keys)

    for dialect in ("sqlite", "postgresql"):
        # when it is restored to another place, of the same kind and of the other
        home, url = tmp_path / dialect, elsewhere(dialect)
        assert restore(file, home, url).findings == []

        # then position, root, figures, names and answers are those of that moment
        with closing(Databases.open(home, url)) as restored:
            require_same(databases, restored, manifest, tmp_path / f"rebuilt for {dialect}")
            require_named(restored, keys)
            require_answered(restored, again, first)

    # and nothing of what went on was disturbed
    stored.require_sound(databases)
