"""`linli keys rotate`: a new key in place of an old one, while everything goes on."""

import click

from api.commands.speech import progress, tell
from api.languages import marked
from api.settings import Settings, from_environment
from api.wiring import open_databases
from ledger.kernel.clock import SystemClock
from ledger.store import key_rotation
from ledger.store.audit_log import AuditLog
from ledger.store.databases import Databases
from ledger.store.erasing import Erasing
from ledger.store.erasure_list import ErasureList
from ledger.store.keys import Keys


@click.group()
def keys() -> None:
    """钥匙：更换 / Rotate keys."""


@keys.command()
@click.argument("which", type=click.Choice(["directory", "tokens"]))
@click.option("--dry-run", is_flag=True, help="只查看，不更换 / look only")
def rotate(which: str, dry_run: bool) -> None:
    """换一把新钥匙，服务不用停；中断了再运行一次就接着做 / A new key while serving; run again if it was cut off."""
    settings = from_environment()
    Keys.create_missing(settings.home)
    databases = open_databases(settings)
    try:
        if which == "directory":
            _rotate_directory(settings, databases, dry_run=dry_run)
        else:
            _rotate_tokens(settings, databases, dry_run=dry_run)
    finally:
        databases.close()
    tell(marked("没有改动，只是查看。") if dry_run else marked("完成。"))


def _rotate_directory(settings: Settings, databases: Databases, *, dry_run: bool) -> None:
    plan = key_rotation.plan(databases, settings.home)
    if plan.resumes:
        tell(marked("上次更换没有做完，接着做。"))
    if dry_run:
        tell(marked("新钥匙的编号 {key_id}，要重新封装 {rows} 把个人钥匙。"), key_id=plan.key_id, rows=plan.rows)
        return
    now = SystemClock().now()
    # What was erased and lingers counts as ended by this rotation only once the files are clean.
    Erasing(databases, ErasureList(settings.erasures)).purge(now)
    _record(databases, which="directory", key_id=plan.key_id)
    with progress(marked("重新封装个人钥匙")) as report:
        done = key_rotation.rotate_wrapping_key(databases, settings.home, now, report)
    told = marked("新钥匙 {key_id} 已启用，重新封装了 {rows} 把个人钥匙，旧钥匙已销毁。")
    tell(told, key_id=done.key_id, rows=done.rows)
    tell(marked("请重新备份数据和钥匙：旧备份里的姓名要用旧钥匙才打得开。"))


def _rotate_tokens(settings: Settings, databases: Databases, *, dry_run: bool) -> None:
    present = Keys.open(settings.home)
    if dry_run:
        tell(marked("现在签发二维码的钥匙是 {key_id}。"), key_id=present.token_key_current)
        return
    _record(databases, which="tokens", key_id=max(present.tokens) + 1)
    key_id = key_rotation.rotate_token_key(settings.home)
    tell(marked("新的二维码用钥匙 {key_id} 签发；已印出的卡和海报照常有效。"), key_id=key_id)


def _record(databases: Databases, *, which: str, key_id: int) -> None:
    facts = {"key": which, "key_id": key_id}
    AuditLog(databases.audit, databases.audit_read).record("keys_rotated", SystemClock().now(), facts=facts)
