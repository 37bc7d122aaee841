"""Logs as JSON lines on standard error. Of what went wrong they tell the type and the places, never the words.

An exception's words and its local variables hold what people sent: a body, a token, a row. They stay out of every log.
"""

import logging
import sys
import traceback
from typing import Any

import structlog
from structlog.typing import EventDict

from projections.live import Parked

FRAMES_MAX = 12


def configure() -> None:
    """Send structlog's and the standard library's logs to standard error, one JSON object a line.

    Whatever was configured before stays as it is.
    """
    if not structlog.is_configured():
        _configure_structlog()
    if not logging.getLogger().handlers:
        logging.getLogger().addHandler(_Passed(logging.WARNING))


def _configure_structlog() -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _places,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=lambda *_: structlog.WriteLogger(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )


def trace(error: BaseException) -> dict[str, Any]:
    """The type of `error` and of what caused it, and the places it came from, the deepest last."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES_MAX:]
    cause = error.__cause__ or error.__context__
    return {
        "error": type(error).__qualname__,
        "cause": type(cause).__qualname__ if cause else None,
        "places": [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames],
    }


def tell_of_parked(parked: Parked) -> None:
    """The alarm of the read models: which one stopped, at which event, because of what kind of failure."""
    log = structlog.get_logger("linli.figures")
    log.error("read model parked", projection=parked.projection, position=parked.position, kind=parked.kind)


def tell_of_broken(people: int) -> None:
    """The alarm of the search: so many people have something stored that does not open, and cannot be found."""
    structlog.get_logger("linli.finding").error(
        "people left out of searching: what is stored does not open", people=people
    )


class _Passed(logging.Handler):
    """Hands records of the standard library to structlog. Arguments are left out: they may hold data."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        structlog.get_logger(record.name).log(record.levelno, str(record.msg), exc_info=error)


def _places(_logger: Any, _method: str, event: EventDict) -> EventDict:
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    return {**event, **trace(error)} if isinstance(error, BaseException) else event


def _short(file: str) -> str:
    return "/".join(file.split("/")[-3:])
