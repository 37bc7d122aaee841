"""`linli demo`: the demonstration town, prepared once, then served with links and codes to begin with."""

import os

import click
from msgspec import Struct

from api.commands.serving import listening, run
from api.commands.speech import progress, stop, tell
from api.deployment import Deployment
from api.languages import marked
from api.settings import Settings, from_environment
from api.wiring import open_deployment
from demonstration.preparation import DAYS, World, may_be_prepared, open_today, prepare, shown_community
from ledger.kernel.clock import business_day
from ledger.store.sign_in_codes import spaced
from projections.due import DueOn
from qr.links import printed_link
from qr.rendering import terminal
from qr.tokens import Poster, sign

DAYS_MAX = 3 * 365
"""More would tell nothing new and take hours."""


class Shown(Struct, frozen=True):
    """What is printed: paths, one-time codes, and the link of the poster of today's activity."""

    kiosk: str
    poster: str
    staff_code: str
    approver_code: str
    keeper_code: str
    resident_code: str
    events: int


@click.command()
@click.option(
    "--days",
    type=click.IntRange(min=1, max=DAYS_MAX),
    default=DAYS,
    show_default=True,
    help="模拟多少天 / how many days to play",
)
@click.option("--prepare-only", is_flag=True, help="只准备数据，不启动服务 / only prepare the data, do not serve")
def demo(days: int, prepare_only: bool) -> None:
    """演示：彰武镇 16 个社区、1600 位虚构居民的一年，然后启动服务 / Play a year of a made-up town, then serve it."""
    os.environ["LINLI_DEMONSTRATION"] = "1"
    if prepare_only:
        settings = from_environment()
        _say_ready(settings, _prepared(settings, days))
        return
    with listening() as (settings, listener):
        shown = _prepared(settings, days)
        run(settings, listener, workers=1, announce=lambda: _show(settings, shown))


def _prepared(settings: Settings, days: int) -> Shown:
    deployment = open_deployment(settings)
    try:
        _refuse_other_ledger(deployment, settings)
        deployment.figures.prepare()
        deployment.ledger.start()
        now = deployment.clock.now()
        world = World(deployment.ledger, deployment.figures, DueOn(deployment.views), deployment.directory)
        with progress(marked("正在准备演示数据（{days} 天）"), days=days) as report:
            town = prepare(world, settings.home, today=business_day(now), days=days, progress=report)
        activity = open_today(world, town, today=business_day(now))
        deployment.figures.catch_up()
        community = shown_community(town)
        issue = deployment.sign_in_codes.issue
        return Shown(
            kiosk=f"/staff/activities/{activity}/kiosk",
            poster=printed_link(sign(Poster(activity), deployment.tokens), settings.origin),
            staff_code=spaced(issue(community.staff, "staff", now)),
            approver_code=spaced(issue(community.approver, "staff", now)),
            keeper_code=spaced(issue(community.keeper, "staff", now)),
            resident_code=spaced(issue(community.members[5], "activation", now)),
            events=deployment.feed.position(),
        )
    finally:
        deployment.ledger.stop()
        deployment.close()


def _refuse_other_ledger(deployment: Deployment, settings: Settings) -> None:
    """Made-up people never get into a ledger of real ones: nothing could take them out again."""
    first = next((notice.stream for notice in deployment.feed.page(0, 1)), None)
    if not may_be_prepared(settings.home, first):
        stop(
            marked("{place} 里已经有别的账本，演示不会写进去。请用另一个 LINLI_HOME 或空的数据库。"),
            place=settings.place,
        )


def _show(settings: Settings, shown: Shown) -> None:
    origin = settings.origin
    _say_ready(settings, shown)
    tell(marked("首页            {url}"), url=f"{origin}/")
    tell(marked("门口的签到屏幕  {url}"), url=f"{origin}{shown.kiosk}")
    tell(marked("今天活动的海报  {url}"), url=shown.poster)
    tell(marked("接口文档        {url}"), url=f"{origin}/schema")
    tell(marked("登录用的一次性码（在 {url} 输入，10 分钟内有效）："), url=f"{origin}/sign-in")
    tell(marked("  社区工作人员 {code}"), code=shown.staff_code)
    tell(marked("  审核人       {code}"), code=shown.approver_code)
    tell(marked("  积分超市     {code}"), code=shown.keeper_code)
    tell(marked("  居民         {code}"), code=shown.resident_code)
    tell(marked("用手机扫这个码打开今天的活动："))
    click.echo(terminal(shown.poster))
    tell(marked("按 Ctrl+C 停止；数据会保留，再次运行几秒就好。"))


def _say_ready(settings: Settings, shown: Shown) -> None:
    ready = marked("演示已就绪：{programme}，{events} 条记录，数据在 {place}")
    tell(ready, programme=settings.programme, events=shown.events, place=settings.place)
