"""The thread that keeps the people of this process found: made once at the start, tidied every second."""

from threading import Event
from typing import Final

import structlog

from api.deployment import Finder
from api.logs import trace

log = structlog.get_logger("linli.finding")

FIRST_AFTER_SECONDS: Final = 0.5
"""The first requests after a start are answered first; the index takes seconds of processor time."""
TICK_SECONDS: Final = 1.0
RENEWED_AFTER_TICKS: Final = 60


def keep_people_found(finder: Finder, stopping: Event) -> None:
    """Run until `stopping`. What fails is logged and done again a second later."""
    ticks, wait = 0, FIRST_AFTER_SECONDS
    while not stopping.wait(wait):
        try:
            if ticks == 0:
                finder.make(stopping.is_set)
            elif ticks % RENEWED_AFTER_TICKS == 0:
                finder.renew(stopping.is_set)
            finder.tidy()
            ticks += 1
        except Exception as error:  # noqa: BLE001 (the edge of the thread: searching must come back by itself)
            log.error("people not found anew", **trace(error))
        wait = TICK_SECONDS
