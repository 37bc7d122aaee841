"""The review of scans that did not count at once."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from api_town import Person, Town
from house import NOON, Gathering, House, every_page, gathering, opened
from scanning import card_code, register, row, send


@pytest.fixture(scope="module")
def house(prepared_home: tuple[Path, Town], tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(prepared_home, tmp_path_factory.mktemp("reviews") / "home") as running:
        yield running


@pytest.fixture(autouse=True)
def noon(house: House) -> Iterator[None]:
    yield
    house.clock.at = NOON


@pytest.fixture
def device(house: House, staff: Person) -> UUID:
    return register(house, staff)


@pytest.fixture
def at(house: House) -> Gathering:
    return gathering(house)


def waiting(house: House, staff: Person, device: UUID, at: Gathering) -> UUID:
    """A scan of the resident's, ten minutes off the clock."""
    off = (NOON + timedelta(minutes=10)).isoformat()
    answer = send(staff, device, row(1, at, card_code(house, house.town.resident)), sent_at=off)
    return UUID(answer.json()["rows"][0]["scan"])


def test_a_scan_that_waits_is_listed_and_accepted_at_the_corrected_time(
    house: House, staff: Person, device: UUID, at: Gathering
) -> None:
    scan = waiting(house, staff, device, at)
    path, community = f"/v1/device-scans/{scan}", str(house.town.community)
    listed = every_page(staff, "/v1/device-scans", organisation=community, limit=3)
    seen = next(one for one in listed if one["id"] == str(scan))
    right = (NOON - timedelta(minutes=40)).isoformat()

    done = staff.post(f"{path}/review", {"decision": "accept", "seen_at": right})

    assert (seen["reason"], seen["name"], seen["direction"]) == ("clock-out-of-tolerance", "张**", "in")
    assert (done.status_code, done.json()["code"]) == (200, "scan-accepted")
    after = staff.get(path, min_position=int(done.headers["ledger-position"])).json()
    assert (after["decision"], after["counted_at"]) == ("accepted", "2026-03-04T03:20:00Z")
    left = every_page(staff, "/v1/device-scans", organisation=community)
    assert str(scan) not in {one["id"] for one in left}
    every = every_page(staff, "/v1/device-scans", organisation=community, status="all")
    assert str(scan) in {one["id"] for one in every}


def test_a_scan_that_waits_is_dismissed_once(house: House, staff: Person, device: UUID, at: Gathering) -> None:
    path = f"/v1/device-scans/{waiting(house, staff, device, at)}/review"

    done = staff.post(path, {"decision": "dismiss", "reason": "never-there"})
    again = staff.post(path, {"decision": "dismiss", "reason": "never-there"})

    assert done.json()["code"] == "scan-dismissed"
    assert (again.status_code, again.json()["code"]) == (409, "scan-already-reviewed")
    assert again.json()["detail"] == "结果是未采纳。"


@pytest.mark.parametrize(
    "body",
    [
        {"decision": "accept", "reason": "never-there"},
        {"decision": "dismiss"},
        {"decision": "dismiss", "reason": "never-there", "seen_at": "2026-03-04T03:20:00Z"},
        {"decision": "perhaps"},
    ],
)
def test_a_decision_says_what_it_needs_and_nothing_else(
    house: House, staff: Person, device: UUID, at: Gathering, body: dict[str, Any]
) -> None:
    path = f"/v1/device-scans/{waiting(house, staff, device, at)}/review"

    with house.unchanged():
        assert staff.post(path, body).status_code == 400


def test_who_may_not_decide_sees_nothing_of_it(house: House, staff: Person, device: UUID, at: Gathering) -> None:
    scan = waiting(house, staff, device, at)
    community = {"organisation": str(house.town.community)}
    keeper, stranger = house.person(house.town.keeper), house.person(house.town.stranger)
    decision = {"decision": "dismiss", "reason": "never-there"}

    with house.unchanged():
        decided = [one.post(f"/v1/device-scans/{scan}/review", decision).status_code for one in (keeper, stranger)]

    assert decided == [403, 404]
    assert [one.get(f"/v1/device-scans/{scan}").status_code for one in (keeper, stranger)] == [404, 404]
    assert [one.get("/v1/device-scans", **community).status_code for one in (keeper, stranger)] == [403, 404]


def test_nobody_decides_on_their_own_scan(house: House, staff: Person, device: UUID, at: Gathering) -> None:
    off = (NOON + timedelta(minutes=10)).isoformat()
    sent = send(staff, device, row(1, at, card_code(house, house.town.staff)), sent_at=off)
    path = f"/v1/device-scans/{sent.json()['rows'][0]['scan']}/review"

    refused = staff.post(path, {"decision": "accept"})

    assert (refused.status_code, refused.json()["code"]) == (403, "own-scan-review")
