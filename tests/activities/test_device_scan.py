"""Stories of one scan that a device sent: recorded once, reviewed once; and what the device's clock may say."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from ledger.activities.device_scan import (
    DEVICE_SCAN,
    Record,
    Review,
    SentScan,
    first_sent,
    require_shown_then,
    scan_id,
    time_to_count,
)
from ledger.activities.events import ScanRecorded, ScanReviewed
from ledger.kernel.decider import fold
from ledger.kernel.ids import ActivityId, AttendanceId, DeviceId, MemberId, OrganisationId
from ledger.kernel.refusal import Refusal

NOW = datetime(2025, 10, 18, 1, tzinfo=UTC)
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
DEVICE = DeviceId(UUID("0d3c7a52-8f0e-4b7c-9a51-64d2f0a7c0de"))
CLERK, ANNA = MemberId(UUID(int=2)), MemberId(UUID(int=3))
WAITING = ScanRecorded(
    device=DEVICE,
    sequence=7,
    content="0" * 32,
    organisation=OrganisationId(UUID(int=1)),
    activity=ActivityId(UUID(int=4)),
    direction="in",
    seen_at=NOW,
    sent_at=NOW,
    uploaded_by=CLERK,
    outcome="for_review",
    reason="not-checked-in",
    member=ANNA,
)
ACCEPTED = replace(WAITING, outcome="accepted", reason="checked-in", attendance=AttendanceId(UUID(int=5)))
DISMISSED = ScanReviewed("dismissed", CLERK, "never-there")
LET_COUNT = ScanReviewed("accepted", CLERK, "checked-in", NOW, AttendanceId(UUID(int=5)))


def refusal(state: SentScan, command: Any) -> Refusal:
    with pytest.raises(Refusal) as refused:
        DEVICE_SCAN.decide(state, command)
    return refused.value


def test_the_same_number_of_the_same_device_is_the_same_scan_for_ever() -> None:
    assert scan_id(DEVICE, 7) == scan_id(DEVICE, 7) == UUID("f243134d-dc0f-5a8b-b9d2-44123a992730")
    assert scan_id(DEVICE, 7) != scan_id(DEVICE, 8)
    assert scan_id(DeviceId(UUID(int=9)), 7) != scan_id(DEVICE, 7)


@pytest.mark.parametrize("scan", [WAITING, ACCEPTED])
def test_a_scan_is_recorded_once_and_the_same_again_changes_nothing(scan: ScanRecorded) -> None:
    assert DEVICE_SCAN.decide(DEVICE_SCAN.initial, Record(scan)) == (scan,)
    recorded = fold(DEVICE_SCAN, [scan])
    assert DEVICE_SCAN.decide(recorded, Record(scan)) == ()
    assert DEVICE_SCAN.decide(recorded, Record(replace(scan, sent_at=NOW + MINUTE, uploaded_by=ANNA))) == ()
    assert first_sent(recorded, DEVICE, 7, content=scan.content) == scan
    assert first_sent(DEVICE_SCAN.initial, DEVICE, 7, content=scan.content) is None


def test_another_scan_under_the_same_number_is_refused() -> None:
    other = replace(WAITING, content="1" * 32, direction="out")

    refused = refusal(fold(DEVICE_SCAN, [WAITING]), Record(other))

    assert (refused.code, refused.facts()) == ("sequence-reused", {"device": DEVICE, "sequence": 7})


@pytest.mark.parametrize("review", [DISMISSED, LET_COUNT])
def test_a_scan_that_waits_is_decided_on(review: ScanReviewed) -> None:
    assert DEVICE_SCAN.decide(fold(DEVICE_SCAN, [WAITING]), Review(review, is_near=False)) == (review,)
    assert fold(DEVICE_SCAN, [WAITING, review]) == SentScan(WAITING, review)


@pytest.mark.parametrize(
    ("history", "is_near", "code"),
    [
        ([], False, "scan-not-for-review"),
        ([ACCEPTED], False, "scan-not-for-review"),
        ([ACCEPTED], True, "scan-not-for-review"),
        ([WAITING, DISMISSED], True, "scan-already-reviewed"),
        ([WAITING, DISMISSED], False, "scan-already-reviewed"),
        ([WAITING, LET_COUNT], False, "scan-already-reviewed"),
        ([WAITING], True, "own-scan-review"),
    ],
)
def test_the_obstacles_to_a_review_in_their_order(history: list[Any], is_near: bool, code: str) -> None:
    assert refusal(fold(DEVICE_SCAN, history), Review(DISMISSED, is_near)).code == code


def count(*, seen: timedelta = timedelta(), sent: timedelta = timedelta()) -> datetime:
    return time_to_count(seen_at=NOW + seen, sent_at=NOW + sent, now=NOW, tolerance_minutes=5)


def test_a_scan_counts_for_when_the_device_saw_it() -> None:
    assert count(seen=-3 * MINUTE) == NOW - 3 * MINUTE
    assert count(seen=timedelta(days=-3)) == NOW - timedelta(days=3)


def test_a_scan_never_counts_for_later_than_now() -> None:
    assert count(seen=4 * MINUTE, sent=4 * MINUTE) == NOW


@pytest.mark.parametrize("sent", [5 * MINUTE, -5 * MINUTE])
def test_a_clock_at_the_edge_of_the_tolerance_is_believed(sent: timedelta) -> None:
    assert count(seen=-MINUTE, sent=sent) == NOW - MINUTE


@pytest.mark.parametrize("sent", [5 * MINUTE + SECOND, -5 * MINUTE - SECOND, timedelta(days=-20_000)])
def test_a_clock_out_of_tolerance_is_not_believed(sent: timedelta) -> None:
    with pytest.raises(Refusal) as refused:
        count(seen=timedelta(days=1), sent=sent)

    assert refused.value.code == "clock-out-of-tolerance"
    assert refused.value.facts() == {"off_seconds": sent // SECOND, "allowed_minutes": 5}


def test_a_scan_that_is_yet_to_be_made_is_not_believed() -> None:
    assert count(seen=5 * MINUTE) == NOW
    with pytest.raises(Refusal) as refused:
        count(seen=5 * MINUTE + SECOND, sent=5 * MINUTE)

    assert refused.value.code == "seen-in-future"


def test_clocks_are_compared_whatever_their_zone() -> None:
    shanghai = timezone(timedelta(hours=8))

    seen = time_to_count(
        seen_at=NOW.astimezone(shanghai), sent_at=NOW.astimezone(shanghai), now=NOW, tolerance_minutes=5
    )

    assert seen == NOW


@pytest.mark.parametrize("seen", [-5 * MINUTE, timedelta(), 30 * SECOND + 5 * MINUTE])
def test_a_live_code_was_seen_when_it_was_shown_give_or_take_the_tolerance(seen: timedelta) -> None:
    require_shown_then(NOW + seen, shown_from=NOW, valid_until=NOW + 30 * SECOND, tolerance_minutes=5)


@pytest.mark.parametrize("seen", [-5 * MINUTE - SECOND, 31 * SECOND + 5 * MINUTE])
def test_a_live_code_of_another_time_is_not_believed(seen: timedelta) -> None:
    with pytest.raises(Refusal) as refused:
        require_shown_then(NOW + seen, shown_from=NOW, valid_until=NOW + 30 * SECOND, tolerance_minutes=5)

    assert refused.value.code == "code-of-other-time"
