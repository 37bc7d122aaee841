"""`linli import organisations`: all rows or none, every problem by row and column, twice without doubling."""

from pathlib import Path

import pytest
import xlsxwriter

from tests.commands.conftest import Terminal, Write

HEADING = "code,name,level,parent_code\n"
TOP = "210000000000,辽宁省,province,\n"


def test_a_list_is_imported_once_however_often_it_is_given(terminal: Terminal, divisions: Path) -> None:
    first = terminal.run("import", "organisations", divisions)
    second = terminal.run("import", "organisations", divisions)

    assert first.output == "完成：新增 27 行，已有 0 行。\n"
    assert second.output == "完成：新增 0 行，已有 27 行。\n"
    assert "27 条事件" in terminal.run("verify").output


def test_a_dry_run_changes_nothing(terminal: Terminal, divisions: Path) -> None:
    result = terminal.run("import", "organisations", divisions, "--dry-run")

    assert result.exit_code == 0
    assert result.output == "检查通过：新增 27 行，已有 0 行，没有改动。\n"
    assert "：0 条事件" in terminal.run("verify").output


BROKEN = {
    "21010000000,沈阳市,city,210000000000": "2,code,21010000000,code-not-12-digits",
    "210200000000,,city,210000000000": "2,name,,name-missing",
    f"210200000000,{'长' * 201},city,210000000000": f"2,name,{'长' * 20}…,name-too-long",
    '210200000000,"大连\t市",city,210000000000': "2,name,'\\u5927\\u8fde\\t\\u5e02',name-not-printable",
    "210300000000,鞍山市,town,210000000000": "2,level,town,level-unknown",
    "210400000000,抚顺市,city,219900000000": "2,parent_code,219900000000,parent-unknown",
    "210500000000,本溪市,city,210500000000": "2,parent_code,210500000000,own-parent",
    "210600000000,丹东市,city,": "2,parent_code,,parent-missing",
    "210700000000,锦州市,city,21000000000x": "2,parent_code,21000000000x,code-not-12-digits",
    "210800000000,营口市,city": "2,,3,wrong-number-of-cells",
    "210900000000,阜新市,province,210000000000": "2,level,province,not-below-province",
}


@pytest.mark.parametrize("row", BROKEN)
def test_a_broken_row_is_named_by_row_and_column(terminal: Terminal, write: Write, row: str) -> None:
    result = terminal.run("import", "organisations", write(HEADING + row + "\n" + TOP))

    assert result.exit_code == 1
    assert BROKEN[row] in result.output.splitlines()


def test_all_kinds_of_broken_rows_are_reported_at_once_and_nothing_changes(terminal: Terminal, write: Write) -> None:
    result = terminal.run("import", "organisations", write(HEADING + "\n".join(BROKEN) + "\n" + TOP))

    reported = {line.rsplit(",", 1)[1] for line in result.output.splitlines()[1:-1]}
    assert {problem.rsplit(",", 1)[1] for problem in BROKEN.values()} <= reported
    assert "：0 条事件" in terminal.run("verify").output


def test_a_code_that_stands_twice_is_named_with_its_first_row(terminal: Terminal, write: Write) -> None:
    result = terminal.run("import", "organisations", write(HEADING + TOP + TOP))

    assert "3,code,210000000000,code-already-in-row-2" in result.output


def test_a_list_that_contradicts_what_is_registered_changes_nothing(imported: Terminal, write: Write) -> None:
    result = imported.run("import", "organisations", write(HEADING + "210000000000,别的省,province,\n"))

    assert result.exit_code == 1
    assert "2,name,别的省,registered-as-辽宁省" in result.output


def test_other_names_are_taken_over_once_and_may_stand_in_a_list(imported: Terminal, write: Write) -> None:
    heading = HEADING.replace("\n", ",aliases\n")
    listed = heading + "210000000000,辽宁省,province,,辽省、奉天省\n"

    first = imported.run("import", "organisations", write(listed))
    second = imported.run("import", "organisations", write(listed))
    called_otherwise = imported.run("import", "organisations", write(HEADING + "210000000000,奉天省,province,\n"))

    assert first.output == "另有 2 个别名。\n完成：新增 0 行，已有 1 行。\n"
    assert second.output == called_otherwise.output == "完成：新增 0 行，已有 1 行。\n"
    broken = imported.run("import", "organisations", write(heading + "210000000000,辽宁省,province,,a\x1bb\n"))
    assert "2,aliases,'a\\x1bb',name-not-printable" in broken.output


@pytest.mark.parametrize(
    ("content", "problem"),
    [(b"code,name\n1,2\n", "column-missing-or-twice"), ("代码".encode("gbk"), "not-utf-8 at byte 0"), (b"", "column")],
)
def test_what_is_no_such_table_is_refused_whole(
    terminal: Terminal, tmp_path: Path, content: bytes, problem: str
) -> None:
    file = tmp_path / "broken.csv"
    file.write_bytes(content)

    result = terminal.run("import", "organisations", file)

    assert result.exit_code == 1
    assert problem in result.output


def test_what_a_file_holds_cannot_write_on_the_terminal(terminal: Terminal, write: Write) -> None:
    told = terminal.run("import", "organisations", write(HEADING + '"21\x1b[2J,9",甲,province,\n')).output

    assert "\x1b" not in told
    assert "2,code,\"'21\\x1b[2J,9'\",code-not-12-digits\n" in told


def test_a_list_saved_the_old_way_says_how_to_save_it(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "old.csv"
    file.write_bytes((HEADING + TOP).encode("gbk"))

    assert "CSV UTF-8" in terminal.run("import", "organisations", file).output


def test_a_workbook_with_codes_as_numbers_is_read(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "divisions.xlsx"
    with xlsxwriter.Workbook(str(file)) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["code", "name", "level", "parent_code"])
        sheet.write_row(1, 0, [210000000000, "辽宁省", "province", ""])
        sheet.write_row(2, 0, [210900000000, "阜新市", "city", 210000000000])

    assert terminal.run("import", "organisations", file).output == "完成：新增 2 行，已有 0 行。\n"


def test_a_file_that_only_looks_like_a_workbook_is_refused(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "divisions.xlsx"
    file.write_bytes(b"not a workbook")

    assert "not-a-workbook" in terminal.run("import", "organisations", file).output
