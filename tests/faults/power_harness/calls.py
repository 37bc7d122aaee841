"""Reads what strace tells of a process, line by line, in the order in which the calls began and ended.

A call of one thread that another interrupts is told in two lines: its beginning, and later that it was resumed.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

TRACED: Final = (
    "open,openat,creat,write,pwrite64,writev,pwritev,pwritev2,ftruncate,truncate,fallocate,"
    "fsync,fdatasync,sync_file_range,sync,syncfs,link,linkat,unlink,unlinkat,rename,renameat,renameat2,msync"
)
"""Every call that changes a file, a folder or what of them is on the disk. Mapped files are not written through: SQLite
maps only the index of its log, which recovery makes anew."""

_LINE: Final = re.compile(rb"(\d+) +(.*)", re.DOTALL)
_RESUMED: Final = re.compile(rb"<\.\.\. \w+ resumed>(.*)", re.DOTALL)
_UNFINISHED: Final = b" <unfinished ...>"
_CALL: Final = re.compile(rb"(\w+)\((.*)", re.DOTALL)
_RESULT: Final = re.compile(rb"\) += (-?\d+)[^=]*$")
_DESCRIPTOR: Final = re.compile(rb"(?:AT_FDCWD|\d+)<([^>]*)>(?:, )?")
_TEXT: Final = re.compile(rb'"((?:[^"\\]|\\.)*)"', re.DOTALL)


class SystemCall(NamedTuple):
    """A call that began (`ended` False) or ended. path: of its first descriptor. rest: what follows that, as told.

    result: what it gave; None while it goes on.
    """

    thread: int
    name: str
    path: str
    rest: bytes
    ended: bool
    result: int | None

    @property
    def text(self) -> bytes:
        """Its first text: what was written, or which name was meant."""
        return self.texts[0]

    @property
    def texts(self) -> list[bytes]:
        """All its texts, unescaped."""
        return [found.decode("unicode_escape").encode("latin-1") for found in _TEXT.findall(self.rest)]

    @property
    def last_number(self) -> int:
        """Its last argument: the offset of a write, the new size of a file."""
        return int(self.rest[: _RESULT.search(self.rest).start()].rsplit(b", ", 1)[-1])  # pyright: ignore[reportOptionalMemberAccess]


def system_calls(lines: Iterable[bytes]) -> Iterator[SystemCall]:
    """Each call twice, at its beginning and at its end, whichever other lines lie between."""
    begun: dict[int, bytes] = {}
    for line in lines:
        found = _LINE.fullmatch(line.rstrip(b"\n"))
        if found is None:
            continue
        thread, told = int(found[1]), found[2]
        resumed = _RESUMED.fullmatch(told)
        if resumed:
            told = begun.pop(thread) + resumed[1]
        elif told.endswith(_UNFINISHED):
            begun[thread] = told.removesuffix(_UNFINISHED)
            yield from _read(thread, begun[thread], ended=False)
            continue
        else:
            yield from _read(thread, told, ended=False)
        yield from _read(thread, told, ended=True)


def _read(thread: int, told: bytes, *, ended: bool) -> Iterator[SystemCall]:
    found = _CALL.fullmatch(told)
    if found is None:
        return
    path = _DESCRIPTOR.match(found[2])
    rest = found[2][path.end() :] if path else found[2]
    result = _RESULT.search(found[2]) if ended else None
    place = path[1].decode() if path else ""
    yield SystemCall(thread, found[1].decode(), place, rest, ended, int(result[1]) if result else None)
