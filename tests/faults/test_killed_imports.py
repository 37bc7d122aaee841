"""An import that is killed half-way and run again: everybody is there once, and nothing of value is doubled."""

import os
import resource
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import pytest
from click.testing import CliRunner

from api.command_line import commands

ROWS, ROWS_DEEP = 1_000, 50_000
MEMORY_MIB_MAX = 700
"""Far above what fifty thousand rows take, far below what all their cells would with every copy kept."""
SECONDS_DEEP_MAX = 300
IMPORT = (sys.executable, "-c", "from api.command_line import main; main()", "import", "members")
PLACE = ("--organisation", "210922100001")
TERMS = (*PLACE, "--consent-purpose", "boards")
DIVISIONS = Path(__file__).parents[2] / "demonstration" / "divisions.csv"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """With the division list and an administrator."""
    environment = {"LINLI_HOME": str(tmp_path / "home"), "LINLI_DATABASE_URL": None, "LINLI_LANGUAGE": "zh-CN"}
    for words in (
        ("import", "organisations", str(DIVISIONS)),
        ("admin", "create", "--name", "管理员", *PLACE),
    ):
        told = CliRunner().invoke(commands, words, env=environment, catch_exceptions=False)
        assert told.exit_code == 0, told.output
    return tmp_path / "home"


def listed(file: Path, rows: int) -> Path:
    """A list of `rows` people, three to a household, each with a balance and a signed consent."""
    lines = ("姓名,手机号,住址,原编号,户号,积分结余,同意书版本\n",)
    people = (
        f"居民{number},139{number:08},老城街{number % 500}号,{number:06},{number // 3},{1 + number % 400},1\n"
        for number in range(rows)
    )
    file.write_text("".join((*lines, *people)), encoding="gb18030")
    return file


def environment(home: Path) -> dict[str, str]:
    return {**os.environ, "LINLI_HOME": str(home), "LINLI_LANGUAGE": "zh-CN"}


def imported(home: Path) -> int:
    """How many opening balances are proposed by now: the last event of a row."""
    with closing(connect(f"file:{home / 'ledger.db'}?mode=ro", uri=True)) as ledger:
        found = ledger.execute("SELECT count(*) FROM events WHERE name = 'accounts.adjustment_proposed.1'")
        return found.fetchone()[0]


def killed_at(home: Path, file: Path, rows: int) -> None:
    """Import, and end the process without a word once `rows` of them are in the ledger."""
    process = subprocess.Popen([*IMPORT, str(file), *TERMS], env=environment(home), stdout=subprocess.DEVNULL)
    while imported(home) < rows:
        assert process.poll() is None, "it ended before it was killed"
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()


def run(home: Path, file: Path) -> str:
    done = subprocess.run([*IMPORT, str(file), *TERMS], env=environment(home), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def check(home: Path, rows: int) -> None:
    """Everybody once, each name once, each balance once, and only proposed."""
    with closing(connect(home / "ledger.db")) as ledger, closing(connect(home / "directory.db")) as directory:
        names = dict(ledger.execute("SELECT name, count(*) FROM events GROUP BY name"))
        fields = dict(directory.execute("SELECT field, count(*) FROM fields GROUP BY field"))
        keys = directory.execute("SELECT count(*) FROM import_keys").fetchone()[0]
    households = -(-rows // 3)
    assert names["membership.member_registered.1"] == rows + 1, "and the administrator"
    assert names["accounts.adjustment_proposed.1"] == names["membership.consent_given.1"] == rows
    assert names["membership.household_joined.1"] == rows
    assert names["membership.household_formed.1"] == households
    assert "accounts.credited.1" not in names
    assert fields["former_number"] == fields["phone"] == rows
    assert fields["member_number"] == rows + 1
    assert keys == rows + households


def test_killed_at_half_and_run_again_nothing_is_doubled(home: Path, tmp_path: Path) -> None:
    file = listed(tmp_path / "list.csv", ROWS)

    killed_at(home, file, ROWS // 3)
    before = imported(home)
    again = run(home, file)

    assert 0 < before < ROWS, "it was killed in the middle"
    assert f"已有 {before} 行" in again
    check(home, ROWS)
    assert f"新增 0 行，已有 {ROWS} 行" in run(home, file)
    check(home, ROWS)


@pytest.mark.deep
def test_fifty_thousand_are_imported_in_five_minutes_with_bounded_memory(home: Path, tmp_path: Path) -> None:
    file = listed(tmp_path / "list.csv", ROWS_DEEP)
    begun = time.monotonic()

    killed_at(home, file, ROWS_DEEP // 2)
    run(home, file)
    taken = time.monotonic() - begun

    check(home, ROWS_DEEP)
    assert f"新增 0 行，已有 {ROWS_DEEP} 行" in run(home, file)
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024 < MEMORY_MIB_MAX
    assert taken < SECONDS_DEEP_MAX
