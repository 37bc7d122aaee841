"""`linli import members FILE`: people from another book, all rows or none, and the same file twice is harmless.

The first pass over the file only looks; nothing is changed while any row is wrong, unless wrong rows are to be skipped.
"""

import csv
import os
import re
from collections.abc import Generator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import click
from msgspec import Struct
from msgspec.structs import replace

from api.commands.import_scope import actor_of, organisation_of, require_may, scope_of
from api.commands.speech import DONE, REFUSED, Report, progress, stop, tell
from api.deployment import Deployment
from api.imports.lists import MemberList
from api.imports.member_columns import TEMPLATE
from api.imports.members import Checking
from api.imports.registering import Registering, Terms
from api.imports.tables import Problem, Unreadable
from api.languages import marked
from api.settings import from_environment
from api.wiring import open_deployment
from ledger.application.permissions import Permission
from ledger.kernel.clock import business_day
from ledger.kernel.units import Unit

PROBLEMS_SHOWN_MAX = 100
PROBLEMS_KEPT_MAX = 10_000
"""Of a file in which everything is wrong, so many are told in the report: memory stays bounded."""
CODE = r"[a-z][a-z0-9_-]{0,39}"


class Asked(Struct, frozen=True):
    """What was asked for on the command line."""

    file: Path
    organisation: str
    unit: Unit
    by: str | None
    sheet: str | None
    report: Path | None
    consent_purpose: str | None
    verified: str | None
    dry_run: bool
    skip_wrong_rows: bool


class _Checked(NamedTuple):
    """What the first pass found. problems: the first `PROBLEMS_KEPT_MAX`; wrong: the rows that have any."""

    new: int
    known: int
    problems: list[Problem]
    wrong: set[int]


def _code(_context: click.Context, parameter: click.Parameter, given: str | None) -> str | None:
    if given is not None and not re.fullmatch(CODE, given):
        raise click.BadParameter(repr(given), param=parameter)
    return given


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@click.option("--organisation", help="社区的 12 位区划代码或名称 / division code or name of the community")
@click.option("--dry-run", is_flag=True, help="只检查，不改动 / check only")
@click.option("--skip-wrong-rows", is_flag=True, help="跳过有问题的行 / leave out rows with problems")
@click.option(
    "--opening-unit",
    "unit",
    type=click.Choice([unit.value for unit in Unit]),
    default=Unit.POINTS.value,
    help="“积分结余”一列的单位 / what the column of balances counts",
)
@click.option("--as", "by", help="由谁导入：居民编号 / who imports: a member number")
@click.option("--sheet", help="工作簿里的哪一张表 / which sheet of the workbook")
@click.option(
    "--report", type=click.Path(dir_okay=False, path_type=Path), help="把全部问题写进这个文件 / write all problems here"
)
@click.option(
    "--consent-purpose",
    default="membership",
    callback=_code,
    help="纸质同意书的用途 / what signed consents are for",
)
@click.option("--verified", callback=_code, help="已经核实过身份，依据代码 / identity was seen before; a code for how")
@click.option("--template", type=click.Path(dir_okay=False, path_type=Path), help="写一份空表 / write an empty table")
def members(file: Path | None, template: Path | None, **options: Any) -> None:
    """导入居民名单（Excel 或 CSV） / Import members (Excel or CSV)."""
    if template is not None:
        _write_template(template)
        return
    if file is None or not options["organisation"]:
        raise click.UsageError("FILE --organisation")
    options["unit"] = Unit(options["unit"])
    asked = Asked(file=file, **options)
    with _running() as deployment:
        raise SystemExit(_import(deployment, asked))


def _import(deployment: Deployment, asked: Asked) -> int:
    today = business_day(deployment.clock.now())
    organisation = organisation_of(deployment, asked.organisation)
    actor = actor_of(deployment, organisation, asked.by)
    scope = replace(scope_of(deployment, organisation, actor), consent_purpose=asked.consent_purpose)
    try:
        listed = MemberList(asked.file, today, asked.sheet)
        if "consent" in listed.columns and asked.consent_purpose is None:
            stop(marked("名单里有同意书一列，请用 --consent-purpose 写明同意的是什么。"))
        if listed.unknown:
            tell(marked("没有读这些列：{columns}"), columns="、".join(map(repr, listed.unknown)))
        require_may(deployment, actor, organisation, _needed(asked, listed))
        checked = _check(listed, Checking(deployment, scope))
        _tell_problems(asked, checked)
        if checked.problems and not asked.skip_wrong_rows:
            return _left(checked)
        if asked.dry_run:
            told = marked("检查通过：新增 {new} 行，已有 {known} 行，跳过 {wrong} 行，没有改动。")
            tell(told, new=checked.new, known=checked.known, wrong=len(checked.wrong))
            return REFUSED if checked.wrong else DONE
        terms = Terms(actor, asked.unit, asked.verified)
        return _register(deployment, listed, Registering(deployment, Checking(deployment, scope), terms), checked)
    except Unreadable as fault:
        _tell([fault.problem])
        _stop_unread()


def _needed(asked: Asked, listed: MemberList) -> list[Permission]:
    needed = [Permission.IMPORT_MEMBERS]
    needed += [Permission.PROPOSE_ADJUSTMENTS] if "opening_balance" in listed.columns else []
    return needed + ([Permission.VERIFY_MEMBERS] if asked.verified else [])


def _check(listed: MemberList, checking: Checking) -> _Checked:
    new, known, problems, wrong = 0, 0, list[Problem](), set[int]()
    for page in listed.pages():
        found = checking.page(page.rows)
        new, known = new + len(found.new), known + found.known
        here = sorted([*page.problems, *found.problems])
        wrong.update(problem.row for problem in here)
        problems += here[: PROBLEMS_KEPT_MAX - len(problems)]
    return _Checked(new, known, problems, wrong)


def _register(deployment: Deployment, listed: MemberList, registering: Registering, checked: _Checked) -> int:
    checking = registering.checking
    with progress(marked("导入")) as report:
        for number, page in enumerate(listed.pages(), start=1):
            right = [row for row in page.rows if row.row not in checked.wrong]
            registering.page(checking.page(right))
            _report(report, number, checked)
        registering.finish()
    deployment.figures.catch_up()
    facts = {
        "new": registering.counts["member-imported"],
        "known": checked.known + registering.counts["member-known-already"],
        "skipped": len(checked.wrong),
        "refused": len(registering.refused),
    }
    actor, place = registering.terms.actor, checking.scope.organisation
    deployment.audit_log.record("imported", deployment.clock.now(), actor=actor, subject=place, facts=facts)
    _tell(registering.refused)
    tell(marked("完成：新增 {new} 行，已有 {known} 行，跳过 {skipped} 行，被拒绝 {refused} 行。"), **facts)
    if facts["new"] and "opening_balance" in listed.columns:
        tell(marked("结余还没有入账：请另一位审核人同意，公示期满以后才算数。"))
    return REFUSED if checked.wrong or registering.refused else DONE


def _report(report: Report, page: int, checked: _Checked) -> None:
    rows = checked.new + checked.known
    report(min(page * 1_000, rows), rows)


def _left(checked: _Checked) -> int:
    told = marked("{count} 行有问题，没有导入任何一行。改好以后再来，或者用 --skip-wrong-rows 跳过它们。")
    tell(told, count=len(checked.wrong))
    return REFUSED


def _tell_problems(asked: Asked, checked: _Checked) -> None:
    if asked.report is not None:
        descriptor = os.open(asked.report, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "w", encoding="utf-8-sig", newline="") as opened:
            opened.write(_table(checked.problems))
    _tell(checked.problems)


def _tell(problems: list[Problem]) -> None:
    if problems:
        click.echo(_table(problems[:PROBLEMS_SHOWN_MAX]), nl=False)
    if len(problems) > PROBLEMS_SHOWN_MAX:
        tell(marked("还有 {count} 处，用 --report 写进文件。"), count=len(problems) - PROBLEMS_SHOWN_MAX)


def _table(problems: list[Problem]) -> str:
    written = StringIO()
    table = csv.writer(written, lineterminator="\n")
    table.writerow(("row", "column", "value", "problem"))
    for row, column, value, problem in problems:
        table.writerow((row, column, _harmless(value), problem))
    return written.getvalue()


def _harmless(value: str) -> str:
    """What neither a terminal nor a spreadsheet takes for anything but text."""
    shown = value if value.isprintable() else repr(value)
    return f"'{shown}" if shown[:1] in {"=", "+", "-", "@"} else shown


def _stop_unread() -> NoReturn:
    stop(marked("这个文件读不成名单，没有导入任何一行。要有“姓名”一列和至少另外一列。"))


def _write_template(file: Path) -> None:
    with file.open("x", encoding="utf-8-sig", newline="") as opened:
        csv.writer(opened).writerow(TEMPLATE)
    tell(marked("空表写好了：{file}"), file=file)


@contextmanager
def _running() -> Generator[Deployment]:
    deployment = open_deployment(from_environment())
    try:
        deployment.figures.prepare()
        deployment.figures.catch_up()
        deployment.ledger.start()
        yield deployment
    finally:
        deployment.ledger.stop()
        deployment.close()
