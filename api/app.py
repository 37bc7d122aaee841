"""The application: every route, the guard before them and the problem documents behind them."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import structlog
from litestar import Litestar, Request, Response, Router
from litestar.datastructures import CacheControlHeader
from litestar.di import Provide
from litestar.exceptions import HTTPException, InternalServerException
from litestar.static_files import create_static_files_router  # pyright: ignore[reportUnknownVariableType]  # PathLike of anything

from api import health, logs, pages, problems, reference, v1
from api.access_log import Served, access_log
from api.background import Background
from api.deployment import Deployment
from api.heads import answering_heads
from api.identity import PUBLIC, guard, needs
from api.metrics import Meters
from api.pages import failing
from api.readers import page
from api.settings import BODY_BYTES_MAX
from api.strict_requests import body_is_there, strict_request

log = structlog.get_logger("linli")

STATIC = Path(__file__).parent / "pages" / "static"
STATIC_SECONDS = 3600
"""Browsers keep the stylesheet so long; a new release is seen within the hour."""


class StartFailed(Exception):
    """The background could not be started; the log says where."""


def build_app(deployment: Deployment) -> Litestar:
    """The application that serves `deployment`. Its lifespan starts the background threads and stops them."""
    logs.configure()
    json_interface = Router(
        "/v1",
        route_handlers=list(v1.HANDLERS),
        guards=[strict_request],
        before_request=body_is_there,
        dependencies={"page": Provide(page, sync_to_thread=False)},
    )
    static = create_static_files_router(
        "/static",
        [STATIC],
        opt=needs(PUBLIC),
        cache_control=CacheControlHeader(public=True, max_age=STATIC_SECONDS),
        exception_handlers=dict.fromkeys((ValueError, InternalServerException), problems.no_such_path),
        include_in_schema=False,
    )
    app = Litestar(
        route_handlers=[json_interface, *health.HANDLERS, *pages.HANDLERS, static],
        guards=[guard],
        exception_handlers={**problems.HANDLERS, HTTPException: _not_served},
        lifespan=[_running],
        openapi_config=reference.config(),
        request_max_body_size=BODY_BYTES_MAX,
        logging_config=None,
        debug=False,
        pdb_on_exception=False,
    )
    app.state.deployment = deployment
    app.state.meters = Meters(deployment)

    def observe(served: Served) -> None:
        app.state.meters.observe(served)

    app.asgi_handler = access_log(answering_heads(app.asgi_handler), observe, over_https=deployment.settings.secure)
    return app


def _not_served(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """Paths and methods that nobody serves: a page for who asked with a browser, a problem for a program."""
    wants_page = "text/html" in request.headers.get("accept", "")
    return failing.http(request, error) if wants_page else problems.http(request, error)


@asynccontextmanager
async def _running(app: Litestar) -> AsyncGenerator[None]:
    background = Background(app.state.deployment)
    try:
        await asyncio.to_thread(background.start)
    except Exception as error:  # noqa: BLE001 (the edge: whatever it is, it ends the start)
        log.error("start failed", **logs.trace(error))
        # The server prints what it gets: the words of a fault may hold data.
        raise StartFailed from None
    try:
        yield
    finally:
        await asyncio.to_thread(background.stop)
