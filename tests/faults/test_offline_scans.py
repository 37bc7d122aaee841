"""A scan that was made without a network arrives exactly once, accepted or for review with a reason; never dropped.

Devices with wrong clocks send what they kept over a line that loses, doubles and reorders, to a process that is killed.
"""

import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from .kill_harness.serving import Server
from .offline_devices.device import Device, Told
from .offline_devices.judging import gaps_told, judge, tally
from .offline_devices.settling import Place, settle

LOOKS_EVERY_SECONDS = 0.02


def deliver_all(server: Server, *, devices: int, scans: int, kills: int) -> None:
    # given devices that scanned offline, with gaps in their numbers and wrong clocks
    place = settle(server.home, server.url, devices=devices, members=scans // 2)
    fleet = [Device(place, number, scans=scans) for number in range(devices)]
    server.start()
    try:
        # when all send at once over a bad line, and the process that serves is killed again and again
        begun = time.monotonic()
        with ThreadPoolExecutor(devices) as threads:
            sending = [threads.submit(one.send_all, server.port) for one in fleet]
            _kill_meanwhile(server, fleet, sending, kills)
        seconds = time.monotonic() - begun
        for one in sending:
            one.result()
        server.settle()
        gaps = [gaps_told(server.port, one) for one in fleet]
        server.stop()
    finally:
        server.kill()

    # then each scan is there once, as its device was told, each visit once, and exactly the gaps are reported
    assert [one.told_otherwise for one in fleet] == [[]] * devices
    assert judge(server, place, fleet) == []
    assert gaps == [one.gaps for one in fleet]
    server.command("verify")
    sys.stdout.write(f"{tally(fleet, kills=kills, seconds=seconds)}\n")
    _require_a_judge_who_notices(server, place, fleet)


def _require_a_judge_who_notices(server: Server, place: Place, fleet: list[Device]) -> None:
    """Let a judge pass who would have seen one scan that nobody sent, one that was dropped, and one told otherwise."""
    device, invented = fleet[0], 1_000_000
    number, kept = device.kept.popitem()
    assert judge(server, place, fleet)[0] == f"scan {number} was never sent"
    device.kept |= {number: kept, invented: kept}
    device.told |= {number: Told("for_review", "lost", None), invented: device.told[number]}
    found = judge(server, place, fleet)
    assert found[0] == f"scan {invented} was dropped"
    assert any(one.startswith(f"scan {number}: told Told(outcome='for_review', reason='lost'") for one in found)


def _kill_meanwhile(server: Server, fleet: list[Device], sending: list[Future[None]], kills: int) -> None:
    """Kill it each time another part of all scans was told of, and start it at once again."""
    scans = sum(len(one.kept) for one in fleet)
    for number in range(kills):
        while _told(fleet) < scans * (number + 1) / (kills + 2) and not all(one.done() for one in sending):
            time.sleep(LOOKS_EVERY_SECONDS)
        assert not all(one.done() for one in sending), "the scans were through before the last kill"
        server.kill()
        server.start()


def _told(fleet: list[Device]) -> int:
    return sum(len(one.told) for one in fleet)


def test_every_offline_scan_arrives_once_over_a_bad_line_and_through_kills(tmp_path: Path) -> None:
    deliver_all(Server(tmp_path / "home", None), devices=6, scans=40, kills=2)


@pytest.mark.deep
def test_ten_thousand_offline_scans_of_fifty_devices_arrive_once_over_a_bad_line_and_through_kills(
    tmp_path: Path,
) -> None:
    deliver_all(Server(tmp_path / "home", None), devices=50, scans=200, kills=10)


@pytest.mark.deep
@pytest.mark.postgres
def test_offline_scans_arrive_once_on_postgresql_too(tmp_path: Path, postgres_url: str) -> None:
    deliver_all(Server(tmp_path / "home", postgres_url), devices=10, scans=100, kills=4)
