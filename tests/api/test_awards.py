"""Awards by path: decided on by somebody who did not propose them, and shown on public notice."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from api_town import FOUNDED, Person, Town, run
from house import House, award_of, close, every_page, many_sessions, opened, proposed, rule, visit

from ledger.application.members import FORM_HOUSEHOLD, FormHousehold
from ledger.application.roles import GRANT_ROLE, GrantRole
from ledger.kernel.ids import MemberId


@pytest.fixture(scope="module")
def house(prepared_home: tuple[Path, Town], tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(prepared_home, tmp_path_factory.mktemp("awards") / "home") as running:
        yield running


LARGE = {"awaiting_second": 0, "split_off": 0, "decided_before": 0, "provisional": 0, "left_out": 0}


def decide(person: Person, awards: list[UUID], step: str = "approve", **more: Any) -> Any:
    body = {"awards": [str(one) for one in awards]} | ({"reason": "never-there"} if step == "refuse" else {})
    return person.post(f"/v1/awards/{step}", body, **more)


def test_an_approved_award_goes_on_public_notice(house: House, approver: Person) -> None:
    (award,) = proposed(house, house.town.resident)

    done = decide(approver, [award])

    assert done.json() == {
        "code": "awards-approved",
        "figures": {"approved": 1, "awaiting_second": 0, "split_off": 0, "decided_before": 0, "provisional": 0},
    }
    seen = approver.get(f"/v1/awards/{award}", min_position=done.headers["ledger-position"]).json()
    assert (seen["status"], seen["amount"], seen["notice_until"]) == ("on_notice", 10, "2026-03-11")
    assert seen["explanation"][0] == {"code": "seen", "value": 60, "limit": None}


def test_a_refused_award_is_gone_with_its_reason(house: House, approver: Person) -> None:
    (award,) = proposed(house, house.town.neighbour)

    done = decide(approver, [award], "refuse")

    assert done.json()["code"] == "awards-refused"
    seen = approver.get(f"/v1/awards/{award}", min_position=done.headers["ledger-position"]).json()
    assert (seen["status"], seen["reason"]) == ("refused", "never-there")


def test_a_lost_answer_is_given_again_and_another_decision_is_not(house: House, approver: Person) -> None:
    (award,) = proposed(house, house.town.resident)
    first = decide(approver, [award], key="approve-once")

    with house.unchanged():
        again = decide(approver, [award], key="approve-once")
        reused = decide(approver, [award, award], key="approve-once")
        twice = decide(approver, [award])
        back = decide(approver, [award], "refuse")

    assert again.json() == first.json()
    assert again.headers["idempotent-replayed"] == "true"
    assert (reused.status_code, reused.json()["code"]) == (422, "idempotency-key-reused")
    assert {(one.status_code, one.json()["code"]) for one in (twice, back)} == {(409, "award-already-decided")}


def test_whoever_proposed_does_not_approve(house: House) -> None:
    town = house.town
    both = GrantRole(town.staff, "approver", town.community, FOUNDED)
    granted = run(house.deployment, GRANT_ROLE, both, actor=town.founder)
    (award,) = proposed(house, town.resident)

    with house.unchanged():
        refused = decide(house.person(town.staff), [award])

    assert granted.position > 0
    assert (refused.status_code, refused.json()["code"]) == (403, "proposer-cannot-approve")


def test_ones_own_lines_are_split_off_and_the_rest_goes_through(house: House, approver: Person) -> None:
    town = house.town
    own, other = proposed(house, town.approver, town.resident)

    done = decide(approver, [own, other])
    with house.unchanged():
        alone = decide(approver, [own])

    assert done.json()["figures"] | {"approved": 1, "split_off": 1} == done.json()["figures"]
    assert (alone.status_code, alone.json()["code"]) == (403, "own-household-or-self")


def test_a_household_does_not_decide_for_itself(house: House, approver: Person) -> None:
    town = house.town
    run(
        house.deployment,
        FORM_HOUSEHOLD,
        FormHousehold(town.community, (town.approver, town.keeper)),
        actor=town.founder,
    )
    (award,) = proposed(house, town.keeper)

    with house.unchanged():
        answers = [decide(approver, [award], step) for step in ("approve", "refuse")]

    assert {(one.status_code, one.json()["code"]) for one in answers} == {(403, "own-household-or-self")}


def test_only_approvers_of_the_place_decide(house: House, staff: Person) -> None:
    (award,) = proposed(house, house.town.resident)
    elsewhere = GrantRole(house.town.stranger, "approver", house.town.other_community, FOUNDED)
    run(house.deployment, GRANT_ROLE, elsewhere, actor=house.town.founder)

    with house.unchanged():
        answers = [decide(house.person(one), [award]) for one in (house.town.keeper, house.town.stranger)]
        unknown = decide(house.person(house.town.approver), [uuid4()])

    assert [one.status_code for one in (*answers, unknown)] == [403, 404, 404]


@pytest.mark.parametrize("awards", [[], [uuid4()] * 501])
def test_a_decision_is_on_one_to_five_hundred_awards(house: House, approver: Person, awards: list[UUID]) -> None:
    refused = decide(approver, awards)

    assert (refused.status_code, refused.json()["code"]) == (400, "invalid-body")


def test_a_large_decision_is_cut_and_can_be_sent_again(house: House, approver: Person) -> None:
    awards = many_proposed(house, 130)

    first = decide(approver, awards, key="approve-many")
    with house.unchanged():
        again = decide(approver, awards, key="approve-many")
        reused = decide(approver, awards[1:], key="approve-many")

    assert first.json()["figures"] == LARGE | {"approved": 130}
    assert again.json() == first.json()
    assert again.headers["ledger-position"] == first.headers["ledger-position"]
    assert again.headers["idempotent-replayed"] == "true"
    assert (reused.status_code, reused.json()["code"]) == (422, "idempotency-key-reused")


def test_a_large_decision_counts_the_part_that_was_refused(house: House, approver: Person) -> None:
    done = decide(approver, [*many_proposed(house, 100), uuid4()])

    assert done.json()["figures"] == LARGE | {"approved": 100, "left_out": 1}


def test_a_large_decision_on_nothing_that_is_known_is_refused(house: House, approver: Person) -> None:
    with house.unchanged():
        refused = decide(approver, [uuid4() for _ in range(101)])

    assert (refused.status_code, refused.json()["code"]) == (404, "unknown-id")


def many_proposed(house: House, number: int) -> list[UUID]:
    """Awards of the resident for `number` sessions of an hour each."""
    rules, awards = [str(rule(house))], list[UUID]()
    for part in range(0, number, 50):
        at = many_sessions(house, min(50, number - part), rules=rules)
        for one in at:
            visit(house, one, house.town.resident)
        close(house, at[0])
        tally = house.person(house.town.staff).post(f"/v1/activities/{at[0].activity}/tally")
        assert tally.json()["code"] == "tally-finished", tally.text
        awards += [award_of(one, house.town.resident) for one in at]
    return awards


def test_the_public_notice_masks_members_and_the_rest_is_for_those_who_decide(
    house: House, approver: Person, staff: Person
) -> None:
    waits, shown = proposed(house, house.town.resident), proposed(house, house.town.founder)
    decide(approver, shown)
    position = house.position()

    def listed(person: Person, status: str, award: UUID) -> Any:
        items = every_page(person, "/v1/awards", status=status, limit=200, min_position=position)
        return next((one for one in items if one["id"] == str(award)), None)

    neighbour = house.person(house.town.neighbour)
    assert listed(approver, "proposed", waits[0])["member"] == str(house.town.resident)
    assert listed(approver, "on_notice", waits[0]) is None
    seen = listed(neighbour, "on_notice", shown[0])
    assert (seen["name"], seen["member"]) == ("郭**", None)
    assert listed(staff, "on_notice", shown[0])["member"] == str(house.town.founder)
    assert neighbour.get("/v1/awards", status="proposed").status_code == 403
    stranger = house.person(house.town.stranger)
    assert stranger.get("/v1/awards", organisation=str(house.town.community)).status_code == 404


def test_one_award_is_for_its_member_and_for_those_who_decide(house: House, approver: Person, staff: Person) -> None:
    (award,) = proposed(house, house.town.resident)
    position = house.position()

    def status(member: MemberId) -> int:
        return house.person(member).get(f"/v1/awards/{award}", min_position=position).status_code

    town = house.town
    assert [status(one) for one in (town.resident, town.staff, town.approver)] == [200, 200, 200]
    assert [status(one) for one in (town.neighbour, town.keeper, town.stranger)] == [404, 404, 404]


def test_the_list_goes_page_by_page(house: House, approver: Person) -> None:
    for _ in range(3):
        proposed(house, house.town.neighbour)
    found = [
        one["id"]
        for one in every_page(approver, "/v1/awards", status="proposed", limit=2, min_position=house.position())
    ]

    everything = approver.get("/v1/awards", status="proposed", limit=200).json()["items"]
    assert found == [one["id"] for one in everything]
