"""`linli import members`: what clerks send, row by row; nothing by halves, nobody twice, and the balances on notice."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from shutil import copytree
from sqlite3 import connect

import pytest
import xlsxwriter

from ledger.application.masked_details import masked
from tests.commands.conftest import Terminal, Write

PLACE = ("--organisation", "210922100001")
HEADING = "姓名,手机号,身份证号,住址,原编号,户号,积分结余,同意书版本\n"
ANN = "张安,13900000001,210922195503021006,老城街1号,0001,1-101,40,1\n"
BEN = "李本,13900000002,,老城街1号,0002,1-101,7,\n"
WRONG_NUMBER = masked("identity_number", "210922195503021004")
ANNS_NUMBER = masked("identity_number", "210922195503021006")
CAI = "王彩,13900000002,,老城街1号,0003,1-101,,\n"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, divisions: Path) -> Path:
    """A home with the division list and an administrator in the community of the lists."""
    terminal = Terminal(tmp_path_factory.mktemp("prepared") / "home")
    assert terminal.run("import", "organisations", divisions).exit_code == 0
    made = terminal.run("admin", "create", "--name", "管理员", "--organisation", "210922100001")
    assert made.exit_code == 0, made.output
    return terminal.home


@pytest.fixture
def town(prepared: Path, tmp_path: Path) -> Terminal:
    copytree(prepared, tmp_path / "home")
    return Terminal(tmp_path / "home")


def imports(town: Terminal, file: Path, *words: str) -> tuple[int, str]:
    told = town.run("import", "members", file, *PLACE, "--consent-purpose", "boards", *words)
    return told.exit_code, told.output


def events(town: Terminal) -> int:
    with closing(connect(town.home / "ledger.db")) as connection:
        return connection.execute("SELECT count(*) FROM events").fetchone()[0]


def workbook(file: Path, rows: Sequence[Sequence[object]], *, merged: str = "", sheets: int = 1) -> Path:
    with xlsxwriter.Workbook(str(file)) as book:
        for _ in range(sheets):
            sheet = book.add_worksheet()
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
            if merged:
                sheet.merge_range(merged, rows[1][-1])
    return file


def test_a_list_is_imported_once_however_often_it_is_given(town: Terminal, write: Write) -> None:
    file = write(HEADING + ANN + BEN + CAI)

    first, second = imports(town, file), imports(town, file)

    assert first == (
        0,
        "完成：新增 3 行，已有 0 行，跳过 0 行，被拒绝 0 行。\n"
        "结余还没有入账：请另一位审核人同意，公示期满以后才算数。\n",
    )
    assert second == (0, "完成：新增 0 行，已有 3 行，跳过 0 行，被拒绝 0 行。\n")
    assert "通过" in town.run("verify").output or town.run("verify").exit_code == 0


def test_a_dry_run_changes_nothing(town: Terminal, write: Write) -> None:
    before = events(town)

    told = imports(town, write(HEADING + ANN + BEN), "--dry-run")

    assert told == (0, "检查通过：新增 2 行，已有 0 行，跳过 0 行，没有改动。\n")
    assert events(town) == before


WRONG = {
    "张安,139,,,,,,": "phone,****39,not-a-phone",
    "张安,,210922195503021004,,,,,": f"identity_number,{WRONG_NUMBER},wrong-check-digit",
    "张安,,2.10922E+17,,,,,": f"identity_number,{masked('identity_number', '2.10922E+17')},digits-lost-by-excel",
    "张安,4186600001,,,,,,": "phone,418****0001,leading-zero-lost",
    "张安,,,,,,四十,": "opening_balance,四十,not-a-whole-number",
    "张安,,,,,,-3,": "opening_balance,'-3,not-a-whole-number",
    "张安,,,,,,1.5,": "opening_balance,1.5,not-a-whole-number",
    "张安,,,,,,9999999999,": "opening_balance,9999999999,too-large",
    "张安,,,,=A1,,,": "former_number,'=A1,formula-instead-of-a-value",
    ",13900000001,,,,,,": "name,,empty",
    "合计,,,,,,47,": "name,合*,line-of-sums",
    f"{'长' * 61},,,,1,,,": "name,长**,too-long",
    "张安,,,,1,,,第 一 版": "consent,第 一 版,not-a-version",
    "张安,,210922201803020011,,1,,,1": "consent,1,guardian-must-agree",
    f"张安,,,,,{'长' * 61},,": "household,****,too-long",
    "周安,,,,17,,,2021-1": "consent,2021-1,consent-text-unknown",
}


def test_each_wrong_cell_is_named_by_row_and_column_and_masked(town: Terminal, write: Write) -> None:
    before = events(town)

    code, told = imports(town, write(HEADING + "\n".join(WRONG) + "\n" + BEN))

    wanted = [f"{row},{problem}" for row, problem in enumerate(WRONG.values(), start=2)]
    assert (code, told.splitlines()[1:-1]) == (1, wanted)
    assert told.splitlines()[-1].startswith(f"{len(WRONG)} 行有问题，没有导入任何一行")
    assert events(town) == before


def test_nobody_stands_twice_in_a_list_but_a_household_may_share_a_telephone(town: Terminal, write: Write) -> None:
    again = "张安,13900000001,,,,,,\n"
    number = "李本本,13900000009,210922195503021006,,0009,,,\n"
    book = "王二,13900000008,,,1,,,\n"

    code, told = imports(town, write(HEADING + ANN + BEN + CAI + again + number + book))

    assert code == 1
    assert told.splitlines()[1:4] == [
        "5,phone,139****0001,already-in-row-2",
        f"6,identity_number,{ANNS_NUMBER},already-in-row-2",
        "7,name,王*,already-in-row-2",
    ]


def test_who_is_registered_already_is_not_registered_again(town: Terminal, write: Write) -> None:
    imports(town, write(HEADING + ANN + BEN))

    code, told = imports(town, write("姓名,手机号,身份证号\n张 安,139 0000 0001,\n李五,,210922195503021006\n"))

    assert code == 1
    assert told.splitlines()[1:3] == [
        "2,phone,139****0001,registered-already",
        f"3,identity_number,{ANNS_NUMBER},registered-already",
    ]


def test_wrong_rows_are_left_out_where_that_is_asked_for(town: Terminal, write: Write, tmp_path: Path) -> None:
    file, report = write(HEADING + ANN + ANN + BEN), tmp_path / "report.csv"

    code, told = imports(town, file, "--skip-wrong-rows", "--report", str(report))

    assert (code, "新增 2 行，已有 0 行，跳过 1 行" in told) == (1, True)
    assert report.read_text(encoding="utf-8-sig").splitlines()[1].startswith("3,")
    assert report.stat().st_mode & 0o077 == 0


def test_a_list_from_excel_in_china_is_read_with_all_its_habits(town: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    text = (
        "老城社区名单,,,\n序号,姓名（必填）,联系电话,积分\n"
        '1,张　安,"=""13900000001""",\n,,,\n2,李本,１３９０００００００２,"1,200"\n'
    )
    file.write_bytes(text.encode("gb18030"))

    code, told = imports(town, file)

    assert (code, "没有读这些列：'序号'" in told, "新增 2 行" in told) == (0, True, True), told


def test_a_workbook_with_a_title_dates_numbers_and_merged_households_is_read(town: Terminal, tmp_path: Path) -> None:
    rows = [
        ["老城社区志愿者名单"],
        ["姓名", "手机号", "出生日期", "户号"],
        ["张安", 13900000001, 20150, "1-101"],
        ["李本", 13900000002, "1960年5月6日", ""],
    ]
    file = tmp_path / "list.xlsx"
    with xlsxwriter.Workbook(str(file)) as book:
        sheet = book.add_worksheet()
        book.add_worksheet("说明").write(0, 0, "请填写")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        sheet.merge_range("D3:D4", "1-101")

    code, told = imports(town, file)

    assert (code, "新增 2 行" in told) == (0, True), told
    with closing(connect(town.home / "ledger.db")) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM events")]
    assert (names.count("membership.household_formed.1"), names.count("membership.household_joined.1")) == (1, 2)


UNREADABLE = {
    "heading-missing": b"a,b\n1,2\n",
    "heading-twice": "姓名,电话,手机\n".encode(),
    "not-a-workbook": b"PK\x03\x04 something else",
    "not-a-text": b"\xff\x01\xfe\n\x80\x81",
}


@pytest.mark.parametrize("problem", UNREADABLE)
def test_what_is_no_list_is_refused_whole(town: Terminal, tmp_path: Path, problem: str) -> None:
    file = tmp_path / "broken.xlsx"
    file.write_bytes(UNREADABLE[problem])

    code, told = imports(town, file)

    assert (code, problem in told) == (1, True), told


def test_of_two_lists_in_a_workbook_one_has_to_be_named(town: Terminal, tmp_path: Path) -> None:
    file = workbook(tmp_path / "two.xlsx", [["姓名", "手机号"], ["张安", "13900000001"]], sheets=2)

    assert "several-sheets" in imports(town, file)[1]
    assert "no-such-sheet" in imports(town, file, "--sheet", "名单")[1]
    assert imports(town, file, "--sheet", "Sheet2")[0] == 0


def test_a_row_may_name_a_place_below_the_community_and_no_other(town: Terminal, write: Write) -> None:
    heading, right = "姓名,手机号,网格\n", "李本,13900000002,机务段社区居委会\n"

    code, told = imports(town, write(f"{heading}张安,13900000001,没有的网格\n{right}"))

    assert (code, "2,grid,没有的网格,place-unknown" in told) == (1, True)
    assert imports(town, write(heading + right))[0] == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--organisation", "没有的社区"), "没有叫“没有的社区”的组织"),
        (("--organisation", "210922100001", "--as", "999"), "没有居民编号 999"),
        (("--organisation", "210922100002"), "这里有 0 位管理员"),
    ],
)
def test_a_list_belongs_to_a_place_and_somebody_imports_it(
    town: Terminal, write: Write, words: tuple[str, ...], told: str
) -> None:
    result = town.run("import", "members", write(HEADING + ANN), *words)

    assert (result.exit_code, told in result.output) == (1, True), result.output


def test_who_has_no_right_there_is_told_before_the_first_row(town: Terminal, write: Write) -> None:
    imports(town, write(HEADING + BEN))

    code, told = imports(town, write(HEADING + ANN), "--as", "2")

    assert (code, "import_members" in told) == (1, True)


def test_the_empty_table_is_one_that_is_read(town: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "empty.csv"

    assert town.run("import", "members", "--template", file).exit_code == 0

    assert imports(town, file) == (0, "完成：新增 0 行，已有 0 行，跳过 0 行，被拒绝 0 行。\n")


def test_people_who_were_seen_before_are_verified_by_who_imports(town: Terminal, write: Write) -> None:
    assert imports(town, write(HEADING + ANN), "--verified", "old-register")[0] == 0

    with closing(connect(town.home / "ledger.db")) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM events ORDER BY position DESC LIMIT 6")]
    assert "membership.member_verified.1" in names


def test_an_import_stands_in_the_audit_log_with_its_counts_only(town: Terminal, write: Write) -> None:
    imports(town, write(HEADING + ANN + BEN))

    with closing(connect(town.home / "audit.db")) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        text = str([connection.execute(f"SELECT * FROM {name}").fetchall() for name in tables])
    assert "imported" in text
    assert not any(word in text for word in ("张安", "13900000001", "老城街"))


@pytest.mark.postgres
def test_a_list_is_imported_once_on_postgresql(
    postgres_url: str, tmp_path: Path, divisions: Path, write: Write
) -> None:
    town, file = Terminal(tmp_path / "home", postgres_url), write(HEADING + ANN + BEN + CAI)
    for words in (("import", "organisations", divisions), ("admin", "create", "--name", "甲", *PLACE)):
        assert town.run(*words).exit_code == 0

    first, second = imports(town, file), imports(town, file)

    assert (first[0], "新增 3 行，已有 0 行" in first[1]) == (0, True), first
    assert (second[0], "新增 0 行，已有 3 行" in second[1]) == (0, True), second
    others = write("姓名,手机号\n张安,13900000001\n")
    assert "2,phone,139****0001,registered-already" in imports(town, others)[1]
