"""Vouchers by path: shown by the member, scanned by the keeper, good for one hand-over."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import zxingcpp
from api_town import FOUNDED, Person, Town, id_in, run
from house import NOON, House, give_points, opened, shelf
from PIL import Image

from ledger.application.roles import GRANT_ROLE, GrantRole
from ledger.kernel.ids import MemberId
from qr.links import token_in
from qr.tokens import KioskCode, MemberCard, Voucher, step_at


@pytest.fixture(scope="module")
def house(prepared_home: tuple[Path, Town], tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(prepared_home, tmp_path_factory.mktemp("vouchers") / "home") as running:
        for member in (running.town.resident, running.town.keeper):
            give_points(running, member)
        yield running


@pytest.fixture
def keeper(house: House) -> Person:
    return house.person(house.town.keeper)


def requested(house: House, member: MemberId | None = None) -> UUID:
    person = house.person(member or house.town.resident, "member")
    made = person.post("/v1/redemptions", {"reward": str(shelf(house, price=1))})
    assert made.status_code == 201, made.text
    return id_in(made, "redemption")


def ready(house: House, member: MemberId | None = None) -> UUID:
    """A redemption whose goods lie ready."""
    redemption = requested(house, member)
    house.person(house.town.approver).post(f"/v1/redemptions/{redemption}/approve")
    done = house.person(house.town.staff).post(f"/v1/redemptions/{redemption}/ready")
    assert done.status_code == 200, done.text
    return redemption


def _read(picture: bytes) -> str:
    (found,) = zxingcpp.read_barcodes(Image.open(BytesIO(picture)))
    return found.text


def hand_over(person: Person, text: str, **more: Any) -> Any:
    return person.post("/v1/vouchers/hand-over", {"token": text}, **more)


def test_the_keeper_looks_and_hands_over(house: House, keeper: Person) -> None:
    redemption = ready(house)
    voucher = house.code(Voucher(redemption))

    with house.unchanged():
        seen = keeper.post("/v1/vouchers/look", {"token": voucher}).json()
    done = hand_over(keeper, voucher)

    assert (seen["name"], seen["reward_name"], seen["pieces"], seen["status"]) == ("张**", "肥皂两块", 1, "ready")
    assert done.json()["code"] == "redemption-handed-over"
    assert done.json()["times"] == {"handed_over_at": "2026-03-04T04:00:00Z"}
    after = keeper.post("/v1/vouchers/look", {"token": voucher}).json()
    assert after["status"] == "handed_over"


def test_looking_needs_no_key(house: House, keeper: Person) -> None:
    body = {"token": house.code(Voucher(ready(house)))}

    assert house.client.post("/v1/vouchers/look", json=body, headers=keeper.headers()).status_code == 200
    refused = house.client.post("/v1/vouchers/hand-over", json=body, headers=keeper.headers())
    assert (refused.status_code, refused.json()["code"]) == (400, "idempotency-key-required")


def test_the_second_hand_over_is_told_of_the_first(house: House, keeper: Person) -> None:
    voucher = house.code(Voucher(ready(house)))
    hand_over(keeper, voucher)

    with house.unchanged():
        again = hand_over(keeper, voucher)

    assert (again.status_code, again.json()["code"]) == (409, "already-handed-over")
    assert again.json()["facts"] == {
        "handed_over_at": "2026-03-04T04:00:00Z",
        "handed_over_by": str(house.town.keeper),
    }


def test_a_lost_answer_is_given_again(house: House, keeper: Person) -> None:
    voucher = house.code(Voucher(ready(house)))
    first = hand_over(keeper, voucher, key="hand-over-1")

    with house.unchanged():
        again = hand_over(keeper, voucher, key="hand-over-1")

    assert again.json() == first.json()
    assert again.headers["idempotent-replayed"] == "true"


def test_of_scans_at_once_exactly_one_hands_over(house: House) -> None:
    voucher = house.code(Voucher(ready(house)))
    people = [house.person(house.town.keeper) for _ in range(6)]

    with ThreadPoolExecutor(6) as pool:
        codes = sorted(one.json()["code"] for one in pool.map(lambda person: hand_over(person, voucher), people))

    assert codes == ["already-handed-over"] * 5 + ["redemption-handed-over"]


def test_what_is_not_ready_is_not_handed_over(house: House, keeper: Person) -> None:
    early, ended = requested(house), requested(house)
    house.person(house.town.resident).post(f"/v1/redemptions/{ended}/cancel")

    with house.unchanged():
        answers = [hand_over(keeper, house.code(Voucher(one))) for one in (early, ended, uuid4())]

    assert [(one.status_code, one.json()["code"]) for one in answers] == [
        (409, "redemption-in-other-state"),
        (409, "redemption-finished"),
        (404, "unknown-id"),
    ]


def test_the_keeper_does_not_hand_over_to_themselves(house: House, keeper: Person) -> None:
    own = ready(house, house.town.keeper)

    with house.unchanged():
        refused = hand_over(keeper, house.code(Voucher(own)))

    assert (refused.status_code, refused.json()["code"]) == (403, "own-redemption")


def test_only_a_keeper_of_this_shelf_hands_over_and_looks(house: House) -> None:
    voucher, town = house.code(Voucher(ready(house))), house.town
    elsewhere = GrantRole(town.stranger, "shelf_keeper", town.other_community, FOUNDED)
    run(house.deployment, GRANT_ROLE, elsewhere, actor=town.founder)
    people = [house.person(one) for one in (town.resident, town.staff, town.approver, town.stranger)]

    with house.unchanged():
        handing = [hand_over(person, voucher).status_code for person in people]
        looking = [person.post("/v1/vouchers/look", {"token": voucher}).status_code for person in people]

    assert handing == looking == [403, 403, 403, 404]


def test_other_codes_and_forged_vouchers_are_none_of_ours(house: House, keeper: Person) -> None:
    voucher = house.code(Voucher(ready(house)))
    forged = voucher[:30] + ("A" if voucher[30] != "A" else "B") + voucher[31:]
    others = [forged, house.code(MemberCard(uuid4())), house.code(KioskCode(uuid4(), step_at(NOON)))]

    with house.unchanged():
        handing = [hand_over(keeper, one) for one in others]
        looking = [keeper.post("/v1/vouchers/look", {"token": one}) for one in others]

    answers = {(one.status_code, one.json()["code"]) for one in handing + looking}
    assert answers == {(422, "not-a-code-of-ours")}


def test_after_twenty_forged_vouchers_a_keeper_waits(house: House, keeper: Person) -> None:
    tried = [keeper.post("/v1/vouchers/look", {"token": "FORGED"}).status_code for _ in range(21)]

    assert tried == [422] * 20 + [429]


def test_an_overdue_voucher_is_refused(house: House) -> None:
    voucher = house.code(Voucher(ready(house)))
    house.clock.at += timedelta(days=8)
    try:
        refused = hand_over(house.person(house.town.keeper), voucher)
    finally:
        house.clock.at = NOON

    assert refused.json()["code"] in {"redemption-overdue", "redemption-finished"}


def test_the_member_shows_the_voucher_while_the_goods_lie_ready(house: House) -> None:
    redemption, early = ready(house), requested(house)
    resident, position = house.person(house.town.resident, "member"), house.position()

    def picture(person: Person, of: UUID, form: str = "svg") -> Any:
        return person.get(f"/v1/redemptions/{of}/voucher.{form}", min_position=position)

    assert picture(resident, redemption).headers["content-type"].startswith("image/svg+xml")
    assert picture(resident, redemption, "png").content.startswith(b"\x89PNG")
    assert picture(resident, redemption).headers["cache-control"] == "no-store"
    assert picture(resident, early).json()["code"] == "redemption-in-other-state"
    assert picture(house.person(house.town.neighbour), redemption).status_code == 404
    assert picture(house.person(house.town.keeper), redemption).status_code == 404
    hand_over(house.person(house.town.keeper), house.code(Voucher(redemption)))
    position = house.position()
    assert picture(resident, redemption).json()["code"] == "redemption-finished"


def test_what_staff_asked_for_somebody_without_a_phone_is_collected_with_a_printed_slip(house: House) -> None:
    town, keeper = house.town, house.person(house.town.keeper)
    staff, founder = house.person(town.staff), house.person(town.founder)
    body = {"reward": str(shelf(house)), "member": str(town.resident), "basis": "card-shown"}
    redemption = id_in(staff.post("/v1/redemptions", body), "redemption")
    house.person(town.approver).post(f"/v1/redemptions/{redemption}/approve")
    keeper.post(f"/v1/redemptions/{redemption}/ready")

    def slip(person: Person) -> Any:
        return person.get(f"/v1/redemptions/{redemption}/voucher.png", min_position=house.position())

    assert [slip(house.person(one)).status_code for one in (town.keeper, town.approver, town.stranger)] == [404] * 3
    assert slip(founder).status_code == 200
    assert token_in(_read(slip(staff).content)) == house.code(Voucher(redemption))
    assert hand_over(keeper, house.code(Voucher(redemption))).json()["code"] == "redemption-handed-over"


def test_a_voucher_that_the_member_asked_for_is_nobody_elses_to_print(house: House) -> None:
    redemption = ready(house)

    refused = house.person(house.town.staff).get(
        f"/v1/redemptions/{redemption}/voucher.svg", min_position=house.position()
    )

    assert refused.status_code == 404
