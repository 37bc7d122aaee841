"""Balances, lots and statements, and who may see them."""

from datetime import timedelta

import pytest
from api_earning import CARE, ON_NOTICE, approve, earn, propose
from api_town import People, Town

from api.deployment import Deployment
from ledger.kernel.clock import FixedClock

NOTHING_COMING = {"on_notice": 0, "proposed": 0, "objected": 0, "frozen": None, "frozen_until": None}


def test_what_was_earned_can_be_spent_once_it_is_credited(
    signed_in: People, town: Town, deployment: Deployment
) -> None:
    earn(deployment, town, town.resident, minutes=180)
    position = earn(deployment, town, town.resident, minutes=95, terms=CARE)

    balances = signed_in(town.resident, "member").get("/v1/members/me/balances", min_position=position)

    assert balances.json() == {
        "member": str(town.resident),
        "today": "2026-03-04",
        "items": [
            {"unit": "points", "posted": 3, "held": 0, "available": 3, "owed": 0} | NOTHING_COMING,
            {"unit": "care_minutes", "posted": 90, "held": 0, "available": 90, "owed": 0} | NOTHING_COMING,
        ],
    }


def test_what_is_proposed_or_on_notice_is_shown_apart(signed_in: People, town: Town, deployment: Deployment) -> None:
    award = propose(deployment, town, town.resident, minutes=120, terms=ON_NOTICE)
    position = approve(deployment, town, award)
    propose(deployment, town, town.resident, minutes=60, terms=ON_NOTICE)

    resident = signed_in(town.resident, "member")
    (item,) = resident.get("/v1/members/me/balances", min_position=deployment.feed.position()).json()["items"]

    assert position < deployment.feed.position()
    none = {"unit": "points", "posted": 0, "held": 0, "available": 0, "owed": 0}
    assert item == none | NOTHING_COMING | {"on_notice": 2, "proposed": 1}


def test_a_lot_tells_when_it_expires(signed_in: People, town: Town, deployment: Deployment, clock: FixedClock) -> None:
    position = earn(deployment, town, town.resident, minutes=120)
    resident = signed_in(town.resident, "member")

    lots = resident.get("/v1/members/me/lots", until="2027-03-31", unit="points", min_position=position).json()

    assert [(one["amount"], one["expires_on"]) for one in lots["items"]] == [(2, lots["expiring"][0]["expires_on"])]
    assert lots["expiring"][0]["amount"] == 2
    earlier = resident.get("/v1/members/me/lots", until="2026-12-31").json()
    assert earlier["expiring"] == []
    assert len(earlier["items"]) == 1


def test_a_day_later_the_lot_is_worth_nothing(
    signed_in: People, town: Town, deployment: Deployment, clock: FixedClock
) -> None:
    """Before anything was swept: what is due cannot be spent."""
    position = earn(deployment, town, town.resident, minutes=120)
    clock.at += timedelta(days=400)

    (item,) = signed_in(town.resident, "member").get("/v1/members/me/balances", min_position=position).json()["items"]

    assert (item["posted"], item["available"]) == (2, 0)


def test_a_statement_explains_itself_and_is_paged(signed_in: People, town: Town, deployment: Deployment) -> None:
    for minutes in (60, 120, 180):
        position = earn(deployment, town, town.resident, minutes=minutes)
    resident = signed_in(town.resident, "member")

    first = resident.get("/v1/members/me/statement", limit=2, min_position=position)
    second = resident.client.get(first.links["next"]["url"], headers=resident.headers())

    lines = [*first.json()["items"], *second.json()["items"]]
    assert [line["amount"] for line in lines] == [3, 2, 1]
    assert [line["balance"] for line in lines] == [6, 3, 1]
    assert lines[0]["kind"] == "credited"
    assert lines[0]["deed"]["minutes_seen"] == 180
    assert lines[0]["deed"]["explanation"]
    assert lines[0]["goods"] is None


def test_somebody_without_an_account_has_nothing(signed_in: People, town: Town) -> None:
    neighbour = signed_in(town.neighbour, "member")

    assert neighbour.get("/v1/members/me/balances").json()["items"] == []
    assert neighbour.get("/v1/members/me/statement").json()["items"] == []
    assert neighbour.get("/v1/members/me/lots").json()["items"] == []


@pytest.mark.parametrize("figure", ["balances", "lots", "statement"])
def test_figures_are_for_oneself_and_staff_of_ones_home(signed_in: People, town: Town, figure: str) -> None:
    path = f"/v1/members/{town.resident}/{figure}"

    assert signed_in(town.resident, "member").get(path).status_code == 200
    assert signed_in(town.staff).get(path).status_code == 200
    for who in (town.neighbour, town.stranger, town.keeper):
        refused = signed_in(who).get(path)
        assert (refused.status_code, refused.json()["code"]) == (404, "unknown-id")


def test_a_figure_that_is_known_is_not_sent_again(signed_in: People, town: Town, deployment: Deployment) -> None:
    resident = signed_in(town.resident, "member")
    first = resident.get("/v1/members/me/balances")
    headers = resident.headers() | {"If-None-Match": first.headers["etag"]}

    unchanged = resident.client.get("/v1/members/me/balances", headers=headers)
    position = earn(deployment, town, town.resident, minutes=60)
    changed = resident.client.get("/v1/members/me/balances", params={"min_position": position}, headers=headers)

    assert unchanged.status_code == 304
    assert changed.status_code == 200


def test_a_position_that_the_log_does_not_have_is_refused_at_once(
    signed_in: People, town: Town, deployment: Deployment
) -> None:
    beyond = deployment.feed.position() + 1

    answer = signed_in(town.resident, "member").get("/v1/members/me/balances", min_position=beyond)

    assert (answer.status_code, answer.json()["code"]) == (400, "bad-query")


def test_figures_that_do_not_come_in_time_are_answered_with_try_again(
    signed_in: People, town: Town, deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.deployment.FIGURES_WAIT_SECONDS", 0.0)
    monkeypatch.setattr(type(deployment.feed), "position", lambda _feed: 10_000_000)

    answer = signed_in(town.resident, "member").get("/v1/members/me/balances", min_position=10_000_000)

    assert (answer.status_code, answer.json()["code"]) == (503, "figures-behind")
    assert answer.headers["retry-after"] == "1"
