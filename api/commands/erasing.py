"""`linli erase`: everything that is held about somebody who left or died, gone for ever."""

from typing import Any, get_args

import click
from msgspec import convert

from api.commands.people import running
from api.commands.speech import stop, tell
from api.deployment import Deployment
from api.erasing import ErasureReason, erase, require_erasable, witness_refusal
from api.languages import marked
from api.sentences import REFUSALS
from api.settings import from_environment
from api.strict_requests import ID
from ledger.kernel.ids import MemberId
from ledger.kernel.refusal import Refusal
from projections import people


@click.command("erase")
@click.argument("member")
@click.option(
    "--reason",
    type=click.Choice(get_args(ErasureReason)),
    default="asked",
    show_default=True,
    help="原因代码 / why, a code",
)
@click.option("--dry-run", is_flag=True, help="只查看，不清除 / look only")
def erase_member(member: str, reason: ErasureReason, dry_run: bool) -> None:
    """清除一位已退出或去世居民的全部个人资料（编号或 id），不能恢复 / Erase somebody who left or died, for ever."""
    with running(from_environment()) as deployment:
        found = _member(deployment, member)
        try:
            with deployment.views() as connection:
                registrations = require_erasable(deployment, connection, found)
        except Refusal as refusal:
            witness_refusal(deployment, found, refusal, actor=None)
            stop(REFUSALS[refusal.code])
        _tell_held(deployment, found)
        if dry_run:
            tell(marked("没有改动，只是查看。"))
            return
        done = erase(deployment, registrations, reason, actor=None)
    tell(marked("已清除。清除名单第 {number} 条，积分账目没有变。"), number=done.number)
    if done.files_clean is None:
        tell(marked("数据库文件里的残留正在清理，一天之内完成。"))
    if done.key_due is not None:
        told = marked("PostgreSQL 的旧页和日志里还有加密的残留；钥匙在 {at} UTC 之前换掉，之后谁也打不开。")
        tell(told, at=f"{done.key_due:%Y-%m-%d %H:%M}")
        tell(marked("不想等，就运行 linli keys rotate directory。"))


def _member(deployment: Deployment, given: str) -> MemberId:
    """By id, or by the running number while there is one."""
    if ID.fullmatch(given):
        found = convert(given, MemberId)
        with deployment.views() as connection:
            if people.member(connection, found) is None:
                stop(marked("没有这位居民：{given}。"), given=given)
        return found
    numbered = deployment.directory.find("member_number", given)
    if not numbered:
        stop(marked("没有居民编号 {number}。"), number=given)
    return MemberId(numbered[0])


def _tell_held(deployment: Deployment, member: MemberId) -> None:
    held: dict[str, Any] = {
        "fields": len(deployment.directory.read_all(member)),
        "cards": len(deployment.directory.cards_of([member])),
        "credentials": len(deployment.credentials.has(member)),
    }
    tell(marked("现有：资料 {fields} 项，卡 {cards} 张，登录凭据 {credentials} 项。"), **held)
