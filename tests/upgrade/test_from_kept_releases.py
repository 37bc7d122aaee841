"""What a release left after every command of points and goods is read to the same figures, for ever.

Kept in `release-…` by `keep`: the stores of one history of the machine, and what its read models told then.
"""

import json
import lzma
import tarfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.command_line import commands

from .figures import Figures, figures_of, lost

KEPT_OTHERWISE = {"0.2.0": frozenset({"audit_log.digest"}), "0.3.0": frozenset[str]()}
"""Each release with its columns that hold something else today: the audit takes its digest over events as they are read
now, and settings have gained fields."""


def run(home: Path, command: str) -> Result:
    environment = {"LINLI_HOME": str(home), "LINLI_DATABASE_URL": None, "LINLI_LANGUAGE": "zh-CN"}
    return CliRunner().invoke(commands, [command], env=environment, catch_exceptions=False)


@pytest.fixture(scope="module", params=KEPT_OTHERWISE)
def release(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def then(release: str) -> Figures:
    return json.loads(lzma.decompress((_folder(release) / "figures.json.xz").read_bytes()))


@pytest.fixture(scope="module")
def home(release: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("upgrade") / "home"
    with tarfile.open(_folder(release) / "home.tar.xz") as archive:
        archive.extractall(home, filter="data")
    for command in ("migrate", "rebuild"):
        result = run(home, command)
        assert result.exit_code == 0, result.output
    return home


def _folder(release: str) -> Path:
    return Path(__file__).parent / f"release-{release}"


def test_every_figure_of_then_is_still_told(release: str, home: Path, then: Figures) -> None:
    assert sum(map(len, then.values())) > 500
    assert lost(then, figures_of(home), KEPT_OTHERWISE[release]) == []


def test_the_history_of_then_verifies(home: Path) -> None:
    result = run(home, "verify")

    assert result.exit_code == 0, result.output
