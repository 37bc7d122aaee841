"""The town's clock: one instant in a file, which every process of the town reads and only the story moves."""

from datetime import datetime, timedelta
from pathlib import Path


class TownClock:
    """A clock that stands where it was put last, in whichever process it is read."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def now(self) -> datetime:
        return datetime.fromisoformat(self.file.read_text(encoding="ascii"))

    def put(self, at: datetime) -> None:
        """Exchange the file as a whole: a reader sees the old instant or the new one."""
        fresh = self.file.with_suffix(".fresh")
        fresh.write_text(at.isoformat(), encoding="ascii")
        fresh.replace(self.file)

    def wait(self, **time: float) -> None:
        self.put(self.now() + timedelta(**time))
