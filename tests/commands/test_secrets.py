"""A key that is missing, short, a sample, shared or open to others stops the service with one line at the start."""

import secrets
from collections.abc import Callable
from pathlib import Path

import pytest

from ledger.store.keys import FOLDER
from tests.commands.conftest import Terminal
from tests.commands.test_set_up import told

Damage = Callable[[Path], object]


def rewritten(text: str) -> Damage:
    """The file with other words in it, as private as it was."""

    def write(file: Path) -> None:
        file.chmod(0o600)
        file.write_text(text)
        file.chmod(0o400)

    return write


def shared(file: Path) -> None:
    rewritten((file.parent / "requests.key").read_text())(file)


WRONG: dict[str, tuple[Damage, str]] = {
    "missing": (Path.unlink, "missing"),
    "empty": (rewritten(""), "0 bytes"),
    "short": (rewritten(secrets.token_hex(16)), "16 bytes"),
    "a sample": (rewritten("00" * 32), "sample"),
    "no key": (rewritten("change me, please"), "hexadecimal"),
    "shared": (shared, "two duties share one key"),
    "open to others": (lambda file: file.chmod(0o444), "chmod 0400"),
    "open to the group": (lambda file: file.chmod(0o440), "chmod 0400"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_secret_that_cannot_be_trusted_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], imported: Terminal, what: str
) -> None:
    damage, why = WRONG[what]
    damage(imported.home / FOLDER / "blind.key")

    line = told(monkeypatch, capsys, "serve", LINLI_HOME=str(imported.home), PORT="0")

    assert why in line
    assert "blind" in line or why == "two duties share one key"


def test_keys_that_were_not_put_back_are_not_made_anew(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], imported: Terminal, tmp_path: Path
) -> None:
    imported.run("backup", tmp_path / "saved.tar")
    elsewhere = Terminal(tmp_path / "elsewhere")
    imported.run("restore", tmp_path / "saved.tar", elsewhere.home)

    line = told(monkeypatch, capsys, "serve", LINLI_HOME=str(elsewhere.home), PORT="0")

    assert "missing" in line
    assert not list((elsewhere.home / FOLDER).glob("*.key"))
