"""`linli migrate`, `sweep`, `backup`, `restore`: keeping a deployment in order."""

from pathlib import Path

import click

from api.commands.speech import REFUSED, stop, tell
from api.languages import marked
from api.settings import from_environment
from api.wiring import open_databases, open_deployment
from ledger.application.sweeps import preview
from ledger.application.sweeps import sweep as do_sweep
from ledger.kernel.clock import SystemClock
from ledger.store.audit_heads import AuditHeads
from ledger.store.audit_log import AuditLog
from ledger.store.backup import backup as do_backup
from ledger.store.backup import restore as do_restore
from ledger.store.backup_file import BackupRefused, Manifest
from ledger.store.databases import Databases
from projections.due import DueOn

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
def migrate() -> None:
    """把数据库升级到这个版本 / Bring the tables to this release."""
    settings = from_environment()
    open_databases(settings).close()
    tell(marked("数据库已是这个版本：{place}"), place=settings.place)


@click.command()
@click.option("--dry-run", is_flag=True, help="只列出，不处理 / list only")
def sweep(dry_run: bool) -> None:
    """处理到期的事：公示期满、未签退、兑换过期、积分到期 / Do what time alone causes."""
    deployment = open_deployment(from_environment())
    try:
        deployment.figures.prepare()
        deployment.figures.catch_up()
        parked = deployment.figures.parked()
        due_list, now = DueOn(deployment.views), deployment.clock.now()
        if dry_run:
            report = preview(due_list, now)
        else:
            deployment.ledger.start()
            report = do_sweep(deployment.ledger, due_list, now)
            deployment.ledger.stop()
    finally:
        deployment.close()
    for kind, count in sorted(report.done.items()):
        tell("{kind}  {count}", kind=kind, count=count)
    for reason, count in sorted(report.refused.items()):
        tell(marked("被拒绝：{reason}  {count}"), reason=reason, count=count)
    if not report.is_complete:
        stop(marked("有 {count} 项因为忙没有处理，请再运行一次。"), count=report.put_off)
    if parked:
        names = ", ".join(one.name for one in parked)
        stop(marked("{names} 停在读不了的事件前，可能没有列全。请运行 linli verify。"), names=names)
    tell(marked("没有改动，只是列出。") if dry_run else marked("完成。"))


@click.command()
@click.argument("file", type=FILE)
def backup(file: Path) -> None:
    """备份账本、姓名目录和审计日志，服务不用停；钥匙不在其中 / Save ledger, directory and audit log while serving."""
    databases = open_databases(from_environment())
    try:
        saved = do_backup(databases, file, made_at=SystemClock().now()).contents
    except BackupRefused as refusal:
        stop("{reason}", reason=refusal)
    finally:
        databases.close()
    tell(
        marked("已备份到 {file}：第 {position} 条，摘要 {root}"),
        file=file,
        position=saved.position,
        root=saved.root,
    )
    tell(marked("请另外保存钥匙目录 keys，没有它姓名读不出来。"))


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
def restore(file: Path, directory: Path) -> None:
    """恢复到一个空目录（设了 LINLI_DATABASE_URL 则恢复到那个空数据库） / Restore to an empty folder or database."""
    try:
        restored = do_restore(file, directory.absolute(), from_environment().database_url)
    except BackupRefused as refusal:
        stop("{reason}", reason=refusal)
    _witness(directory.absolute(), restored.manifest)
    for finding in restored.findings:
        tell("{kind}  {where}  {detail}", kind=finding.kind, where=finding.where, detail=finding.detail)
    saved = restored.manifest.contents
    tell(marked("已恢复：第 {position} 条，摘要 {root}"), position=saved.position, root=saved.root)
    tell(marked("请把钥匙目录 keys 放回 {directory}，再用 LINLI_HOME={directory} 启动。"), directory=directory)
    if restored.findings:
        raise SystemExit(REFUSED)


def _witness(home: Path, manifest: Manifest) -> None:
    """Say in the restored audit log that it was restored: what was noted of a newer one no longer fits it."""
    now, saved = SystemClock().now(), manifest.contents
    databases = Databases.open(home, from_environment().database_url)
    try:
        facts = {"position": saved.position, "root": saved.root, "made_at": manifest.made_at.isoformat()[:19]}
        AuditLog(databases.audit, databases.audit_read).record("restored", now, facts=facts)
    finally:
        databases.close()
    AuditHeads(home).set_aside(now)
