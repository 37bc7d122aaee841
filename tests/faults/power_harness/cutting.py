"""Lets a process write under strace, follows what of it is on the disk, and takes the power away at given moments.

The process is the product's own writer on real files; nothing stands between it and the system. A cut is laid into a
folder of its own while the process goes on: what it does later does not matter to that cut.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath
from random import Random
from typing import Final, NamedTuple

import msgspec

from .calls import TRACED, SystemCall, system_calls
from .disk import Change, Disk, DiskFile
from .writing import Acknowledged

ROOT: Final = Path(__file__).parents[3]
IGNORED: Final = ("-shm", " (deleted)")
LONGEST_TEXT_BYTES: Final = 4 * 1024 * 1024
CALLS_AFTER_MAX: Final = 120
"""A cut falls up to so many calls after a command was answered: into a later commit, or between two."""

SURVIVES: Final = (0.0, 0.0, 0.5, 0.9)
"""How likely an unsynced sector or name survives a cut; one of these is drawn for each cut."""


class Unmodelled(Exception):
    """A file of the ledger was changed by a call that the model of the disk does not know."""


class NoTracing(Exception):
    """strace is not there, or the system does not let it trace: told in one line."""


class Cut(NamedTuple):
    """A power loss. home: what is found afterwards. acknowledged: everything that was answered before."""

    home: Path
    acknowledged: list[Acknowledged]


def require_tracing() -> None:
    """Make sure that a process can be traced here."""
    if shutil.which("strace") is None:
        raise NoTracing("strace is needed to see what is synced. On Debian: apt-get install strace")
    tried = subprocess.run(["strace", "-qq", "-e", "trace=none", "true"], capture_output=True, text=True, check=False)
    if tried.returncode:
        raise NoTracing(f"strace may not trace here: {tried.stderr.strip()[-200:]}")


class Recording:
    """One process that writes in `home` until its work is done, and the cuts that befall it. seed: of all chance."""

    def __init__(self, home: Path, paper: Path, *, synchronous: str, seed: int) -> None:
        self._home = home
        self._paper = paper
        self._synchronous = synchronous
        self._chance = Random(seed)
        self._disk = Disk(home, ignored=IGNORED)
        self._marks: dict[int, int] = {}
        self._acknowledged: list[Acknowledged] = []
        self._told = str(home.with_suffix(".acknowledged"))

    def cuts(self, moments: Sequence[int]) -> list[Cut]:
        """Cut the power soon after each of `moments`, counted in answered commands, rising."""
        pipe = self._home.with_suffix(".calls")
        os.mkfifo(pipe)
        process = subprocess.Popen(self._command(pipe, max(moments) + CALLS_AFTER_MAX), cwd=ROOT)
        with pipe.open("rb") as lines:
            found = list(self._follow(system_calls(lines), moments))
            while lines.read(1 << 20):
                pass
        assert process.wait() == 0, "the process that wrote failed"
        return found

    def _follow(self, calls: Iterator[SystemCall], moments: Sequence[int]) -> Iterator[Cut]:
        for number, moment in enumerate(moments):
            while len(self._acknowledged) < moment:
                self._happened(next(calls))
            for _ in range(self._chance.randrange(CALLS_AFTER_MAX)):
                self._happened(next(calls))
            home = self._home.with_name(f"{self._home.name}-cut-{number}")
            self._disk.cut(home, self._chance, self._chance.choice(SURVIVES))
            yield Cut(home, list(self._acknowledged))

    def _happened(self, call: SystemCall) -> None:
        if call.path == self._told and call.name == "write":
            if not call.ended:  # from here on, whoever asked may know
                self._acknowledged.append(msgspec.json.decode(call.text, type=Acknowledged))
        elif call.name in ("fsync", "fdatasync"):
            self._sync(call)
        elif call.ended and call.result is not None and call.result >= 0:
            self._changed(call)

    def _sync(self, call: SystemCall) -> None:
        """What was written before a sync began is on the disk once it has ended."""
        if call.path == str(self._home) or Path(call.path).is_dir():
            if call.ended:
                self._disk.folder_synced(call.path)
        elif self._disk.holds(call.path):
            file = self._disk.file(call.path)
            if not call.ended:
                self._marks[call.thread] = file.mark()
            elif call.result == 0:
                file.synced(self._marks.pop(call.thread))

    def _changed(self, call: SystemCall) -> None:
        match call.name:
            case "open" | "openat":
                path = self._named(call)
                writes = b"O_RDONLY" not in call.rest and b"O_DIRECTORY" not in call.rest
                if writes and self._disk.holds(path):
                    self._disk.opened(path, emptied=b"O_TRUNC" in call.rest)
            case "unlink":
                self._disk.removed(self._named(call))
            case "pwrite64":
                self._write(call, Change(call.last_number, call.text[: call.result]))
            case "ftruncate":
                self._write(call, Change(call.last_number, None))
            case _:
                if self._disk.holds(call.path) or any(self._disk.holds(text.decode("latin-1")) for text in call.texts):
                    raise Unmodelled(f"{call.name} {call.path} {call.rest[:200]!r}")

    def _write(self, call: SystemCall, change: Change) -> None:
        if self._disk.holds(call.path):
            file: DiskFile = self._disk.file(call.path)
            file.change(change)

    def _named(self, call: SystemCall) -> str:
        """The path an opening or removing call named, as an absolute one."""
        named = call.text.decode("latin-1")
        return named if PurePath(named).is_absolute() else str(PurePath(call.path or ROOT) / named)

    def _command(self, pipe: Path, count: int) -> list[str]:
        tracing = ["strace", "-f", "-qq", "-y", "--seccomp-bpf", "-s", str(LONGEST_TEXT_BYTES), "-o", str(pipe)]
        writing = [self._home, self._paper, self._told, count, self._synchronous]
        program = [sys.executable, "-m", "tests.faults.power_harness.writing", *map(str, writing)]
        return [*tracing, "-e", "signal=none", "-e", f"trace={TRACED}", *program]
