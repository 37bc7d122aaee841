"""Slips by path: one member of staff for most people, two for those who have much, and both written down."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from api_town import FOUNDED, Person, Town, run
from house import House, give_points, opened, shelf

from ledger.application.roles import GRANT_ROLE, GrantRole
from ledger.kernel.ids import MemberId
from ledger.store.slip_requests import LIVES

BASIS = {"basis": "identity-card"}


@pytest.fixture(scope="module")
def house(prepared_home: tuple[Path, Town], tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(prepared_home, tmp_path_factory.mktemp("slips") / "home") as running:
        give_points(running, running.town.neighbour, 101)
        yield running


@pytest.fixture
def second(house: House) -> Person:
    """A grid worker of the community."""
    return house.person(colleague(house))


def newcomer(house: House, name: str) -> MemberId:
    staff, body = house.person(house.town.staff), {"name": name, "home": str(house.town.community)}
    member = staff.post("/v1/members", body).json()["member"]
    staff.post(f"/v1/members/{member}/verify", {"basis": "known-in-person"})
    return MemberId(UUID(member))


def colleague(house: House) -> MemberId:
    member = newcomer(house, "孙小梅")
    granted = GrantRole(member, "grid_worker", house.town.community, FOUNDED)
    run(house.deployment, GRANT_ROLE, granted, actor=house.town.founder)
    return member


def wealthy(house: House) -> str:
    return f"/v1/members/{house.town.neighbour}/slips"


def signs_in(house: House, code: str) -> UUID:
    opened = house.client.post("/v1/sessions", json={"code": code})
    assert opened.status_code == 201, opened.text
    return UUID(opened.json()["member"])


def test_one_member_of_staff_hands_out_a_slip_for_most_people(house: House, staff: Person) -> None:
    before = house.deployment.audit_log.head().sequence
    with house.unchanged():
        slip = staff.post(f"/v1/members/{house.town.resident}/slips", BASIS)

    assert slip.status_code == 201
    told = slip.json()
    assert (told["code"], told["name"], told["slip"]) == ("slip-issued", "张秀英", None)
    assert told["link"].endswith(f"/activate/{told['sign_in_code']}")
    assert slip.headers["cache-control"] == "no-store"
    assert signs_in(house, told["sign_in_code"]) == house.town.resident
    (entry,) = house.deployment.audit_log.page(before, 10, kinds=("code_issued",))
    assert (entry.actor, entry.subject) == (house.town.staff, house.town.resident)
    assert entry.facts == {"basis": "identity-card", "purpose": "activation"}


def test_who_has_much_gets_a_slip_from_two_and_the_second_is_told_the_code(
    house: House, staff: Person, second: Person
) -> None:
    before = house.deployment.audit_log.head().sequence
    waits = staff.post(wealthy(house), BASIS).json()
    listed = second.get("/v1/slips", organisation=house.town.community).json()["items"]
    with house.unchanged():
        confirmed = second.post(f"/v1/slips/{waits['slip']}/confirm")

    assert (waits["code"], waits["sign_in_code"], waits["link"]) == ("slip-waits", None, None)
    assert [(one["name"], one["asked_by_name"]) for one in listed if one["slip"] == waits["slip"]] == [
        ("李建国", "林晓")
    ]
    assert signs_in(house, confirmed.json()["sign_in_code"]) == house.town.neighbour
    entries = house.deployment.audit_log.page(before, 10, subject=house.town.neighbour)
    assert [(one.kind, one.actor) for one in entries if one.kind.startswith("code_")] == [
        ("code_asked", house.town.staff),
        ("code_issued", UUID(second.get("/v1/me").json()["id"])),
    ]


def test_nobody_confirms_their_own_request(house: House, staff: Person) -> None:
    waits = staff.post(wealthy(house), BASIS).json()

    refused = staff.post(f"/v1/slips/{waits['slip']}/confirm")

    assert (refused.status_code, refused.json()["code"]) == (403, "own-slip")
    listed = staff.get("/v1/slips", organisation=house.town.community).json()["items"]
    assert waits["slip"] not in [one["slip"] for one in listed]


def test_neither_of_the_two_lives_with_the_person(house: House, staff: Person) -> None:
    colleague_at_home, other = colleague(house), colleague(house)
    body = {"organisation": str(house.town.community), "members": [str(house.town.neighbour), str(colleague_at_home)]}
    formed = staff.post("/v1/households", body).json()["ids"]["household"]
    waits = house.person(other).post(wealthy(house), BASIS).json()

    asked = house.person(colleague_at_home).post(wealthy(house), BASIS)
    confirmed = house.person(colleague_at_home).post(f"/v1/slips/{waits['slip']}/confirm")

    assert (asked.status_code, asked.json()["code"]) == (403, "own-slip")
    assert (confirmed.status_code, confirmed.json()["code"]) == (403, "own-slip")
    for member in (house.town.neighbour, colleague_at_home):
        assert staff.post(f"/v1/households/{formed}/members/{member}/leave").status_code == 200


def test_a_slip_that_waited_is_confirmed_once(house: House, staff: Person, second: Person) -> None:
    first, newer = (staff.post(wealthy(house), BASIS).json()["slip"] for _ in range(2))

    replaced = second.post(f"/v1/slips/{first}/confirm")
    done, again = (second.post(f"/v1/slips/{newer}/confirm") for _ in range(2))

    assert [one.status_code for one in (replaced, done, again)] == [409, 201, 409]
    assert {one.json()["code"] for one in (replaced, again)} == {"slip-over"}


def test_a_slip_waits_for_half_an_hour(prepared_home: tuple[Path, Town], tmp_path: Path) -> None:
    # in a house of its own: sessions end by the clock, too
    with opened(prepared_home, tmp_path / "home") as house:
        give_points(house, house.town.neighbour, 101)
        waits = house.person(house.town.staff).post(wealthy(house), BASIS).json()["slip"]
        colleague_of_then = colleague(house)

        house.clock.at += LIVES
        too_late = house.person(colleague_of_then).post(f"/v1/slips/{waits}/confirm")

    assert (too_late.status_code, too_late.json()["code"]) == (409, "slip-over")


def test_a_plain_code_is_no_way_around_the_second_person(house: House, staff: Person) -> None:
    refused = staff.post("/v1/sign-in-codes", {"member": str(house.town.neighbour), "purpose": "activation"})

    assert (refused.status_code, refused.json()["code"]) == (409, "slip-by-two")


def test_points_set_aside_count_too_for_a_voucher_could_be_shown(house: House, staff: Person) -> None:
    member = newcomer(house, "钱多多")
    give_points(house, member, 101)
    asked = house.person(member, "member").post("/v1/redemptions", {"reward": str(shelf(house, price=50))})

    assert asked.status_code == 201
    assert staff.post(f"/v1/members/{member}/slips", BASIS).json()["code"] == "slip-waits"


def test_slips_are_for_residents_who_are_known_here(house: House, staff: Person) -> None:
    asked = {
        "with a role": (staff, house.town.approver, 403),
        "oneself": (staff, house.town.staff, 403),
        "nobody": (staff, uuid4(), 404),
        "by a resident": (house.person(house.town.resident), house.town.neighbour, 403),
        "by a resident for nobody": (house.person(house.town.resident), uuid4(), 403),
        "from next door": (house.person(house.town.stranger), house.town.resident, 404),
    }

    answers = {name: by.post(f"/v1/members/{one}/slips", BASIS).status_code for name, (by, one, _) in asked.items()}

    assert answers == {name: status for name, (_, _, status) in asked.items()}


def test_staff_next_door_neither_see_nor_confirm_what_waits(house: House, staff: Person) -> None:
    waits, stranger = staff.post(wealthy(house), BASIS).json()["slip"], house.person(house.town.stranger)

    assert stranger.get("/v1/slips", organisation=house.town.other_community).json()["items"] == []
    assert stranger.get("/v1/slips", organisation=house.town.community).status_code == 404
    assert stranger.post(f"/v1/slips/{waits}/confirm").status_code == 404
    assert house.person(house.town.resident).get("/v1/slips", organisation=house.town.community).status_code == 403


def test_an_administrator_alone_is_no_way_around_two(house: House) -> None:
    founder, asked = house.person(house.town.founder), {"member": str(house.town.neighbour), "purpose": "staff"}

    refused = founder.post("/v1/sign-in-codes", asked)

    assert (refused.status_code, refused.json()["code"]) == (409, "slip-by-two")


def test_no_administrator_becomes_an_approver_alone(house: House, staff: Person) -> None:
    # given an approver who has signed in by password
    approver, founder = house.town.approver, house.person(house.town.founder)
    house.deployment.credentials.set_password(approver, "sieben-leise-Kraniche", house.clock.now())

    # when the administrator alone wants a way in
    alone = founder.post("/v1/sign-in-codes", {"member": str(approver), "purpose": "staff"})
    waits = founder.post(f"/v1/members/{approver}/slips", BASIS)
    own = founder.post(f"/v1/slips/{waits.json()['slip']}/confirm")

    # then there is no code before somebody else has seen the approver too, who is told it
    assert (alone.status_code, alone.json()["code"]) == (409, "slip-by-two")
    assert (waits.json()["code"], waits.json()["sign_in_code"]) == ("slip-waits", None)
    assert own.status_code in {403, 409}
    issued = staff.post(f"/v1/slips/{waits.json()['slip']}/confirm").json()
    assert signs_in(house, issued["sign_in_code"]) == approver
    house.deployment.credentials.forget(approver)


def test_a_slip_that_was_asked_for_before_its_owner_got_a_role_is_over(
    house: House, staff: Person, second: Person
) -> None:
    # given somebody with much, for whom staff asked for a slip
    member = newcomer(house, "周小川")
    give_points(house, member, 101)
    waits = staff.post(f"/v1/members/{member}/slips", BASIS).json()["slip"]

    # when they become an approver before it is confirmed
    granted = GrantRole(member, "approver", house.town.community, FOUNDED)
    run(house.deployment, GRANT_ROLE, granted, actor=house.town.founder)
    refused = second.post(f"/v1/slips/{waits}/confirm")

    assert (refused.status_code, refused.json()["code"]) == (409, "slip-over")


def test_an_administrator_asks_for_the_first_slip_of_somebody_with_a_role(house: House, staff: Person) -> None:
    member = colleague(house)

    assert staff.post(f"/v1/members/{member}/slips", BASIS).status_code == 403
    slip = house.person(house.town.founder).post(f"/v1/members/{member}/slips", BASIS).json()
    assert (slip["code"], signs_in(house, slip["sign_in_code"])) == ("slip-issued", member)
