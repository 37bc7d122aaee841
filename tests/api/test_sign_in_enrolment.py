"""From a one-time code to a session: outside the demonstration a code opens nothing but the setting of credentials."""

from datetime import timedelta
from pathlib import Path

import pytest
from api_town import People, Person, Town
from house import opened as opened_house
from litestar import Litestar
from litestar.testing import TestClient
from pyotp.totp import TOTP
from signing import PASSWORD, PIN, by_password, by_pin, numbered, opened, recorded, with_password, with_pin

from api.deployment import Deployment
from ledger.kernel.clock import FixedClock
from ledger.kernel.ids import MemberId
from ledger.store.sign_in_codes import Purpose


def enrolled(client: TestClient[Litestar], deployment: Deployment, member: MemberId, purpose: Purpose) -> Person:
    """Who exchanged a one-time code."""
    code = deployment.sign_in_codes.issue(member, purpose, deployment.clock.now())
    answer = client.post("/v1/sessions", json={"code": code})
    assert answer.json()["kind"] == "enrolment"
    return opened(client, answer)


def test_a_code_for_staff_opens_the_setting_of_password_and_authenticator_and_then_a_new_session(
    client: TestClient[Litestar], deployment: Deployment, town: Town, clock: FixedClock
) -> None:
    person = enrolled(client, deployment, town.staff, "staff")
    waits = person.get("/v1/me/credentials").json()

    password = person.post("/v1/me/credentials/password", {"password": PASSWORD})
    secret = person.post("/v1/me/credentials/totp").json()
    authenticator = TOTP(secret["secret"])
    confirmed = person.post("/v1/me/credentials/totp/confirm", {"code": authenticator.at(clock.now())})

    assert waits == {"credentials": [], "to_set": ["password", "totp"]}
    assert password.json() == {"to_set": ["totp"], "session": None}
    assert f"secret={secret['secret']}" in secret["address"]
    assert confirmed.json()["to_set"] == []
    assert confirmed.json()["session"]["kind"] == "staff"
    assert person.get("/v1/me/credentials").status_code == 401
    staff = opened(client, confirmed)
    assert [role["role"] for role in staff.get("/v1/me").json()["roles"]] == ["staff"]
    assert len(staff.post("/v1/me/credentials/recovery-codes").json()["codes"]) == 10
    clock.at += timedelta(seconds=30)
    number = numbered(deployment, town.staff)
    assert by_password(client, number, totp=authenticator.at(clock.now())).status_code == 201


def test_what_was_set_before_the_code_does_not_stand_in_for_setting_it(
    client: TestClient[Litestar], deployment: Deployment, town: Town, clock: FixedClock
) -> None:
    """Else a one-time code would do away with the second factor."""
    with_password(deployment, town.staff)
    clock.at += timedelta(hours=1)
    person = enrolled(client, deployment, town.staff, "staff")

    answer = person.post("/v1/me/credentials/password", {"password": "acht-laute-Kraniche"})

    assert answer.json() == {"to_set": ["totp"], "session": None}


def test_a_slip_opens_the_setting_of_a_pin_and_then_the_session_of_the_device(
    client: TestClient[Litestar], deployment: Deployment, town: Town
) -> None:
    person = enrolled(client, deployment, town.resident, "activation")
    assert person.get("/v1/me").status_code == 401
    assert person.get("/v1/me/credentials").json()["to_set"] == ["pin"]

    answer = person.post("/v1/me/credentials/pin", {"pin": PIN})

    assert answer.json()["session"]["kind"] == "member"
    assert answer.json()["session"]["expires_at"] == "2026-08-31T04:00:00Z"
    assert opened(client, answer).get("/v1/me").json()["name"] == "张秀英"
    assert by_pin(client, numbered(deployment, town.resident)).status_code == 201
    assert [facts for _, facts in recorded(deployment, "credential_changed")] == [{"credential": "pin"}]


def test_a_forgotten_pin_is_set_anew_by_a_slip_and_the_old_one_ends(
    client: TestClient[Litestar], deployment: Deployment, town: Town
) -> None:
    number = with_pin(deployment, town.resident)
    person = enrolled(client, deployment, town.resident, "activation")

    answer = person.post("/v1/me/credentials/pin", {"pin": "294057"})

    assert answer.json()["session"]["kind"] == "member"
    assert by_pin(client, number).status_code == 422
    assert by_pin(client, number, "294057").status_code == 201


def test_a_pin_is_not_enough_for_who_holds_a_role(
    client: TestClient[Litestar], deployment: Deployment, town: Town
) -> None:
    person = enrolled(client, deployment, town.approver, "staff")

    answer = person.post("/v1/me/credentials/pin", {"pin": PIN})

    assert answer.json() == {"to_set": ["password", "totp"], "session": None}


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("pin", {"pin": "123456"}, "pin-guessable"),
        ("pin", {"pin": "12345"}, "pin-malformed"),
        ("password", {"password": "Password123!"}, "password-guessable"),
        ("password", {"password": "kurz"}, "password-length"),
        ("totp/confirm", {"code": "000000"}, "totp-not-begun"),
    ],
)
def test_what_may_not_be_set_is_refused_and_the_enrolment_goes_on(
    client: TestClient[Litestar], deployment: Deployment, town: Town, path: str, body: dict[str, str], code: str
) -> None:
    person = enrolled(client, deployment, town.resident, "activation")

    refused = person.post(f"/v1/me/credentials/{path}", body)

    assert refused.json()["code"] == code
    assert refused.status_code in {409, 422}
    assert person.get("/v1/me/credentials").json() == {"credentials": [], "to_set": ["pin"]}


def test_a_code_that_the_authenticator_does_not_show_confirms_nothing(
    client: TestClient[Litestar], deployment: Deployment, town: Town, clock: FixedClock
) -> None:
    person = enrolled(client, deployment, town.staff, "staff")
    authenticator = TOTP(person.post("/v1/me/credentials/totp").json()["secret"])

    refused = person.post(
        "/v1/me/credentials/totp/confirm", {"code": authenticator.at(clock.now() + timedelta(minutes=3))}
    )

    assert (refused.status_code, refused.json()["code"]) == (422, "totp-wrong")


def test_an_enrolment_may_be_given_up_and_ends_by_itself(
    client: TestClient[Litestar], deployment: Deployment, town: Town, clock: FixedClock
) -> None:
    first, second = (enrolled(client, deployment, town.staff, "staff") for _ in range(2))

    assert first.delete("/v1/sessions/current").status_code == 204
    clock.at += timedelta(minutes=16)

    assert [one.get("/v1/me/credentials").status_code for one in (first, second)] == [401, 401]


def test_in_the_demonstration_a_code_opens_a_whole_session(prepared_home: tuple[Path, Town], tmp_path: Path) -> None:
    with opened_house(prepared_home, tmp_path / "home", demonstration=True) as house:
        kinds: list[str] = []
        for member, purpose in ((house.town.staff, "staff"), (house.town.resident, "activation")):
            code = house.deployment.sign_in_codes.issue(member, purpose, house.clock.now())
            kinds.append(house.client.post("/v1/sessions", json={"code": code}).json()["kind"])

    assert kinds == ["staff", "member"]


def test_somebody_elses_phone_sets_no_pin_without_the_old_one(
    client: TestClient[Litestar], deployment: Deployment, signed_in: People, town: Town, clock: FixedClock
) -> None:
    with_pin(deployment, town.resident)
    phone = signed_in(town.resident, "member")
    clock.at += timedelta(minutes=6)

    refused = phone.post("/v1/me/credentials/pin", {"pin": "294057"})
    stepped_up = opened(client, phone.post("/v1/sessions/step-up", {"pin": PIN}))

    assert (refused.status_code, refused.json()["code"]) == (403, "step-up-needed")
    assert stepped_up.post("/v1/me/credentials/pin", {"pin": "294057"}).status_code == 200


def test_a_session_from_before_there_were_pins_may_set_the_first_one(
    signed_in: People, town: Town, clock: FixedClock
) -> None:
    phone = signed_in(town.resident, "member")
    clock.at += timedelta(days=3)

    assert phone.post("/v1/me/credentials/pin", {"pin": PIN}).json()["session"]["kind"] == "member"


def test_changing_the_password_ends_the_other_sessions_and_goes_on_under_a_new_token(
    client: TestClient[Litestar], deployment: Deployment, signed_in: People, town: Town
) -> None:
    with_password(deployment, town.staff)
    this, other, program = (signed_in(town.staff) for _ in range(3))
    slip = deployment.sign_in_codes.issue(town.staff, "staff", deployment.clock.now())

    answer = this.post("/v1/me/credentials/password", {"password": "acht-laute-Kraniche"})

    assert [one.get("/v1/me").status_code for one in (this, other, program)] == [401] * 3
    assert opened(client, answer).get("/v1/me").status_code == 200
    assert client.post("/v1/sessions", json={"code": slip}).json()["code"] == "code-not-valid"
