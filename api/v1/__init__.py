"""The JSON interface, one file a resource. Paths are written without `/v1`, below which they all stand."""

from typing import Any

from api.v1 import sessions

HANDLERS: list[Any] = [
    *sessions.HANDLERS,
]
