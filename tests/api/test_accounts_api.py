"""Corrections, gifts and freezes by path, and what a member sees of them."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from api_town import FOUNDED, Person, Town, id_in, run
from house import House, every_page, opened
from msgspec.structs import replace

from ledger.application.programme import DRAFT_SETTINGS, PUBLISH_SETTINGS, DraftSettings, PublishSettings
from ledger.application.roles import GRANT_ROLE, GrantRole
from ledger.kernel.clock import business_day
from ledger.programme.events import Settings

GIFTS = replace(Settings(), gifts_allowed=True, gift_year_max=50, two_approvers_above=100)
DAY = "2026-03-10"


@pytest.fixture(scope="module")
def house(prepared_home: tuple[Path, Town], tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(prepared_home, tmp_path_factory.mktemp("accounts") / "home") as running:
        town, today = running.town, business_day(running.clock.now())
        run(running.deployment, DRAFT_SETTINGS, DraftSettings(town.community, GIFTS), actor=town.staff)
        run(running.deployment, PUBLISH_SETTINGS, PublishSettings(town.community, 1, today), actor=town.approver)
        run(
            running.deployment,
            GRANT_ROLE,
            GrantRole(town.keeper, "auditor", town.community, FOUNDED),
            actor=town.founder,
        )
        yield running


@pytest.fixture
def resident(house: House) -> Person:
    return house.person(house.town.resident, "member")


def correction(house: House, amount: Any, **more: Any) -> dict[str, Any]:
    asked = {"kind": "adjustment", "member": str(house.town.resident), "unit": "points", "amount": amount}
    return asked | {"reason": "counted-twice"} | more


def given(staff: Person, approver: Person, body: dict[str, Any]) -> int:
    """The position after the balance was corrected as `body` says."""
    adjustment = id_in(staff.post("/v1/adjustments", body), "adjustment")
    posted = approver.post(f"/v1/adjustments/{adjustment}/approve")
    assert posted.json()["code"] == "adjustment-posted", posted.json()
    return int(posted.headers["ledger-position"])


def balance(person: Person, position: int, unit: str = "points") -> dict[str, Any]:
    found = person.get("/v1/members/me/balances", min_position=position).json()["items"]
    return next(one for one in found if one["unit"] == unit)


def test_a_correction_is_proposed_listed_agreed_to_and_stands_on_the_statement(
    house: House, staff: Person, approver: Person, resident: Person
) -> None:
    made = staff.post("/v1/adjustments", correction(house, 20))
    adjustment = str(id_in(made, "adjustment"))
    assert (made.status_code, made.json()["code"]) == (201, "adjustment-proposed")

    waiting = approver.get("/v1/adjustments", min_position=made.headers["ledger-position"]).json()["items"]
    assert [(one["amount"], one["status"], one["approved_by"]) for one in waiting if one["id"] == adjustment] == [
        (20, "proposed", [])
    ]
    position = approver.post(f"/v1/adjustments/{adjustment}/approve").headers["ledger-position"]

    view = staff.get(f"/v1/adjustments/{adjustment}", min_position=position).json()
    assert (view["status"], view["posted_on"], view["name"]) == ("posted", "2026-03-04", "张秀英")
    assert view["approved_by"] == [str(house.town.approver)]
    (line, *_) = resident.get("/v1/members/me/statement", min_position=position).json()["items"]
    assert (line["kind"], line["amount"]) == ("adjusted", 20)


def test_a_refused_one_is_listed_as_such(house: House, staff: Person, approver: Person) -> None:
    adjustment = id_in(staff.post("/v1/adjustments", correction(house, -1)), "adjustment")

    refused = approver.post(f"/v1/adjustments/{adjustment}/refuse", {"reason": "no-paper"})

    view = staff.get(f"/v1/adjustments/{adjustment}", min_position=refused.headers["ledger-position"]).json()
    assert (view["status"], view["decision_reason"]) == ("refused", "no-paper")
    assert view["refused_by"] == str(house.town.approver)
    again = approver.post(f"/v1/adjustments/{adjustment}/approve")
    assert (again.status_code, again.json()["code"]) == (409, "adjustment-already-decided")


def test_evidence_must_have_been_sent_before(house: House, staff: Person) -> None:
    digest = sha256(b"never sent").hexdigest()

    with house.unchanged():
        answer = staff.post("/v1/adjustments", correction(house, 5, evidence=digest))
        foreign = staff.post("/v1/adjustments", correction(house, 5, evidence=digest, member=str(uuid4())))

    assert answer.json()["code"] == "evidence-not-kept"
    assert (foreign.status_code, foreign.json()["code"]) == (404, "unknown-id")


def test_evidence_that_was_sent_is_named_in_the_proposal(house: House, staff: Person) -> None:
    picture = b"%PDF-1.7 a page of the old book"
    path = f"/v1/evidence?organisation={house.town.community}"
    headers = staff.headers() | {"content-type": "application/pdf"}
    digest = staff.client.post(path, content=picture, headers=headers).json()["evidence"]

    body = correction(house, 300, kind="opening_balance", unit="care_minutes", evidence=digest, expires_on="2030-01-01")
    made = staff.post("/v1/adjustments", body)

    assert made.status_code == 201
    view = staff.get(
        f"/v1/adjustments/{id_in(made, 'adjustment')}", min_position=made.headers["ledger-position"]
    ).json()
    assert (view["evidence"], view["expires_on"], view["kind"]) == (digest, "2030-01-01", "opening_balance")


@pytest.mark.parametrize(
    ("amount", "status"), [(0, 422), (10**9 + 1, 400), (-(10**9) - 1, 400), ("5", 400), (5.0, 400), (True, 400)]
)
def test_amounts_are_whole_numbers_within_bounds(house: House, staff: Person, amount: Any, status: int) -> None:
    with house.unchanged():
        assert staff.post("/v1/adjustments", correction(house, amount)).status_code == status


def test_the_list_comes_in_pages(house: House, staff: Person, approver: Person) -> None:
    made = [id_in(staff.post("/v1/adjustments", correction(house, amount)), "adjustment") for amount in (1, 2, 3)]

    found = every_page(approver, "/v1/adjustments", limit=2, min_position=house.position())

    assert [one["id"] for one in found if one["id"] in map(str, made)] == list(map(str, made))


def test_who_neither_proposes_nor_approves_sees_no_adjustments(house: House, staff: Person, resident: Person) -> None:
    made = staff.post("/v1/adjustments", correction(house, 5))
    path = f"/v1/adjustments/{id_in(made, 'adjustment')}"
    stranger = house.person(house.town.stranger)

    assert resident.get("/v1/adjustments").status_code == 403
    assert resident.get(path).status_code == resident.get(f"/v1/adjustments/{uuid4()}").status_code == 403
    assert stranger.get("/v1/adjustments", organisation=str(house.town.community)).status_code == 404
    assert stranger.get(path, min_position=made.headers["ledger-position"]).status_code == 404
    assert staff.get(f"/v1/adjustments/{uuid4()}").status_code == 404
    assert resident.post("/v1/adjustments", correction(house, 5)).status_code == 403


def test_a_gift_moves_points_at_once_and_once(house: House, staff: Person, approver: Person, resident: Person) -> None:
    neighbour = house.person(house.town.neighbour, "member")
    before = balance(resident, given(staff, approver, correction(house, 30)))["posted"]
    gift = {"receiver": str(house.town.neighbour), "unit": "points", "amount": 10}

    first = resident.post("/v1/gifts", gift, key="one-gift-1")
    with house.unchanged():
        again = resident.post("/v1/gifts", gift, key="one-gift-1")

    assert (first.status_code, first.json()["code"]) == (201, "points-given")
    assert again.json() == first.json()
    position = int(first.headers["ledger-position"])
    assert balance(resident, position)["posted"] == before - 10
    assert balance(neighbour, position)["posted"] == 10
    (line, *_) = neighbour.get("/v1/members/me/statement").json()["items"]
    assert (line["kind"], line["amount"]) == ("gift_received", 10)
    (line, *_) = resident.get("/v1/members/me/statement").json()["items"]
    assert (line["kind"], line["amount"]) == ("gift_given", -10)


def test_gifts_have_their_refusals(house: House, resident: Person) -> None:
    def give(receiver: Any, amount: Any = 1) -> tuple[int, str]:
        answer = resident.post("/v1/gifts", {"receiver": str(receiver), "unit": "points", "amount": amount})
        return answer.status_code, answer.json()["code"]

    with house.unchanged():
        assert give(house.town.resident) == (422, "gift-to-oneself")
        assert give(house.town.neighbour, 0)[0] == give(house.town.neighbour, -1)[0] == 400
        assert give(house.town.neighbour, 51) == (409, "gift-limit-reached")
        assert give(uuid4()) == (404, "unknown-id")
        assert give(house.town.stranger) == (403, "gifts-not-allowed")


def test_a_freeze_is_shown_stops_gifts_and_is_ended(
    house: House, staff: Person, approver: Person, resident: Person
) -> None:
    given(staff, approver, correction(house, 5))
    auditor, path = house.person(house.town.keeper), f"/v1/members/{house.town.resident}/freezes"
    gift = {"receiver": str(house.town.neighbour), "unit": "points", "amount": 1}

    wish = {"unit": "points", "direction": "out", "until": DAY, "reason": "under-review"}
    asked = staff.post(f"{path}/propose", wish)
    (waiting,) = approver.get("/v1/freeze-proposals", min_position=asked.headers["ledger-position"]).json()["items"]
    made = approver.post(path, wish)
    assert (asked.json()["code"], waiting["proposed_by"]) == ("freeze-proposed", str(house.town.staff))
    longer = auditor.post(f"{path}/extend", {"unit": "points", "until": "2026-03-20", "reason": "not-done"})

    assert (made.status_code, made.json()["code"], longer.status_code) == (201, "account-frozen", 200)
    position = int(longer.headers["ledger-position"])
    shown = balance(resident, position)
    assert (shown["frozen"], shown["frozen_until"]) == ("out", "2026-03-20")
    assert approver.get("/v1/freeze-proposals", min_position=position).json()["items"] == []
    frozen = auditor.get("/v1/freezes", min_position=position).json()["items"]
    assert [(one["member"], one["until"]) for one in frozen] == [(str(house.town.resident), "2026-03-20")]
    refused = resident.post("/v1/gifts", gift)
    assert (refused.status_code, refused.json()["code"]) == (409, "account-frozen")

    ended = approver.post(f"{path}/end", {"unit": "points", "reason": "cleared"})

    position = int(ended.headers["ledger-position"])
    assert balance(resident, position)["frozen"] is None
    assert auditor.get("/v1/freezes", min_position=position).json()["items"] == []
    assert resident.post("/v1/gifts", gift).status_code == 201


def test_freezes_are_for_approvers_and_auditors(
    house: House, staff: Person, approver: Person, resident: Person
) -> None:
    path = f"/v1/members/{house.town.resident}/freezes"
    body = {"unit": "points", "direction": "out", "until": DAY, "reason": "other"}

    with house.unchanged():
        assert staff.post(path, body).status_code == 403
        assert approver.post(f"{path}/extend", {"unit": "points", "until": DAY, "reason": "other"}).status_code == 403
        assert resident.get("/v1/freezes").status_code == 403
        assert resident.post(f"{path}/propose", body).status_code == 403
        assert staff.post(f"{path}/decline", {"unit": "points", "reason": "other"}).status_code == 403
        assert approver.get("/v1/freezes", organisation=str(house.town.other_community)).status_code == 404
        elsewhere = f"/v1/members/{house.town.neighbour}/freezes"
        assert approver.post(elsewhere, body | {"until": "2027-01-01"}).json()["code"] == "freeze-out-of-bounds"
        assert (
            approver.post(f"{path}/end", {"unit": "points", "reason": "other"}).json()["code"] == "account-not-frozen"
        )
