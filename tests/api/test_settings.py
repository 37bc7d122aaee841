"""A programme's settings by path: one person writes, another publishes, everybody around reads what holds."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from api_town import Person, Town
from house import House, opened


@pytest.fixture(scope="module")
def house(prepared_home: tuple[Path, Town], tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(prepared_home, tmp_path_factory.mktemp("settings") / "home") as running:
        yield running


def path(house: House) -> str:
    return f"/v1/organisations/{house.town.community}/settings"


def today(house: House) -> str:
    return house.clock.now().date().isoformat()


def test_defaults_hold_until_somebody_publishes(house: House, staff: Person, approver: Person) -> None:
    resident = house.person(house.town.resident)
    before = resident.get(path(house)).json()
    drafted = staff.post(path(house), {"settings": {"hold_days": 14}})
    published = approver.post(f"{path(house)}/publish", {"version": 1, "valid_from": today(house)})
    after = resident.get(path(house), min_position=published.headers["ledger-position"]).json()

    assert (before["set_by"], before["settings"]["hold_days"], before["versions"]) == (None, 7, [])
    assert (drafted.status_code, drafted.json()["code"]) == (201, "settings-drafted")
    assert (published.status_code, published.json()["code"]) == (200, "settings-published")
    assert (after["set_by"], after["settings"]["hold_days"]) == (str(house.town.community), 14)
    assert after["settings"]["grace_days"] == 7


def test_drafts_are_for_those_who_handle_rules(house: House, staff: Person) -> None:
    drafted = staff.post(path(house), {"settings": {"hold_days": 21}})
    version = drafted.json()["figures"]["version"]
    position = drafted.headers["ledger-position"]

    seen_by_staff = staff.get(path(house), min_position=position).json()["versions"]
    seen_by_residents = house.person(house.town.resident).get(path(house), min_position=position).json()["versions"]

    assert version in [one["version"] for one in seen_by_staff]
    assert version not in [one["version"] for one in seen_by_residents]


def test_a_setting_out_of_bounds_or_unknown_changes_nothing(house: House, staff: Person) -> None:
    with house.unchanged():
        too_long = staff.post(path(house), {"settings": {"hold_days": 10_000}})
        unknown = staff.post(path(house), {"settings": {"interest": 3}})
        text = staff.post(path(house), {"settings": {"hold_days": "7"}})

    assert (too_long.status_code, too_long.json()["code"], too_long.json()["facts"]["field"]) == (
        422,
        "settings-out-of-bounds",
        "hold_days",
    )
    assert unknown.json()["code"] == text.json()["code"] == "invalid-body"


def test_an_organisation_that_is_not_there_looks_like_any_other(house: House, staff: Person) -> None:
    with house.unchanged():
        assert staff.post(f"/v1/organisations/{uuid4()}/settings", {"settings": {}}).status_code == 404
        assert staff.get(f"/v1/organisations/{uuid4()}/settings").status_code == 404
