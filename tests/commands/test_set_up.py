"""Settings that cannot be meant, and what a person at a terminal is told when something is not there."""

import copy
import socket
import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest

from api import command_line
from api.command_line import commands, half, told_in
from api.settings import BadSetting, from_environment
from demonstration.community import first_id
from demonstration.preparation import REMEMBERED, SEED, may_be_prepared
from ledger.store.audit_log import AuditLog
from ledger.store.databases import Databases
from tests.commands.conftest import Terminal


@pytest.mark.parametrize("port", ["abc", "-1", "65536", "8 000", "８０００", "1e3"])
def test_a_port_is_a_number(port: str) -> None:
    with pytest.raises(BadSetting):
        from_environment({"PORT": port})


@pytest.mark.parametrize(
    "url", ["linli.example", "ftp://linli.example", "https://a/b", "https://a?b", "https://u@a", "https://社区.cn"]
)
def test_a_public_url_is_scheme_host_and_port(url: str) -> None:
    with pytest.raises(BadSetting):
        from_environment({"LINLI_PUBLIC_URL": url})


def test_a_public_url_is_kept_as_browsers_name_it() -> None:
    settings = from_environment({"LINLI_PUBLIC_URL": "HTTPS://Linli.Example:8443/"})

    assert settings.origin == "https://linli.example:8443"
    assert settings.secure


@pytest.mark.parametrize(
    ("host", "origin"),
    [("0.0.0.0", "http://127.0.0.1:8000"), ("::", "http://127.0.0.1:8000"), ("::1", "http://[::1]:8000")],
)
def test_links_lead_to_an_address_that_can_be_opened(host: str, origin: str) -> None:
    assert from_environment({"HOST": host}).origin == origin


def test_people_may_ask_by_the_public_name_and_on_this_machine() -> None:
    here = {"localhost", "127.0.0.1", "::1"}

    assert from_environment({}).allowed_hosts == here
    assert from_environment({"LINLI_PUBLIC_URL": "https://Linli.example:8443"}).allowed_hosts == {
        "linli.example",
        *here,
    }
    named = from_environment({"LINLI_PUBLIC_URL": "https://a.example", "LINLI_ALLOWED_HOSTS": "B.example, 10.0.0.7"})
    assert named.allowed_hosts == {"b.example", "10.0.0.7", *here}
    assert from_environment({"HOST": "0.0.0.0"}).allowed_hosts is None


@pytest.mark.parametrize("hosts", ["*", "https://a.example", "a.example:8000", "a b", "社区.cn"])
def test_hosts_are_names_or_addresses_and_never_everybody(hosts: str) -> None:
    with pytest.raises(BadSetting):
        from_environment({"LINLI_ALLOWED_HOSTS": hosts})


@pytest.mark.parametrize(
    ("environment", "may"),
    [
        ({}, True),
        ({"HOST": "0.0.0.0"}, False),
        ({"HOST": "0.0.0.0", "LINLI_PUBLIC_URL": "http://linli.example"}, False),
        ({"HOST": "0.0.0.0", "LINLI_PUBLIC_URL": "https://linli.example"}, True),
        ({"HOST": "0.0.0.0", "LINLI_DEMONSTRATION": "1"}, True),
    ],
)
def test_nobody_signs_in_where_others_can_read_along(environment: dict[str, str], may: bool) -> None:
    assert from_environment(environment).may_sign_in is may


def test_nobody_in_front_is_believed_unless_named() -> None:
    assert from_environment({}).trusted_proxies == ()
    named = from_environment({"LINLI_TRUSTED_PROXIES": "10.0.0.7, 10.1.0.0/16"})
    assert named.trusted_proxies == ("10.0.0.7/32", "10.1.0.0/16")


@pytest.mark.parametrize("proxies", ["*", "proxy.example", "10.0.0.0/99"])
def test_proxies_are_addresses_and_never_everybody(proxies: str) -> None:
    with pytest.raises(BadSetting):
        from_environment({"LINLI_TRUSTED_PROXIES": proxies})


@pytest.mark.parametrize("carrier", ["outbox", "off", "acme.messages:Carrier"])
def test_who_carries_short_messages_is_named(carrier: str) -> None:
    assert from_environment({"LINLI_SMS": carrier}).short_messages == carrier


@pytest.mark.parametrize("carrier", ["on", "acme.messages", "acme:", ":Carrier", "os:system('x')", "模块:类"])
def test_a_carrier_of_short_messages_is_a_class(carrier: str) -> None:
    with pytest.raises(BadSetting):
        from_environment({"LINLI_SMS": carrier})


def told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str, **settings: str) -> str:
    """What `linli WORDS` says, with exit code 1, in one line and nothing else."""
    for name, value in {"LINLI_LANGUAGE": "en", **settings}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.argv", ["linli", *words])
    monkeypatch.setattr(command_line, "commands", copy.deepcopy(commands))
    with pytest.raises(SystemExit) as ended:
        command_line.main()
    assert ended.value.code == 1
    line = capsys.readouterr().err
    assert line.count("\n") == 1, line
    return line


def test_a_port_that_is_taken(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = str(taken.getsockname()[1])
        line = told(monkeypatch, capsys, "serve", PORT=port, LINLI_HOME=str(tmp_path / "home"))

    assert line == (
        f"Port {port} of 127.0.0.1 cannot be used (Address already in use). "
        "Stop the program that has it, or set another PORT.\n"
    )
    assert not (tmp_path / "home").exists()


def test_a_database_that_does_not_answer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    address = "postgresql://linli:secret@127.0.0.1:1/linli"

    line = told(monkeypatch, capsys, "migrate", LINLI_DATABASE_URL=address, LINLI_HOME=str(tmp_path))

    assert line.startswith("The database cannot be reached or used: ")
    assert "secret" not in line


def test_a_driver_that_is_not_installed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr("ledger.store.postgres_schemas.find_spec", lambda _name: None)

    line = told(monkeypatch, capsys, "migrate", LINLI_DATABASE_URL="postgresql://x/y", LINLI_HOME=str(tmp_path))

    assert "pip install 'linli[postgres]'" in line


@pytest.mark.parametrize("words", [("migrate",), ("serve",), ("backup", "b.tar.gz")])
def test_a_home_that_cannot_be_a_folder(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, words: tuple[str, ...]
) -> None:
    (tmp_path / "file").touch()

    line = told(monkeypatch, capsys, *words, LINLI_HOME=str(tmp_path / "file"), PORT="0")

    assert line == f"Not done: File exists: {tmp_path / 'file'}\n"


def test_an_event_that_cannot_be_read(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], terminal: Terminal
) -> None:
    terminal.run("admin", "create", "--name", "林晓", "--organisation", "向阳社区")
    with closing(sqlite3.connect(terminal.home / "ledger.db")) as ledger, ledger:
        ledger.execute("DROP TRIGGER events_refuse_update")
        ledger.execute("UPDATE events SET state = replace(CAST(state AS TEXT), 'level', 'lever') WHERE position = 1")
    for file in terminal.home.glob("views.db*"):
        file.unlink()

    line = told(monkeypatch, capsys, "sweep", LINLI_HOME=str(terminal.home))

    assert line == (
        "audit, leaderboards, member_records, organisations stopped before an event that cannot be read, so something "
        "may be missing here. Run linli verify.\n"
    )


def test_help_is_in_one_language() -> None:
    in_english, in_chinese = copy.deepcopy(commands), copy.deepcopy(commands)
    told_in(in_english, "en")
    told_in(in_chinese, "zh-CN")

    assert in_english.commands["verify"].help == "Check the log and every figure, and name what is wrong."
    assert in_chinese.commands["verify"].help == "核对账本与各项数字，指出哪一处不对"
    for command in (in_english, *in_english.commands.values()):
        texts = [command.help, *(getattr(one, "help", "") for one in command.params)]
        assert all(text is None or text.isascii() for text in texts), command.name
    assert half("Kiosk", "en") == half("Kiosk", "zh-CN") == "Kiosk"


@pytest.mark.parametrize("name", [" ", "a\udcff", "甲\n乙", "长" * 61])
def test_a_name_that_cannot_be_kept_makes_nobody(terminal: Terminal, name: str) -> None:
    assert terminal.run("admin", "create", "--name", name, "--organisation", "向阳社区").exit_code == 2
    assert not terminal.home.exists()


def test_a_second_administrator_joins_the_community_of_that_name(terminal: Terminal) -> None:
    for name in ("林晓", "郭启明"):
        assert terminal.run("admin", "create", "--name", name, "--organisation", "向阳社区").exit_code == 0

    assert "：9 条事件" in terminal.run("verify").output


def test_a_code_on_the_command_line_is_for_people_with_roles(terminal: Terminal) -> None:
    terminal.run("admin", "create", "--name", "林晓", "--organisation", "向阳社区")

    assert "登录码" in terminal.run("admin", "code", "--number", "1").output
    unknown = terminal.run("admin", "code", "--number", "2")
    assert (unknown.exit_code, unknown.output) == (1, "没有居民编号 2。\n")
    with closing(Databases.open(terminal.home, None)) as databases:
        issued = AuditLog(databases.audit, databases.audit_read).page(0, 10, kinds=["code_issued"])
    assert len(issued) == 2, "the codes of the founding and of the command, and none for nobody"


def test_the_demonstration_is_never_played_into_another_ledger(terminal: Terminal) -> None:
    terminal.run("admin", "create", "--name", "林晓", "--organisation", "向阳社区")

    refused = terminal.run("demo", "--prepare-only", "--days", "1")

    assert refused.exit_code == 1
    assert "演示不会写进去" in refused.output
    assert "：5 条事件" in terminal.run("verify").output


def test_the_demonstration_knows_its_own_ledger(tmp_path: Path) -> None:
    for name in REMEMBERED:
        (tmp_path / name).touch()

    assert may_be_prepared(tmp_path, first_id(SEED))
    assert not may_be_prepared(tmp_path, uuid4())
    assert may_be_prepared(tmp_path, None)
    assert list(tmp_path.iterdir()) == [], "what was remembered of a ledger that is gone is forgotten"
    assert not may_be_prepared(tmp_path, first_id(SEED)), "nothing is remembered of how far it was"
