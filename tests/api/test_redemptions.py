"""Redemptions by path: asking, approving, preparing, taking back; and what stays as it was after a refusal."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from api_town import Person, Town, id_in, run
from house import House, every_page, for_whom, give_points, opened, shelf

from ledger.application.members import (
    FORM_HOUSEHOLD,
    REINSTATE_MEMBER,
    SUSPEND_MEMBER,
    FormHousehold,
    ReinstateMember,
    SuspendMember,
)


@pytest.fixture(scope="module")
def house(prepared_home: tuple[Path, Town], tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(prepared_home, tmp_path_factory.mktemp("redemptions") / "home") as running:
        give_points(running, running.town.resident, 500)
        yield running


@pytest.fixture
def resident(house: House) -> Person:
    return house.person(house.town.resident, "member")


@pytest.fixture
def keeper(house: House) -> Person:
    return house.person(house.town.keeper)


def ask(person: Person, reward: UUID, pieces: int = 1, **more: Any) -> Any:
    return person.post("/v1/redemptions", {"reward": str(reward), "pieces": pieces}, **more)


def asked(house: House, price: int = 4) -> UUID:
    """A redemption that the resident asked for."""
    made = ask(house.person(house.town.resident, "member"), shelf(house, price=price))
    assert made.status_code == 201, made.text
    return id_in(made, "redemption")


def standing(house: House, reward: UUID) -> tuple[dict[str, int], dict[str, int]]:
    """The resident's points and the reward's pieces, as of now."""
    person, position = house.person(house.town.resident, "member"), house.position()
    balances = person.get("/v1/members/me/balances", min_position=position).json()["items"]
    (points,) = [one for one in balances if one["unit"] == "points"]
    pieces = person.get(f"/v1/rewards/{reward}", min_position=position).json()
    return (
        {name: points[name] for name in ("posted", "held", "available")},
        {name: pieces[name] for name in ("free", "reserved", "handed")},
    )


def test_asking_sets_pieces_and_points_aside_together(house: House, resident: Person) -> None:
    reward = shelf(house, price=4, pieces=10)
    before, _ = standing(house, reward)

    made = ask(resident, reward, 2)

    after, pieces = standing(house, reward)
    assert made.status_code == 201
    assert made.json()["code"] == "redemption-requested"
    assert made.json()["figures"]["total"] == 8
    assert after == {"posted": before["posted"], "held": before["held"] + 8, "available": before["available"] - 8}
    assert pieces == {"free": 8, "reserved": 2, "handed": 0}


@pytest.mark.parametrize("end", ["reject", "cancel"])
def test_what_was_set_aside_comes_back(house: House, resident: Person, approver: Person, end: str) -> None:
    reward = shelf(house, price=4)
    before = standing(house, reward)
    redemption = id_in(ask(resident, reward), "redemption")

    done = (
        approver.post(f"/v1/redemptions/{redemption}/reject", {"reason": "broken"})
        if end == "reject"
        else resident.post(f"/v1/redemptions/{redemption}/cancel")
    )

    assert done.json()["code"] == f"redemption-{end}ed".replace("canceled", "cancelled")
    assert standing(house, reward) == before


def test_a_redemption_is_approved_and_made_ready(
    house: House, resident: Person, approver: Person, keeper: Person
) -> None:
    redemption = asked(house)

    approved = approver.post(f"/v1/redemptions/{redemption}/approve")
    ready = keeper.post(f"/v1/redemptions/{redemption}/ready")

    assert [approved.json()["code"], ready.json()["code"]] == ["redemption-approved", "redemption-ready"]
    seen = resident.get(f"/v1/redemptions/{redemption}", min_position=ready.headers["ledger-position"]).json()
    assert (seen["status"], seen["name"], seen["reward_name"]) == ("ready", "张秀英", "肥皂两块")
    assert seen["approved_by"] == str(house.town.approver)


def test_a_lost_answer_holds_points_once(house: House, resident: Person) -> None:
    reward = shelf(house, price=4)
    first = ask(resident, reward, key="ask-once")

    with house.unchanged():
        again = ask(resident, reward, key="ask-once")
        reused = ask(resident, reward, 2, key="ask-once")

    assert again.json() == first.json()
    assert again.headers["idempotent-replayed"] == "true"
    assert (reused.status_code, reused.json()["code"]) == (422, "idempotency-key-reused")


def test_more_than_there_is_is_refused_and_changes_nothing(house: House, resident: Person) -> None:
    scarce, dear, rationed = shelf(house, pieces=1), shelf(house, price=1_000), shelf(house, per_month=1, pieces=9)
    before = [standing(house, reward) for reward in (scarce, dear, rationed)]

    with house.unchanged():
        answers = [ask(resident, scarce, 2), ask(resident, dear), ask(resident, rationed, 2), ask(resident, uuid4())]

    assert [(one.status_code, one.json()["code"]) for one in answers] == [
        (409, "out-of-stock"),
        (409, "insufficient-points"),
        (409, "limit-reached"),
        (404, "unknown-id"),
    ]
    assert [int(one.headers["ledger-position"]) for one in answers] == [house.position()] * 4
    assert [standing(house, reward) for reward in (scarce, dear, rationed)] == before


@pytest.mark.parametrize("pieces", [0, -1, "1", 100_001])
def test_impossible_numbers_of_pieces_are_refused(house: House, resident: Person, pieces: Any) -> None:
    refused = ask(resident, shelf(house), pieces)

    assert (refused.status_code, refused.json()["code"]) == (400, "invalid-body")


def test_a_withdrawn_reward_is_not_asked_for(house: House, resident: Person) -> None:
    reward = shelf(house)
    house.person(house.town.staff).post(f"/v1/rewards/{reward}/withdraw")

    with house.unchanged():
        refused = ask(resident, reward)

    assert (refused.status_code, refused.json()["code"]) == (409, "reward-withdrawn")


def test_the_eleventh_request_of_a_minute_waits(house: House, resident: Person) -> None:
    tried = [ask(resident, uuid4()).status_code for _ in range(11)]

    assert tried == [404] * 10 + [429]


def test_staff_ask_for_somebody_without_a_phone(house: House, keeper: Person) -> None:
    body = {"reward": str(shelf(house)), "member": str(house.town.resident), "basis": "card-shown"}

    made = keeper.post("/v1/redemptions", body)

    assert made.json()["ids"]["member"] == str(house.town.resident)
    (event,) = house.deployment.feed.page_raw(int(made.headers["ledger-position"]) - 1, 1)
    assert b'"basis":"card-shown"' in event.state
    with house.unchanged():
        other = house.person(house.town.neighbour).post("/v1/redemptions", body)
    assert (other.status_code, other.json()["code"]) == (403, "not-permitted")


def test_nobody_approves_for_their_own_household(house: House, approver: Person) -> None:
    town = house.town
    give_points(house, town.neighbour)
    mine = id_in(ask(house.person(town.neighbour), shelf(house)), "redemption")
    together = FormHousehold(town.community, (town.approver, town.neighbour))
    run(house.deployment, FORM_HOUSEHOLD, together, actor=town.founder)

    with house.unchanged():
        approving = approver.post(f"/v1/redemptions/{mine}/approve")
        rejecting = approver.post(f"/v1/redemptions/{mine}/reject", {"reason": "other"})

    assert {(one.status_code, one.json()["code"]) for one in (approving, rejecting)} == {(403, "own-redemption")}


def test_an_end_is_an_end_by_every_way(house: House, resident: Person, approver: Person, keeper: Person) -> None:
    redemption = asked(house)
    resident.post(f"/v1/redemptions/{redemption}/cancel")

    with house.unchanged():
        answers = [
            approver.post(f"/v1/redemptions/{redemption}/approve"),
            approver.post(f"/v1/redemptions/{redemption}/reject", {"reason": "other"}),
            keeper.post(f"/v1/redemptions/{redemption}/ready"),
            resident.post(f"/v1/redemptions/{redemption}/cancel"),
        ]

    assert {(one.status_code, one.json()["code"]) for one in answers} == {(409, "redemption-finished")}
    assert answers[0].json()["facts"] == {"state": "cancelled"}


def test_steps_out_of_turn_are_refused(house: House, keeper: Person) -> None:
    redemption = asked(house)

    with house.unchanged():
        refused = keeper.post(f"/v1/redemptions/{redemption}/ready")

    assert (refused.status_code, refused.json()["code"]) == (409, "redemption-in-other-state")
    assert refused.json()["facts"] == {"state": "requested", "needed": "approved"}


def test_each_step_is_somebodys(house: House, resident: Person, keeper: Person) -> None:
    redemption, stranger = asked(house), house.person(house.town.stranger)
    path = f"/v1/redemptions/{redemption}"

    with house.unchanged():
        answers = [
            resident.post(f"{path}/approve"),
            keeper.post(f"{path}/approve"),
            stranger.post(f"{path}/approve"),
            house.person(house.town.neighbour).post(f"{path}/cancel"),
            stranger.post(f"{path}/ready"),
            keeper.post(f"/v1/redemptions/{uuid4()}/ready"),
        ]

    assert [one.status_code for one in answers] == [403, 403, 404, 403, 404, 404]


@pytest.mark.parametrize(
    ("body", "basis"), [(None, "asked-in-person"), ({"basis": "asked-by-telephone"}, "asked-by-telephone")]
)
def test_what_staff_take_back_for_a_member_says_for_whom_and_why(house: House, body: Any, basis: str) -> None:
    redemption, before = asked(house), house.position()

    done = house.person(house.town.keeper).post(f"/v1/redemptions/{redemption}/cancel", body)

    assert done.json()["code"] == "redemption-cancelled"
    assert set(for_whom(house, before)) == {(house.town.resident, basis)}


def test_what_a_member_takes_back_is_the_members_own_act(house: House, resident: Person) -> None:
    redemption, before = asked(house), house.position()

    resident.post(f"/v1/redemptions/{redemption}/cancel")

    assert set(for_whom(house, before)) == {(None, None)}


def test_a_suspended_member_asks_for_nothing(house: House) -> None:
    town = house.town
    run(house.deployment, SUSPEND_MEMBER, SuspendMember(town.keeper, "review"), actor=town.staff)
    reward = shelf(house)

    with house.unchanged():
        refused = ask(house.person(town.keeper), reward)

    run(house.deployment, REINSTATE_MEMBER, ReinstateMember(town.keeper), actor=town.staff)
    assert (refused.status_code, refused.json()["code"]) == (403, "member-suspended")


def test_one_sees_ones_own_and_the_shelf_sees_all(house: House, resident: Person, keeper: Person) -> None:
    redemption, community = asked(house), str(house.town.community)
    position = house.position()

    own = resident.get("/v1/redemptions", min_position=position, limit=200).json()["items"]
    open_ones = keeper.get(
        "/v1/redemptions", organisation=community, status="requested", min_position=position, limit=200
    ).json()["items"]

    assert own[0]["id"] == str(redemption)
    assert {one["member"] for one in own} == {str(house.town.resident)}
    (seen,) = [one for one in open_ones if one["id"] == str(redemption)]
    assert seen["name"] == "张**"
    path = f"/v1/redemptions/{redemption}"
    neighbour, stranger = house.person(house.town.neighbour), house.person(house.town.stranger)
    assert neighbour.get(path).status_code == stranger.get(path).status_code == 404
    assert neighbour.get("/v1/redemptions", organisation=community).status_code == 403
    assert stranger.get("/v1/redemptions", organisation=community).status_code == 404


def test_the_list_goes_page_by_page(house: House, resident: Person) -> None:
    for _ in range(2):
        asked(house)
    found = [one["id"] for one in every_page(resident, "/v1/redemptions", limit=2, min_position=house.position())]

    everything = resident.get("/v1/redemptions", limit=200).json()["items"]
    assert found == [one["id"] for one in everything]
