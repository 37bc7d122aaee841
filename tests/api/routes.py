"""Every route of the application, found by walking it."""

from collections.abc import Iterator
from typing import NamedTuple
from uuid import uuid4

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute


class Endpoint(NamedTuple):
    """A method on a path of ours. The framework adds OPTIONS by itself, which the guard refuses."""

    method: str
    path: str
    handler: HTTPRouteHandler

    @property
    def permission(self) -> object:
        return self.handler.opt.get("permission")

    def url(self) -> str:
        parts = (str(uuid4()) if part.startswith("{") else part for part in self.path.split("/"))
        return "/".join(parts)


def endpoints(app: Litestar) -> Iterator[Endpoint]:
    for route in app.routes:
        assert isinstance(route, HTTPRoute), route
        for handler in route.route_handlers:
            for method in handler.http_methods:
                if method != "OPTIONS":
                    yield Endpoint(str(method), route.path_format, handler)
