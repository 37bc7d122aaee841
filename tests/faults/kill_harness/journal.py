"""The journal of answers: one line for each command sent and one for its answer, on the disk before anything goes on.

It is kept by the people's process, which nobody kills, and believed above everything the server says later.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Lock
from typing import Final
from uuid import UUID

import msgspec
from msgspec import Struct

from ledger.kernel.ids import MemberId

ANSWERS_WITHIN_SECONDS: Final = 150
LOOKS_EVERY_SECONDS: Final = 0.005


class Sent(Struct, frozen=True, tag="sent"):
    """A command on its way. key: its Idempotency-Key. body: the text it was sent with, "" for none."""

    key: str
    actor: MemberId
    path: str
    body: str


class Answered(Struct, frozen=True, tag="answered"):
    """What came back. position: the ledger's, as it was told; None where none was. digest: of an outcome's bytes.

    redemption: the one it spoke of. replayed: it was given before. tries: how often it was sent, this one counted.
    """

    key: str
    status: int
    code: str
    position: int | None
    digest: str
    redemption: UUID | None
    replayed: bool
    tries: int

    @property
    def accepted(self) -> bool:
        return self.status < 300

    def says(self) -> tuple[object, ...]:
        """What every further answer under the same key must say as well."""
        return self.status, self.code, self.position, self.digest, self.redemption


_ANSWERED_MARK: Final = b'"type":"answered"'
_decoder = msgspec.json.Decoder(Sent | Answered)


class Pen:
    """Writes the journal, for several threads."""

    def __init__(self, file: Path) -> None:
        self._descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._lock = Lock()

    def write(self, line: Sent | Answered) -> None:
        """Append a line and wait until it is on the disk."""
        with self._lock:
            os.write(self._descriptor, msgspec.json.encode(line) + b"\n")
            os.fsync(self._descriptor)


class Journal:
    """The journal as the one who kills and the one who judges read it."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._read_to = 0

    def wait_for_answers(self) -> None:
        """Until somebody is answered from now on."""
        self._answered()
        deadline = time.monotonic() + ANSWERS_WITHIN_SECONDS
        while not self._answered():
            assert time.monotonic() < deadline, "nobody was answered any more"
            time.sleep(LOOKS_EVERY_SECONDS)

    def lines(self) -> Iterator[Sent | Answered]:
        """Everything written so far."""
        with self.file.open("rb") as opened:
            for line in opened:
                yield _decoder.decode(line)

    def _answered(self) -> bool:
        """Whether an answer was written since the last call."""
        if not self.file.exists():
            return False
        with self.file.open("rb") as opened:
            opened.seek(self._read_to)
            fresh = opened.read()
        self._read_to += len(fresh)
        return _ANSWERED_MARK in fresh
