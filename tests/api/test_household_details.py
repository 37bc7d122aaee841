"""What a household is called and where it lives: under the key of the member it was told of, masked, gone with them."""

from typing import Any
from uuid import UUID

import pytest
from api_town import People, Person, Town, id_in

from api.deployment import Deployment
from api.wiring import open_databases
from ledger.kernel.ids import MemberId
from ledger.store.erasure_places import personal_fields

WORDS = {"label": "张家", "address": "百亩园社区 3 号楼 501", "basis": "household-register"}


@pytest.fixture
def staff(signed_in: People, town: Town) -> Person:
    return signed_in(town.staff)


@pytest.fixture
def household(staff: Person, town: Town, deployment: Deployment) -> UUID:
    """The resident and the neighbour live together."""
    body = {"organisation": str(town.community), "members": [str(town.resident), str(town.neighbour)]}
    made = id_in(staff.post("/v1/households", body), "household")
    deployment.caught_up(deployment.feed.position())
    return made


def described(staff: Person, household: UUID, member: MemberId, **more: Any) -> Any:
    return staff.post(f"/v1/households/{household}/details", WORDS | {"member": str(member)} | more)


def test_staff_say_what_a_household_is_called_and_see_it_masked(
    staff: Person, town: Town, household: UUID, deployment: Deployment
) -> None:
    before = deployment.feed.position()
    assert described(staff, household, town.resident).status_code == 200
    seen = staff.get(f"/v1/households/{household}").json()
    assert (seen["label"], seen["address"]) == ("张家", "百亩园社区****")
    assert {one["name"] for one in seen["members"]} == {"张**", "李**"}
    assert deployment.feed.position() == before
    (entry,) = deployment.audit_log.page(0, 9, kinds=["personal_fields_changed"])
    facts = {"fields": "household_name/household_address", "by": "staff", "basis": "household-register"}
    assert (entry.subject, entry.facts) == (town.resident, facts)


def test_the_words_go_with_the_person_they_were_told_of(
    staff: Person, town: Town, household: UUID, deployment: Deployment
) -> None:
    described(staff, household, town.resident)
    databases = open_databases(deployment.settings)
    personal_fields(databases, [town.neighbour])
    assert deployment.directory.read_all(household) != {}
    personal_fields(databases, [town.resident])
    databases.close()
    assert deployment.directory.read_all(household) == {}


def test_words_of_who_does_not_live_there_are_refused(staff: Person, town: Town, household: UUID) -> None:
    answer = described(staff, household, town.approver)
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown-id")


def test_no_words_are_refused(staff: Person, town: Town, household: UUID) -> None:
    answer = described(staff, household, town.resident, label=None, address=None)
    assert (answer.status_code, answer.json()["code"]) == (422, "nothing-to-correct")


def test_others_households_are_as_if_there_were_none(signed_in: People, town: Town, household: UUID) -> None:
    stranger = signed_in(town.stranger)
    assert stranger.get(f"/v1/households/{household}").status_code == 404
    assert described(stranger, household, town.resident).status_code == 404
    assert signed_in(town.keeper).get(f"/v1/households/{household}").status_code == 403
