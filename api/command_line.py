"""`linli`: the command line. Exit codes: 0 done, 1 refused or found wrong, 2 wrong usage."""

import click

from api import logs
from api.commands.checking import rebuild, verify
from api.commands.demonstrating import demo
from api.commands.documents import docs
from api.commands.erasing import erase_member
from api.commands.importing import import_
from api.commands.keeping import backup, migrate, restore, sweep
from api.commands.keys import keys
from api.commands.people import admin
from api.commands.serving import serve
from api.commands.speech import language, stop
from api.deployment import DATABASE_FAULTS
from api.languages import marked
from api.sentences import FAULTS
from api.settings import BadSetting
from ledger.application.ports import LedgerBusy
from ledger.store.codec import UnreadableEvent
from ledger.store.erasure_list import ErasureListFault
from ledger.store.keys import KeyFault
from ledger.store.refused_settings import DatabaseMissing, NewerTables, UnsafeSettings
from ledger.store.working_calendar import CalendarFault
from projections.engine import LogCutShort

SET_UP_FAULTS = (KeyFault, ErasureListFault, UnsafeSettings, DatabaseMissing, NewerTables, CalendarFault)


@click.group()
@click.version_option(package_name="linli")
def commands() -> None:
    """邻里账本：社区志愿服务、积分与照护时间 / A ledger of volunteer service, points and hours of care."""
    logs.configure()


for command in (
    serve,
    demo,
    migrate,
    admin,
    import_,
    sweep,
    rebuild,
    verify,
    backup,
    restore,
    docs,
    erase_member,
    keys,
):
    commands.add_command(command)

CUT_SHORT = marked(
    "账本末尾少了记录：现有 {newest} 条，{names} 见过第 {reached} 条。请运行 linli verify，查清后再运行 linli rebuild。"
)
SETTINGS = {
    "LINLI_HOME": "数据目录，缺省 ./var / data folder, ./var by default",
    "LINLI_DATABASE_URL": "PostgreSQL 地址，缺省用内置数据库 / address of PostgreSQL; embedded by default",
    "LINLI_PUBLIC_URL": "人们打开的网址，印在码上 / what people open, and what is printed in codes",
    "HOST, PORT": "在哪里听，缺省 127.0.0.1:8000 / where to listen, 127.0.0.1:8000 by default",
    "LINLI_PROGRAMME": "积分项目的名称 / what the points programme is called",
    "LINLI_CARE_PROGRAMME": "照护时间项目的名称 / what the care programme is called",
    "LINLI_ALLOWED_HOSTS": "人们可以用的主机名，缺省是公开网址的 / names people ask by; the public URL's by default",
    "LINLI_TRUSTED_PROXIES": "前面代理的地址或网段 / addresses or networks of proxies in front",
    "LINLI_SMS": "谁送短信：outbox（文件）、off、“模块:类” / who carries messages: outbox (files), off, module:class",
    "LINLI_ERASURES": "清除名单的目录，缺省在数据目录里 / folder of the erasure list, in the data folder by default",
    "LINLI_TRUST_CLOCK": "1：时钟是对的，账本里有日期更晚的事件 / 1: the clock is right though events are dated later",
    "LINLI_LANGUAGE": "zh-CN 或 en / zh-CN or en",
}


def main() -> None:
    """The entry point: faults of the set-up are one line and exit code 1, never a trace."""
    told_in(commands, language())
    lines = [f"{name:22} {half(text, language())}" for name, text in SETTINGS.items()]
    commands.epilog = "\n".join(["\b", *lines])
    try:
        commands()
    except BadSetting as fault:
        stop(fault.sentence, **fault.facts)
    except SET_UP_FAULTS as fault:
        stop(marked("没有办成：{reason}"), reason=fault)
    except LogCutShort as cut:
        stop(CUT_SHORT, newest=cut.newest, names=", ".join(cut.ahead), reached=max(cut.ahead.values()))
    except LedgerBusy as busy:
        stop(FAULTS[busy.code])
    except UnreadableEvent as fault:
        stop(marked("账本里有读不出来的事件，请运行 linli verify：{reason}"), reason=fault)
    except OSError as fault:
        stop(marked("没有办成：{reason}"), reason=f"{fault.strerror}: {fault.filename}")
    except DATABASE_FAULTS as fault:
        # The first line says what is wrong; the rest may be a statement and its values.
        reason = str(getattr(fault, "orig", None) or fault).splitlines()[0]
        stop(marked("数据库连不上，或者不能用：{reason}"), reason=reason)


def told_in(command: click.Command, chosen: str) -> None:
    """Keep of every help text, written `中文 / English`, what is in the language `chosen`."""
    command.help = half(command.help or "", chosen)
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            parameter.help = half(parameter.help or "", chosen)
    if isinstance(command, click.Group):
        for one in command.commands.values():
            told_in(one, chosen)


def half(text: str, chosen: str) -> str:
    """The half of `中文 / English` in the language `chosen`; a text of one half is for both."""
    chinese, _, english = text.partition(" / ")
    return english if english and chosen == "en" else chinese.rstrip()
