"""Short messages as files in `home/outbox/`, one each, for whatever program carries them on and removes them.

The files name people's phones and hold codes that open sessions: only the account that runs us reads them, what nobody
fetched is removed after a week, and those of one person at once when that person is erased.
"""

import os
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

from ledger.application.short_messages import NotCarried, ShortMessage
from ledger.kernel.ids import MemberId

FOLDER: Final = "outbox"
KEPT: Final = timedelta(days=7)
"""By then a code is long over and a warning no longer one."""
_MOMENT: Final = "%Y%m%dT%H%M%SZ"


class Outbox:
    """The folder `home/outbox`, made at the first message.

    A file is named `TIME.MEMBER.RANDOM.json`, the time in UTC, and appears whole or not at all. It holds `member`,
    `phone`, `text`, `purpose` and `at` as JSON.
    """

    def __init__(self, home: Path) -> None:
        self._folder = home / FOLDER

    def check(self) -> None:
        """Raise `NotCarried` where nothing can be written."""
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
        except OSError:
            raise NotCarried from None
        if not os.access(self._folder, os.W_OK | os.X_OK):
            raise NotCarried

    def send(self, message: ShortMessage) -> None:
        """Write the message. Raises `NotCarried` where that fails; no part of it is left behind then."""
        self.check()
        name = f"{message.at.astimezone(UTC):{_MOMENT}}.{message.member}.{secrets.token_hex(8)}.json"
        draft = self._folder / f".{name}"
        try:
            _write(draft, msgspec.json.encode(message))
            draft.rename(self._folder / name)
        except OSError:
            draft.unlink(missing_ok=True)
            raise NotCarried from None

    def forget(self, member: MemberId) -> int:
        """Remove every message to `member`, begun ones too; how many there were."""
        found = [file for file in self._files() if _parts(file)[1] == str(member)]
        for file in found:
            file.unlink(missing_ok=True)
        return len(found)

    def purge(self, now: datetime) -> int:
        """Remove what is a week old at `now`; how many there were."""
        oldest = f"{(now - KEPT).astimezone(UTC):{_MOMENT}}"
        old = [file for file in self._files() if _parts(file)[0] <= oldest]
        for file in old:
            file.unlink(missing_ok=True)
        return len(old)

    def _files(self) -> list[Path]:
        return [file for file in self._folder.iterdir() if file.is_file()] if self._folder.is_dir() else []


def _parts(file: Path) -> tuple[str, str]:
    """Time and member in the file's name. A begun message has the name it will have, behind a dot."""
    time, _, rest = file.name.removeprefix(".").partition(".")
    return time, rest.partition(".")[0]


def _write(file: Path, content: bytes) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
