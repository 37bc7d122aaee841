"""Ways around the rules by which people get at what is somebody else's, each tried over HTTP."""

from datetime import timedelta
from uuid import UUID

import pytest
from api_town import FOUNDED, People, Person, Town, run
from litestar import Litestar
from litestar.testing import TestClient
from signing import with_pin

from api.deployment import Deployment
from ledger.application.leaving import LEAVE_MEMBERSHIP, LeaveMembership
from ledger.application.merges import APPROVE_MERGE, PROPOSE_MERGE, ApproveMerge, ProposeMerge
from ledger.application.roles import GRANT_ROLE, GrantRole
from ledger.kernel.clock import FixedClock
from ledger.kernel.ids import MemberId

LATER = timedelta(minutes=6)


@pytest.fixture
def erased(signed_in: People, town: Town, deployment: Deployment) -> MemberId:
    """Somebody who left with a resting balance, and of whom nothing is held any more."""
    member = registered(signed_in, town, "周丽华")
    run(deployment, LEAVE_MEMBERSHIP, LeaveMembership("dormant"), actor=member)
    assert signed_in(town.founder).post(f"/v1/members/{member}/erase", {"reason": "asked"}).status_code == 200
    return member


@pytest.fixture
def auditor(signed_in: People, town: Town, deployment: Deployment) -> Person:
    given_role(deployment, town, town.neighbour, "auditor")
    return signed_in(town.neighbour)


def given_role(deployment: Deployment, town: Town, member: MemberId, role: str) -> None:
    granted = GrantRole(member, role, town.community, FOUNDED)  # type: ignore[arg-type]
    run(deployment, GRANT_ROLE, granted, actor=town.founder)
    deployment.caught_up(deployment.feed.position())


def registered(signed_in: People, town: Town, name: str, **texts: str) -> MemberId:
    staff = signed_in(town.staff)
    body = {"name": name, "home": str(town.community)} | texts
    member = staff.post("/v1/members", body).json()["member"]
    staff.post(f"/v1/members/{member}/verify", {"basis": "known-in-person"})
    return MemberId(UUID(member))


def code_of(answer: object) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]  # type: ignore[attr-defined]


def test_nobody_comes_back_as_somebody_whose_name_was_erased(
    signed_in: People, town: Town, deployment: Deployment, erased: MemberId
) -> None:
    staff, path, position = signed_in(town.staff), f"/v1/members/{erased}", deployment.feed.position()

    back = staff.post(f"{path}/return", {"basis": "known-in-person"})

    assert code_of(back) == (409, "member-erased")
    assert deployment.feed.position() == position


def test_what_rests_of_an_erased_person_is_joined_with_nobodys(
    signed_in: People, town: Town, deployment: Deployment, erased: MemberId
) -> None:
    staff, position = signed_in(town.staff), deployment.feed.position()

    asked = {"survivor": str(town.resident), "basis": "same-identity-card"}
    joined = staff.post(f"/v1/members/{erased}/merge", asked)

    assert code_of(joined) == (409, "member-erased")
    assert deployment.feed.position() == position


def test_what_was_proposed_before_the_erasure_is_not_agreed_to_after_it(
    signed_in: People, town: Town, deployment: Deployment
) -> None:
    # given
    member = registered(signed_in, town, "周丽华")
    run(deployment, LEAVE_MEMBERSHIP, LeaveMembership("dormant"), actor=member)
    assert signed_in(town.staff).post(f"/v1/members/{member}/return", {"basis": "told-by-family"}).status_code == 200
    assert signed_in(town.founder).post(f"/v1/members/{member}/erase", {"reason": "asked"}).status_code == 200

    # when
    agreed = signed_in(town.approver).post(f"/v1/members/{member}/return/approve")

    # then
    assert code_of(agreed) == (409, "member-erased")


def test_a_telephone_left_open_does_not_lead_to_another_number(
    signed_in: People, town: Town, deployment: Deployment, clock: FixedClock
) -> None:
    # given somebody with a PIN, whose signed-in telephone lies on the table
    with_pin(deployment, town.resident)
    finder, other = signed_in(town.resident, "member"), {"phone": "13900000099"}
    clock.at += LATER

    # when, then: with another number a forgotten PIN would be set anew
    assert code_of(finder.post("/v1/members/me/details", other)) == (403, "step-up-needed")
    assert code_of(finder.post("/v1/members/me/details", {"gone": ["phone"]})) == (403, "step-up-needed")
    assert finder.post("/v1/members/me/details", {"address": "向阳路 8 号"}).status_code == 200
    assert deployment.directory.find("phone", "13900000099") == ()


def test_the_page_asks_again_before_another_number_as_well(
    signed_in: People, town: Town, deployment: Deployment, clock: FixedClock
) -> None:
    with_pin(deployment, town.resident)
    finder = signed_in(town.resident, "member")
    clock.at += LATER

    page = finder.client.post(
        "/me/data/details", data={"phone": "13900000099"}, headers=finder.headers(), follow_redirects=False
    )

    assert (page.status_code, page.headers["location"]) == (303, "/step-up?next=%2Fme%2Fdata")
    assert deployment.directory.find("phone", "13900000099") == ()


def test_a_slip_for_a_resident_opens_nothing_of_who_was_given_a_role_since(
    client: TestClient[Litestar], town: Town, deployment: Deployment
) -> None:
    # given a slip that was made in the moment in which its owner got a role
    given_role(deployment, town, town.resident, "approver")
    code = deployment.sign_in_codes.issue(town.resident, "activation", deployment.clock.now())

    opened = client.post("/v1/sessions", json={"code": code})

    assert code_of(opened) == (422, "code-not-valid")


def test_a_hold_on_one_registration_holds_what_was_joined_with_it(
    signed_in: People, town: Town, deployment: Deployment, auditor: Person
) -> None:
    # given
    first = registered(signed_in, town, "陈美")
    second = registered(signed_in, town, "陈美", phone="13900001111")
    run(deployment, PROPOSE_MERGE, ProposeMerge(second, first, "same-card"), actor=town.staff)
    run(deployment, APPROVE_MERGE, ApproveMerge(second), actor=town.approver)
    assert auditor.post(f"/v1/members/{second}/legal-hold", {"reason": "court-order"}).status_code == 200

    # when, then
    for path in ("/v1/me/file", f"/v1/members/{first}/file?basis=asked-in-person"):
        reader = signed_in(first, "member") if path == "/v1/me/file" else signed_in(town.staff)
        answer = reader.client.get(path, headers=reader.headers())
        assert code_of(answer) == (409, "legal-hold"), path


def test_a_hold_is_not_lifted_where_nobody_could_write_it_down(
    auditor: Person, town: Town, deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    auditor.post(f"/v1/members/{town.resident}/legal-hold", {"reason": "court-order"})

    def broken(*_: object, **__: object) -> int:
        raise OSError

    monkeypatch.setattr(deployment.audit_log, "record", broken)
    lifted = auditor.post(f"/v1/members/{town.resident}/legal-hold/lift", {"reason": "case-closed"})

    assert lifted.status_code >= 500
    assert deployment.legal_holds.of([town.resident])


def test_an_auditor_lifts_no_hold_on_themselves_or_who_they_live_with(
    signed_in: People, town: Town, deployment: Deployment, auditor: Person
) -> None:
    # given
    given_role(deployment, town, town.stranger, "auditor")
    living = {"organisation": str(town.community), "members": [str(town.neighbour), str(town.resident)]}
    assert signed_in(town.staff).post("/v1/households", living).status_code == 201
    held = (town.neighbour, town.resident)
    other = signed_in(town.stranger)
    for member in held:
        assert other.post(f"/v1/members/{member}/legal-hold", {"reason": "investigation"}).status_code == 200

    # when
    tried = [auditor.post(f"/v1/members/{member}/legal-hold/lift", {"reason": "case-closed"}) for member in held]

    # then
    assert [one.status_code for one in tried] == [403, 403]
    assert deployment.legal_holds.of(held).keys() == {*held}


def test_a_household_of_somebody_under_a_hold_is_not_described_anew_by_another_name(
    signed_in: People, town: Town, deployment: Deployment, auditor: Person
) -> None:
    # given
    staff, keeper = signed_in(town.staff), town.keeper
    living = {"organisation": str(town.community), "members": [str(keeper), str(town.resident)]}
    path = f"/v1/households/{staff.post('/v1/households', living).json()['ids']['household']}"
    told = {"label": "王家", "basis": "seen-in-person"}
    assert staff.post(f"{path}/details", told | {"member": str(keeper)}).status_code == 200
    auditor.post(f"/v1/members/{keeper}/legal-hold", {"reason": "court-order"})

    # when
    anew = staff.post(f"{path}/details", {"label": "张家", "basis": "seen-in-person", "member": str(town.resident)})

    # then
    assert code_of(anew) == (409, "legal-hold")
    assert staff.get(path).json()["label"] == "王家"


def test_a_basis_is_a_code_to_its_last_character(signed_in: People, town: Town) -> None:
    staff = signed_in(town.staff)

    answer = staff.get(f"/v1/members/{town.resident}/file", basis="asked-in-person\n")

    assert answer.status_code == 400


def test_who_approves_prints_nobodys_card(signed_in: People, town: Town) -> None:
    card = signed_in(town.staff).post(f"/v1/members/{town.resident}/cards").json()["card"]

    copy = signed_in(town.approver).get(f"/v1/members/{town.resident}/cards/{card}.svg")

    assert copy.status_code == 404


def test_who_is_suspended_acts_for_nobody_though_they_sign_in_again(
    signed_in: People, town: Town, deployment: Deployment
) -> None:
    # given
    suspended = signed_in(town.approver).post(f"/v1/members/{town.staff}/suspend", {"reason": "under-review"})
    assert suspended.status_code == 200
    deployment.caught_up(deployment.feed.position())

    # when
    staff, path = signed_in(town.staff), f"/v1/members/{town.resident}"
    tried = [
        staff.post(f"{path}/details/read", {"purpose": "contact", "fields": ["phone"]}),
        staff.post(f"{path}/details", {"phone": "13900000099", "basis": "seen-in-person"}),
        staff.post(f"{path}/slips", {"basis": "identity-card"}),
        staff.get(f"{path}/file", basis="asked-in-person"),
        staff.get("/v1/members", organisation=str(town.community)),
        staff.post("/v1/member-searches", {"query": "张"}),
    ]

    # then
    assert [one.status_code for one in tried] == [403] * len(tried)
    assert staff.get("/v1/me").json()["status"] == "suspended"
