"""`linli verify`, `rebuild`, `backup`, `restore`: what was changed behind the ledger's back is named."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from shutil import copytree

import pytest

from tests.commands.conftest import Terminal


def change(home: Path, store: str, *statements: str) -> None:
    """What somebody with the file in hand can do."""
    with closing(sqlite3.connect(home / f"{store}.db")) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def without_guards(home: Path) -> tuple[str, ...]:
    with closing(sqlite3.connect(home / "ledger.db")) as connection:
        rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        return tuple(f"DROP TRIGGER {name}" for (name,) in rows)


def test_an_untouched_ledger_is_found_right(imported: Terminal) -> None:
    result = imported.run("verify")

    assert result.exit_code == 0
    assert result.output == "全部一致：27 条事件，各项数字与重算结果相同。\n"


TAMPERED: dict[str, tuple[str, str]] = {
    "a byte of an event": (
        "UPDATE events SET state = replace(CAST(state AS TEXT), 'province', 'Province') WHERE position = 1",
        "leaf-differs  position 1",
    ),
    "a row in the middle": ("DELETE FROM events WHERE position = 5", "position-missing  position 5"),
    "the last row": ("DELETE FROM events WHERE position = 27", "command-ahead"),
    "the name of an event": ("UPDATE events SET name = 'membership.member_left.1' WHERE position = 3", "leaf-differs"),
}


def test_a_cut_end_is_named_even_when_the_command_rows_were_cut_too(imported: Terminal) -> None:
    cut = "DELETE FROM events WHERE position > 20", "DELETE FROM commands WHERE position > 20"
    change(imported.home, "ledger", *without_guards(imported.home), *cut)

    first, second = imported.run("verify"), imported.run("verify")

    assert first.exit_code == second.exit_code == 1
    assert "view-ahead" in second.output


@pytest.mark.parametrize("what", TAMPERED)
def test_what_was_done_to_the_log_is_named(imported: Terminal, what: str) -> None:
    statement, finding = TAMPERED[what]
    change(imported.home, "ledger", *without_guards(imported.home), statement)

    result = imported.run("verify")

    assert result.exit_code == 1
    assert finding in result.output


def test_the_ledger_itself_does_not_let_a_row_be_changed_or_removed(imported: Terminal) -> None:
    for statement in ("UPDATE events SET version = 9", "DELETE FROM events"):
        with pytest.raises(sqlite3.IntegrityError):
            change(imported.home, "ledger", statement)


def test_a_changed_figure_is_named_and_a_rebuild_mends_it(imported: Terminal) -> None:
    change(imported.home, "views", "UPDATE organisations SET level = 'county' WHERE level = 'street'")

    named = imported.run("verify")
    mended = imported.run("rebuild", "--projection", "organisations")

    assert named.exit_code == 1
    assert "figure-differs  organisations" in named.output
    assert "现为 county，应为 street" in named.output
    assert mended.exit_code == 0
    assert imported.run("verify").exit_code == 0


def test_an_unknown_projection_is_wrong_usage(imported: Terminal) -> None:
    assert imported.run("rebuild", "--projection", "horoscope").exit_code == 2


def test_a_backup_is_restored_to_another_place_with_the_same_position_and_digest(
    imported: Terminal, tmp_path: Path
) -> None:
    saved = imported.run("backup", tmp_path / "saved.tar")
    elsewhere = Terminal(tmp_path / "elsewhere")
    restored = imported.run("restore", tmp_path / "saved.tar", elsewhere.home)
    copytree(imported.home / "keys", elsewhere.home / "keys")
    copytree(imported.home / "erasures", elsewhere.home / "erasures")

    assert (saved.exit_code, restored.exit_code) == (0, 0)
    digest_of: Callable[[str], str] = lambda output: output.splitlines()[0].split("：")[1]  # noqa: E731
    assert digest_of(saved.output) == digest_of(restored.output)
    verified = elsewhere.run("verify").output.splitlines()
    assert verified[0].startswith("审计日志连到第 1 条，摘要 ")
    assert verified[1] == "全部一致：27 条事件，各项数字与重算结果相同。"
    assert elsewhere.run("import", "organisations", Path("demonstration/divisions.csv")).output.startswith(
        "完成：新增 0"
    )


def test_what_was_done_to_the_audit_log_is_named(imported: Terminal, tmp_path: Path) -> None:
    imported.run("backup", tmp_path / "saved.tar")
    elsewhere = Terminal(tmp_path / "elsewhere")
    imported.run("restore", tmp_path / "saved.tar", elsewhere.home)
    copytree(imported.home / "keys", elsewhere.home / "keys")
    copytree(imported.home / "erasures", elsewhere.home / "erasures")
    assert elsewhere.run("verify").exit_code == 0

    change(elsewhere.home, "audit", "DROP TRIGGER entries_stay", "DELETE FROM entries")
    result = elsewhere.run("verify")

    assert result.exit_code == 1
    assert "audit-cut-short  audit entry 1" in result.output


def test_a_restore_goes_to_an_empty_place_only(imported: Terminal, tmp_path: Path) -> None:
    imported.run("backup", tmp_path / "saved.tar")

    result = imported.run("restore", tmp_path / "saved.tar", imported.home)

    assert result.exit_code == 1
    assert "in use" in result.output


def test_a_sweep_that_has_nothing_to_do_says_so(imported: Terminal) -> None:
    assert imported.run("sweep", "--dry-run").output == "没有改动，只是列出。\n"
    assert imported.run("sweep").output == "完成。\n"


def test_the_first_administrator_is_made_with_a_one_time_code(imported: Terminal) -> None:
    result = imported.run("admin", "create", "--name", "王演示", "--organisation", "210922100013")

    assert result.exit_code == 0
    assert "一次性登录码：" in result.output
    assert "：31 条事件" in imported.run("verify").output


def test_an_administrator_gets_a_new_code_by_the_member_number(imported: Terminal) -> None:
    made = imported.run("admin", "create", "--name", "王演示", "--organisation", "210922100013").output

    again = imported.run("admin", "code", "--number", "1")
    nobody = imported.run("admin", "code", "--number", "77")

    assert "居民编号 1。" in made
    assert again.output.startswith("一次性登录码：")
    assert again.output != made.splitlines(keepends=True)[1]
    assert nobody.exit_code == 1


def test_an_administrator_needs_an_organisation_that_exists(imported: Terminal) -> None:
    result = imported.run("admin", "create", "--name", "王演示", "--organisation", "999999999999")

    assert result.exit_code == 1
    assert "999999999999" in result.output


def test_a_damaged_key_stops_every_command_with_one_line(imported: Terminal) -> None:
    key = imported.home / "keys" / "directory.key"
    key.chmod(0o644)

    with pytest.raises(Exception, match=r"directory\.key"):
        imported.run("sweep")
