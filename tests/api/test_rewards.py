"""Rewards by path: the shelf, its prices and its stock."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from api_town import Person, Town, id_in
from house import House, every_page, opened


@pytest.fixture(scope="module")
def house(prepared_home: tuple[Path, Town], tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(prepared_home, tmp_path_factory.mktemp("rewards") / "home") as running:
        yield running


def body(house: House, **more: Any) -> dict[str, Any]:
    return {"name": "肥皂两块", "organisation": str(house.town.community), "unit": "points", "price": 4, **more}


def listed(house: House, **more: Any) -> UUID:
    reward = id_in(house.person(house.town.staff).post("/v1/rewards", body(house, **more)), "reward")
    done = house.person(house.town.approver).post(f"/v1/rewards/{reward}/approve")
    assert done.json()["code"] == "reward-listed", done.text
    return reward


def shown(house: House, reward: UUID) -> dict[str, Any]:
    return house.person(house.town.resident).get(f"/v1/rewards/{reward}", min_position=house.position()).json()


def test_staff_offer_a_reward_and_the_keeper_fills_the_shelf(house: House, staff: Person) -> None:
    limits = [{"per": "household", "pieces": 2, "period": "quarter"}]
    made = staff.post("/v1/rewards", body(house, description="洗衣用", limits=limits))
    reward = id_in(made, "reward")
    drafted = shown(house, reward)
    house.person(house.town.approver).post(f"/v1/rewards/{reward}/approve")
    stock = house.person(house.town.keeper).post(f"/v1/rewards/{reward}/stock", {"pieces": 12, "use_by": "2027-01-01"})

    assert made.status_code == 201
    assert made.json()["code"] == "reward-drafted"
    assert stock.json()["figures"] == {"pieces": 12, "free": 12}
    seen = shown(house, reward)
    assert (seen["name"], seen["description"], seen["price"]) == ("肥皂两块", "洗衣用", 4)
    assert (seen["received"], seen["free"], seen["reserved"], seen["handed"]) == (12, 12, 0, 0)
    assert (drafted["status"], seen["status"], seen["limits"]) == ("drafted", "listed", limits)


def test_the_fund_is_the_communitys_own_unless_another_is_named(house: House) -> None:
    own, again, named = listed(house), listed(house), listed(house, fund=str(uuid4()))

    funds = [shown(house, reward)["fund"] for reward in (own, again, named)]

    assert funds[0] == funds[1] != funds[2]


def test_a_retry_lists_one_reward(house: House, staff: Person) -> None:
    first = staff.post("/v1/rewards", body(house), key="one-reward")

    with house.unchanged():
        again = staff.post("/v1/rewards", body(house), key="one-reward")
        reused = staff.post("/v1/rewards", body(house, name="毛巾"), key="one-reward")

    assert again.json() == first.json()
    assert again.headers["idempotent-replayed"] == "true"
    assert (reused.status_code, reused.json()["code"]) == (422, "idempotency-key-reused")
    assert shown(house, id_in(first, "reward"))["name"] == "肥皂两块"


def test_a_new_price_holds_from_now_on(house: House, staff: Person) -> None:
    reward = listed(house)

    approver = house.person(house.town.approver)

    proposed = staff.post(f"/v1/rewards/{reward}/price", {"price": 6})
    waiting = shown(house, reward)["price"]
    done = approver.post(f"/v1/rewards/{reward}/price/approve", {"proposal": str(id_in(proposed, "proposal"))})
    later = staff.post(f"/v1/rewards/{reward}/price", {"price": 7, "from_day": "2026-03-10"})
    approver.post(f"/v1/rewards/{reward}/price/approve", {"proposal": str(id_in(later, "proposal"))})

    assert waiting == 4
    assert done.json() == {"code": "reward-priced", "ids": {"reward": str(reward)}, "figures": {"price": 6}}
    seen = shown(house, reward)
    assert (seen["price"], seen["next_price"], seen["next_price_from"]) == (6, 7, "2026-03-10")


def test_a_withdrawn_reward_is_gone_from_the_shelf_for_residents(house: House, staff: Person) -> None:
    reward = listed(house)
    done = staff.post(f"/v1/rewards/{reward}/withdraw")
    position = done.headers["ledger-position"]

    def on_shelf(person: Person) -> bool:
        rewards = person.get("/v1/rewards", limit=200, min_position=position).json()["items"]
        return str(reward) in {one["id"] for one in rewards}

    assert done.json()["code"] == "reward-withdrawn"
    assert on_shelf(staff)
    assert not on_shelf(house.person(house.town.resident))
    with house.unchanged():
        refused = staff.post(f"/v1/rewards/{reward}/price", {"price": 6})
        stock = staff.post(f"/v1/rewards/{reward}/stock", {"pieces": 1})
    assert {refused.json()["code"], stock.json()["code"]} == {"reward-withdrawn"}


@pytest.mark.parametrize(
    ("path", "sent", "status", "code"),
    [
        ("price", {"price": 0}, 400, "invalid-body"),
        ("price", {"price": 10**12}, 400, "invalid-body"),
        ("stock", {"pieces": 0}, 400, "invalid-body"),
        ("stock", {"pieces": -1}, 400, "invalid-body"),
        ("stock", {"pieces": 1.5}, 400, "invalid-body"),
        ("stock", {"pieces": 1, "use_by": "2020-01-01"}, 422, "stock-past-use-by"),
    ],
)
def test_impossible_prices_and_pieces_are_refused(
    house: House, staff: Person, path: str, sent: dict[str, Any], status: int, code: str
) -> None:
    reward = listed(house)

    with house.unchanged():
        refused = staff.post(f"/v1/rewards/{reward}/{path}", sent)

    assert (refused.status_code, refused.json()["code"]) == (status, code)


def test_party_points_buy_nothing(house: House, staff: Person) -> None:
    with house.unchanged():
        refused = staff.post("/v1/rewards", body(house, unit="party_points"))

    assert refused.json()["code"] == "unit-not-exchangeable"


def test_only_who_runs_the_shelf_changes_it(house: House) -> None:
    reward, town = listed(house), house.town

    with house.unchanged():
        answers = [
            house.person(town.resident).post("/v1/rewards", body(house)),
            house.person(town.keeper).post("/v1/rewards", body(house)),
            house.person(town.stranger).post("/v1/rewards", body(house)),
            house.person(town.keeper).post(f"/v1/rewards/{reward}/price", {"price": 1}),
            house.person(town.staff).post(f"/v1/rewards/{reward}/approve"),
            house.person(town.approver).post(f"/v1/rewards/{reward}/stock", {"pieces": 1}),
            house.person(town.stranger).post(f"/v1/rewards/{reward}/stock", {"pieces": 1}),
            house.person(town.staff).post(f"/v1/rewards/{uuid4()}/withdraw"),
        ]

    assert [one.status_code for one in answers] == [403, 403, 404, 403, 403, 403, 404, 404]


def test_a_shelf_elsewhere_is_unknown(house: House) -> None:
    reward, stranger = listed(house), house.person(house.town.stranger)
    path = f"/v1/rewards/{reward}"

    assert stranger.get(path, min_position=house.position()).status_code == 404
    assert stranger.get("/v1/rewards", organisation=str(house.town.community)).status_code == 404
    assert house.person(house.town.founder).get(path).status_code == 200


def test_the_list_goes_page_by_page(house: House, staff: Person) -> None:
    for _ in range(3):
        listed(house)
    found = [one["id"] for one in every_page(staff, "/v1/rewards", limit=2, min_position=house.position())]

    everything = staff.get("/v1/rewards", limit=200).json()["items"]
    assert found == [one["id"] for one in everything]
    assert staff.get("/v1/rewards", cursor="nonsense!").json()["code"] == "bad-cursor"
