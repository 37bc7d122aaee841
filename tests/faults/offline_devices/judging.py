"""Holds what the ledger kept against what devices sent and were told: every scan once, every visit once, every gap."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from http.client import HTTPConnection
from typing import Any, NamedTuple

import msgspec

from ledger.activities.attendance import ATTENDANCE, attendance_id
from ledger.activities.events import CheckedIn, CheckedOut, ScanRecorded
from ledger.kernel.ids import DeviceId, MemberId
from ledger.store.databases import Databases
from tests.faults.kill_harness.serving import Server
from tests.races import stored

from .device import Device, Line, Told
from .settling import Place


class Tally(NamedTuple):
    """Figures of a run. told: scans by outcome and reason."""

    devices: int
    scans: int
    gaps: int
    kills: int
    seconds: float
    line: Line
    told: dict[str, int]


def tally(devices: Sequence[Device], *, kills: int, seconds: float) -> Tally:
    """What a run came to."""
    told = Counter(f"{one.outcome}: {one.reason}" for device in devices for one in device.told.values())
    line = Line(*map(sum, zip(*(device.line for device in devices), strict=True)))
    gaps = sum(len(device.gaps) for device in devices)
    return Tally(len(devices), told.total(), gaps, kills, round(seconds, 1), line, dict(sorted(told.items())))


def judge(server: Server, place: Place, devices: Sequence[Device]) -> list[str]:
    """Everything in the ledger that is not as the devices sent it and were told; empty when all is right."""
    with closing(Databases.open(server.home, server.url)) as databases:
        return [*_scans(databases, devices), *_visits(databases, place, devices)]


def gaps_told(port: int, device: Device) -> set[int]:
    """The numbers that the device's own page says are missing."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        headers = {"Authorization": f"Bearer {device.door.token}"}
        connection.request("GET", f"/v1/devices/{device.door.device}", headers=headers)
        told: Any = msgspec.json.decode(connection.getresponse().read())
    missing = {number for gap in told["missing"] for number in range(gap["first"], gap["last"] + 1)}
    assert told["device"]["missing_count"] == len(missing)
    assert told["device"]["last_sequence"] == max(device.kept)
    return missing


def _scans(databases: Databases, devices: Sequence[Device]) -> Iterator[str]:
    found: dict[tuple[DeviceId, int], list[ScanRecorded]] = {}
    for one in stored.events(databases):
        if isinstance(one.event, ScanRecorded):
            found.setdefault((one.event.device, one.event.sequence), []).append(one.event)
    sent = {(device.door.device, number): (device, number) for device in devices for number in device.kept}
    for key in found.keys() ^ sent.keys():
        yield f"scan {key[1]} was {'never sent' if key in found else 'dropped'}"
    for key, (device, number) in sent.items():
        yield from _scan(device, number, found.get(key, []))


def _scan(device: Device, number: int, recorded: Sequence[ScanRecorded]) -> Iterator[str]:
    kept, told = device.kept[number], device.told[number]
    as_recorded = [Told(one.outcome, one.reason, one.attendance and str(one.attendance)) for one in recorded]
    if as_recorded != [told]:
        yield f"scan {number}: told {told}, recorded {as_recorded}"
    if (kept.waits_for is None) != (told.outcome == "accepted") or kept.waits_for not in (None, told.reason):
        yield f"scan {number}: {kept.waits_for} stands in its way, told {told}"


def _visits(databases: Databases, place: Place, devices: Sequence[Device]) -> Iterator[str]:
    """Of each member and door one in and one out, when the device saw them, in whichever order they were told."""
    changes = Counter(
        (one.stream, type(one.event).__name__)
        for one in stored.events(databases)
        if isinstance(one.event, CheckedIn | CheckedOut)
    )
    yield from (f"{name} was recorded {times} times" for (_, name), times in changes.items() if times > 1)
    members = {card.text: card.member for card in place.cards}
    for device in devices:
        for member, seen in _seen(device, members).items():
            stream = attendance_id(device.door.activity, device.door.session, member)
            visit = stored.state(databases, ATTENDANCE, stream)
            # Who was only seen going is noted, and counts once somebody finds the scan of coming in.
            expected = (seen["in"], seen.get("out")) if "in" in seen else (None, None)
            if (visit.in_at, visit.out_at) != expected or len(visit.stays) > 1:
                yield f"a visit is {visit.stays}, not {seen}"


def _seen(device: Device, members: dict[str, MemberId]) -> dict[MemberId, dict[str, datetime]]:
    """When each member came and went, by those scans of the device that must be accepted."""
    seen: dict[MemberId, dict[str, datetime]] = {}
    for row in (one.row for one in device.kept.values() if one.waits_for is None):
        seen.setdefault(members[row["token"]], {})[row["direction"]] = datetime.fromisoformat(row["seen_at"])
    return seen
