"""Staff sign in with password and authenticator or a recovery code; nothing that was used once is good twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from api_town import Town
from litestar import Litestar
from litestar.testing import TestClient
from signing import PASSWORD, by_password, opened, recorded, told, with_password

from api.deployment import Deployment
from api.identity import COOKIE_OVER_HTTP
from ledger.kernel.clock import FixedClock

PERIOD = timedelta(seconds=30)


def test_staff_sign_in_with_password_and_authenticator(
    client: TestClient[Litestar], deployment: Deployment, town: Town
) -> None:
    number, authenticator = with_password(deployment, town.staff)

    answer = by_password(client, number, totp=authenticator.at(deployment.clock.now()))

    assert answer.json()["kind"] == "staff"
    assert answer.json()["expires_at"] == "2026-03-04T16:00:00Z"
    person = opened(client, answer)
    assert (
        person.post(f"/v1/members/{town.resident}/verify", {"basis": "identity-card"}).json()["code"] != "not-permitted"
    )
    assert recorded(deployment, "signed_in") == [("signed_in", {"by": "password", "session": "staff"})]


def test_who_has_no_role_gets_the_session_of_a_member(
    client: TestClient[Litestar], deployment: Deployment, town: Town
) -> None:
    number, authenticator = with_password(deployment, town.resident)

    answer = by_password(client, number, totp=authenticator.at(deployment.clock.now()))

    assert answer.json()["kind"] == "member"


def test_a_code_of_the_authenticator_signs_in_once(
    client: TestClient[Litestar], deployment: Deployment, town: Town, clock: FixedClock
) -> None:
    number, authenticator = with_password(deployment, town.staff)
    code = authenticator.at(clock.now())

    first, second = (by_password(client, number, totp=code) for _ in range(2))

    assert first.status_code == 201
    assert told(second)[1]["code"] == "sign-in-refused"
    clock.at += PERIOD
    assert by_password(client, number, totp=authenticator.at(clock.now())).status_code == 201


def test_of_four_at_once_with_one_code_one_is_signed_in(
    client: TestClient[Litestar], deployment: Deployment, town: Town
) -> None:
    number, authenticator = with_password(deployment, town.staff)
    code = authenticator.at(deployment.clock.now())

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: by_password(client, number, totp=code), range(4)))

    assert sorted(one.status_code for one in answers) == [201, 422, 422, 422]


def test_a_recovery_code_signs_in_once_and_is_told_of(
    client: TestClient[Litestar], deployment: Deployment, town: Town
) -> None:
    number, _ = with_password(deployment, town.staff)
    code = deployment.credentials.new_recovery_codes(town.staff, deployment.clock.now())[3]

    first, second = (by_password(client, number, recovery_code=code) for _ in range(2))

    assert first.json()["kind"] == "staff"
    assert second.json()["code"] == "sign-in-refused"
    assert len(recorded(deployment, "recovery_code_used")) == 1


@pytest.mark.parametrize("second", [{}, {"totp": "000000", "recovery_code": "AAAA"}])
def test_exactly_one_second_factor_is_sent(
    client: TestClient[Litestar], deployment: Deployment, town: Town, second: dict[str, str]
) -> None:
    number, _ = with_password(deployment, town.staff)

    refused = by_password(client, number, **second)

    assert (refused.status_code, refused.json()["code"]) == (422, "one-proof-only")


def test_who_probes_learns_neither_accounts_nor_which_half_was_right(
    client: TestClient[Litestar], deployment: Deployment, town: Town
) -> None:
    number, authenticator = with_password(deployment, town.staff)
    right = authenticator.at(deployment.clock.now())

    answers = [
        told(by_password(client, number, "not-the-password", totp=right)),
        told(by_password(client, number, PASSWORD, totp="000000")),
        told(by_password(client, number, PASSWORD, recovery_code="ACDEFGHJKM")),
        told(by_password(client, "98765", PASSWORD, totp=right)),
    ]

    assert answers == [answers[0]] * 4
    assert answers[0][1]["code"] == "sign-in-refused"
    # A wrong password uses no code up.
    assert by_password(client, number, totp=right).status_code == 201


def test_after_five_wrong_tries_the_account_waits(
    client: TestClient[Litestar], deployment: Deployment, town: Town, clock: FixedClock
) -> None:
    number, authenticator = with_password(deployment, town.staff)
    for _ in range(5):
        by_password(client, number, totp="000000")

    assert by_password(client, number, totp=authenticator.at(clock.now())).status_code == 429

    clock.at += timedelta(minutes=15)
    assert by_password(client, number, totp=authenticator.at(clock.now())).status_code == 201


def test_an_id_that_was_chosen_before_signing_in_never_becomes_a_session(
    client: TestClient[Litestar], deployment: Deployment, town: Town, clock: FixedClock
) -> None:
    number, authenticator = with_password(deployment, town.staff)
    chosen = "A" * 43
    client.cookies.set(COOKIE_OVER_HTTP, chosen)

    answer = client.post(
        "/v1/sessions/password",
        json={"account": number, "password": PASSWORD, "totp": authenticator.at(clock.now())},
        headers={"Authorization": f"Bearer {chosen}"},
    )

    assert answer.status_code == 201
    assert answer.json()["token"] != chosen
    assert client.get("/v1/me").status_code == 401
    assert client.get("/v1/me", headers={"Authorization": f"Bearer {chosen}"}).status_code == 401


def test_two_sign_ins_have_two_tokens(
    client: TestClient[Litestar], deployment: Deployment, town: Town, clock: FixedClock
) -> None:
    number, authenticator = with_password(deployment, town.staff)
    tokens = set[str]()
    for _ in range(2):
        tokens.add(by_password(client, number, totp=authenticator.at(clock.now())).json()["token"])
        clock.at += PERIOD

    assert len(tokens) == 2
