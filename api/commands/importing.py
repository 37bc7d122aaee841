"""`linli import organisations FILE`: all rows or none, problems by row and column, the same file twice is harmless."""

import csv
from collections import deque
from collections.abc import Mapping
from concurrent.futures import Future
from io import StringIO
from pathlib import Path
from typing import NoReturn
from uuid import UUID, uuid4

import click

from api.commands.importing_members import members
from api.commands.speech import REFUSED, Report, progress, stop, tell
from api.deployment import Deployment
from api.imports.organisations import (
    COLUMNS,
    Division,
    Registered,
    contradicting,
    divisions,
    misplaced,
    parents_first,
)
from api.imports.tables import Problem, Unreadable, read_table
from api.languages import marked
from api.settings import from_environment
from api.wiring import open_deployment
from ledger.application.organisations import REGISTER_ORGANISATION, RegisterOrganisation
from ledger.application.ports import Answer, Call, CommandKey, Refused
from ledger.kernel.clock import business_day
from ledger.kernel.ids import SYSTEM, OrganisationId
from projections import people

IN_FLIGHT_MAX = 256
PROBLEMS_SHOWN_MAX = 100


@click.group("import")
def import_() -> None:
    """导入名单 / Import lists."""


import_.add_command(members)


@import_.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="只检查，不改动 / check only")
def organisations(file: Path, dry_run: bool) -> None:
    """导入行政区划（CSV 或 Excel：code,name,level,parent_code[,aliases]） / Import the division list."""
    deployment = open_deployment(from_environment())
    try:
        deployment.figures.prepare()
        deployment.figures.catch_up()
        registered = _registered(deployment)
        rows = _checked(file, registered)
        fresh = [row for row in rows if row.code not in registered]
        if not dry_run:
            deployment.ledger.start()
            with progress(marked("导入")) as report:
                _register(deployment, parents_first(fresh), report)
            deployment.ledger.stop()
            deployment.figures.catch_up()
            _name_besides(deployment, rows)
        known = len(rows) - len(fresh)
        if dry_run:
            tell(marked("检查通过：新增 {new} 行，已有 {known} 行，没有改动。"), new=len(fresh), known=known)
        else:
            tell(marked("完成：新增 {new} 行，已有 {known} 行。"), new=len(fresh), known=known)
    finally:
        deployment.close()


def _checked(file: Path, registered: Mapping[str, Registered]) -> list[Division]:
    try:
        lines, unread = read_table(file, COLUMNS)
    except Unreadable as fault:
        _report([fault.problem])
    rows, wrong = divisions(lines)
    wrong += misplaced(rows, {code: known.level for code, known in registered.items()})
    wrong += contradicting(rows, registered)
    if unread or wrong:
        _report(sorted(unread + wrong))
    return rows


def _report(problems: list[Problem]) -> NoReturn:
    written = StringIO()
    table = csv.writer(written, lineterminator="\n")
    table.writerow(("row", "column", "value", "problem"))
    for row, column, value, problem in problems[:PROBLEMS_SHOWN_MAX]:
        table.writerow((row, column, value if value.isprintable() else repr(value), problem))
    click.echo(written.getvalue(), nl=False)
    if problems[0].problem.startswith("not-utf-8"):
        tell(marked("请在 Excel 里另存为“CSV UTF-8”，或者直接导入 .xlsx。"))
    tell(marked("{count} 处有问题，没有导入任何一行。"), count=len(problems))
    raise SystemExit(REFUSED)


def _registered(deployment: Deployment) -> dict[str, Registered]:
    with deployment.views() as connection:
        nodes = [row for row in people.every_organisation(connection) if row.division_code]
    codes: dict[UUID, str] = {row.organisation: row.division_code for row in nodes if row.division_code}
    names, aliases = deployment.directory.read(codes, "name"), deployment.organisation_names.aliases(codes)
    found: dict[str, Registered] = {}
    for row in nodes:
        above = [row.parent, *(move.parent for move in row.moves)]
        parents = [codes[one] for one in above if one is not None and one in codes]
        found[codes[row.organisation]] = Registered(
            organisation=OrganisationId(row.organisation),
            name=names.get(row.organisation, ""),
            level=row.level,
            parent_code=parents[-1] if parents else None,
            known_names=frozenset(alias.name for alias in aliases.get(row.organisation, ())),
            known_parents=frozenset(parents),
        )
    return found


def _name_besides(deployment: Deployment, rows: list[Division]) -> None:
    wanted = {row.code: row.aliases for row in rows if row.aliases}
    ids = deployment.directory.organisation_ids(wanted)
    added = deployment.organisation_names.add_missing({ids[code]: names for code, names in wanted.items()})
    if added:
        tell(marked("另有 {count} 个别名。"), count=added)


def _register(deployment: Deployment, rows: list[Division], report: Report) -> None:
    """Names and codes first, then the events: a run that was cut off is found again by its codes."""
    deployment.directory.bind_division_codes({row.code: OrganisationId(uuid4()) for row in rows})
    wanted = {row.code for row in rows} | {row.parent_code for row in rows if row.parent_code}
    ids = deployment.directory.organisation_ids(wanted)
    deployment.directory.write_many([(ids[row.code], {"name": row.name}) for row in rows])
    now = deployment.clock.now()
    waiting: deque[Future[Answer]] = deque()
    for number, row in enumerate(rows, start=1):
        parent = ids[row.parent_code] if row.parent_code else None
        asked = RegisterOrganisation(ids[row.code], row.level, business_day(now), parent, row.code)
        key = CommandKey("import organisations", f"{ids[row.code]}", b"")
        waiting.append(deployment.ledger.submit(Call(REGISTER_ORGANISATION, asked, SYSTEM, key, now), lane="back"))
        if len(waiting) >= IN_FLIGHT_MAX:
            _settle(waiting.popleft())
            report(number, len(rows))
    while waiting:
        _settle(waiting.popleft())


def _settle(future: Future[Answer]) -> None:
    result = future.result().result
    if isinstance(result, Refused):
        stop(marked("被拒绝：{code} {facts}"), code=result.code, facts=result.facts)
