"""A disk as the operating system promises it: what was synced is there after a power loss, the rest may be or not.

Written bytes count once their file was synced after they were written; a name in a folder, new or removed, once the
folder was synced. What was not synced survives a cut by sectors, at random, or not at all.
"""

from collections.abc import Iterator
from pathlib import Path, PurePath
from random import Random
from typing import Final, NamedTuple

SECTOR_BYTES: Final = 512
"""What a disk writes as a whole or not at all."""


class Change(NamedTuple):
    """Bytes written at `offset`; data None: the file was cut to, or grew to, `offset` bytes."""

    offset: int
    data: bytes | None


class DiskFile:
    """One file's bytes on the disk, and what was written since and not synced yet."""

    def __init__(self, content: bytes = b"") -> None:
        self._kept = bytearray(content)
        self._waiting: list[Change] = []

    def change(self, change: Change) -> None:
        """Write or resize."""
        self._waiting.append(change)

    def mark(self) -> int:
        """How much a sync that begins now will cover."""
        return len(self._waiting)

    def synced(self, mark: int) -> None:
        """A sync that began at `mark` has ended."""
        for change in self._waiting[:mark]:
            _apply(self._kept, change)
        del self._waiting[:mark]

    def after_cut(self, chance: Random, survives: float) -> bytes:
        """What is found when the power is back. survives: as for `Disk.cut`."""
        found = bytearray(self._kept)
        for change in self._waiting:
            for part in _sectors(change):
                if chance.random() < survives:
                    _apply(found, part)
        return bytes(found)


class Disk:
    """A folder with files. Paths are absolute, and those of `ignored` endings do not matter."""

    def __init__(self, folder: Path, *, ignored: tuple[str, ...]) -> None:
        self._ignored = ignored
        self._seen = {str(file): DiskFile(file.read_bytes()) for file in folder.rglob("*") if file.is_file()}
        self._named = dict(self._seen)
        self._folder = folder

    def holds(self, path: str) -> bool:
        """Whether `path` lies in the folder and matters."""
        return path.startswith(f"{self._folder}/") and not path.endswith(self._ignored)

    def opened(self, path: str, *, emptied: bool) -> None:
        """A file was opened, and made where there was none."""
        file = self._seen.setdefault(path, DiskFile())
        if emptied:
            file.change(Change(0, None))

    def removed(self, path: str) -> None:
        """A name was taken away."""
        self._seen.pop(path, None)

    def file(self, path: str) -> DiskFile:
        """The file under this name."""
        return self._seen[path]

    def folder_synced(self, folder: str) -> None:
        """Names of `folder`, new and removed, are on the disk."""
        for path in {*self._seen, *self._named}:
            if str(PurePath(path).parent) == folder:
                _put(self._named, path, self._seen.get(path))

    def cut(self, target: Path, chance: Random, survives: float) -> None:
        """Lay into `target` what is found when the power is back. survives: how likely each sector and each name that
        was not synced is there. The disk itself goes on."""
        for path in sorted({*self._seen, *self._named}):
            named, seen = self._named.get(path), self._seen.get(path)
            file = seen if named is not seen and chance.random() < survives else named
            if file is not None and self.holds(path):
                laid = target / PurePath(path).relative_to(self._folder)
                laid.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                laid.write_bytes(file.after_cut(chance, survives))
                laid.chmod(0o400 if laid.parent != target else 0o600)


def _put(names: dict[str, DiskFile], path: str, file: DiskFile | None) -> None:
    if file is None:
        names.pop(path, None)
    else:
        names[path] = file


def _apply(content: bytearray, change: Change) -> None:
    offset, data = change
    end = offset + len(data or b"")
    if len(content) < end:
        content.extend(bytes(end - len(content)))
    if data is None:
        del content[offset:]
    else:
        content[offset:end] = data


def _sectors(change: Change) -> Iterator[Change]:
    """A change as the sectors it falls into; resizing is one."""
    offset, data = change
    if data is None:
        yield change
        return
    end = offset + len(data)
    while offset < end:
        until = min(end, (offset // SECTOR_BYTES + 1) * SECTOR_BYTES)
        yield Change(offset, data[len(data) - (end - offset) : len(data) - (end - until)])
        offset = until
