"""Who was erased, as a file outside every database and every backup: numbers and random ids, nothing else.

It is written and synced before anything is erased, only ever grows, and is applied again at every start, so that a
restored older copy comes up erased. A line that was cut off while it was written never counted and is written over.
"""

import fcntl
import os
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple
from uuid import UUID

from ledger.kernel.ids import MemberId

FOLDER: Final = "erasures"
NAME: Final = "list.txt"
_FIRST_LINE: Final = "linli erasure list 1\n"


class ErasureListFault(Exception):
    """The erasure list cannot be trusted, so nothing may be served: one line that an administrator can act on."""


class Erased(NamedTuple):
    """A line of the list. number: 1 is the first."""

    number: int
    member: MemberId


class ErasureList:
    """The file `list.txt` in `folder`; with mode 0600, for the account that runs us alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.file = folder / NAME

    def exists(self) -> bool:
        """Whether there is a list, if only an empty one."""
        return self.file.exists()

    def begin(self) -> None:
        """Make an empty list where there is none; safe when several processes start at once."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._opened(os.O_RDWR | os.O_CREAT) as descriptor:
            if os.fstat(descriptor).st_size == 0:
                _append(descriptor, 0, _FIRST_LINE)
        _sync(self._folder)

    def entries(self) -> list[Erased]:
        """Every line, in order. Raises ErasureListFault where there is no list or it is not as we write it."""
        with self._opened(os.O_RDONLY) as descriptor:
            return self._read(descriptor)[0]

    def add(self, members: Sequence[MemberId]) -> list[Erased]:
        """The lines of `members`, in their order: those that are there already, and new ones, synced to the disk."""
        with self._opened(os.O_RDWR) as descriptor:
            entries, end = self._read(descriptor)
            known = {entry.member: entry for entry in entries}
            new = [member for member in dict.fromkeys(members) if member not in known]
            made = [Erased(number, member) for number, member in enumerate(new, start=len(entries) + 1)]
            if made:
                _append(descriptor, end, "".join(f"{entry.number} {entry.member}\n" for entry in made))
        known |= {entry.member: entry for entry in made}
        return [known[member] for member in dict.fromkeys(members)]

    def _read(self, descriptor: int) -> tuple[list[Erased], int]:
        """The whole lines, and where the last of them ends."""
        content = os.pread(descriptor, os.fstat(descriptor).st_size, 0)
        whole = content[: content.rfind(b"\n") + 1]
        first, *lines = whole.decode("ascii", "replace").splitlines(keepends=True) or [""]
        if first != _FIRST_LINE:
            raise ErasureListFault(f"{self.file}: this is no erasure list")
        return [self._entry(number, line) for number, line in enumerate(lines, start=1)], len(whole)

    def _entry(self, number: int, line: str) -> Erased:
        told, _, text = line.strip().partition(" ")
        try:
            if told != str(number):
                raise ValueError
            return Erased(number, MemberId(UUID(text)))
        except ValueError:
            raise ErasureListFault(f"{self.file}: line {number + 1} is damaged") from None

    @contextmanager
    def _opened(self, flags: int) -> Generator[int]:
        """The file, locked against every other process."""
        try:
            descriptor = os.open(self.file, flags | os.O_CLOEXEC, 0o600)
        except FileNotFoundError:
            raise ErasureListFault(
                f"{self.file}: the erasure list is missing; put it back, it is in no backup"
            ) from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH if flags == os.O_RDONLY else fcntl.LOCK_EX)
            if os.fstat(descriptor).st_mode & 0o077:
                raise ErasureListFault(f"{self.file}: others may read or change the erasure list; chmod 0600")
            yield descriptor
        finally:
            os.close(descriptor)


def members_of(entries: Iterable[Erased]) -> list[MemberId]:
    """Whom the lines name."""
    return [entry.member for entry in entries]


def _append(descriptor: int, end: int, text: str) -> None:
    os.ftruncate(descriptor, end)
    os.pwrite(descriptor, text.encode("ascii"), end)
    os.fsync(descriptor)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
