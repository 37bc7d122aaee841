"""The audit log by path: auditors read as far as their role reaches, reading is recorded, and floods are not kept."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from api_town import FOUNDED, Person, Town, run
from house import NOON, House, every_page, opened

from ledger.application.roles import GRANT_ROLE, GrantRole
from ledger.store.audit_log import AuditEntry
from ledger.store.refusals_seen import A_CALLER, ALL_CALLERS, UNKNOWN_IDS

PATH = "/v1/audit-log"


@pytest.fixture
def house(prepared_home: tuple[Path, Town], tmp_path: Path) -> Iterator[House]:
    """With an auditor of everything (the neighbour), and one of the other community (the stranger)."""
    with opened(prepared_home, tmp_path / "home") as running:
        town, deployment = running.town, running.deployment
        run(deployment, GRANT_ROLE, GrantRole(town.neighbour, "auditor", town.street, FOUNDED), actor=town.founder)
        elsewhere = GrantRole(town.stranger, "auditor", town.other_community, FOUNDED)
        run(deployment, GRANT_ROLE, elsewhere, actor=town.founder)
        deployment.caught_up(running.position())
        yield running


@pytest.fixture
def auditor(house: House) -> Person:
    return house.person(house.town.neighbour)


def entries(house: House, kind: str = "refused") -> list[AuditEntry]:
    """What is kept now, with the refusals that were only noted."""
    house.deployment.refusals_seen.write(house.clock.now())
    return [entry for entry in house.deployment.audit_log.page(0, 1_000) if entry.kind == kind]


def test_an_auditor_reads_every_entry_in_order_and_is_recorded(house: House, auditor: Person) -> None:
    log, town = house.deployment.audit_log, house.town
    for number in range(5):
        log.record("exported", NOON, actor=town.staff, subject=town.resident, facts={"number": number})

    found = every_page(auditor, PATH, limit=2, kind="exported")

    assert [one["facts"]["number"] for one in found] == list(range(5))
    assert found[0]["actor"] == str(town.staff)
    assert found[0]["subject"] == str(town.resident)
    read = entries(house, "audit_read")
    assert [entry.facts["entries"] for entry in read] == [2, 2, 1]
    assert {entry.actor for entry in read} == {town.neighbour}


def test_an_auditor_of_a_part_sees_who_is_at_home_there(house: House, auditor: Person) -> None:
    log, town = house.deployment.audit_log, house.town
    log.record("exported", NOON, actor=town.staff, subject=town.resident)
    log.record("exported", NOON, actor=town.staff, subject=town.stranger)
    log.record("exported", NOON, actor=town.stranger, subject=town.resident)
    log.record("keys_rotated", NOON)

    of_part = house.person(town.stranger).get(PATH).json()
    of_all = auditor.get(PATH).json()

    assert [one["sequence"] for one in of_part["items"]] == [2, 3]
    assert of_part["looked_through"] == 4
    assert [one["sequence"] for one in of_all["items"]] == [1, 2, 3, 4, 5]


def test_entries_are_narrowed_by_subject_actor_kind_and_day(house: House, auditor: Person) -> None:
    log, town = house.deployment.audit_log, house.town
    log.record("exported", NOON, actor=town.staff, subject=town.resident)
    log.record("searched", NOON + timedelta(days=1), actor=town.approver)

    def found(**asked: object) -> list[int]:
        return [one["sequence"] for one in auditor.get(PATH, limit=2, **asked).json()["items"]]

    assert found(subject=str(town.resident))[0] == 1
    assert found(actor=str(town.approver)) == [2]
    assert found(kind="searched") == [2]
    assert found(day="2026-03-05") == [2]
    assert auditor.get(PATH, kind="horoscope").status_code == 400


def test_whoever_audits_nothing_reads_nothing(house: House) -> None:
    town = house.town

    answers = [house.person(one).get(PATH) for one in (town.resident, town.staff, town.founder, town.approver)]

    assert {(one.status_code, one.json()["code"]) for one in answers} == {(403, "not-permitted")}
    assert entries(house, "audit_read") == []


def test_what_cannot_be_recorded_is_not_shown(house: House, auditor: Person) -> None:
    house.deployment.audit_log.record("exported", NOON)
    with closing(sqlite3.connect(house.deployment.settings.home / "audit.db")) as connection:
        connection.execute("CREATE TRIGGER full BEFORE INSERT ON entries BEGIN SELECT RAISE(FAIL, 'no room'); END")

    answer = auditor.get(PATH)

    assert answer.status_code == 503
    assert "items" not in answer.text


def test_a_refusal_worth_seeing_is_recorded_without_a_word_of_the_request(house: House) -> None:
    town = house.town
    resident = house.person(town.resident)

    with house.unchanged():
        refused = resident.post(f"/v1/members/{town.neighbour}/suspend", {"reason": "other"})

    (entry,) = entries(house)
    assert refused.status_code == 403
    assert (entry.actor, entry.subject) == (town.resident, town.neighbour)
    assert entry.facts == {"code": "not-permitted", "method": "POST", "path": "/v1/members/{member}/suspend"}


def test_ids_tried_one_after_the_other_are_recorded_and_a_few_are_not(house: House) -> None:
    staff = house.person(house.town.staff)
    for _ in range(UNKNOWN_IDS.limit):
        assert staff.get(f"/v1/members/{uuid4()}").status_code == 404
    before = entries(house)
    staff.get(f"/v1/members/{uuid4()}")

    assert before == []
    assert [entry.facts["code"] for entry in entries(house)] == ["unknown-id"]


def test_a_flood_of_refusals_is_kept_up_to_a_bound_and_never_moves_the_ledger(house: House) -> None:
    town = house.town
    one = house.person(town.resident)

    with house.unchanged():
        for _ in range(A_CALLER.limit * 3):
            one.get(PATH)
        of_one = len(entries(house))
        for _ in range(ALL_CALLERS.limit):
            house.person(town.resident).get(PATH)

    assert of_one == A_CALLER.limit
    assert len(entries(house)) == ALL_CALLERS.limit
