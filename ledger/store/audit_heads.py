"""The heads of the audit log, noted in a file outside every database: one line a day, the newest of that day.

Whoever cuts off the log's end, or rewrites it with every hash, would have to change this file too, and every copy of
it that an auditor keeps.
"""

import os
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Final, NamedTuple

from ledger.store.audit_kinds import PROCESSING_RECORD_DAYS
from ledger.store.audit_log import Head
from ledger.store.sqlite_files import only_process

FILE: Final = "audit-heads.txt"
LINES_MAX: Final = PROCESSING_RECORD_DAYS + 1
"""Older entries are purged, so that there would be nothing to compare with."""


class NotedHead(NamedTuple):
    """The newest entry as it was on `day` (UTC), at the last look on that day."""

    day: date
    sequence: int
    hash: bytes


class UnreadableHeads(Exception):
    """A line of the file is not as we write it; the line is named."""


class AuditHeads:
    """The file in `home`; several processes may note at once."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._file = home / FILE

    def note(self, head: Head, now: datetime) -> None:
        """Write `head` down as that of the day of `now` (aware), if it is further than what is written.

        A line that cannot be read, or a log that is shorter than what is written, is left for `verify` to name.
        """
        if head.sequence == 0:
            return
        # Beside PostgreSQL the folder may hold nothing else yet.
        self._home.mkdir(mode=0o700, parents=True, exist_ok=True)
        with only_process(self._home):
            lines = self._lines()
            day = date.fromordinal(date(1970, 1, 1).toordinal() + int(now.timestamp()) // 86_400)
            newest = None
            with suppress(UnreadableHeads):
                newest = _noted(lines[-1], len(lines)) if lines else None
            if lines and (newest is None or newest.sequence >= head.sequence):
                return
            kept = lines[:-1] if newest is not None and newest.day == day else lines
            self._write([*kept, f"{day.isoformat()} {head.sequence} {head.hash.hex()}"][-LINES_MAX:])

    def read(self) -> list[NotedHead]:
        """Every noted head, the oldest first; none where nothing was ever noted. Raises UnreadableHeads."""
        return [_noted(line, number) for number, line in enumerate(self._lines(), start=1)]

    def set_aside(self, now: datetime) -> None:
        """Begin a new file, for a log that was restored as it was earlier; the old one stays beside it."""
        with suppress(FileNotFoundError):
            self._file.rename(self._file.with_name(f"{FILE}.until-{int(now.timestamp())}"))

    def _lines(self) -> list[str]:
        try:
            return self._file.read_text("ascii").splitlines()
        except FileNotFoundError:
            return []
        except UnicodeDecodeError as error:
            raise UnreadableHeads(f"{FILE} is no text of ours") from error

    def _write(self, lines: list[str]) -> None:
        draft = self._file.with_name(f".{FILE}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "w") as opened:
            opened.writelines(f"{line}\n" for line in lines)
            opened.flush()
            os.fsync(opened.fileno())
        draft.rename(self._file)


def _noted(line: str, number: int) -> NotedHead:
    with suppress(ValueError):
        day, sequence, told = line.split(" ")
        return NotedHead(date.fromisoformat(day), int(sequence), bytes.fromhex(told))
    raise UnreadableHeads(f"{FILE}: line {number} cannot be read")
