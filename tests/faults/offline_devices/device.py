"""One device: scans while it has no network, then sends what it kept over a bad line until it was told of every scan.

Nothing here is sent only once or in order: requests and answers get lost, are sent twice, and hold rows at random.
"""

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from itertools import repeat
from random import Random
from typing import Any, Final, NamedTuple

import msgspec

from .settling import UNKNOWN_ACTIVITY, Door, Place

BATCH_MAX: Final = 100
LOST: Final = 0.3
SENT_TWICE: Final = 0.2
PAUSE_SECONDS: Final = 0.02
ANSWERS_WITHIN_SECONDS: Final = 20
PATIENCE_SECONDS: Final = 900
CLOCK_MINUTES: Final = 10
TOLERANCE_MINUTES: Final = 5
SKIPPED: Final = 0.05
MINUTE: Final = timedelta(minutes=1)


class Kept(NamedTuple):
    """A scan in the device's memory. waits_for: why it must wait for review; None where it must be accepted."""

    row: dict[str, Any]
    waits_for: str | None


class Told(NamedTuple):
    """What the device was told of a scan."""

    outcome: str
    reason: str
    attendance: str | None


class Line(NamedTuple):
    """How often the line was used. lost_before, lost_after: requests that never left, answers that never came."""

    requests: int
    lost_before: int
    lost_after: int
    broken: int
    rows: int


class Device:
    """What the device kept, and after `send_all` what it was told of each scan. gaps: numbers it never used."""

    def __init__(self, place: Place, number: int, *, scans: int) -> None:
        self.door: Door = place.doors[number]
        self._chance = Random(number)
        self.clock_ahead = _clock_ahead(self._chance, is_believed=number % 2 == 0)
        self.gaps: set[int] = set()
        self.kept = self._scan(place, scans)
        self.told: dict[int, Told] = {}
        self.told_otherwise: list[str] = []
        self._counts: Counter[str] = Counter(dict.fromkeys(Line._fields, 0))

    @property
    def is_believed(self) -> bool:
        """Its clock is within tolerance."""
        return abs(self.clock_ahead) < TOLERANCE_MINUTES * MINUTE

    @property
    def line(self) -> Line:
        """How the sending went."""
        return Line(**self._counts)

    def send_all(self, port: int) -> None:
        """Send scans until each has been told of."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(self.told) < len(self.kept):
            assert time.monotonic() < deadline, f"{len(self.kept) - len(self.told)} scans were never told of"
            batch = self._batch()
            fates = [self._chance.random() for _ in range(2 if self._chance.random() < SENT_TWICE else 1)]
            # Twice at once, as where a device gives up waiting and asks again while the first is still on its way.
            with ThreadPoolExecutor(len(fates)) as ways:
                for answer in list(ways.map(self._send, repeat(port), repeat(batch), fates)):
                    self._hear(answer)

    def _batch(self) -> list[dict[str, Any]]:
        """Some of what was not told of, and now and then something that was; in no order."""
        left = [number for number in self.kept if number not in self.told]
        known = [number for number in self.told if self._chance.random() < 0.02]
        # As many batches of a few rows as of many.
        size = round(BATCH_MAX ** self._chance.random())
        chosen = (self._chance.sample(left, min(size, len(left))) + known)[:BATCH_MAX]
        self._chance.shuffle(chosen)
        return [self.kept[number].row for number in chosen]

    def _send(self, port: int, rows: list[dict[str, Any]], fate: float) -> Sequence[Mapping[str, Any]]:
        """The rows of the answer that arrived; none where it, or the request, was lost."""
        self._counts.update(requests=1, rows=len(rows))
        if fate < LOST / 2:
            self._counts["lost_before"] += 1
            time.sleep(PAUSE_SECONDS)
            return ()
        try:
            answered = self._post(port, rows)
        except (OSError, HTTPException):
            self._counts["broken"] += 1
            time.sleep(PAUSE_SECONDS * 10)
            return ()
        if fate < LOST:
            self._counts["lost_after"] += 1
            return ()
        return answered

    def _post(self, port: int, rows: list[dict[str, Any]]) -> Sequence[Mapping[str, Any]]:
        """The rows of the answer; none where the ledger was too busy for all of them."""
        connection = HTTPConnection("127.0.0.1", port, timeout=ANSWERS_WITHIN_SECONDS)
        headers = {"Authorization": f"Bearer {self.door.token}", "Content-Type": "application/json"}
        sent_at = (datetime.now(UTC) + self.clock_ahead).isoformat()
        body = {"device": str(self.door.device), "sent_at": sent_at, "rows": rows}
        try:
            connection.request("POST", "/v1/scans/batch", msgspec.json.encode(body), headers)
            response = connection.getresponse()
            read = response.read()
        finally:
            connection.close()
        assert response.status in (200, 503), read
        return msgspec.json.decode(read)["rows"] if response.status == 200 else ()

    def _hear(self, rows: Sequence[Mapping[str, Any]]) -> None:
        for row in rows:
            if row["outcome"] == "not_recorded":
                assert row["reason"] in ("ledger-busy", "outcome-unknown"), row
                continue
            told = Told(row["outcome"], row["reason"], row["attendance"])
            if self.told.setdefault(row["sequence"], told) != told:
                self.told_otherwise.append(f"{row['sequence']}: {self.told[row['sequence']]}, then {told}")

    def _scan(self, place: Place, scans: int) -> dict[int, Kept]:
        """Everybody comes, then goes; what must wait stands in between. Some numbers are never used."""
        wanted = [*self._odd(place), *self._usual(place, scans)][:scans]
        self._chance.shuffle(wanted)
        return {number: Kept(one.row | {"sequence": number}, one.waits_for) for one, number in self._numbered(wanted)}

    def _numbered(self, wanted: list[Kept]) -> Iterator[tuple[Kept, int]]:
        number = 0
        for one in wanted:
            number += 1
            while self._chance.random() < SKIPPED:
                self.gaps.add(number)
                number += 1
            yield one, number

    def _usual(self, place: Place, scans: int) -> list[Kept]:
        now = datetime.now(UTC)
        found: list[Kept] = []
        for card in place.cards[: scans // 2]:
            came = now - self._chance.uniform(60, 100) * MINUTE
            left = now - self._chance.uniform(11, 50) * MINUTE
            found += [self._kept(card.text, came, "in"), self._kept(card.text, left, "out")]
        return found

    def _odd(self, place: Place) -> list[Kept]:
        now = datetime.now(UTC)
        usual = place.cards[0].text
        codes = [self._kept(text, now - 30 * MINUTE, "in", reason) for reason, text in place.odd.items()]
        elsewhere = self._kept(usual, now - 30 * MINUTE, "in", "unknown-id")
        elsewhere.row["activity"] = str(UNKNOWN_ACTIVITY)
        tomorrow = self._kept(usual, now + 24 * 60 * MINUTE, "in", "seen-in-future")
        long_ago = self._kept(usual, now - 48 * 60 * MINUTE, "in", "too-early")
        forged = self._kept("https://EXAMPLE.ORG/Q/ABCDEFGHIJ", now - 30 * MINUTE, "out", "code-not-readable")
        return [*codes, elsewhere, tomorrow, long_ago, forged]

    def _kept(self, text: str, at: datetime, direction: str, waits_for: str | None = None) -> Kept:
        seen_at = (at + self.clock_ahead).isoformat()
        row = {"activity": str(self.door.activity), "token": text, "direction": direction, "seen_at": seen_at}
        return Kept(row, waits_for if self.is_believed else "clock-out-of-tolerance")


def _clock_ahead(chance: Random, *, is_believed: bool) -> timedelta:
    """Up to ten minutes wrong either way, but never so near to the tolerance that a slow answer could decide."""
    tolerated, most = TOLERANCE_MINUTES * MINUTE, CLOCK_MINUTES * MINUTE
    near = tolerated * chance.uniform(0, 0.7)
    far = most - (most - tolerated) * chance.uniform(0, 0.7)
    return (near if is_believed else far) * chance.choice([1, -1])
