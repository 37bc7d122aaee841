"""The plain pages: rendered by the server, without scripts."""

from typing import Any

HANDLERS: list[Any] = []
