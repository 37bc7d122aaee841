"""What hangs and shines at the door: the rotating code, its pictures and the poster."""

import sys
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import zxingcpp
from api_town import Person, Town
from house import NOON, House, draft, gathering, opened
from PIL import Image

from qr.tokens import KioskCode, MemberCard, Poster, read


@pytest.fixture(scope="module")
def house(prepared_home: tuple[Path, Town], tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    home = tmp_path_factory.mktemp("codes") / "home"
    with opened(prepared_home, home, public_url="https://linli.example") as running:
        yield running


def test_the_code_to_show_checks_in(house: House, staff: Person) -> None:
    at = gathering(house)

    shown = staff.get(f"/v1/activities/{at.activity}/code", min_position=house.position()).json()

    assert read(shown["token"], house.deployment.tokens) == KioskCode(at.activity, int(NOON.timestamp()) // 15)
    assert shown["url"] == f"https://LINLI.EXAMPLE/Q/{shown['token']}"
    assert shown["seconds_left"] == 15
    resident = house.person(house.town.resident, "member")
    typed = {"typed_code": shown["typed_code"], "activity": str(at.activity), "direction": "in"}
    assert resident.post("/v1/check-ins", {"token": shown["token"], "direction": "in"}).json()["code"] == "checked-in"
    assert resident.post("/v1/check-ins", typed).json()["code"] == "already-in"


def test_the_code_changes_every_fifteen_seconds(house: House, staff: Person) -> None:
    path = f"/v1/activities/{gathering(house).activity}/code"
    first = staff.get(path, min_position=house.position()).json()
    house.clock.at += timedelta(seconds=14)
    same = staff.get(path).json()
    house.clock.at += timedelta(seconds=1)
    following = staff.get(path)
    house.clock.at = NOON

    assert (same["token"], same["seconds_left"]) == (first["token"], 1)
    assert following.json()["token"] != first["token"]
    assert following.headers["cache-control"] == "no-store"


def test_a_phone_reads_the_picture(house: House, staff: Person) -> None:
    path = f"/v1/activities/{gathering(house).activity}/code"
    text = staff.get(path, min_position=house.position()).json()["url"]

    png, svg = staff.get(f"{path}.png"), staff.get(f"{path}.svg")

    (found,) = zxingcpp.read_barcodes(Image.open(BytesIO(png.content)))
    assert found.text == text
    assert png.headers["content-type"] == "image/png"
    assert svg.headers["content-type"].startswith("image/svg+xml")
    assert svg.content.startswith(b"<svg")


def test_codes_are_for_who_stands_at_the_door(house: House) -> None:
    at, town = gathering(house), house.town
    house.deployment.caught_up(house.position())

    for name in ("code", "code.svg", "code.png", "poster.pdf"):
        path = f"/v1/activities/{at.activity}/{name}"
        assert [house.person(one).get(path).status_code for one in (town.resident, town.stranger)] == [403, 404]
        assert house.person(town.staff).get(f"/v1/activities/{uuid4()}/{name}").status_code == 404
        assert house.client.get(path).status_code == 401


def test_the_poster_carries_the_lasting_code(house: House, staff: Person) -> None:
    at = draft(house, title="清洁家园")

    poster = staff.get(f"/v1/activities/{at.activity}/poster.pdf", min_position=house.position())

    assert poster.headers["content-type"] == "application/pdf"
    assert poster.content.startswith(b"%PDF")
    (found,) = zxingcpp.read_barcodes(rendered(poster.content))
    token = read(found.text.rpartition("/")[2], house.deployment.tokens)
    assert token == Poster(at.activity)


def test_the_sheet_carries_the_newest_good_card_of_each_member(house: House, staff: Person) -> None:
    resident = house.town.resident
    lost, good = (staff.post(f"/v1/members/{resident}/cards").json()["card"] for _ in range(2))
    staff.post(f"/v1/members/{resident}/cards/{lost}/revoke", {"reason": "lost"})

    sheet = staff.get(f"/v1/organisations/{house.town.community}/cards.pdf", min_position=house.position())

    assert sheet.headers["content-type"] == "application/pdf"
    tokens = [
        read(code.text.rpartition("/")[2], house.deployment.tokens)
        for code in zxingcpp.read_barcodes(rendered(sheet.content))
    ]
    assert MemberCard(UUID(good)) in tokens
    assert MemberCard(UUID(lost)) not in tokens


def test_who_does_not_issue_cards_prints_none(house: House) -> None:
    path = f"/v1/organisations/{house.town.community}/cards.pdf"

    assert house.person(house.town.resident).get(path).status_code == 403
    assert house.person(house.town.stranger).get(path).status_code == 404


def rendered(pdf: bytes) -> Image.Image:
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    image = document[0].render(scale=2).to_pil()
    document.close()
    return image


def test_nothing_is_printed_before_the_public_address_is_known(
    prepared_home: tuple[Path, Town], tmp_path: Path
) -> None:
    with opened(prepared_home, tmp_path / "home") as house:
        at = draft(house)
        house.deployment.caught_up(house.position())
        staff = house.person(house.town.staff)

        refused = staff.get(f"/v1/activities/{at.activity}/poster.pdf")

        assert (refused.status_code, refused.json()["code"]) == (503, "public-url-required")
        assert staff.get(f"/v1/activities/{at.activity}/code").status_code == 200


def test_a_demonstration_prints_its_own_address(prepared_home: tuple[Path, Town], tmp_path: Path) -> None:
    with opened(prepared_home, tmp_path / "home", demonstration=True) as house:
        at = draft(house)
        house.deployment.caught_up(house.position())

        poster = house.person(house.town.staff).get(f"/v1/activities/{at.activity}/poster.pdf")

        (found,) = zxingcpp.read_barcodes(rendered(poster.content))
        assert found.text.startswith("http://127.0.0.1:8000/Q/")


def test_without_the_packages_for_print_a_poster_is_a_fault(
    house: House, staff: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    at = draft(house)
    house.deployment.caught_up(house.position())

    refused = staff.get(f"/v1/activities/{at.activity}/poster.pdf")

    assert (refused.status_code, refused.json()["code"]) == (503, "print-extra-missing")
