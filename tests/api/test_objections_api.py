"""Objections by path: who raises one, who sees whose it is, who decides, and how it goes to the street."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from api_town import FOUNDED, Person, Town, run
from house import NOON, House, opened, proposed

from ledger.application.awards import APPROVE_AWARDS, ApproveAwards
from ledger.application.roles import GRANT_ROLE, GrantRole
from ledger.kernel.ids import AwardId, MemberId

REASON = {"reason": "never-there"}


@pytest.fixture(scope="module")
def house(prepared_home: tuple[Path, Town], tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The keeper is a second approver of the community, the stranger one of the street."""
    with opened(prepared_home, tmp_path_factory.mktemp("objections") / "home") as running:
        town = running.town
        for member, place in ((town.keeper, town.community), (town.stranger, town.street)):
            run(running.deployment, GRANT_ROLE, GrantRole(member, "approver", place, FOUNDED), actor=town.founder)
        yield running


@pytest.fixture(autouse=True)
def _noon(house: House) -> Iterator[None]:
    yield
    house.clock.at = NOON


@pytest.fixture
def award(house: House) -> UUID:
    """The resident's, on notice."""
    return noticed(house, house.town.resident)


def noticed(house: House, member: MemberId) -> UUID:
    (award,) = proposed(house, member)
    run(house.deployment, APPROVE_AWARDS, ApproveAwards((AwardId(award),)), actor=house.town.approver)
    return award


def object_(person: Person, award: UUID) -> Any:
    return person.post(f"/v1/awards/{award}/object", REASON)


def decide(person: Person, award: UUID, outcome: str) -> Any:
    return person.post(f"/v1/awards/{award}/objection/decide", {"outcome": outcome, "reason": "list-checked"})


def escalate(person: Person, award: UUID) -> Any:
    return person.post(f"/v1/awards/{award}/objection/escalate")


def seen(house: House, member: MemberId, award: UUID) -> Any:
    return house.person(member).get(f"/v1/awards/{award}", min_position=house.position()).json()


def test_an_objection_is_shown_with_its_day_and_to_whom_it_may_with_its_author(house: House, award: UUID) -> None:
    town = house.town

    done = object_(house.person(town.neighbour), award)

    assert done.json() == {"code": "award-objected", "ids": {"award": str(award)}}
    for_staff, for_objector, for_resident, for_anybody = (
        seen(house, one, award) for one in (town.staff, town.neighbour, town.resident, town.founder)
    )
    assert for_staff["status"] == "objected"
    assert for_staff["objection"] == {
        "status": "open",
        "objected_by": str(town.neighbour),
        "objected_at": "2026-03-04T04:00:00Z",
        "reason": "never-there",
        "decide_by": "2026-03-11",
        "is_provisional": False,
        "is_overdue": False,
        "decided_by": None,
        "decision_reason": None,
        "escalate_until": None,
        "escalated_to": None,
    }
    assert for_objector["objection"] == for_staff["objection"]
    assert (for_objector["member"], for_objector["name"]) == (None, "张**")
    assert for_resident["objection"]["objected_by"] is None
    assert for_anybody["status"] == "objected"


def test_who_decides_finds_them_and_how_many_are_overdue(house: House, award: UUID) -> None:
    object_(house.person(house.town.neighbour), award)
    house.clock.at = NOON + timedelta(days=8)

    listed = house.person(house.town.approver).get(
        "/v1/awards", status="objected", limit=200, min_position=house.position()
    )

    (found,) = (one for one in listed.json()["items"] if one["id"] == str(award))
    assert found["objection"]["is_overdue"]
    assert listed.json()["overdue"] >= 1
    assert house.person(house.town.resident).get("/v1/awards", status="objected").status_code == 403
    assert house.person(house.town.approver).get("/v1/awards", status="on_notice").json()["overdue"] is None


def test_upheld_refuses_the_award_with_its_reason(house: House, award: UUID) -> None:
    object_(house.person(house.town.neighbour), award)

    done = decide(house.person(house.town.keeper), award, "upheld")

    assert done.json()["code"] == "objection-upheld"
    view = seen(house, house.town.resident, award)
    assert (view["status"], view["reason"], view["objection"]["status"]) == ("refused", "list-checked", "upheld")
    assert view["objection"]["escalate_until"] == "2026-03-11"


def test_rejected_puts_it_back_on_notice_and_the_street_decides_for_good(house: House, award: UUID) -> None:
    town, neighbour = house.town, house.person(house.town.neighbour)
    object_(neighbour, award)
    decide(house.person(town.keeper), award, "rejected")
    assert seen(house, town.neighbour, award)["status"] == "on_notice"

    done = escalate(neighbour, award)

    assert done.json()["code"] == "objection-escalated"
    street = house.person(town.stranger)
    listed = street.get("/v1/awards", status="objected", organisation=str(town.street), min_position=house.position())
    assert str(award) in [one["id"] for one in listed.json()["items"]]
    below = decide(house.person(town.keeper), award, "rejected")
    assert (below.status_code, below.json()["code"]) == (403, "not-permitted")
    assert decide(street, award, "rejected").json()["code"] == "objection-rejected"
    again = escalate(neighbour, award)
    assert (again.status_code, again.json()["code"]) == (409, "objection-final")


def test_what_is_refused_about_objections(house: House, award: UUID) -> None:
    town, neighbour = house.town, house.person(house.town.neighbour)
    (waiting,) = proposed(house, town.resident)

    def told(answer: Any) -> tuple[int, str]:
        return answer.status_code, answer.json()["code"]

    assert told(object_(neighbour, waiting)) == (409, "award-not-on-notice")
    assert told(decide(house.person(town.keeper), award, "upheld")) == (409, "no-objection-pending")
    assert told(escalate(neighbour, award)) == (409, "no-decision-to-escalate")
    object_(neighbour, award)
    with house.unchanged():
        assert told(object_(house.person(town.staff), award)) == (409, "objection-pending")
        assert told(decide(house.person(town.approver), award, "upheld")) == (403, "involved-in-award")
        assert told(decide(neighbour, award, "upheld")) == (403, "not-permitted")
        assert decide(house.person(town.keeper), award, "perhaps").json()["code"] == "invalid-body"
    decide(house.person(town.keeper), award, "rejected")
    with house.unchanged():
        assert told(object_(neighbour, award)) == (409, "already-objected")
        assert told(escalate(house.person(town.resident), award)) == (403, "not-yours-to-escalate")
        house.clock.at = NOON + timedelta(days=8)
        assert told(escalate(house.person(town.neighbour), award)) == (409, "escalation-too-late")


def test_a_lost_answer_is_given_again(house: House, award: UUID) -> None:
    neighbour = house.person(house.town.neighbour)
    path = f"/v1/awards/{award}/object"
    first = neighbour.post(path, REASON, key="object-once")

    with house.unchanged():
        again = neighbour.post(path, REASON, key="object-once")

    assert again.json() == first.json()
    assert again.headers["idempotent-replayed"] == "true"
