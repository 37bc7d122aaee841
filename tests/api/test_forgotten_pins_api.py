"""A code for a forgotten PIN by short message: to whom it goes, to whom it does not, and that nobody learns which."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from api_town import Town
from house import House, give_points, opened

from ledger.application.short_messages import ShortMessage
from ledger.kernel.ids import MemberId
from ledger.store.outbox import FOLDER

PHONE = "13800000001"


@pytest.fixture
def house(prepared_home: tuple[Path, Town], tmp_path: Path) -> Iterator[House]:
    with opened(prepared_home, tmp_path / "home") as running:
        running.deployment.directory.write(running.town.resident, {"phone": PHONE})
        yield running


def forgot(house: House, who: str, **headers: str) -> Any:
    return house.client.post("/v1/forgotten-pins", json={"who": who}, headers=headers)


def messages(house: House) -> list[ShortMessage]:
    folder = house.deployment.settings.home / FOLDER
    files = sorted(folder.glob("*.json")) if folder.exists() else []
    return [msgspec.json.decode(file.read_bytes(), type=ShortMessage) for file in files]


def code_in(text: str) -> str:
    found = re.search(r"[A-Z2-9]{4} [A-Z2-9]{4}", text)
    assert found, text
    return found[0]


def number(house: House, member: MemberId) -> str:
    return str(house.deployment.directory.number_members([member])[member])


@pytest.mark.parametrize("typed", [PHONE, "+86 138 0000 0001", "１３８０００００００１"])
def test_a_code_comes_to_the_phone_that_is_known_and_opens_one_session(house: House, typed: str) -> None:
    with house.unchanged():
        answer = forgot(house, typed)

    assert (answer.status_code, answer.json()) == (202, {"code": "message-promised"})
    (message,) = messages(house)
    assert (message.member, message.phone, message.purpose) == (house.town.resident, PHONE, "sign_in_code")
    assert message.text.startswith("【老城社区道德积分】会员 ")
    opened = house.client.post("/v1/sessions", json={"code": code_in(message.text)})
    assert (opened.json()["member"], opened.json()["kind"]) == (str(house.town.resident), "enrolment")
    (entry,) = house.deployment.audit_log.page(0, 9, subject=house.town.resident, kinds=("code_issued",))
    assert (entry.actor, entry.facts) == (None, {"purpose": "sign_in_code"})


def test_the_member_number_leads_to_the_phone_too_and_the_message_speaks_the_askers_language(house: House) -> None:
    forgot(house, number(house, house.town.resident), **{"Accept-Language": "en"})

    (message,) = messages(house)
    assert message.phone == PHONE
    assert "Sign-in code" in message.text


def test_everybody_under_a_shared_telephone_gets_a_code_of_their_own(house: House) -> None:
    house.deployment.directory.write(house.town.neighbour, {"phone": PHONE})
    numbers = {number(house, one) for one in (house.town.resident, house.town.neighbour)}

    forgot(house, PHONE)

    told = messages(house)
    assert len({code_in(one.text) for one in told}) == 2
    assert {one for one in numbers for message in told if f"会员 {one} " in message.text} == numbers


def test_an_older_session_ends_when_the_code_is_used(house: House) -> None:
    old = house.person(house.town.resident, "member")
    forgot(house, PHONE)
    assert old.get("/v1/me").status_code == 200

    house.client.post("/v1/sessions", json={"code": code_in(messages(house)[0].text)})

    assert old.get("/v1/me").status_code == 401


def test_nobody_learns_from_the_answer_who_there_is(house: House) -> None:
    without_phone = number(house, house.town.neighbour)

    answers = [forgot(house, one) for one in (PHONE, "13911112222", without_phone)]

    assert {(one.status_code, one.content) for one in answers} == {(202, b'{"code":"message-promised"}')}
    assert len(messages(house)) == 1


def test_who_has_a_role_or_much_is_told_to_come_and_gets_no_code(house: House) -> None:
    give_points(house, house.town.resident, 101)
    house.deployment.directory.write(house.town.approver, {"phone": "13800000002"})

    forgot(house, PHONE)
    forgot(house, "13800000002")

    told = messages(house)
    assert [one.purpose for one in told] == ["come_in_person"] * 2
    assert all("本人带证件" in one.text for one in told)
    assert not any(re.search(r"[A-Z2-9]{4} [A-Z2-9]{4}", one.text) for one in told)


def test_a_person_can_be_written_to_three_times_an_hour_however_they_are_named(house: House) -> None:
    named = (PHONE, number(house, house.town.resident), PHONE, PHONE)
    answers = [forgot(house, one).status_code for one in named]

    one_more = forgot(house, PHONE)

    assert answers == [202] * 4
    assert (one_more.status_code, one_more.json()["code"]) == (429, "too-many-tries")
    assert 0 < int(one_more.headers["retry-after"]) <= 3600
    assert len(messages(house)) == 3


def test_a_place_can_ask_for_thirty_messages_an_hour(house: House) -> None:
    answers = [forgot(house, str(13911112222 + place)).status_code for place in range(31)]

    assert answers == [202] * 30 + [429]


def test_a_name_that_nobody_has_is_counted_like_any_other(house: House) -> None:
    assert [forgot(house, "13911112222").status_code for _ in range(4)] == [202, 202, 202, 429]


def test_where_no_message_can_be_sent_everybody_is_told_so(house: House) -> None:
    (house.deployment.settings.home / FOLDER).write_text("in the way")

    answers = [forgot(house, one) for one in (PHONE, "13911112222")]

    assert {(one.status_code, one.json()["code"]) for one in answers} == {(409, "message-not-carried")}
    assert "服务台" in answers[0].json()["title"]


def test_a_phone_that_is_no_members_gets_no_message(house: House) -> None:
    house.deployment.directory.write(MemberId(house.town.street), {"phone": "13800000009"})

    forgot(house, "13800000009")

    assert messages(house) == []


def test_the_phone_is_told_that_the_pin_was_changed(house: House) -> None:
    person = house.person(house.town.resident, "member")

    assert person.post("/v1/me/credentials/pin", {"pin": "481926"}).status_code == 200

    (message,) = messages(house)
    assert (message.phone, message.purpose) == (PHONE, "pin_changed")
    assert "481926" not in message.text


def test_the_old_number_is_told_that_there_is_another(house: House) -> None:
    staff, path = house.person(house.town.staff), f"/v1/members/{house.town.resident}/details"

    same = staff.post(path, {"phone": f"+86 {PHONE}", "basis": "identity-card"})
    other = staff.post(path, {"phone": "13900000009", "basis": "identity-card"})

    assert [one.status_code for one in (same, other)] == [200, 200], other.text
    (message,) = messages(house)
    assert (message.phone, message.purpose) == (PHONE, "phone_changed")
    assert "13900000009" not in message.text


def test_a_pin_is_changed_though_nobody_carries_the_warning(house: House) -> None:
    (house.deployment.settings.home / FOLDER).write_text("in the way")

    assert house.person(house.town.resident).post("/v1/me/credentials/pin", {"pin": "481926"}).status_code == 200
