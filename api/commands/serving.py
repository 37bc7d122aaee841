"""`linli serve`: one process that answers, or several on PostgreSQL."""

import asyncio
import socket
from collections.abc import Callable

import click
import uvicorn
from litestar.types import ASGIApp
from uvicorn.supervisors import Multiprocess

from api.app import build_app
from api.commands.speech import stop, tell
from api.languages import marked
from api.settings import Settings, from_environment
from api.wiring import open_deployment


def application() -> ASGIApp:
    """The application from the environment's settings: what every serving process builds."""
    return build_app(open_deployment(from_environment()))


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
@click.option("--workers", default=1, show_default=True, help="进程数，多于 1 个只用于 PostgreSQL / processes")
def serve(workers: int) -> None:
    """启动服务 / Serve."""
    settings = from_environment()
    if workers > 1 and settings.database_url is None:
        stop(marked("内置数据库只用一个进程；多个进程请设置 LINLI_DATABASE_URL。"))
    run(settings, workers=workers, announce=lambda: tell(marked("已就绪：{url}"), url=settings.origin))


def run(settings: Settings, *, workers: int, announce: Callable[[], None]) -> None:
    """Answer until told to stop. uvicorn measured as fast here as the alternatives and runs in this process."""
    config = uvicorn.Config(
        "api.commands.serving:application",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=workers,
        access_log=False,
        log_level="warning",
        proxy_headers=False,
        server_header=False,
        date_header=True,
        loop="uvloop",
        http="httptools",
        timeout_graceful_shutdown=10,
    )
    if workers == 1:
        AnnouncingServer(config, announce).run()
    else:
        announce()
        Multiprocess(config, sockets=[config.bind_socket()]).run()
