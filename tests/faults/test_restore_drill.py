"""The restore drill: a generated town is saved, restored elsewhere and built anew, and every figure is the same."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.settings import Settings
from api.wiring import Checks, open_checks
from bench.generated_home import generated
from bench.generated_log import Shape
from ledger.store.backup import backup, restore
from projections.catalog import PROJECTIONS
from projections.projection import Views
from projections.rebuild import silent
from projections.verification import digests

VILLAGE = Shape(communities=3, members_each=60, deeds=2)
"""About 3 800 events of every kind that a history has from registering to goods in hand."""
CITY = Shape(communities=100, members_each=500, deeds=2)
"""A little more than a million events."""


def figures(checks: Checks) -> dict[str, str]:
    return digests(Views(checks.databases.views, checks.databases.views_read), PROJECTIONS)


def drill(folder: Path, url: str | None, shape: Shape) -> int:
    """Do it, and give how many events there were."""
    # given a town with its history, whose log and figures are as they should be
    made = generated(folder / "saved", None, shape)
    with open_checks(Settings(folder / "saved", None)) as checks:
        checks.engine.rebuild()
        assert (checks.log(silent), checks.conservation()) == ([], [])
        before = figures(checks)
        saved = backup(checks.databases, folder / "file", made_at=datetime.now(UTC))

    # when it is restored to an empty place and built anew
    restored = restore(folder / "file", folder / "restored", url)
    with open_checks(Settings(folder / "restored", url)) as checks:
        checks.engine.rebuild()

        # then it is the same ledger to the last figure, and nothing in it is wrong
        assert restored.findings == []
        assert restored.manifest.contents == saved.contents
        assert (checks.log(silent), checks.figures(), checks.conservation()) == ([], [], [])
        assert checks.feed.position() == saved.contents.position == made.events
        assert figures(checks) == before
    assert len(set(before.values())) == len(PROJECTIONS)
    return made.events


def test_a_restored_ledger_shows_every_figure_that_the_saved_one_showed(tmp_path: Path) -> None:
    assert drill(tmp_path, None, VILLAGE) > 3_000


@pytest.mark.postgres
def test_a_ledger_saved_on_sqlite_and_restored_to_postgresql_shows_the_same_figures(
    tmp_path: Path, empty_postgres_url: str
) -> None:
    assert drill(tmp_path, empty_postgres_url, VILLAGE) > 3_000


@pytest.mark.deep
def test_a_ledger_of_a_million_events_is_restored_to_the_last_figure(tmp_path: Path) -> None:
    assert drill(tmp_path, None, CITY) > 1_000_000


@pytest.mark.deep
@pytest.mark.postgres
def test_a_ledger_of_a_million_events_is_restored_to_postgresql(tmp_path: Path, empty_postgres_url: str) -> None:
    assert drill(tmp_path, empty_postgres_url, CITY) > 1_000_000
