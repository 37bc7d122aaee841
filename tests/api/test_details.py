"""A person's details: masked for everybody, in full for a purpose that the person sees, corrected and photographed."""

import json
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from api_town import People, Person, Town, run
from PIL import Image
from sqlalchemy.exc import OperationalError

from api import personal_files
from api.deployment import Deployment
from ledger.application.members import GRANT_ROLE, GrantRole
from ledger.kernel.clock import FixedClock
from ledger.kernel.ids import MemberId
from ledger.membership.events import Role
from ledger.store.audit_log import AuditEntry

FULL = {
    "name": "周丽华",
    "phone": "138 1111 2222",
    "identity_number": "36042619910101007 1",
    "address": "百亩园社区 3 号楼 501",
    "birth_date": "1991-01-01",
}
KEPT = FULL | {"phone": "13811112222", "identity_number": "360426199101010071"}
CONTACT = {"purpose": "contact", "fields": ["phone"]}


@pytest.fixture
def staff(signed_in: People, town: Town) -> Person:
    return signed_in(town.staff)


@pytest.fixture
def zhou(staff: Person, town: Town, deployment: Deployment) -> MemberId:
    """周丽华, at home in the community, with all her details."""
    answer = staff.post("/v1/members", FULL | {"home": str(town.community)})
    assert answer.status_code == 201, answer.text
    deployment.caught_up(deployment.feed.position())
    return MemberId(UUID(answer.json()["member"]))


def with_role(deployment: Deployment, town: Town, member: MemberId, role: Role) -> MemberId:
    granted = GrantRole(member, role, town.community, deployment.clock.now().date())
    run(deployment, GRANT_ROLE, granted, actor=town.founder)
    deployment.caught_up(deployment.feed.position())
    return member


def audited(deployment: Deployment, *kinds: Any) -> list[AuditEntry]:
    return deployment.audit_log.page(0, 500, kinds=kinds)


def picture(form: str = "JPEG") -> bytes:
    out = BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "garden 3-501"
    Image.new("RGB", (40, 30), (200, 120, 90)).save(out, form, exif=exif)
    return out.getvalue()


def test_all_that_is_registered_is_kept_in_one_spelling_and_found_again(zhou: MemberId, deployment: Deployment) -> None:
    kept = deployment.directory.read_all(zhou)
    assert {field: kept[field] for field in FULL} == KEPT
    assert [str(one) for one in deployment.directory.find("identity_number", "360426 19910101 0071")] == [str(zhou)]


@pytest.mark.parametrize(
    ("field", "typed", "problem"),
    [
        ("phone", "110", "not-a-phone"),
        ("identity_number", "360426199101010072", "wrong-check-digit"),
        ("birth_date", "2026-12-31", "day-not-plausible"),
        ("address", "一楼\n二单元", "forbidden-character"),
    ],
)
def test_who_is_registered_with_an_impossible_detail_is_not_registered(
    staff: Person, town: Town, deployment: Deployment, field: str, typed: str, problem: str
) -> None:
    before = deployment.feed.position()
    answer = staff.post("/v1/members", FULL | {"home": str(town.community), field: typed})
    assert (answer.status_code, answer.json()["code"]) == (422, "personal-field-wrong")
    assert answer.json()["facts"] == {"field": field, "problem": problem}
    assert typed not in answer.text
    assert deployment.feed.position() == before


def test_others_see_details_masked_and_the_person_in_full(staff: Person, signed_in: People, zhou: MemberId) -> None:
    seen = staff.get(f"/v1/members/{zhou}/details").json()
    assert seen == {
        "masked": True,
        "fields": {
            "name": "周**",
            "phone": "138****2222",
            "identity_number": "360426****71",
            "address": "百亩园社区****",
            "birth_date": "****",
            "member_number": "1",
        },
    }
    own = signed_in(zhou, "member").get("/v1/members/me/details").json()
    assert (own["masked"], own["fields"]) == (False, KEPT | {"member_number": "1"})


def test_reading_for_a_purpose_gives_just_what_was_asked_and_the_person_sees_who_read(
    staff: Person, signed_in: People, zhou: MemberId, deployment: Deployment, town: Town
) -> None:
    answer = staff.post(f"/v1/members/{zhou}/details/read", CONTACT)
    assert (answer.status_code, answer.json()) == (200, {"masked": False, "fields": {"phone": "13811112222"}})
    assert answer.headers["cache-control"] == "no-store"

    (entry,) = audited(deployment, "personal_fields_read")
    assert (entry.actor, entry.subject) == (town.staff, zhou)
    facts = {"fields": "phone", "purpose": "contact", "role": "staff", "organisation": str(town.community)}
    assert entry.facts == facts

    (told,) = signed_in(zhou, "member").get("/v1/me/reads").json()["items"]
    assert told["reader"] == "林*"
    assert (told["role"], told["organisation"]) == ("staff", "向阳社区")
    assert (told["fields"], told["purpose"]) == (["phone"], "contact")


@pytest.mark.parametrize("body", [{"fields": ["phone"]}, {"purpose": "curiosity", "fields": ["phone"]}])
def test_without_a_purpose_of_the_list_nothing_is_read(
    staff: Person, zhou: MemberId, deployment: Deployment, body: dict[str, Any]
) -> None:
    assert staff.post(f"/v1/members/{zhou}/details/read", body).status_code == 400
    assert audited(deployment, "personal_fields_read") == []


def test_when_the_log_cannot_be_written_no_value_is_given(
    staff: Person, zhou: MemberId, deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> int:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    monkeypatch.setattr(deployment.audit_log, "record", full)
    answer = staff.post(f"/v1/members/{zhou}/details/read", CONTACT)
    assert answer.status_code in {503, 507}
    assert "13811112222" not in answer.text
    assert (
        staff.post(f"/v1/members/{zhou}/details", {"phone": "13900000000", "basis": "seen-in-person"}).status_code
        >= 503
    )
    assert deployment.directory.read([zhou], "phone") == {zhou: "13811112222"}


@pytest.mark.parametrize("role", ["shelf_keeper", "auditor", "team_leader", "administrator"])
def test_who_may_not_read_sensitive_fields_does_not(
    signed_in: People, town: Town, zhou: MemberId, deployment: Deployment, role: Role
) -> None:
    other = with_role(deployment, town, town.neighbour, role)
    answer = signed_in(other).post(f"/v1/members/{zhou}/details/read", CONTACT)
    assert (answer.status_code, answer.json()["code"]) == (403, "not-permitted")


@pytest.mark.parametrize("role", ["grid_worker", "approver"])
def test_who_serves_people_there_may_read(
    signed_in: People, town: Town, zhou: MemberId, deployment: Deployment, role: Role
) -> None:
    other = with_role(deployment, town, town.neighbour, role)
    assert signed_in(other).post(f"/v1/members/{zhou}/details/read", CONTACT).status_code == 200


def test_another_communitys_staff_learn_not_even_that_there_is_somebody(
    signed_in: People, town: Town, zhou: MemberId
) -> None:
    stranger = signed_in(town.stranger)
    for answer in (
        stranger.post(f"/v1/members/{zhou}/details/read", CONTACT),
        stranger.post(f"/v1/members/{zhou}/photo/read", {"purpose": "contact"}),
        stranger.post(f"/v1/members/{zhou}/details", {"phone": "13900000000", "basis": "seen-in-person"}),
        stranger.get(f"/v1/members/{zhou}/details"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown-id")


def test_reading_unusually_many_is_marked_and_past_the_limit_refused(
    signed_in: People, town: Town, deployment: Deployment, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff = signed_in(town.staff)
    monkeypatch.setattr(personal_files, "UNUSUAL", personal_files.UNUSUAL._replace(limit=1))
    monkeypatch.setattr(personal_files, "READS", personal_files.READS._replace(limit=2))
    others = [town.resident, town.neighbour, town.approver]
    answers = [staff.post(f"/v1/members/{one}/details/read", CONTACT) for one in (others[0], others[0], *others[1:])]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert answers[-1].json()["code"] == "too-many-reads"
    assert int(answers[-1].headers["retry-after"]) > 0
    unusual = [one.facts.get("unusual") for one in audited(deployment, "personal_fields_read")]
    assert unusual == [None, None, "yes"]
    staff.post(f"/v1/members/{others[2]}/details/read", CONTACT)
    told = [
        one
        for one in audited(deployment, "refused")
        if one.facts.get("code") == "too-many-reads" and one.facts.get("people")
    ]
    assert len(told) == 1

    clock.at += timedelta(hours=1)
    assert signed_in(town.staff).post(f"/v1/members/{others[2]}/details/read", CONTACT).status_code == 200


def test_a_person_corrects_their_own_telephone_and_address(
    signed_in: People, zhou: MemberId, deployment: Deployment
) -> None:
    before = deployment.feed.position()
    answer = signed_in(zhou, "member").post("/v1/members/me/details", {"phone": "139 0000 0001"})
    assert answer.json() == {"code": "details-corrected", "fields": ["phone"]}
    assert deployment.directory.read([zhou], "phone") == {zhou: "13900000001"}
    assert deployment.directory.find("phone", "13811112222") == ()
    assert deployment.feed.position() == before
    (entry,) = audited(deployment, "personal_fields_changed")
    assert entry.facts == {"fields": "phone", "by": "self"}
    assert "1390000" not in json.dumps(entry.facts)


@pytest.mark.parametrize("field", ["name", "identity_number", "birth_date"])
def test_who_they_are_people_do_not_change_themselves(signed_in: People, zhou: MemberId, field: str) -> None:
    answer = signed_in(zhou, "member").post("/v1/members/me/details", {field: FULL[field]})
    assert (answer.status_code, answer.json()["code"]) == (403, "not-permitted")


def test_staff_correct_on_a_basis_and_can_take_a_field_away(
    staff: Person, zhou: MemberId, deployment: Deployment
) -> None:
    asked = {"name": "周莉华", "gone": ["address"]}
    refused = staff.post(f"/v1/members/{zhou}/details", asked)
    assert (refused.status_code, refused.json()["code"]) == (422, "basis-needed")

    answer = staff.post(f"/v1/members/{zhou}/details", asked | {"basis": "identity-card"})
    assert answer.json()["fields"] == ["name", "address"]
    kept = deployment.directory.read_all(zhou)
    assert (kept["name"], kept.get("address")) == ("周莉华", None)
    (entry,) = audited(deployment, "personal_fields_changed")
    assert entry.facts == {"fields": "name/address", "by": "staff", "basis": "identity-card"}


@pytest.mark.parametrize("body", [{}, {"phone": "13900000000", "gone": ["phone"]}])
def test_a_correction_of_nothing_is_refused(staff: Person, zhou: MemberId, body: dict[str, Any]) -> None:
    answer = staff.post(f"/v1/members/{zhou}/details", body | {"basis": "seen-in-person"})
    assert (answer.status_code, answer.json()["code"]) == (422, "nothing-to-correct")


def test_residents_correct_nobody_else(signed_in: People, town: Town, zhou: MemberId) -> None:
    answer = signed_in(town.neighbour, "member").post(f"/v1/members/{zhou}/details", {"phone": "13900000000"})
    assert (answer.status_code, answer.json()["code"]) == (403, "not-permitted")


def test_a_registration_sent_again_after_a_correction_is_still_the_same(
    staff: Person, town: Town, deployment: Deployment
) -> None:
    asked = FULL | {"home": str(town.community)}
    member = staff.post("/v1/members", asked, key="again-0001").json()["member"]
    staff.post(f"/v1/members/{member}/details", {"phone": "13900000000", "basis": "seen-in-person"})
    again = staff.post("/v1/members", asked, key="again-0001")
    assert (again.status_code, again.json()["member"]) == (201, member)
    assert list(deployment.directory.read([UUID(member)], "phone").values()) == ["13900000000"]
    other = staff.post("/v1/members", asked | {"name": "别人"}, key="again-0001")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")


def sent(person: Person, path: str, content: bytes, kind: str = "image/jpeg") -> Any:
    return person.client.post(path, headers=person.headers() | {"Content-Type": kind}, content=content)


def test_a_photo_is_kept_without_its_notes_and_seen_for_a_purpose_only(
    staff: Person, signed_in: People, zhou: MemberId, deployment: Deployment
) -> None:
    assert sent(staff, f"/v1/members/{zhou}/photo?basis=seen-in-person", picture()).status_code == 201
    seen = staff.post(f"/v1/members/{zhou}/photo/read", {"purpose": "identity-check"})
    assert (seen.status_code, seen.headers["content-type"]) == (200, "image/jpeg")
    assert seen.headers["cache-control"] == "no-store"
    assert b"garden" not in seen.content
    own = signed_in(zhou, "member").get("/v1/me/photo")
    assert own.content == seen.content
    facts = [one.facts["fields"] for one in audited(deployment, "personal_fields_read", "personal_fields_changed")]
    assert facts == ["photo", "photo"]


def test_a_person_sends_their_own_photo(signed_in: People, zhou: MemberId) -> None:
    own = signed_in(zhou, "member")
    assert own.get("/v1/me/photo").status_code == 404
    assert sent(own, "/v1/members/me/photo", picture("PNG"), "image/png").status_code == 201
    assert own.get("/v1/me/photo").headers["content-type"] == "image/png"


@pytest.mark.parametrize(
    ("content", "kind", "status", "code"),
    [
        (b"\xff\xd8\xffnothing", "image/jpeg", 422, "photo-not-genuine"),
        (b"<svg/>", "image/svg+xml", 415, "picture-only"),
        (b"\xff\xd8\xff" + bytes(2 * 1024 * 1024), "image/jpeg", 413, "body-too-large"),
    ],
)
def test_what_is_no_photo_is_refused(
    staff: Person, zhou: MemberId, content: bytes, kind: str, status: int, code: str
) -> None:
    answer = sent(staff, f"/v1/members/{zhou}/photo?basis=seen-in-person", content, kind)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
