"""What devices sent: counted, what is missing among their numbers, and what waits for a decision."""

from datetime import timedelta
from itertools import pairwise
from random import Random
from typing import Any
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from ledger.activities.events import DeviceRegistered, DeviceRevoked, ScanRecorded, ScanReviewed
from projections import device_scans
from projections.device_scans import BLOCK, PROJECTION, Range, with_number

from .conftest import Told
from .log import Log

TOWN, OTHER, CLERK = uuid4(), uuid4(), uuid4()


class Fleet:
    """A log with one device in it, to which scans can be added."""

    def __init__(self) -> None:
        self.log = Log()
        self.device = uuid4()
        self.log.happen(self.device, DeviceRegistered(TOWN, CLERK))

    def sends(self, *sequences: int, reason: str = "checked-in", **other: Any) -> list[UUID]:
        """Scans that came in this order; the ids of their streams."""
        streams = [uuid4() for _ in sequences]
        for stream, sequence in zip(streams, sequences, strict=True):
            accepted = reason == "checked-in"
            usual = {
                "device": self.device,
                "sequence": sequence,
                "content": "0" * 32,
                "organisation": TOWN,
                "activity": uuid4(),
                "direction": "in",
                "seen_at": self.log.now,
                "sent_at": self.log.now + timedelta(seconds=90),
                "uploaded_by": CLERK,
                "outcome": "accepted" if accepted else "for_review",
                "reason": reason,
            }
            self.log.happen(stream, ScanRecorded(**{**usual, **other}))
        return streams


def gaps(told: Told, fleet: Fleet, *, below: int, limit: int = 1_000) -> list[tuple[int, int]]:
    connection = told(fleet.log, PROJECTION)
    found = device_scans.missing(connection, fleet.device, below=below, limit=limit)
    return [(one.first, one.last) for one in found]


def test_a_device_is_counted(told: Told) -> None:
    fleet = Fleet()
    fleet.sends(1, 2, 5)
    first, second, _ = fleet.sends(3, 7, 9, reason="card-revoked")
    fleet.log.happen(first, ScanReviewed("accepted", CLERK, "checked-in", fleet.log.now, uuid4()))
    fleet.log.happen(second, ScanReviewed("dismissed", CLERK, "never-there"))

    row = device_scans.device(told(fleet.log, PROJECTION), fleet.device)

    assert row is not None
    assert (row.last_sequence, row.recorded) == (9, 6)
    assert (row.accepted, row.for_review, row.review_accepted, row.dismissed) == (3, 1, 1, 1)
    assert (row.last_sent_at, row.clock_ahead_seconds) == (fleet.log.now, 90)
    assert row.revoked_at is None


def test_a_device_that_was_revoked_says_why(told: Told) -> None:
    fleet = Fleet()
    fleet.log.happen(fleet.device, DeviceRevoked(CLERK, "lost"))

    row = device_scans.device(told(fleet.log, PROJECTION), fleet.device)

    assert row is not None
    assert (row.revoked_at, row.revoked_for) == (fleet.log.now, "lost")


def test_devices_are_listed_by_organisation(told: Told) -> None:
    fleet = Fleet()
    more = sorted([fleet.device, uuid4(), uuid4()])
    for one in more:
        if one != fleet.device:
            fleet.log.happen(one, DeviceRegistered(TOWN, CLERK))
    fleet.log.happen(uuid4(), DeviceRegistered(OTHER, CLERK))
    connection = told(fleet.log, PROJECTION)

    listed = [one.device for one in device_scans.of_organisation(connection, TOWN)]
    rest = [one.device for one in device_scans.of_organisation(connection, TOWN, after=more[0], limit=1)]

    assert (listed, rest) == (more, [more[1]])


def test_what_never_came_is_missing_wherever_it_lies(told: Told) -> None:
    fleet = Fleet()
    assert gaps(told, fleet, below=0) == []
    assert gaps(told, fleet, below=4) == [(1, 3)]
    fleet.sends(9, 2, 3, 8, 5)

    assert gaps(told, fleet, below=9) == [(1, 1), (4, 4), (6, 7)]
    assert gaps(told, fleet, below=9, limit=2) == [(1, 1), (4, 4)]
    fleet.sends(4, 1)
    assert gaps(told, fleet, below=9) == [(6, 7)]
    fleet.sends(6, 7)
    assert gaps(told, fleet, below=9) == []


def test_a_gap_may_reach_over_blocks_that_never_came(told: Told) -> None:
    fleet = Fleet()
    fleet.sends(1, BLOCK - 1, BLOCK, 3 * BLOCK + 5, 1_000_000_000)

    assert gaps(told, fleet, below=1_000_000_000) == [
        (2, BLOCK - 2),
        (BLOCK + 1, 3 * BLOCK + 4),
        (3 * BLOCK + 6, 999_999_999),
    ]


@given(st.sets(st.integers(1, 60)), st.randoms(use_true_random=False))
def test_ranges_hold_the_numbers_that_came_whatever_their_order(numbers: set[int], chance: Random) -> None:
    order = sorted(numbers)
    chance.shuffle(order)

    came: list[Range] = []
    for number in order:
        came = with_number(came, number)

    assert {number for one in came for number in range(one.first, one.last + 1)} == numbers
    assert all(one.last + 1 < following.first for one, following in pairwise(came))


def test_scans_wait_in_order_until_they_are_decided_on(told: Told) -> None:
    fleet = Fleet()
    fleet.sends(1)
    first, second, third = fleet.sends(2, 3, 4, reason="seen-in-future")
    fleet.sends(5, reason="seen-in-future", organisation=OTHER)
    fleet.log.happen(second, ScanReviewed("dismissed", CLERK, "never-there"))
    connection = told(fleet.log, PROJECTION)

    waiting = device_scans.scans_of_organisation(connection, TOWN, only_waiting=True)
    every = device_scans.scans_of_organisation(connection, TOWN, only_waiting=False)
    rest = device_scans.scans_of_organisation(connection, TOWN, only_waiting=True, after=waiting[0].position)

    assert [one.scan for one in waiting] == [first, third]
    assert [one.scan for one in every] == [first, second, third]
    assert [one.scan for one in rest] == [third]
    assert waiting[0].waits_in == TOWN
    decided = device_scans.scan(connection, second)
    assert decided is not None
    assert (decided.waits_in, decided.decision, decided.decision_reason) == (None, "dismissed", "never-there")


def test_a_scan_that_was_accepted_at_once_is_not_among_them(told: Told) -> None:
    fleet = Fleet()
    (stream,) = fleet.sends(1)

    assert device_scans.scan(told(fleet.log, PROJECTION), stream) is None
