"""`linli verify` and `linli rebuild`: does everything still say what the events say?"""

import click

from api.commands.speech import REFUSED, progress, tell
from api.languages import marked
from api.settings import from_environment
from api.wiring import Checks, open_checks
from ledger.kernel.clock import SystemClock


@click.command()
def verify() -> None:
    """核对账本与各项数字，指出哪一处不对 / Check the log and every figure, and name what is wrong."""
    with open_checks(from_environment()) as checks:
        wrong = _log(checks)
        if wrong:
            tell(marked("事件有误，各项数字没有与之比较。"))
        else:
            wrong = _figures(checks) + _conservation(checks) + _duties(checks)
        wrong += _audit_log(checks)
        position = checks.feed.position()
    if wrong:
        tell(marked("发现 {count} 处不对。"), count=wrong)
        raise SystemExit(REFUSED)
    tell(marked("全部一致：{position} 条事件，各项数字与重算结果相同。"), position=position)


def _log(checks: Checks) -> int:
    with progress(marked("核对事件")) as report:
        findings = checks.log(report)
    for finding in findings:
        tell("{kind}  {where}  {detail}", kind=finding.kind, where=finding.where, detail=finding.detail)
    return len(findings)


def _audit_log(checks: Checks) -> int:
    check = checks.audit_log(SystemClock().now())
    for finding in check.findings:
        tell("{kind}  {where}  {detail}", kind=finding.kind, where=finding.where, detail=finding.detail)
    if check.head.sequence and not check.findings:
        # An auditor who keeps this line can prove later that nothing before it was changed.
        told = marked("审计日志连到第 {sequence} 条，摘要 {hash}")
        tell(told, sequence=check.head.sequence, hash=check.head.hash.hex())
    return len(check.findings)


def _figures(checks: Checks) -> int:
    differences = checks.figures()
    for one in differences:
        tell(
            marked("figure-differs  {table} {key} {column}：现为 {stored}，应为 {rebuilt}"),
            table=one.table,
            key="/".join(one.key),
            column=one.column or "",
            stored=one.stored,
            rebuilt=one.rebuilt,
        )
    return len(differences)


def _conservation(checks: Checks) -> int:
    violations = checks.conservation()
    for one in violations:
        tell("not-conserved  {what}", what=one)
    return len(violations)


def _duties(checks: Checks) -> int:
    found = checks.duties()
    for one in found:
        tell("{code}  position {position}  {event}  {by}", **one._asdict() | {"by": one.decided_by})
    return len(found)


@click.command()
@click.option("--projection", "names", multiple=True, help="只重建这一项，可多次 / only this one")
def rebuild(names: tuple[str, ...]) -> None:
    """从第一条事件重算各项数字 / Build the read models anew from the first event."""
    with open_checks(from_environment()) as checks:
        unknown = set(names) - set(checks.engine.positions())
        if unknown:
            known = ", ".join(sorted(checks.engine.positions()))
            raise click.BadParameter(f"{', '.join(sorted(unknown))} ({known})", param_hint="--projection")
        with progress(marked("重算")) as report:
            checks.engine.rebuild(names or None, report)
        checks.engine.prepare()
        for name, position in sorted(checks.engine.positions().items()):
            if not names or name in names:
                tell(marked("{name}：已到第 {position} 条"), name=name, position=position)
