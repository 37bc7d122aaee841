"""Refusals worth seeing go into the audit log: who tried what they may not, and ids tried one after the other.

Noting one costs no write while the caller waits. So few are kept an hour that a flood cannot fill the disk, and what
was noted in the last second is lost when the process dies: nothing that was done depends on it.
"""

from collections import deque
from datetime import datetime
from threading import Lock
from typing import Final, NamedTuple
from uuid import UUID

from ledger.kernel.ids import MemberId
from ledger.store.audit_log import AuditLog
from ledger.store.limits import LocalLimits, Rate
from ledger.store.sessions import Sessions

WORTH_SEEING: Final = frozenset(
    {"not-permitted", "step-up-needed", "cross-origin", "too-many-tries", "too-many-attempts", "unknown-host"}
)
OWN: Final = "own-"
"""How the codes begin that say: not in your own affairs."""
UNKNOWN: Final = "unknown-id"
UNKNOWN_IDS: Final = Rate(20, 600)
"""So many ids that are nobody's, or not theirs, somebody may try before it looks like probing. Our default."""
A_CALLER: Final = Rate(5, 3_600)
"""Of one code by one caller. Our default: who tries a hundred times is seen five times an hour."""
ALL_CALLERS: Final = Rate(200, 3_600)
"""Over all workers. At 300 bytes each, a flood that never ends fills 265 MB in the time that refusals are kept."""
WAITING_MAX: Final = 1_000


class Noted(NamedTuple):
    """One refusal. token: SHA-256 of the session's token, None without one. path: the template, never what was sent."""

    at: datetime
    code: str
    method: str
    path: str
    token: bytes | None
    subject: UUID | None


class RefusalsSeen:
    """Notes refusals from any thread and writes them when told to."""

    def __init__(self, audit_log: AuditLog, limits: LocalLimits, sessions: Sessions) -> None:
        self._audit_log = audit_log
        self._limits = limits
        self._sessions = sessions
        self._waiting: deque[Noted] = deque(maxlen=WAITING_MAX)
        self._writing = Lock()

    def note(self, noted: Noted, caller: str) -> None:
        """Keep a refusal for `write`, if it is worth seeing. caller: whose tries are counted together."""
        at = noted.at
        if noted.code == UNKNOWN:
            worth = self._limits.hit(f"unknown-ids:{caller}", UNKNOWN_IDS, at) is not None
        else:
            worth = noted.code in WORTH_SEEING or noted.code.startswith(OWN)
        if not worth or self._limits.hit(f"refused:{noted.code}:{caller}", A_CALLER, at) is not None:
            return
        if self._limits.hit("refused", ALL_CALLERS, at) is None:
            self._waiting.append(noted)

    def write(self, now: datetime) -> int:
        """Record what was noted; how many. now: aware. What cannot be written now is tried again at the next call."""
        with self._writing:
            return self._write(now)

    def _write(self, now: datetime) -> int:
        written = 0
        while self._waiting:
            noted = self._waiting[0]
            self._audit_log.record(
                "refused",
                noted.at,
                actor=self._actor(noted.token, now),
                subject=noted.subject,
                facts={"code": noted.code, "method": noted.method, "path": noted.path},
            )
            self._waiting.popleft()
            written += 1
        return written

    def _actor(self, token: bytes | None, now: datetime) -> MemberId | None:
        found = None if token is None else self._sessions.lookup_any(token, now)
        return found.member if found else None
