"""`python -m tests.faults.guessing.counting serve`: the server as it is, writing down every PIN that it really weighs.

Each serving process runs this file anew before anything else, and is ended when that takes long: hence nothing of the
product is imported here, but changed as it is imported.
"""

import os
import sys
import time
from collections import Counter
from hashlib import sha256
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any, Final

FILE: Final = "GUESSES_WEIGHED"
"""Names the file in the environment."""
NOBODY: Final = "nobody"
STARTED: Final = "started"


def count_what_is_weighed(slow_hash: Any) -> None:
    """Change the module as it was imported."""
    matches = slow_hash.SlowHash.matches

    def counted(self: Any, kept: str | None, secret: bytes) -> bool:
        found: bool = matches(self, kept, secret)
        account = sha256(kept.encode()).hexdigest()[:16] if kept else NOBODY
        _write(account, "right" if found else "wrong")
        return found

    slow_hash.SlowHash.matches = counted


def tell_of_starts(background: Any) -> None:
    """Change the module as it was imported."""
    start = background.Background.start

    def started(self: Any) -> None:
        start(self)
        _write(NOBODY, STARTED)

    background.Background.start = started


CHANGES: Final = {"ledger.store.slow_hash": count_what_is_weighed, "api.background": tell_of_starts}


class Changing(MetaPathFinder):
    """Finds the modules of `CHANGES` as usual, and changes them once they have run."""

    def find_spec(self, fullname: str, path: Any, target: ModuleType | None = None) -> ModuleSpec | None:
        change = CHANGES.get(fullname)
        spec = PathFinder.find_spec(fullname, path, target) if change else None
        loader: Any = spec.loader if spec else None
        if change is None or loader is None:
            return None
        run = loader.exec_module

        def run_and_change(module: ModuleType) -> None:
            run(module)
            change(module)

        loader.exec_module = run_and_change
        return spec


def _write(account: str, what: str) -> None:
    """One write of a short line at the end of the file: those of several processes do not mix."""
    descriptor = os.open(os.environ[FILE], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, f"{int(time.time())} {account} {what} {os.getpid()}\n".encode())
    finally:
        os.close(descriptor)


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


if __name__ in {"__main__", "__mp_main__"}:
    sys.meta_path.insert(0, Changing())

if __name__ == "__main__":
    from api.command_line import main

    main()
