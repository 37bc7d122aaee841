"""Cards, live codes and households through the interface."""

from io import BytesIO

import zxingcpp
from api_town import People, Town
from PIL import Image

from api.deployment import Deployment
from ledger.kernel.clock import FixedClock
from qr.links import token_in
from qr.tokens import LiveMemberCode, MemberCard, read, step_at


def scanned(picture: bytes) -> str:
    """What a phone reads from a PNG."""
    (found,) = zxingcpp.read_barcodes(Image.open(BytesIO(picture)))
    return found.text


def test_a_card_says_its_random_id_and_leads_to_its_member(
    signed_in: People, town: Town, deployment: Deployment
) -> None:
    issued = signed_in(town.staff).post(f"/v1/members/{town.resident}/cards")

    token = read(token_in(issued.json()["link"]), deployment.tokens)
    assert issued.status_code == 201
    assert isinstance(token, MemberCard)
    assert str(token.card) == issued.json()["card"]
    assert deployment.directory.member_of_card(token.card) == town.resident


def test_the_picture_of_a_card_is_scanned_to_its_link(signed_in: People, town: Town) -> None:
    staff, resident = signed_in(town.staff), signed_in(town.resident, "member")
    issued = staff.post(f"/v1/members/{town.resident}/cards").json()

    png = staff.get(f"/v1/members/{town.resident}/cards/{issued['card']}.png")
    svg = resident.get(f"/v1/members/me/cards/{issued['card']}.svg")

    assert png.headers["content-type"] == "image/png"
    assert png.headers["cache-control"] == "no-store"
    assert scanned(png.content) == issued["link"]
    assert svg.headers["content-type"].startswith("image/svg+xml")
    assert svg.text.startswith("<svg")


def test_a_card_of_somebody_else_has_no_picture(signed_in: People, town: Town) -> None:
    staff = signed_in(town.staff)
    card = staff.post(f"/v1/members/{town.resident}/cards").json()["card"]

    assert staff.get(f"/v1/members/{town.neighbour}/cards/{card}.svg").status_code == 404
    assert staff.get(f"/v1/members/{town.resident}/cards/{card}.gif").status_code == 404
    assert signed_in(town.neighbour).get(f"/v1/members/{town.resident}/cards/{card}.svg").status_code == 404


def test_a_member_revokes_their_own_card(signed_in: People, town: Town) -> None:
    card = signed_in(town.staff).post(f"/v1/members/{town.resident}/cards").json()["card"]
    path = f"/v1/members/{town.resident}/cards/{card}/revoke"

    stranger = signed_in(town.neighbour, "member").post(path, {"reason": "lost"})
    own = signed_in(town.resident, "member").post(path, {"reason": "lost"})
    again = signed_in(town.resident, "member").post(path, {"reason": "lost"})

    assert stranger.status_code in {403, 404}
    assert own.json()["code"] == "card-revoked"
    assert (again.status_code, again.json()["code"]) == (409, "card-already-revoked")


def test_a_resident_cannot_issue_cards(signed_in: People, town: Town, deployment: Deployment) -> None:
    answer = signed_in(town.resident, "member").post(f"/v1/members/{town.neighbour}/cards")

    assert answer.status_code == 403
    assert deployment.directory.cards_of([town.neighbour]) == {}


def test_the_live_code_names_the_session_and_changes_with_time(
    signed_in: People, town: Town, deployment: Deployment, clock: FixedClock
) -> None:
    resident = signed_in(town.resident, "member")

    token = read(token_in(scanned(resident.get("/v1/me/code.png").content)), deployment.tokens)

    assert isinstance(token, LiveMemberCode)
    assert deployment.sessions.member_of_device(token.device, clock.now()) == town.resident
    assert token.step == step_at(clock.now())
    assert resident.get("/v1/me/code.svg").text.startswith("<svg")


def test_a_household_is_formed_joined_and_left(signed_in: People, town: Town) -> None:
    staff = signed_in(town.staff)
    asked = {"organisation": str(town.community), "members": [str(town.resident)]}

    formed = staff.post("/v1/households", asked)
    household = formed.json()["ids"]["household"]
    joined = staff.post(f"/v1/households/{household}/members", {"member": str(town.neighbour)})
    left = staff.post(f"/v1/households/{household}/members/{town.neighbour}/leave", key="leaving-1")
    again = staff.post(f"/v1/households/{household}/members/{town.neighbour}/leave", key="leaving-1")

    assert (formed.status_code, formed.json()["code"]) == (201, "household-formed")
    assert joined.json()["code"] == "household-joined"
    assert left.json()["code"] == "household-left"
    assert again.json() == left.json()


def test_somebody_is_let_go_only_from_where_they_live(signed_in: People, town: Town) -> None:
    staff = signed_in(town.staff)
    homes = [
        staff.post("/v1/households", {"organisation": str(town.community), "members": [str(member)]})
        for member in (town.resident, town.neighbour)
    ]

    wrong = staff.post(f"/v1/households/{homes[0].json()['ids']['household']}/members/{town.neighbour}/leave")

    assert (wrong.status_code, wrong.json()["code"]) == (404, "unknown-id")


def test_a_household_has_people_in_it(signed_in: People, town: Town) -> None:
    answer = signed_in(town.staff).post("/v1/households", {"organisation": str(town.community), "members": []})

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid-body")
