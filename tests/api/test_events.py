"""The log by path: for auditors of the whole tree, every event as it is stored."""

import json
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from api_town import FOUNDED, Person, Town, run
from house import House, every_page, gathering, opened

from ledger.application.organisations import REGISTER_ORGANISATION, RegisterOrganisation
from ledger.application.roles import GRANT_ROLE, GrantRole
from ledger.kernel.ids import OrganisationId


@pytest.fixture(scope="module")
def house(prepared_home: tuple[Path, Town], tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(prepared_home, tmp_path_factory.mktemp("events") / "home") as running:
        town, grants = running.town, running.deployment
        run(grants, GRANT_ROLE, GrantRole(town.neighbour, "auditor", town.street, FOUNDED), actor=town.founder)
        run(grants, GRANT_ROLE, GrantRole(town.resident, "auditor", town.community, FOUNDED), actor=town.founder)
        running.deployment.caught_up(running.position())
        yield running


@pytest.fixture
def auditor(house: House) -> Person:
    return house.person(house.town.neighbour)


def test_an_auditor_reads_every_event_in_order(house: House, auditor: Person) -> None:
    found = every_page(auditor, "/v1/events", limit=20)

    assert [one["position"] for one in found] == list(range(1, house.position() + 1))


def test_an_event_is_shown_as_it_is_stored(house: House, auditor: Person) -> None:
    gathering(house)

    (seen,) = auditor.get("/v1/events", after=house.position() - 1).json()["items"]

    (raw,) = house.deployment.feed.page_raw(house.position() - 1, 1)
    stored = json.loads(raw.state)
    assert seen["name"] == raw.name
    assert seen["stream"] == str(raw.stream)
    assert seen["version"] == raw.version
    assert (seen["at"], seen["actor"]) == (stored["at"], stored["actor"])
    assert seen["event"] == stored["event"]
    assert seen["leaf"] == raw.leaf.hex()


def test_the_end_of_the_log_is_an_empty_page(house: House, auditor: Person) -> None:
    page = auditor.get("/v1/events", after=house.position())

    assert page.json() == {"items": [], "position": house.position()}
    assert "next" not in page.links


def test_whoever_does_not_audit_the_whole_tree_reads_nothing(house: House) -> None:
    town = house.town

    answers = [house.person(one).get("/v1/events") for one in (town.resident, town.staff, town.founder, town.stranger)]

    assert {(one.status_code, one.json()["code"]) for one in answers} == {(403, "not-permitted")}
    assert house.client.get("/v1/events").status_code == 401


def test_an_auditor_of_one_tree_does_not_read_of_another(prepared_home: tuple[Path, Town], tmp_path: Path) -> None:
    with opened(prepared_home, tmp_path / "home") as house:
        town = house.town
        granted = GrantRole(town.neighbour, "auditor", town.street, FOUNDED)
        run(house.deployment, GRANT_ROLE, granted, actor=town.founder)
        auditor = house.person(town.neighbour)
        house.deployment.caught_up(house.position())
        before = auditor.get("/v1/events").status_code
        run(house.deployment, REGISTER_ORGANISATION, RegisterOrganisation(OrganisationId(uuid4()), "street", FOUNDED))
        house.deployment.caught_up(house.position())

        assert (before, auditor.get("/v1/events").status_code) == (200, 403)


@pytest.mark.parametrize("query", ["after=-1", "limit=0", "limit=201", "after=x", "after=1&after=2", "before=3"])
def test_a_page_that_cannot_be_asked_for_is_refused(house: House, auditor: Person, query: str) -> None:
    assert house.client.get(f"/v1/events?{query}", headers=auditor.headers()).status_code == 400
