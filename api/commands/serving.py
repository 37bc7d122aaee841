"""`linli serve`: one process that answers, or several on PostgreSQL."""

import asyncio
import os
import socket
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager, suppress

import click
import uvicorn
from litestar.types import ASGIApp
from uvicorn.supervisors import Multiprocess

from api.app import build_app
from api.background import settle_memory
from api.commands.speech import REFUSED, stop, tell
from api.deployment import DATABASE_FAULTS, Deployment
from api.languages import marked
from api.settings import Settings, from_environment
from api.wiring import open_deployment

SETTINGS_LOOKED_AT = 1_000
"""More changes than three years of them have."""
FACT_CHARACTERS_MAX = 120
_NO_BRACKETS = str.maketrans("[]", "--")


def application() -> ASGIApp:
    """The application from the environment's settings: what every serving process builds."""
    deployment = open_deployment(from_environment())
    deployment.figures.require_whole_log()
    with suppress(*DATABASE_FAULTS):
        # A full disk does not keep anybody from reading; the next start tells it.
        record_settings(deployment)
    app = build_app(deployment)
    app.on_startup.append(settle_memory)
    return app


def record_settings(deployment: Deployment) -> None:
    """Tell the audit log what was set, where it is not what an earlier start told."""
    settings = deployment.settings
    facts: dict[str, str | int] = {
        "database": "postgresql" if settings.database_url else "sqlite",
        "public_url": (settings.public_url or "").translate(_NO_BRACKETS)[:FACT_CHARACTERS_MAX],
        "demonstration": int(settings.demonstration),
        "trusts_clock": int(settings.trusts_clock),
        "trusted_proxies": len(settings.trusted_proxies),
        "short_messages": settings.short_messages[:FACT_CHARACTERS_MAX],
    }
    told = deployment.audit_log.page(0, SETTINGS_LOOKED_AT, kinds=["settings_changed"])
    if not told or told[-1].facts != facts:
        deployment.audit_log.record("settings_changed", deployment.clock.now(), facts=facts)


class AnnouncingServer(uvicorn.Server):
    """Says that it is ready once it really answers."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then announce."""
        await super().startup(sockets)
        if self.started:
            await asyncio.to_thread(self._announce)


@click.command()
@click.option(
    "--workers",
    type=click.IntRange(min=1, max=64),
    default=1,
    show_default=True,
    help="进程数，多于 1 个只用于 PostgreSQL / how many processes; more than one only on PostgreSQL",
)
def serve(workers: int) -> None:
    """启动服务，直到叫它停 / Answer people and programs until told to stop."""
    if workers > 1 and from_environment().database_url is None:
        stop(marked("内置数据库只用一个进程；多个进程请设置 LINLI_DATABASE_URL。"))
    with listening() as (settings, listener):
        if workers > 1:
            # What is wrong with the set-up is told here, once, and not by each process for ever.
            deployment = open_deployment(settings)
            with closing(deployment):
                deployment.figures.require_whole_log()
        run(settings, listener, workers=workers, announce=lambda: _announce(settings))


@contextmanager
def listening() -> Generator[tuple[Settings, socket.socket]]:
    """Take the port before anything else is begun. Gives the settings with the port that was taken."""
    settings = from_environment()
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listener = socket.create_server((settings.host, settings.port), family=family)
    except OSError as fault:
        told = marked("{host} 的 {port} 端口用不了（{reason}）。请停掉占用它的程序，或者换一个 PORT。")
        stop(told, host=settings.host, port=settings.port, reason=str(fault.strerror).partition(" (")[0])
    with closing(listener):
        os.environ["PORT"] = str(listener.getsockname()[1])
        yield from_environment(), listener


def run(settings: Settings, listener: socket.socket, *, workers: int, announce: Callable[[], None]) -> None:
    """Answer until told to stop. uvicorn measured as fast here as the alternatives and runs in this process."""
    config = uvicorn.Config(
        "api.commands.serving:application",
        factory=True,
        workers=workers,
        access_log=False,
        log_config=None,
        log_level="warning",
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        server_header=False,
        date_header=True,
        loop="uvloop",
        http="httptools",
        ws="none",
        timeout_graceful_shutdown=10,
    )
    if workers > 1:
        tell(marked("{workers} 个进程正在启动：{url}"), workers=workers, url=settings.origin)
        listener.set_inheritable(True)
        Multiprocess(config, sockets=[listener]).run()
        return
    server = AnnouncingServer(config, announce)
    # Ctrl+C is how people stop it: nothing went wrong.
    with suppress(KeyboardInterrupt):
        server.run(sockets=[listener])
    if not server.started:
        raise SystemExit(REFUSED)


def _announce(settings: Settings) -> None:
    tell(marked("已就绪：{url}"), url=settings.origin)
    if not settings.secure:
        tell(marked("没有 https，网页上不能登录：请放在 https 后面，并把网址写进 LINLI_PUBLIC_URL。"))
