"""The one shape of an operation that runs one command: POST, a declared permission, a strict body, its outcome."""

from collections.abc import Callable
from typing import Any

from litestar import post
from litestar.handlers import HTTPRouteHandler
from msgspec import Struct

from api.answers import answers
from api.decoding import Strict
from api.identity import Declared, needs
from ledger.application.work import Outcome


def commanding(
    path: str, needed: Declared | dict[str, Any], tag: str, *, body: type[Struct] | None = None, status: int = 200
) -> Callable[[Callable[..., Any]], HTTPRouteHandler]:
    """Make a handler of a function that submits one command and gives what was `written`.

    needed: what a caller must be, or a whole `needs(...) | STEP_UP`. tag: its part of the description. body: read
    strictly; None where there is none. status: of success, 201 where something new can be named from now on.
    """
    reading: dict[str, Any] = {"dto": Strict[body], "return_dto": None} if body else {}  # pyright: ignore[reportGeneralTypeIssues, reportInvalidTypeForm] - the parameter is the type
    opt = needed if isinstance(needed, dict) else needs(needed)
    return post(path, opt=opt, status_code=status, responses=answers(Outcome, status), tags=[tag], **reading)
