"""What release 0.2.0 left after every command of points and goods is read to the same figures, for ever.

Kept in `release-0.2.0` by `keep`: the stores of one history of the machine, and what its read models told then.
"""

import json
import lzma
import tarfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.command_line import commands

from .figures import Figures, figures_of, lost

RELEASE = Path(__file__).parent / "release-0.2.0"
KEPT_OTHERWISE = frozenset({"audit_log.digest"})
"""Columns of that release whose figures are now kept in another form: the audit's digest is taken over events as they
are read today, and the programme's settings have gained fields."""


def run(home: Path, command: str) -> Result:
    environment = {"LINLI_HOME": str(home), "LINLI_DATABASE_URL": None, "LINLI_LANGUAGE": "zh-CN"}
    return CliRunner().invoke(commands, [command], env=environment, catch_exceptions=False)


@pytest.fixture(scope="module")
def then() -> Figures:
    return json.loads(lzma.decompress((RELEASE / "figures.json.xz").read_bytes()))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("upgrade") / "home"
    with tarfile.open(RELEASE / "home.tar.xz") as archive:
        archive.extractall(home, filter="data")
    for command in ("migrate", "rebuild"):
        result = run(home, command)
        assert result.exit_code == 0, result.output
    return home


def test_every_figure_of_then_is_still_told(home: Path, then: Figures) -> None:
    assert sum(map(len, then.values())) > 500
    assert lost(then, figures_of(home), KEPT_OTHERWISE) == []


def test_the_history_of_then_verifies(home: Path) -> None:
    result = run(home, "verify")

    assert result.exit_code == 0, result.output
