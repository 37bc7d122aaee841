"""`python -m tests.faults.guessing.counting serve`: the server as it is, writing down every PIN that it really weighs.

Its serving processes import this module anew, so what it replaces is replaced in each of them.
"""

import os
import time
from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import Final

from api.background import Background
from api.command_line import main
from ledger.store.slow_hash import SlowHash

FILE: Final = "GUESSES_WEIGHED"
"""Names the file in the environment."""
NOBODY: Final = "nobody"

STARTED: Final = "started"

_matches = SlowHash.matches
_start = Background.start


def _counted(self: SlowHash, kept: str | None, secret: bytes) -> bool:
    found = _matches(self, kept, secret)
    account = sha256(kept.encode()).hexdigest()[:16] if kept else NOBODY
    _write(account, "right" if found else "wrong")
    return found


def _started(self: Background) -> None:
    _start(self)
    _write(NOBODY, STARTED)


def _write(account: str, what: str) -> None:
    """One write of a short line at the end of the file: those of several processes do not mix."""
    descriptor = os.open(os.environ[FILE], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, f"{int(time.time())} {account} {what} {os.getpid()}\n".encode())
    finally:
        os.close(descriptor)


SlowHash.matches = _counted
Background.start = _started


def wrong_by_window(file: Path, window_seconds: int) -> Counter[tuple[str, int]]:
    """How many wrong guesses were weighed, by account and window; those at accounts that nobody has are left out."""
    lines = [line.split() for line in file.read_text().splitlines()] if file.exists() else []
    return Counter(
        (account, int(at) // window_seconds)
        for at, account, found, _process in lines
        if found == "wrong" and account != NOBODY
    )


def processes(file: Path, *what: str) -> set[str]:
    """Which processes did any of `what`: `started`, or found a guess `right` or `wrong`."""
    lines = [line.split() for line in file.read_text().splitlines()] if file.exists() else []
    return {line[3] for line in lines if line[2] in what}


if __name__ == "__main__":
    main()
