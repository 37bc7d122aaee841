"""Earning rules by path: one person writes, another publishes, everybody around reads."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from api_town import FOUNDED, Person, Town, id_in, run
from house import TERMS, House, every_page, opened, rule

from ledger.application.roles import GRANT_ROLE, GrantRole


@pytest.fixture(scope="module")
def house(prepared_home: tuple[Path, Town], tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(prepared_home, tmp_path_factory.mktemp("rules") / "home") as running:
        yield running


def body(house: House, **terms: Any) -> dict[str, Any]:
    return {"organisation": str(house.town.community), "terms": TERMS | terms}


def test_one_writes_another_publishes_and_a_resident_reads(house: House, staff: Person, approver: Person) -> None:
    made = staff.post("/v1/rules", body(house))
    published = approver.post(f"/v1/rules/{id_in(made, 'rule')}/publish", {"version": 1, "valid_from": "2026-04-01"})

    assert made.status_code == 201
    assert made.json()["figures"] == {"version": 1}
    assert published.json()["code"] == "rule-published"
    (version,) = (
        house.person(house.town.resident)
        .get(f"/v1/rules/{id_in(made, 'rule')}", min_position=published.headers["ledger-position"])
        .json()["items"]
    )
    assert version["valid_from"] == "2026-04-01"
    assert version["terms"]["rate"] == 10
    assert version["terms"]["notice_working_days"] == 5


def test_a_retry_writes_one_rule(house: House, staff: Person) -> None:
    first = staff.post("/v1/rules", body(house), key="one-rule-1")

    with house.unchanged():
        again = staff.post("/v1/rules", body(house), key="one-rule-1")
        reused = staff.post("/v1/rules", body(house, rate=11), key="one-rule-1")

    assert again.json() == first.json()
    assert again.headers["idempotent-replayed"] == "true"
    assert (reused.status_code, reused.json()["code"]) == (422, "idempotency-key-reused")


def test_whoever_wrote_a_version_does_not_publish_it(house: House) -> None:
    both, town = house.person(house.town.neighbour), house.town
    for role in ("staff", "approver"):
        asked = GrantRole(town.neighbour, role, town.community, FOUNDED)
        run(house.deployment, GRANT_ROLE, asked, actor=town.founder)
    made = id_in(both.post("/v1/rules", body(house)), "rule")

    with house.unchanged():
        refused = both.post(f"/v1/rules/{made}/publish", {"version": 1, "valid_from": "2026-04-01"})

    assert (refused.status_code, refused.json()["code"]) == (403, "drafter-cannot-publish")


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"version": 2, "valid_from": "2026-04-01"}, "rule-version-unknown"),
        ({"version": 1, "valid_from": "2026-04-01"}, "rule-version-already-published"),
    ],
)
def test_only_a_version_that_waits_is_published(
    house: House, approver: Person, asked: dict[str, Any], code: str
) -> None:
    made = rule(house)

    with house.unchanged():
        refused = approver.post(f"/v1/rules/{made}/publish", asked)

    assert refused.json()["code"] == code


def test_a_rule_in_use_does_not_change_for_days_that_have_passed(house: House, staff: Person, approver: Person) -> None:
    made = rule(house)
    second = staff.post(f"/v1/rules/{made}/versions", body(house, rate=20))

    with house.unchanged():
        refused = approver.post(f"/v1/rules/{made}/publish", {"version": 2, "valid_from": "2026-01-01"})

    assert second.json()["figures"] == {"version": 2}
    assert (refused.status_code, refused.json()["code"]) == (422, "valid-from-passed")


@pytest.mark.parametrize(
    ("terms", "status", "code"),
    [
        ({"rate": 0}, 422, "terms-out-of-bounds"),
        ({"floor_percent": 101}, 422, "terms-out-of-bounds"),
        ({"rate": "10"}, 400, "invalid-body"),
        ({"unit": "yuan"}, 400, "invalid-body"),
        ({"basis": "per_word"}, 400, "invalid-body"),
    ],
)
def test_terms_out_of_bounds_are_refused(
    house: House, staff: Person, terms: dict[str, Any], status: int, code: str
) -> None:
    with house.unchanged():
        refused = staff.post("/v1/rules", body(house, **terms))

    assert (refused.status_code, refused.json()["code"]) == (status, code)


def test_there_is_no_next_version_of_a_rule_that_nobody_wrote(house: House) -> None:
    with house.unchanged():
        answer = house.person(house.town.staff).post(f"/v1/rules/{uuid4()}/versions", body(house))

    assert (answer.status_code, answer.json()["code"]) == (404, "unknown-id")


def test_a_rule_stays_with_its_organisation(house: House) -> None:
    made = rule(house)
    elsewhere = body(house) | {"organisation": str(house.town.other_community)}

    with house.unchanged():
        refused = house.person(house.town.founder).post(f"/v1/rules/{made}/versions", elsewhere)

    assert refused.json()["code"] == "rule-of-another-organisation"


def test_only_staff_write_and_only_approvers_publish(house: House, staff: Person, approver: Person) -> None:
    made = id_in(staff.post("/v1/rules", body(house)), "rule")
    publish = {"version": 1, "valid_from": "2026-04-01"}

    with house.unchanged():
        answers = [
            approver.post("/v1/rules", body(house)),
            house.person(house.town.resident).post("/v1/rules", body(house)),
            house.person(house.town.stranger).post("/v1/rules", body(house)),
            staff.post(f"/v1/rules/{made}/publish", publish),
            approver.post(f"/v1/rules/{uuid4()}/publish", publish),
        ]

    assert [one.status_code for one in answers] == [403, 403, 404, 403, 404]


def test_drafts_are_for_those_who_write_and_publish(house: House, staff: Person) -> None:
    made = id_in(staff.post("/v1/rules", body(house)), "rule")
    position = house.position()

    def versions(person: Person) -> list[Any]:
        return person.get(f"/v1/rules/{made}", min_position=position).json()["items"]

    assert len(versions(staff)) == len(versions(house.person(house.town.approver))) == 1
    assert versions(house.person(house.town.resident)) == []
    assert house.person(house.town.stranger).get(f"/v1/rules/{made}").status_code == 404
    assert staff.get(f"/v1/rules/{uuid4()}").status_code == 404


def test_the_list_goes_page_by_page(house: House, staff: Person) -> None:
    for _ in range(3):
        rule(house)
    found = [one["id"] for one in every_page(staff, "/v1/rules", limit=2, min_position=house.position())]

    everything = staff.get("/v1/rules", limit=200).json()["items"]
    assert found == [one["id"] for one in everything]
    assert house.person(house.town.stranger).get("/v1/rules", organisation=str(house.town.community)).status_code == 404
