"""Members through the interface: names apart from events, one effect under retries, names masked for strangers."""

import json

import pytest
from api_town import People, Town, id_in

from api.deployment import Deployment
from ledger.kernel.ids import MemberId


def person_of(town: Town, name: str = "周丽华", **more: str) -> dict[str, str]:
    return {"name": name, "home": str(town.community), **more}


def test_staff_register_a_member(signed_in: People, town: Town, deployment: Deployment) -> None:
    answer = signed_in(town.staff).post("/v1/members", person_of(town, phone="138 0000 0000"))

    assert answer.status_code == 201
    member = MemberId(answer.json()["member"])
    assert answer.json()["code"] == "member-registered"
    assert answer.json()["number"] == 1
    assert int(answer.headers["ledger-position"]) == deployment.feed.position()
    assert [str(one) for one in deployment.directory.find("phone", "13800000000")] == [member]


def test_what_was_typed_never_reaches_an_event(signed_in: People, town: Town, deployment: Deployment) -> None:
    signed_in(town.staff).post("/v1/members", person_of(town, phone="13811112222"))

    stored = b"".join(event.state for event in deployment.feed.page_raw(0, 10_000))

    assert "周丽华".encode() not in stored
    assert b"13811112222" not in stored


def test_a_retry_has_one_effect_and_the_same_answer(signed_in: People, town: Town, deployment: Deployment) -> None:
    staff = signed_in(town.staff)

    first = staff.post("/v1/members", person_of(town), key="retry-001")
    position = deployment.feed.position()
    second = staff.post("/v1/members", person_of(town), key="retry-001")

    assert second.status_code == 201
    assert second.json() == first.json()
    assert second.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert deployment.feed.position() == position


def test_a_key_for_another_body_changes_nothing(signed_in: People, town: Town) -> None:
    staff = signed_in(town.staff)
    member = staff.post("/v1/members", person_of(town), key="reuse-001").json()["member"]

    again = staff.post("/v1/members", person_of(town, name="别人"), key="reuse-001")

    assert (again.status_code, again.json()["code"]) == (422, "idempotency-key-reused")
    assert staff.get(f"/v1/members/{member}").json()["name"] == "周丽华"


def test_the_same_key_of_another_person_names_another_command(signed_in: People, town: Town) -> None:
    body = person_of(town)

    one = signed_in(town.staff).post("/v1/members", body, key="shared-01").json()["member"]
    other = signed_in(town.founder).post("/v1/members", body, key="shared-01").json()["member"]

    assert one != other


@pytest.mark.parametrize("who", ["resident", "keeper", "approver"])
def test_others_cannot_register_and_leave_no_name(
    signed_in: People, town: Town, deployment: Deployment, who: str
) -> None:
    before = deployment.directory.number_members([])
    answer = signed_in(getattr(town, who)).post("/v1/members", person_of(town, phone="13899990000"))

    assert (answer.status_code, answer.json()["code"]) == (403, "not-permitted")
    assert deployment.directory.find("phone", "13899990000") == ()
    assert before == {}


def test_a_community_that_is_not_theirs_is_unknown(signed_in: People, town: Town) -> None:
    answer = signed_in(town.stranger).post("/v1/members", person_of(town))

    assert (answer.status_code, answer.json()["code"]) == (404, "unknown-id")


def test_lists_are_masked_and_paged(signed_in: People, town: Town) -> None:
    staff = signed_in(town.staff)

    first = staff.get("/v1/members", organisation=town.community, limit=4)
    rest = staff.client.get(first.links["next"]["url"], headers=staff.headers())

    assert len(first.json()["items"]) == 4
    assert len(rest.json()["items"]) == 1
    assert "next" not in rest.links
    listed = [*first.json()["items"], *rest.json()["items"]]
    assert sorted(one["name"] for one in listed) == sorted(["林晓", "欧阳*", "王**", "张**", "李**"])
    assert [one["id"] for one in listed] == sorted(one["id"] for one in listed)


def test_members_of_another_community_are_not_listed(signed_in: People, town: Town) -> None:
    assert signed_in(town.stranger).get("/v1/members", organisation=town.community).status_code == 404
    assert signed_in(town.resident).get("/v1/members", organisation=town.community).status_code == 403


def test_a_member_is_shown_in_full_to_staff_and_to_themselves(signed_in: People, town: Town) -> None:
    by_staff = signed_in(town.staff).get(f"/v1/members/{town.resident}").json()
    by_self = signed_in(town.resident, "member").get("/v1/members/me").json()

    assert by_staff["name"] == by_self["name"] == "张秀英"
    assert by_self["status"] == "verified"
    assert by_self["roles"] == []


@pytest.mark.parametrize("who", ["neighbour", "stranger", "keeper"])
def test_a_member_is_unknown_to_everybody_else(signed_in: People, town: Town, who: str) -> None:
    answer = signed_in(getattr(town, who)).get(f"/v1/members/{town.resident}")

    assert (answer.status_code, answer.json()["code"]) == (404, "unknown-id")


def test_staff_verify_a_new_member(signed_in: People, town: Town) -> None:
    staff = signed_in(town.staff)
    member = staff.post("/v1/members", person_of(town)).json()["member"]

    verified = staff.post(f"/v1/members/{member}/verify", {"basis": "identity-card"})
    again = staff.post(f"/v1/members/{member}/verify", {"basis": "identity-card"})

    assert (verified.status_code, verified.json()["code"]) == (200, "member-verified")
    assert (again.status_code, again.json()["code"]) == (409, "already-verified")
    assert again.json()["facts"] == {"verified_by": str(town.staff)}
    position = verified.headers["ledger-position"]
    assert staff.get(f"/v1/members/{member}", min_position=position).json()["status"] == "verified"


def test_a_suspension_ends_the_members_sessions(signed_in: People, town: Town) -> None:
    resident, staff = signed_in(town.resident, "member"), signed_in(town.staff)

    suspended = staff.post(f"/v1/members/{town.resident}/suspend", {"reason": "complaint"})

    assert suspended.status_code == 200
    assert resident.get("/v1/me").status_code == 401
    assert staff.post(f"/v1/members/{town.resident}/reinstate").json()["code"] == "member-reinstated"


def test_a_member_agrees_and_takes_it_back(signed_in: People, town: Town) -> None:
    resident = signed_in(town.resident, "member")

    given = resident.post("/v1/members/me/consents", {"purpose": "boards", "text_version": "1"})
    position = given.headers["ledger-position"]
    consents = resident.get("/v1/members/me", min_position=position).json()["consents"]
    withdrawn = resident.post("/v1/members/me/consents/withdraw", {"purpose": "boards"})

    assert given.json()["code"] == "consent-given"
    assert consents == ["boards"]
    assert withdrawn.json()["code"] == "consent-withdrawn"


@pytest.mark.parametrize(("given", "basis"), [({}, "signed-paper"), ({"basis": "read-aloud"}, "read-aloud")])
def test_what_staff_enter_from_paper_says_for_whom_and_on_what_basis(
    signed_in: People, town: Town, deployment: Deployment, given: dict[str, str], basis: str
) -> None:
    staff, before = signed_in(town.staff), deployment.feed.position()
    path = f"/v1/members/{town.resident}/consents"

    staff.post(path, {"purpose": "boards", "text_version": "1", **given})
    staff.post(f"{path}/withdraw", {"purpose": "boards", **given})
    signed_in(town.resident, "member").post("/v1/members/me/consents", {"purpose": "boards", "text_version": "1"})

    stored = [json.loads(row.state) for row in deployment.feed.page_raw(before, 10)]
    withdrawn = given.get("basis", "asked-in-person")
    resident = str(town.resident)
    assert [(one.get("on_behalf_of"), one.get("basis")) for one in stored] == [
        (resident, basis),
        (resident, withdrawn),
        (None, None),
    ]


def test_a_neighbour_cannot_agree_for_somebody(signed_in: People, town: Town) -> None:
    asked = {"purpose": "boards", "text_version": "1"}

    answer = signed_in(town.neighbour, "member").post(f"/v1/members/{town.resident}/consents", asked)

    assert answer.status_code in {403, 404}


def test_a_role_begins_and_ends_with_a_new_sign_in(signed_in: People, town: Town) -> None:
    founder, neighbour = signed_in(town.founder), signed_in(town.neighbour, "member")
    role = {"role": "grid_worker", "organisation": str(town.community), "from_day": "2026-03-01"}

    granted = founder.post(f"/v1/members/{town.neighbour}/roles", role)
    assert granted.status_code == 201
    assert neighbour.get("/v1/me").status_code == 401

    grid_worker = signed_in(town.neighbour)
    held = grid_worker.get("/v1/me", min_position=granted.headers["ledger-position"]).json()["roles"]
    assert [one["role"] for one in held] == ["grid_worker"]
    ended = founder.post(f"/v1/members/{town.neighbour}/roles/{id_in(granted, 'role')}/end")
    assert ended.json()["code"] == "role-ended"
    assert grid_worker.get("/v1/me").status_code == 401


def test_nobody_grants_a_role_to_themselves(signed_in: People, town: Town) -> None:
    role = {"role": "approver", "organisation": str(town.street), "from_day": "2026-03-01"}

    answer = signed_in(town.founder).post(f"/v1/members/{town.founder}/roles", role)

    assert (answer.status_code, answer.json()["code"]) == (403, "own-role")


def test_problems_are_told_in_the_readers_language(signed_in: People, town: Town) -> None:
    staff = signed_in(town.staff)
    path = f"/v1/members/{town.resident}/verify"
    headers = staff.headers() | {"Idempotency-Key": "language-1", "Accept-Language": "en-GB,en;q=0.9"}

    english = staff.client.post(path, json={"basis": "known-in-person"}, headers=headers).json()
    chinese = staff.post(path, {"basis": "known-in-person"}).json()

    assert english["title"] == "This person has already been verified."
    assert chinese["title"] == "这个人已经核实过了。"
    assert english["type"] == chinese["type"] == "urn:linli:problem:already-verified"
