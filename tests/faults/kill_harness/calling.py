"""One thread's telephone to the server: a command is sent under its key until it is answered, however often it breaks.

No answer, a busy ledger and too many tries are no answers; everything else is one, and goes into the journal.
"""

import hashlib
import time
from collections.abc import Mapping, Sequence
from http.client import HTTPConnection, HTTPException, HTTPResponse
from itertools import cycle
from typing import Any, Final
from uuid import UUID

import msgspec

from ledger.kernel.ids import MemberId

from .journal import Answered, Sent

PATIENCE_SECONDS: Final = 150
PAUSE_SECONDS: Final = 0.02
ANSWERS_WITHIN_SECONDS: Final = 15
TOO_MANY_TRIES: Final = 429
FIRST_REFUSING_STATUS: Final = 300


class Unanswered(Exception):
    """A command was sent again and again for `PATIENCE_SECONDS`."""


class Telephone:
    """A connection that is opened anew whenever it broke. Used by one thread."""

    def __init__(self, port: int, tokens: Mapping[MemberId, Sequence[str]]) -> None:
        self._port = port
        self._tokens = {member: cycle(given) for member, given in tokens.items()}
        self._connection: HTTPConnection | None = None

    def ask(self, sent: Sent) -> Answered:
        """Send it until it is answered."""
        deadline, tries = time.monotonic() + PATIENCE_SECONDS, 0
        while time.monotonic() < deadline:
            tries += 1
            try:
                response, body = self._try(sent)
            except (OSError, HTTPException):
                self.hang_up()
                time.sleep(PAUSE_SECONDS)
                continue
            if response.status == TOO_MANY_TRIES or response.status >= 500:
                time.sleep(PAUSE_SECONDS)
                continue
            return _answered(sent, response, body, tries=tries)
        raise Unanswered(f"{sent.path} under {sent.key}")

    def hang_up(self) -> None:
        """Close the connection; the next try opens another, perhaps to another process."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _try(self, sent: Sent) -> tuple[HTTPResponse, bytes]:
        if self._connection is None:
            self._connection = HTTPConnection("127.0.0.1", self._port, timeout=ANSWERS_WITHIN_SECONDS)
        headers = {"Authorization": f"Bearer {next(self._tokens[sent.actor])}", "Idempotency-Key": sent.key}
        if sent.body:
            headers["Content-Type"] = "application/json"
        self._connection.request("POST", sent.path, sent.body.encode(), headers)
        response = self._connection.getresponse()
        return response, response.read()


def _answered(sent: Sent, response: HTTPResponse, body: bytes, *, tries: int) -> Answered:
    told: Any = msgspec.json.decode(body)
    position = response.getheader("Ledger-Position")
    redemption = told.get("ids", {}).get("redemption")
    return Answered(
        key=sent.key,
        status=response.status,
        code=told["code"],
        position=int(position) if position else None,
        # A problem document names its request, so that no two are the same.
        digest=hashlib.sha256(body).hexdigest() if response.status < FIRST_REFUSING_STATUS else "",
        redemption=UUID(redemption) if redemption else None,
        replayed=response.getheader("Idempotent-Replayed") == "true",
        tries=tries,
    )
