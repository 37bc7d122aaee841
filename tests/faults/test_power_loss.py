"""What was acknowledged survives a power loss in the shipped settings: only what was synced is left, and that suffices.

The control weakens one setting and must lose commands; the product refuses to start with it.
"""

import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from shutil import copytree

import pytest
from sqlalchemy import select

from ledger.store.databases import Databases
from ledger.store.directory import Directory
from ledger.store.keys import Keys
from ledger.store.tables import COMMANDS
from tests.races import stored

from .kill_harness.town import settle
from .power_harness.cutting import Cut, NoTracing, Recording, require_tracing
from .power_harness.writing import SHIPPED

WEAKER = "NORMAL"
SHORT = (100, 200, 300)
DEEP_CUTS = 20
CONTROL_CUTS = 5
DEEP_COMMITS = 2_000


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town that was settled long ago, so that all of it is on the disk."""
    try:
        require_tracing()
    except NoTracing as reason:
        (pytest.fail if os.environ.get("LINLI_CI") == "1" else pytest.skip)(str(reason))
    home = tmp_path_factory.mktemp("settled") / "home"
    settle(home, None, activities=0, deeds=0).write(home.with_suffix(".paper"))
    return home


def cuts(settled: Path, folder: Path, moments: tuple[int, ...], *, synchronous: str, seed: int) -> list[Cut]:
    """Let a copy of the town be written to, and cut the power at `moments`."""
    folder.mkdir()
    home = Path(copytree(settled, folder / "home"))
    return Recording(home, settled.with_suffix(".paper"), synchronous=synchronous, seed=seed).cuts(moments)


def lost(cut: Cut) -> list[str]:
    """What had been acknowledged and is not there any more. Each file must be whole, and the ledger in order."""
    for file in ("ledger.db", "directory.db", "views.db", "state.db"):
        with closing(sqlite3.connect(cut.home / file)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    with closing(Databases.open(cut.home, None)) as databases:
        stored.require_sound(databases)
        with databases.ledger_read.connect() as connection:
            found = connection.execute(select(COMMANDS.c.command, COMMANDS.c.position))
            rows = {row.command: row.position for row in found}
        ends = {one.command: one.position for one in stored.commands(databases)}
        directory = Directory(databases.directory, databases.directory_read, Keys.open(cut.home))
        names = directory.read([one.named for one in cut.acknowledged], "name")
    told = [(one, (one.position, one.position, True)) for one in cut.acknowledged]
    kept = [(rows.get(one.command), ends.get(one.command), one.named in names) for one in cut.acknowledged]
    return [f"{one}: {found}" for (one, whole), found in zip(told, kept, strict=True) if found != whole]


def deep_cuts(settled: Path, folder: Path, synchronous: str, *, count: int) -> Iterator[Cut]:
    for number in range(count):
        (cut,) = cuts(settled, folder / str(number), (DEEP_COMMITS,), synchronous=synchronous, seed=number)
        assert len(cut.acknowledged) >= DEEP_COMMITS
        yield cut


def test_what_was_acknowledged_survives_a_power_loss(settled: Path, tmp_path: Path) -> None:
    for cut in cuts(settled, tmp_path / "shipped", SHORT, synchronous=SHIPPED, seed=1):
        assert lost(cut) == []


def test_a_weaker_setting_loses_what_was_acknowledged(settled: Path, tmp_path: Path) -> None:
    assert any(lost(cut) for cut in cuts(settled, tmp_path / "weaker", SHORT, synchronous=WEAKER, seed=1))


@pytest.mark.deep
def test_what_was_acknowledged_survives_twenty_power_losses(settled: Path, tmp_path: Path) -> None:
    found = [len(lost(cut)) for cut in deep_cuts(settled, tmp_path, SHIPPED, count=DEEP_CUTS)]
    sys.stdout.write(f"{DEEP_CUTS} cuts after {DEEP_COMMITS} commits: {found} lost\n")
    assert found == [0] * DEEP_CUTS


@pytest.mark.deep
def test_a_weaker_setting_loses_something_in_a_few_power_losses(settled: Path, tmp_path: Path) -> None:
    found = [len(lost(cut)) for cut in deep_cuts(settled, tmp_path, WEAKER, count=CONTROL_CUTS)]
    sys.stdout.write(f"{CONTROL_CUTS} cuts after {DEEP_COMMITS} commits with {WEAKER}: {found} lost\n")
    assert any(found)
