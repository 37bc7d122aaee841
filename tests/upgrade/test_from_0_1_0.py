"""A community that ran release 0.1.0 for a hundred days starts this one: nothing is lost, nothing changes its meaning.

Kept in `release-0.1.0`: the home as that release left it (keys of a made-up community), its backup, and its figures.
"""

import json
import lzma
import tarfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.command_line import commands
from ledger.store.databases import Databases
from projections.catalog import PROJECTIONS
from projections.projection import Views
from projections.verification import digests

from .figures import Figures, figures_of, lost

RELEASE = Path(__file__).parent / "release-0.1.0"
EVENTS = 1_441
KEPT_OTHERWISE = frozenset(
    {"attendances.on_poster", "rewards.pieces_per_member_month", "audit_log.digest", "leaderboard_consents"}
)
"""Columns of that release whose figures are now kept in another form: a visit has several stays, each with its bases; a
reward has a list of limits; the audit's digest is taken over events as they are read today, after their upcasts."""


def run(home: Path, *words: str | Path, url: str | None = None) -> Result:
    environment = {"LINLI_HOME": str(home), "LINLI_DATABASE_URL": url, "LINLI_LANGUAGE": "zh-CN"}
    return CliRunner().invoke(commands, [str(word) for word in words], env=environment, catch_exceptions=False)


def unpacked(home: Path) -> Path:
    with tarfile.open(RELEASE / "home.tar.xz") as archive:
        archive.extractall(home, filter="data")
    for key in (home / "keys").iterdir():
        key.chmod(0o400)
    (home / "keys").chmod(0o700)
    return home


@pytest.fixture(scope="module")
def then() -> Figures:
    return json.loads(lzma.decompress((RELEASE / "figures.json.xz").read_bytes()))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of then, with the read models as this release builds them."""
    home = unpacked(tmp_path_factory.mktemp("upgrade") / "home")
    for command in ("migrate", "rebuild"):
        result = run(home, command)
        assert result.exit_code == 0, result.output
    return home


def test_every_figure_of_then_is_still_told(home: Path, then: Figures) -> None:
    assert sum(map(len, then.values())) > 1_000
    assert lost(then, figures_of(home), KEPT_OTHERWISE) == []


def test_the_comparison_can_fail(home: Path, then: Figures) -> None:
    changed = [{**row, "posted": 10**6} for row in then["balances"]]

    assert len(lost({"balances": changed}, figures_of(home), KEPT_OTHERWISE)) == len(changed)


def test_the_limit_of_then_is_a_months_limit_for_each_member(home: Path, then: Figures) -> None:
    shelf = {row["reward"]: json.loads(str(row["limits"])) for row in figures_of(home)["rewards"]}

    assert {row["pieces_per_member_month"] for row in then["rewards"]} == {2}
    for row in then["rewards"]:
        pieces = row["pieces_per_member_month"]
        wanted = [{"per": "member", "pieces": pieces, "period": "month"}]
        assert shelf[row["reward"]] == wanted


def test_the_history_of_then_verifies(home: Path) -> None:
    result = run(home, "verify")

    assert result.exit_code == 0, result.output
    assert str(EVENTS) in result.output


def test_a_backup_of_then_is_restored_with_equal_figures(home: Path, tmp_path: Path) -> None:
    restored = tmp_path / "restored"
    assert run(tmp_path / "elsewhere", "restore", RELEASE / "backup.linli", restored).exit_code == 0
    unpacked(tmp_path / "keys of then").joinpath("keys").rename(restored / "keys")

    assert run(restored, "rebuild").exit_code == 0
    assert lost(figures_of(home), figures_of(restored), frozenset()) == []


@pytest.mark.postgres
def test_a_backup_of_then_is_restored_to_postgresql_with_equal_digests(
    home: Path, tmp_path: Path, empty_postgres_url: str
) -> None:
    restored = tmp_path / "restored"
    done = run(tmp_path / "elsewhere", "restore", RELEASE / "backup.linli", restored, url=empty_postgres_url)
    assert done.exit_code == 0, done.output
    unpacked(tmp_path / "keys of then").joinpath("keys").rename(restored / "keys")

    assert run(restored, "rebuild", url=empty_postgres_url).exit_code == 0
    assert _digests(restored, empty_postgres_url) == _digests(home, None)


def _digests(home: Path, url: str | None) -> dict[str, str]:
    databases = Databases.open(home, url)
    try:
        return digests(Views(databases.views, databases.views_read), PROJECTIONS)
    finally:
        databases.close()
