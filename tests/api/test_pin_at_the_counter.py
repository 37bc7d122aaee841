"""A card and its owner's PIN at the counter: what it opens, who may try it, how often, and where it is never found."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from api_town import FOUNDED, Person, Town, run
from house import House, for_whom, give_points, opened, shelf

from ledger.application.members import ISSUE_CARD, IssueCard
from ledger.application.roles import GRANT_ROLE, GrantRole
from ledger.kernel.ids import CardId
from qr.tokens import MemberCard

PIN = "481926"
WRONG = "481927"


@pytest.fixture(scope="module")
def house(prepared_home: tuple[Path, Town], tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(prepared_home, tmp_path_factory.mktemp("counter") / "home") as running:
        give_points(running, running.town.resident, 100)
        running.deployment.credentials.set_pin(running.town.resident, PIN, running.clock.now())
        yield running


@pytest.fixture
def keeper(house: House) -> Person:
    """The shelf's keeper, a quarter of an hour after the last test's tries."""
    house.clock.at += timedelta(minutes=15)
    return house.person(house.town.keeper)


@pytest.fixture
def body(house: House) -> dict[str, Any]:
    card = CardId(uuid4())
    house.deployment.directory.bind_card(card, house.town.resident)
    run(house.deployment, ISSUE_CARD, IssueCard(house.town.resident, card), actor=house.town.staff)
    return {"token": house.code(MemberCard(card)), "reward": str(shelf(house, price=2))}


@pytest.mark.parametrize("typed", [PIN, " 4819 26 ", "４８１９２６"])
def test_a_card_and_the_pin_bring_the_goods(house: House, keeper: Person, body: dict[str, Any], typed: str) -> None:
    before = house.position()

    done = keeper.post("/v1/counter", body | {"pin": typed})

    assert (done.status_code, done.json()["code"]) == (201, "redemption-handed-over"), done.text
    assert (house.town.resident, "card-shown") in for_whom(house, before)
    stored = b"".join(row.state for row in house.deployment.feed.page_raw(before, 50))
    assert b'"basis":"pin"' in stored
    assert PIN.encode() not in stored


def test_a_wrong_pin_changes_nothing_and_is_written_down_without_it(
    house: House, keeper: Person, body: dict[str, Any]
) -> None:
    before = house.deployment.audit_log.head().sequence
    with house.unchanged():
        refused = keeper.post("/v1/counter", body | {"pin": WRONG})

    assert (refused.status_code, refused.json()["code"]) == (422, "pin-wrong")
    (entry,) = house.deployment.audit_log.page(before, 10, kinds=("sign_in_failed",))
    assert (entry.actor, entry.subject) == (house.town.keeper, house.town.resident)
    assert entry.facts == {"credential": "pin", "at": "counter"}


def test_after_five_wrong_pins_even_the_right_one_waits_and_the_answer_says_how_long(
    house: House, keeper: Person, body: dict[str, Any]
) -> None:
    with house.unchanged():
        tried = [keeper.post("/v1/counter", body | {"pin": WRONG}) for _ in range(5)]
        right = keeper.post("/v1/counter", body | {"pin": PIN})

    assert [one.json()["code"] for one in tried] == ["pin-wrong"] * 5
    assert (right.status_code, right.json()["code"]) == (429, "too-many-tries")
    assert 0 < int(right.headers["retry-after"]) <= 900


def test_only_a_keeper_of_this_shelf_gets_to_try_a_pin(house: House, keeper: Person, body: dict[str, Any]) -> None:
    granted = GrantRole(house.town.stranger, "shelf_keeper", house.town.other_community, FOUNDED)
    run(house.deployment, GRANT_ROLE, granted, actor=house.town.founder)
    others = [house.person(one) for one in (house.town.staff, house.town.resident, house.town.stranger)]
    nobody = Person(house.client, "x" * 43)

    with house.unchanged():
        answers = [one.post("/v1/counter", body | {"pin": WRONG}).status_code for one in (*others, nobody) * 3]

    assert set(answers) == {403, 404, 401}
    assert keeper.post("/v1/counter", body | {"pin": PIN}).status_code == 201


def test_who_has_no_pin_is_told_apart_only_to_the_keeper(house: House, keeper: Person, body: dict[str, Any]) -> None:
    card = CardId(uuid4())
    house.deployment.directory.bind_card(card, house.town.neighbour)
    run(house.deployment, ISSUE_CARD, IssueCard(house.town.neighbour, card), actor=house.town.staff)

    refused = keeper.post("/v1/counter", body | {"token": house.code(MemberCard(card)), "pin": PIN})

    assert (refused.status_code, refused.json()["code"]) == (422, "pin-not-set")


def test_a_retry_is_told_the_same_and_what_is_remembered_does_not_depend_on_the_pin(
    house: House, keeper: Person, body: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever has the row of the answered command, and the keys, cannot try PINs against it."""
    first, again = (keeper.post("/v1/counter", body | {"pin": PIN}, key="at-the-counter-1") for _ in range(2))
    spelled_otherwise = keeper.post("/v1/counter", body | {"pin": f" {PIN}"}, key="at-the-counter-1")
    guessed = keeper.post("/v1/counter", body | {"pin": WRONG}, key="at-the-counter-1")
    another_body = keeper.post("/v1/counter", body | {"pin": PIN, "pieces": 2}, key="at-the-counter-1")

    assert (first.status_code, again.json()) == (201, first.json())
    assert spelled_otherwise.json() == first.json()
    assert guessed.json()["code"] == "pin-wrong"
    assert another_body.json()["code"] == "idempotency-key-reused"
    assert PIN not in caplog.text


def test_no_file_of_the_data_folder_has_the_pin(house: House, keeper: Person, body: dict[str, Any]) -> None:
    assert keeper.post("/v1/counter", body | {"pin": PIN}).status_code == 201

    found = [file for file in house.deployment.settings.home.rglob("*") if file.is_file()]
    # Six digits alone would be found by chance in files of this size; as text they stand between quotes or blanks.
    assert not [file for file in found for mark in (f'"{PIN}"', f" {PIN} ") if mark.encode() in file.read_bytes()]
