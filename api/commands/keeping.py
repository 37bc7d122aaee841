"""`linli migrate`, `sweep`, `backup`, `restore`: keeping a deployment in order."""

from pathlib import Path

import click

from api.commands.speech import REFUSED, stop, tell
from api.languages import marked
from api.settings import Settings, from_environment
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
from ledger.store.erasing import Applied, Erasing
from ledger.store.erasure_list import ErasureList
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
    settings = from_environment()
    try:
        restored = do_restore(file, directory.absolute(), settings.database_url)
    except BackupRefused as refusal:
        stop("{reason}", reason=refusal)
    _witness(directory.absolute(), restored.manifest)
    erased = _erase_again(settings, directory.absolute())
    for finding in restored.findings:
        tell("{kind}  {where}  {detail}", kind=finding.kind, where=finding.where, detail=finding.detail)
    saved = restored.manifest.contents
    tell(marked("已恢复：第 {position} 条，摘要 {root}"), position=saved.position, root=saved.root)
    if erased is None:
        listed = directory / "erasures" / "list.txt"
        tell(marked("这里没有清除名单：请把最新的名单放到 {file}，没有它不能启动。"), file=listed)
    elif erased.lines:
        tell(marked("已按清除名单再清除一遍：名单 {lines} 人，删去 {removed} 项。"), **erased._asdict())
    tell(
        marked("请把钥匙目录 keys 和清除名单 erasures 放回 {directory}，再用 LINLI_HOME={directory} 启动。"),
        directory=directory,
    )
    if restored.findings:
        raise SystemExit(REFUSED)


def _erase_again(settings: Settings, home: Path) -> Applied | None:
    """Apply the newest erasure list that is known here to what was restored; None where there is no list.

    Without one nothing is lost: what was restored does not start before its list is put back.
    """
    folders = [settings.erasures_folder] if settings.erasures_folder else [home / "erasures", settings.erasures]
    found = next((listed for folder in folders if (listed := ErasureList(folder)).exists()), None)
    if found is None:
        return None
    now, databases = SystemClock().now(), Databases.open(home, settings.database_url)
    try:
        erasing = Erasing(databases, found)
        applied = erasing.start(now)
        erasing.purge(now)
    finally:
        databases.close()
    return applied


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
