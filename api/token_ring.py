"""The keys of printed and shown codes under a running process: a new one in the file is noticed, no restart is needed.

A new key verifies at once and signs a little later, when every other process has seen it too.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Final

from qr.keys import TokenKeys

SIGNS_AFTER: Final = timedelta(seconds=10)
"""Every process looks once a second."""


class TokenRing:
    """Holds the ring that counts now, and looks for a newer one when told to.

    file: where the keys are. read: gives what is in it now, by key id, the one that signs last.
    """

    def __init__(self, file: Path, read: Callable[[Path], Mapping[int, bytes]]) -> None:
        self._file = file
        self._read = read
        self._lock = Lock()
        self._seen = self._stamp()
        self._next: tuple[int, datetime] | None = None
        keys = read(file)
        self.ring = TokenKeys(list(keys)[-1], keys)

    def look(self, now: datetime) -> None:
        """Take over what the file has by now. now: aware. Raises KeyFault for a file that cannot be trusted."""
        with self._lock:
            stamp = self._stamp()
            if stamp != self._seen:
                keys = self._read(self._file)
                newest = list(keys)[-1]
                known = self.ring.current in keys
                self._next = (newest, now + SIGNS_AFTER)
                self.ring = TokenKeys(self.ring.current if known else newest, keys)
                self._seen = stamp
            elif self._next is not None and self._next[1] <= now:
                self.ring = TokenKeys(self._next[0], self.ring.keys)
                self._next = None

    def _stamp(self) -> tuple[int, int]:
        found = self._file.stat()
        return found.st_ino, found.st_mtime_ns
