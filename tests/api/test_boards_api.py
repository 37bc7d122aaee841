"""Figures of many people: shown are those who agreed, masked; small groups are not shown to strangers."""

import pytest
from api_earning import CARE, earn
from api_town import People, Town, run

from api.deployment import Deployment
from ledger.application.members import GIVE_CONSENT, GiveConsent


def agree(deployment: Deployment, *members: object) -> None:
    for member in members:
        run(deployment, GIVE_CONSENT, GiveConsent("boards", "1"), actor=member)  # type: ignore[arg-type]


@pytest.fixture
def busy_town(deployment: Deployment, town: Town, signed_in: People) -> int:
    """Five people earned points; two agreed to be shown. The position afterwards."""
    earners = (town.resident, town.neighbour, town.keeper, town.stranger, town.founder)
    for place, member in enumerate(earners, start=1):
        position = earn(deployment, town, member, minutes=60 * place)
    agree(deployment, town.resident, town.neighbour)
    return position + 2


def test_a_board_shows_those_who_agreed_masked_and_without_ids(signed_in: People, town: Town, busy_town: int) -> None:
    keeper = signed_in(town.keeper)

    board = keeper.get("/v1/leaderboards/points", period="2026-03", scope=town.community, min_position=busy_town)

    assert [(one["place"], one["name"], one["amount"]) for one in board.json()["places"]] == [
        (1, "李**", 2),
        (2, "张**", 1),
    ]
    assert (board.json()["listed"], board.json()["participants"]) == (2, 5)
    assert board.json()["own"] is None
    assert str(town.resident) not in board.text


def test_one_finds_oneself_by_name(signed_in: People, town: Town, busy_town: int) -> None:
    resident = signed_in(town.resident, "member")

    board = resident.get("/v1/leaderboards/points", period="2026", scope=town.street, min_position=busy_town).json()

    assert board["own"] == {"place": 2, "sharing": 1, "name": "张秀英", "amount": 1, "me": True}
    assert [one["me"] for one in board["places"]] == [False, True]


def test_staff_see_full_names(signed_in: People, town: Town, busy_town: int) -> None:
    board = signed_in(town.staff).get(
        "/v1/leaderboards/points", period="2026", scope=town.community, min_position=busy_town
    )

    assert [one["name"] for one in board.json()["places"]] == ["李建国", "张秀英"]


def test_a_small_group_is_not_shown_to_strangers(signed_in: People, town: Town, deployment: Deployment) -> None:
    position = earn(deployment, town, town.resident, minutes=60)
    agree(deployment, town.resident)
    asked = {"period": "2026", "scope": town.community, "min_position": position + 1}

    to_neighbour = signed_in(town.neighbour, "member").get("/v1/leaderboards/points", **asked).json()
    to_staff = signed_in(town.staff).get("/v1/leaderboards/points", **asked).json()

    assert (to_neighbour["places"], to_neighbour["listed"], to_neighbour["participants"]) == ([], None, None)
    assert len(to_staff["places"]) == 1


@pytest.mark.parametrize("period", ["26", "2026-13", "2026-3", "2026-03-01", "2026\n", "2026-00", "latest"])
def test_periods_are_years_and_months(signed_in: People, town: Town, period: str) -> None:
    answer = signed_in(town.resident).get("/v1/leaderboards/points", period=period, scope=town.community)

    assert answer.status_code == 400


def test_unknown_boards_and_places_are_unknown(signed_in: People, town: Town) -> None:
    resident = signed_in(town.resident)

    assert resident.get("/v1/leaderboards/money", period="2026", scope=town.community).status_code == 404
    assert resident.get("/v1/leaderboards/points", period="2026", scope=town.resident).status_code == 404
    assert resident.get("/v1/leaderboards/points", period="2026").status_code == 400


def test_hours_of_care_are_told_by_month_and_to_staff_by_person(
    signed_in: People, town: Town, deployment: Deployment
) -> None:
    position = earn(deployment, town, town.resident, minutes=95, terms=CARE)
    asked = {"organisation": town.community, "min_position": position}

    to_staff = signed_in(town.staff).get("/v1/care-hours", period="2026-03", **asked).json()
    to_neighbour = signed_in(town.neighbour, "member").get("/v1/care-hours", period="2026", **asked).json()

    assert to_staff["months"] == [{"month": "2026-03", "minutes": 90, "deeds": 1, "members": 1}]
    assert [(one["name"], one["minutes"]) for one in to_staff["members"]] == [("张**", 90)]
    assert to_neighbour["months"] == [{"month": "2026-03", "minutes": None, "deeds": None, "members": None}]
    assert to_neighbour["members"] == []
