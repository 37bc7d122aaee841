"""What cannot be taken back asks again who one is; showing it gives the session a new token."""

from datetime import timedelta
from typing import Any

import pytest
from api_town import People, Person, Town, id_in
from litestar import Litestar
from litestar.testing import TestClient
from routes import endpoints
from signing import PASSWORD, PIN, opened, recorded, with_password, with_pin

from api.deployment import Deployment
from ledger.kernel.clock import FixedClock

STALE = timedelta(minutes=5, seconds=1)


def grant(person: Person, town: Town) -> Any:
    """Try to give somebody a role."""
    role = {"role": "team_leader", "organisation": str(town.community), "from_day": "2026-03-01"}
    return person.post(f"/v1/members/{town.neighbour}/roles", role)


def test_after_five_minutes_a_role_is_granted_only_by_who_shows_again_who_they_are(
    client: TestClient[Litestar], deployment: Deployment, signed_in: People, town: Town, clock: FixedClock
) -> None:
    with_password(deployment, town.founder)
    person = signed_in(town.founder)
    clock.at += STALE

    refused = grant(person, town)
    again = person.post("/v1/sessions/step-up", {"password": PASSWORD})

    assert (refused.status_code, refused.json()["code"]) == (403, "step-up-needed")
    assert refused.json()["facts"] == {"at": "/v1/sessions/step-up"}
    assert grant(opened(client, again), town).status_code == 201
    assert recorded(deployment, "stepped_up") == [("stepped_up", {"by": "password"})]


def test_the_token_from_before_a_step_up_ends_and_the_session_ends_when_it_would_have(
    client: TestClient[Litestar], deployment: Deployment, signed_in: People, town: Town, clock: FixedClock
) -> None:
    _, authenticator = with_password(deployment, town.founder)
    person = signed_in(town.founder)
    clock.at += timedelta(minutes=20)

    again = person.post("/v1/sessions/step-up", {"totp": authenticator.at(clock.now())})

    assert again.status_code == 201
    assert again.json()["token"] != person.token
    assert again.json()["expires_at"] == "2026-03-04T16:00:00Z"
    assert person.get("/v1/me").status_code == 401
    assert grant(person, town).status_code == 401
    assert opened(client, again).get("/v1/me").status_code == 200


def test_a_step_up_lasts_five_minutes(
    client: TestClient[Litestar], deployment: Deployment, signed_in: People, town: Town, clock: FixedClock
) -> None:
    with_password(deployment, town.founder)
    person = opened(client, signed_in(town.founder).post("/v1/sessions/step-up", {"password": PASSWORD}))
    clock.at += timedelta(minutes=5)
    assert grant(person, town).status_code == 201

    clock.at += timedelta(seconds=1)

    assert grant(person, town).json()["code"] == "step-up-needed"


def test_a_code_of_the_authenticator_steps_up_once(
    client: TestClient[Litestar], deployment: Deployment, signed_in: People, town: Town, clock: FixedClock
) -> None:
    _, authenticator = with_password(deployment, town.founder)
    code = authenticator.at(clock.now())
    person = opened(client, signed_in(town.founder).post("/v1/sessions/step-up", {"totp": code}))

    refused = person.post("/v1/sessions/step-up", {"totp": code})

    assert (refused.status_code, refused.json()["code"]) == (422, "totp-wrong")
    assert person.get("/v1/me").status_code == 200


def test_a_pin_steps_up_members_and_not_who_holds_a_role(
    client: TestClient[Litestar], deployment: Deployment, signed_in: People, town: Town
) -> None:
    with_pin(deployment, town.resident)
    with_pin(deployment, town.founder)

    member = signed_in(town.resident, "member").post("/v1/sessions/step-up", {"pin": PIN})
    staff = signed_in(town.founder).post("/v1/sessions/step-up", {"pin": PIN})

    assert member.json()["kind"] == "member"
    assert (staff.status_code, staff.json()["code"]) == (422, "totp-wrong")


def test_after_five_wrong_tries_a_step_up_waits_and_who_guesses_outside_is_counted_apart(
    client: TestClient[Litestar], deployment: Deployment, signed_in: People, town: Town
) -> None:
    number, _ = with_password(deployment, town.founder)
    person = signed_in(town.founder)
    for _ in range(6):
        client.post("/v1/sessions/password", json={"account": number, "password": "falsch-geraten", "totp": "000000"})

    answers = [person.post("/v1/sessions/step-up", {"password": "falsch-geraten"}) for _ in range(7)]

    assert [one.json()["code"] for one in answers] == ["password-wrong"] * 5 + ["too-many-tries"] * 2
    reasons = [facts["reason"] for _, facts in recorded(deployment, "step_up_failed")]
    assert reasons == ["password-wrong"] * 5 + ["locked"]


@pytest.mark.parametrize("body", [{}, {"pin": PIN, "totp": "000000"}])
def test_exactly_one_thing_is_shown(signed_in: People, town: Town, body: dict[str, str]) -> None:
    refused = signed_in(town.founder).post("/v1/sessions/step-up", body)

    assert (refused.status_code, refused.json()["code"]) == (422, "one-proof-only")


def test_a_code_for_staff_asks_again_and_a_slip_for_a_resident_does_not(
    signed_in: People, town: Town, clock: FixedClock
) -> None:
    founder, staff = signed_in(town.founder), signed_in(town.staff)
    clock.at += STALE

    for_staff = founder.post("/v1/sign-in-codes", {"member": str(town.approver), "purpose": "staff"})
    for_resident = staff.post("/v1/sign-in-codes", {"member": str(town.resident), "purpose": "activation"})

    assert for_staff.json()["code"] == "step-up-needed"
    assert for_resident.status_code == 201


@pytest.mark.parametrize(("amount", "code"), [(500, "adjustment-posted"), (501, "step-up-needed")])
def test_agreeing_to_a_large_sum_asks_again(
    signed_in: People, town: Town, clock: FixedClock, amount: int, code: str
) -> None:
    approver = signed_in(town.approver)
    clock.at += STALE
    asked = {"kind": "adjustment", "member": str(town.resident), "unit": "points", "amount": amount, "reason": "other"}
    made = id_in(signed_in(town.staff).post("/v1/adjustments", asked), "adjustment")

    answer = approver.post(f"/v1/adjustments/{made}/approve")

    assert answer.json()["code"] == code


def test_a_large_sum_elsewhere_is_as_unknown_as_any(signed_in: People, town: Town, clock: FixedClock) -> None:
    role = {"role": "approver", "organisation": str(town.other_community), "from_day": "2026-03-01"}
    signed_in(town.founder).post(f"/v1/members/{town.neighbour}/roles", role)
    elsewhere = signed_in(town.neighbour)
    clock.at += STALE
    asked = {"kind": "adjustment", "member": str(town.resident), "unit": "points", "amount": 501, "reason": "other"}
    made = id_in(signed_in(town.staff).post("/v1/adjustments", asked), "adjustment")

    assert elsewhere.post(f"/v1/adjustments/{made}/approve").json()["code"] == "unknown-id"


def test_what_asks_again_is_what_gives_power_or_carries_much_away(app: Litestar) -> None:
    asks = {one.handler.handler_name.rsplit(".")[-1] for one in endpoints(app) if one.handler.opt.get("step_up")}

    assert {"grant_role", "end_role", "publish_settings"} <= asks
