"""Sends the demonstration's commands to the ledger in order, many at a time, and notices whatever was refused.

Keys are counted up, so that a demonstration that was interrupted and starts again replays what it had already done.
"""

from collections import Counter, deque
from concurrent.futures import Future
from datetime import datetime
from typing import Any

from ledger.application.ports import Answer, Call, CommandKey, Ledger, Refused
from ledger.application.work import UseCase
from ledger.kernel.ids import SYSTEM, MemberId

OPEN_MAX = 256
"""How many commands may be under way: enough to fill the writer's batches, little enough to keep memory flat."""


class UnexpectedRefusal(Exception):
    """The demonstration asked for something the rules do not allow: a mistake in the demonstration."""


class Sender:
    """One line of commands; `expected` refusals are counted, all others stop the demonstration."""

    def __init__(self, ledger: Ledger, scope: str = "demonstration") -> None:
        self.accepted: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self._ledger = ledger
        self._scope = scope
        self._open: deque[tuple[Future[Answer], str, frozenset[str]]] = deque()
        self._number = 0

    def send(
        self,
        use_case: UseCase[Any],
        asked: Any,
        *,
        actor: MemberId = SYSTEM,
        at: datetime,
        expected: frozenset[str] = frozenset(),
    ) -> Future[Answer]:
        """Queue one command; blocks only while too many are under way."""
        self._number += 1
        key = CommandKey(self._scope, str(self._number), b"")
        future = self._ledger.submit(Call(use_case, asked, actor, key, at), lane="back")
        self._open.append((future, use_case.name, expected))
        while len(self._open) > OPEN_MAX:
            self._settle()
        return future

    def wait(self) -> None:
        """Until everything sent so far is answered."""
        while self._open:
            self._settle()

    def _settle(self) -> None:
        future, name, expected = self._open.popleft()
        result = future.result().result
        if not isinstance(result, Refused):
            self.accepted[name] += 1
        elif result.code in expected:
            self.refused[result.code] += 1
        else:
            raise UnexpectedRefusal(f"{name}: {result.code} {result.facts}")
