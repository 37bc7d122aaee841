"""Stories of the page about one's own data: what is kept, the file, a correction, and asking to be forgotten."""

import json
from collections.abc import Callable
from datetime import timedelta

from litestar import Litestar
from litestar.testing import TestClient

from .forms import send
from .house import House, person

SignIn = Callable[[str], TestClient[Litestar]]


def test_the_page_shows_what_is_kept_in_full(house: House, sign_in: SignIn) -> None:
    house.deployment.directory.write(person("ann"), {"phone": "13811112222"})

    page = sign_in("ann").get("/me/data").text

    assert "张桂英" in page
    assert "13811112222" in page


def test_the_file_is_given_and_later_only_to_who_shows_again_who_they_are(house: House, sign_in: SignIn) -> None:
    client, now = sign_in("ann"), house.clock.at

    file = client.get("/me/data/file")
    house.clock.at = now + timedelta(minutes=6)
    later = client.get("/me/data/file")
    house.clock.at = now

    assert json.loads(file.content)["fields"]["name"] == "张桂英"
    assert file.headers["content-disposition"] == 'attachment; filename="linli-me.json"'
    assert (later.status_code, later.headers["location"]) == (303, "/step-up?next=%2Fme%2Fdata%2Ffile")


def test_a_telephone_is_put_right_and_a_wrong_one_said(house: House, sign_in: SignIn) -> None:
    client = sign_in("ann")

    right = send(client, "/me/data/details", phone="138 2222 3333", address="")
    wrong = send(client, "/me/data/details", phone="no number", address="")

    assert right.status_code == 303
    assert house.deployment.directory.read_all(person("ann"))["phone"] == "13822223333"
    assert wrong.status_code == 422
    assert 'role="alert"' in wrong.text


def test_a_wish_is_told_with_its_day_and_can_be_taken_back(sign_in: SignIn) -> None:
    client = sign_in("ann")

    asked = send(client, "/me/data/erasure", action="ask")
    page = client.get("/me/data").text
    send(client, "/me/data/erasure", action="withdraw")

    assert asked.status_code == 303
    assert "最晚" in page
    assert "您还没有退出" in page
    assert "最晚" not in client.get("/me/data").text


def test_a_hold_is_told_and_nothing_is_corrected(house: House, sign_in: SignIn) -> None:
    client = sign_in("ann")
    held = person("ann")
    house.deployment.legal_holds.set(held, "court-order", by=person("bob"), now=house.clock.now())
    try:
        page = client.get("/me/data").text
        refused = send(client, "/me/data/details", phone="138 2222 4444", address="")
    finally:
        house.deployment.legal_holds.lift(held)

    assert "依法封存" in page
    assert refused.status_code == 409
