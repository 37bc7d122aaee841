"""A terminal: commands run as a person would run them, each on its own folder."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner, Result

from api.command_line import commands


class Terminal(NamedTuple):
    """Runs `linli …` with `home` as LINLI_HOME; PostgreSQL where `url` is given."""

    home: Path
    url: str | None = None

    def run(self, *words: str | Path, language: str = "zh-CN") -> Result:
        environment = {"LINLI_HOME": str(self.home), "LINLI_DATABASE_URL": self.url, "LINLI_LANGUAGE": language}
        return CliRunner().invoke(commands, [str(word) for word in words], env=environment, catch_exceptions=False)


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path / "home")


@pytest.fixture(scope="session")
def divisions() -> Path:
    return Path(__file__).parents[2] / "demonstration" / "divisions.csv"


@pytest.fixture
def imported(terminal: Terminal, divisions: Path) -> Terminal:
    assert terminal.run("import", "organisations", divisions).exit_code == 0
    return terminal


Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to_file(text: str) -> Path:
        file = tmp_path / "given.csv"
        file.write_text(text, encoding="utf-8")
        return file

    return to_file
