"""Everything one process works with, opened once and closed once. Only `api.wiring` builds it; handlers only use it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from msgspec import Struct
from sqlalchemy import Connection

from api.settings import Settings
from ledger.kernel.calendar import WorkingDays
from ledger.kernel.clock import Clock
from ledger.store.directory import Directory
from ledger.store.feed import LogFeed
from ledger.store.limits import Limits, LocalLimits
from ledger.store.sessions import Sessions
from ledger.store.sign_in_codes import SignInCodes
from ledger.store.writer import Writer
from projections.engine import Engine
from qr.keys import TokenKeys


class Chore(Protocol):
    """Something done again and again in the background."""

    def __call__(self, now: datetime) -> object: ...


class Deployment(Struct, frozen=True):
    """The parts by name. views: opens a read-only connection to the read models."""

    settings: Settings
    clock: Clock
    calendar: WorkingDays
    ledger: Writer
    feed: LogFeed
    figures: Engine
    directory: Directory
    sessions: Sessions
    sign_in_codes: SignInCodes
    limits: Limits
    local_limits: LocalLimits
    tokens: TokenKeys
    views: Callable[[], AbstractContextManager[Connection]]
    close: Callable[[], None]

    def caught_up(self, position: int) -> bool:
        """Whether the read models have reached `position`, waiting at most 2 s."""
        return self.figures.wait_for(position, timeout=2.0)
