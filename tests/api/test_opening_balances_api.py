"""Balances from other books by path: many agreed to at once, shown masked, stopped by a member, decided on."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from api_town import Person, Town, id_in, run
from house import NOON, House, opened

from ledger.application.members import REGISTER_MEMBER, RegisterMember
from ledger.application.opening_balances import POST_OPENING_BALANCE, PostOpeningBalance
from ledger.application.sweeps import Due
from ledger.kernel.ids import AdjustmentId, MemberId
from projections.due import DueOn


@pytest.fixture(scope="module")
def house(prepared_home: tuple[Path, Town], tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(prepared_home, tmp_path_factory.mktemp("openings") / "home") as running:
        yield running


@pytest.fixture(autouse=True)
def noon(house: House) -> Iterator[None]:
    yield
    house.clock.at = NOON


@pytest.fixture
def resident(house: House) -> Person:
    return house.person(house.town.resident, "member")


def proposed(house: House, staff: Person, member: UUID | None = None) -> UUID:
    """The balance of somebody new, or of `member`."""
    whose = member or uuid4()
    if member is None:
        house.deployment.directory.write(whose, {"name": "欧阳震华"})
        asked = RegisterMember(MemberId(whose), house.town.community)
        run(house.deployment, REGISTER_MEMBER, asked, actor=house.town.staff)
    body = {"kind": "opening_balance", "member": str(whose), "unit": "points", "amount": 30, "reason": "former-book"}
    return id_in(staff.post("/v1/adjustments", body), "adjustment")


def approved(approver: Person, *adjustments: UUID) -> Any:
    return approver.post("/v1/adjustments/approve", {"adjustments": [str(one) for one in adjustments]})


def test_many_are_agreed_to_at_once_and_one_that_is_not_the_approvers_is_left_out(
    house: House, staff: Person, approver: Person
) -> None:
    mine = proposed(house, staff, house.town.approver)
    first, second = proposed(house, staff), proposed(house, staff)

    answer = approved(approver, first, second, mine, first)

    assert (answer.status_code, answer.json()["code"]) == (200, "adjustments-approved")
    assert answer.json()["figures"] == {"approved": 0, "on_notice": 2, "posted": 0, "left_out": 1}


def test_where_none_can_be_agreed_to_the_first_obstacle_is_told(house: House, staff: Person, approver: Person) -> None:
    only = proposed(house, staff)
    approved(approver, only)

    again = approved(approver, only)

    assert (again.status_code, again.json()["code"]) == (409, "adjustment-already-decided")
    assert approved(staff, proposed(house, staff)).status_code == 403


def test_the_same_request_sent_again_has_the_same_answer(house: House, staff: Person, approver: Person) -> None:
    adjustment = proposed(house, staff)
    body = {"adjustments": [str(adjustment)]}
    headers = approver.headers() | {"Idempotency-Key": "one-key-for-both"}

    answers = [approver.client.post("/v1/adjustments/approve", json=body, headers=headers) for _ in range(2)]

    assert [one.json()["figures"]["on_notice"] for one in answers] == [1, 1]
    assert [one.headers.get("idempotent-replayed") for one in answers] == [None, "true"]


def test_the_public_notice_shows_everybody_the_balance_and_nobody_the_name(
    house: House, staff: Person, approver: Person, resident: Person
) -> None:
    adjustment = proposed(house, staff)
    position = approved(approver, adjustment).headers["ledger-position"]

    shown = resident.get("/v1/adjustments", status="on_notice", min_position=position).json()["items"]
    to_staff = staff.get(f"/v1/adjustments/{adjustment}").json()

    line = next(one for one in shown if one["id"] == str(adjustment))
    assert (line["member"], line["name"], line["amount"]) == (None, "欧阳**", 30)
    assert line["notice_until"] == "2026-03-11"
    assert (to_staff["name"], to_staff["member"] is None) == ("欧阳震华", False)
    stranger = house.person(house.town.stranger)
    assert stranger.get(f"/v1/adjustments/{adjustment}").status_code == 404
    assert resident.get("/v1/adjustments", status="proposed").status_code == 403


def test_an_objection_stops_it_and_somebody_not_involved_decides(
    house: House, staff: Person, approver: Person, resident: Person
) -> None:
    adjustment = proposed(house, staff)
    approved(approver, adjustment)
    decision = {"outcome": "rejected", "reason": "paper-seen"}

    objected = resident.post(f"/v1/adjustments/{adjustment}/object", {"reason": "too-much"})
    involved = approver.post(f"/v1/adjustments/{adjustment}/objection/decide", decision)

    view = staff.get(f"/v1/adjustments/{adjustment}", min_position=house.position()).json()
    assert (objected.json()["code"], view["status"], view["objection_reason"]) == (
        "adjustment-objected",
        "objected",
        "too-much",
    )
    assert (involved.status_code, involved.json()["code"]) == (403, "involved-in-adjustment")


def test_the_sweep_finds_it_when_its_notice_is_over(house: House, staff: Person, approver: Person) -> None:
    adjustment = proposed(house, staff)
    position = int(approved(approver, adjustment).headers["ledger-position"])
    assert house.deployment.caught_up(position)
    house.clock.at = NOON + timedelta(days=8)
    due = Due("opening_notice", (adjustment,))

    found = DueOn(house.deployment.views).due(house.clock.now())
    run(house.deployment, POST_OPENING_BALANCE, PostOpeningBalance(AdjustmentId(adjustment)))

    assert due in found
    assert house.deployment.caught_up(house.position())
    assert due not in DueOn(house.deployment.views).due(house.clock.now())
