"""Signing in and out, who one is, and who may hand out codes for whom."""

from datetime import timedelta
from pathlib import Path

import pytest
from api_town import People, Town
from house import opened as house_opened
from litestar import Litestar
from litestar.testing import TestClient

from api.deployment import Deployment
from ledger.kernel.clock import FixedClock


def test_a_staff_code_opens_a_session_once(
    client: TestClient[Litestar], deployment: Deployment, town: Town, clock: FixedClock
) -> None:
    code = deployment.sign_in_codes.issue(town.staff, "staff", clock.now())

    first = client.post("/v1/sessions", json={"code": f" {code[:4]}-{code[4:].lower()} "})
    second = client.post("/v1/sessions", json={"code": code})

    assert first.status_code == 201
    assert first.json()["kind"] == "enrolment"
    assert first.json()["member"] == str(town.staff)
    assert first.json()["expires_at"] == "2026-03-04T04:30:00Z"
    assert first.headers["cache-control"] == "no-store"
    assert second.status_code == 422
    assert second.json()["code"] == "code-not-valid"


def test_the_token_names_its_bearer(signed_in: People, town: Town) -> None:
    me = signed_in(town.staff).get("/v1/me").json()

    assert me["id"] == str(town.staff)
    assert me["name"] == "林晓"
    assert me["home"] == str(town.community)
    assert [role["role"] for role in me["roles"]] == ["staff"]


def test_every_sign_in_has_a_token_of_its_own(client: TestClient[Litestar], deployment: Deployment, town: Town) -> None:
    tokens = set[str]()
    for _ in range(2):
        code = deployment.sign_in_codes.issue(town.staff, "staff", deployment.clock.now())
        tokens.add(client.post("/v1/sessions", json={"code": code}).json()["token"])

    assert len(tokens) == 2


def test_a_slip_ends_the_sessions_from_before_it(
    client: TestClient[Litestar], deployment: Deployment, signed_in: People, town: Town
) -> None:
    old_phone = signed_in(town.resident, "member")
    code = deployment.sign_in_codes.issue(town.resident, "activation", deployment.clock.now())

    opened = client.post("/v1/sessions", json={"code": code})

    assert opened.json()["kind"] == "enrolment"
    assert old_phone.get("/v1/me").status_code == 401


def test_signing_out_ends_the_session_everywhere(signed_in: People, town: Town) -> None:
    person = signed_in(town.staff)

    assert person.delete("/v1/sessions/current").status_code == 204
    assert person.get("/v1/me").status_code == 401
    refused = person.post(f"/v1/members/{town.resident}/verify", {"basis": "identity-card"})
    assert refused.status_code == 401
    assert refused.json()["code"] == "not-signed-in"
    assert refused.headers["www-authenticate"] == "Bearer"


def test_a_session_ends_when_it_is_not_used(signed_in: People, town: Town, clock: FixedClock) -> None:
    person = signed_in(town.staff)
    clock.at += timedelta(minutes=31)

    assert person.get("/v1/me").status_code == 401


def test_after_five_wrong_tries_the_next_must_wait(client: TestClient[Litestar]) -> None:
    tried = [client.post("/v1/sessions", json={"code": f"A-C {place}"}) for place in range(6)]

    assert [one.status_code for one in tried] == [422] * 5 + [429]
    assert tried[-1].json()["code"] == "too-many-tries"
    assert 0 < int(tried[-1].headers["retry-after"]) <= 900
    assert tried[-1].headers["retry-after"] in tried[-1].json()["detail"]


def test_wrong_tries_lock_out_only_codes_that_begin_alike(
    client: TestClient[Litestar], deployment: Deployment, town: Town
) -> None:
    code = deployment.sign_in_codes.issue(town.staff, "staff", deployment.clock.now())
    other = "34" if not code.startswith("34") else "67"
    for _ in range(6):
        client.post("/v1/sessions", json={"code": other})

    assert client.post("/v1/sessions", json={"code": code}).status_code == 201


def test_staff_give_a_resident_a_slip(
    client: TestClient[Litestar], deployment: Deployment, signed_in: People, town: Town
) -> None:
    issued = signed_in(town.staff).post("/v1/sign-in-codes", {"member": str(town.resident), "purpose": "activation"})

    assert issued.status_code == 201
    assert issued.json()["expires_at"] == "2026-03-18T04:00:00Z"
    opened = client.post("/v1/sessions", json={"code": issued.json()["code"]})
    assert opened.json()["member"] == str(town.resident)


def test_in_the_demonstration_who_holds_a_role_gets_the_short_session_of_staff(
    prepared_home: tuple[Path, Town], tmp_path: Path
) -> None:
    with house_opened(prepared_home, tmp_path / "home", demonstration=True) as house:
        code = house.deployment.sign_in_codes.issue(house.town.approver, "staff", house.clock.now())
        opened = house.client.post("/v1/sessions", json={"code": code}).json()

    assert (opened["kind"], opened["expires_at"]) == ("staff", "2026-03-04T16:00:00Z")


@pytest.mark.parametrize("begins", ["2026-03-01", "2026-03-20"])
def test_a_slip_from_before_a_role_does_not_open_the_role(
    client: TestClient[Litestar], signed_in: People, town: Town, begins: str
) -> None:
    """Else whoever kept the slip could approve in the new approver's name what they proposed themselves."""
    staff, asked = signed_in(town.staff), {"member": str(town.neighbour), "purpose": "activation"}
    slip = staff.post("/v1/sign-in-codes", asked).json()["code"]
    role = {"role": "approver", "organisation": str(town.community), "from_day": begins}

    signed_in(town.founder).post(f"/v1/members/{town.neighbour}/roles", role)

    assert client.post("/v1/sessions", json={"code": slip}).json()["code"] == "code-not-valid"
    assert staff.post("/v1/sign-in-codes", asked).status_code == 403


def test_a_resident_cannot_hand_out_codes(signed_in: People, town: Town) -> None:
    person = signed_in(town.resident, "member")

    refused = person.post("/v1/sign-in-codes", {"member": str(town.neighbour), "purpose": "activation"})

    assert refused.status_code == 403
    assert refused.json()["code"] == "not-permitted"


def test_only_an_administrator_hands_out_codes_for_somebody_with_a_role(signed_in: People, town: Town) -> None:
    asked = {"member": str(town.approver), "purpose": "staff"}

    assert signed_in(town.staff).post("/v1/sign-in-codes", asked).status_code == 403
    assert signed_in(town.founder).post("/v1/sign-in-codes", asked).status_code == 201


def test_nobody_hands_out_a_slip_that_lies_about_for_two_weeks_for_somebody_with_a_role(
    signed_in: People, town: Town
) -> None:
    asked = {"member": str(town.approver), "purpose": "activation"}

    assert signed_in(town.founder).post("/v1/sign-in-codes", asked).status_code == 403


def test_a_staff_code_for_a_resident_is_the_administrators_too(signed_in: People, town: Town) -> None:
    asked = {"member": str(town.resident), "purpose": "staff"}

    assert signed_in(town.staff).post("/v1/sign-in-codes", asked).status_code == 403
    assert signed_in(town.founder).post("/v1/sign-in-codes", asked).status_code == 201


def test_nobody_hands_a_code_to_themselves(signed_in: People, town: Town) -> None:
    asked = {"member": str(town.founder), "purpose": "staff"}

    assert signed_in(town.founder).post("/v1/sign-in-codes", asked).status_code == 403


def test_staff_of_another_community_do_not_know_the_resident(signed_in: People, town: Town) -> None:
    asked = {"member": str(town.resident), "purpose": "activation"}

    refused = signed_in(town.stranger).post("/v1/sign-in-codes", asked)

    assert refused.status_code == 404
    assert refused.json()["code"] == "unknown-id"


def test_an_administrator_of_a_community_cannot_reach_a_role_above_it(signed_in: People, town: Town) -> None:
    """A code for somebody reaches as far as that person's roles."""
    founder = signed_in(town.founder)
    role = {"role": "administrator", "organisation": str(town.community), "from_day": "2026-03-01"}
    founder.post(f"/v1/members/{town.staff}/roles", role)
    auditor = {"role": "auditor", "organisation": str(town.street), "from_day": "2026-03-01"}
    founder.post(f"/v1/members/{town.approver}/roles", auditor)

    asked = {"member": str(town.approver), "purpose": "staff"}

    assert signed_in(town.staff).post("/v1/sign-in-codes", asked).status_code == 404
