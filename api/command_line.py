"""`linli`: the command line. Exit codes: 0 done, 1 refused or found wrong, 2 wrong usage."""

import click

from api.commands.checking import rebuild, verify
from api.commands.demonstrating import demo
from api.commands.documents import docs
from api.commands.importing import import_
from api.commands.keeping import backup, migrate, restore, sweep
from api.commands.people import admin
from api.commands.serving import serve
from api.commands.speech import REFUSED
from ledger.store.keys import KeyFault
from ledger.store.refused_settings import DatabaseMissing, NewerTables, UnsafeSettings
from ledger.store.working_calendar import CalendarFault

SET_UP_FAULTS = (KeyFault, UnsafeSettings, DatabaseMissing, NewerTables, CalendarFault)


@click.group()
@click.version_option(package_name="linli")
def commands() -> None:
    """Linli 邻里账本：社区志愿服务、积分与照护时间的账本。

    LINLI_HOME 数据目录 / data folder, LINLI_DATABASE_URL (PostgreSQL), LINLI_PUBLIC_URL, PORT.
    """


for command in (serve, demo, migrate, admin, import_, sweep, rebuild, verify, backup, restore, docs):
    commands.add_command(command)


def main() -> None:
    """The entry point: faults of the set-up are one line and exit code 1, never a trace."""
    try:
        commands()
    except SET_UP_FAULTS as fault:
        click.echo(str(fault), err=True)
        raise SystemExit(REFUSED) from None
