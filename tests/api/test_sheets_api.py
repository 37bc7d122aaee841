"""After a power cut, through HTTP: the list's photo, its lines, an approver, and what everybody sees of it."""

import struct
import zlib
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from api_town import Person, Town, id_in, run
from house import NOON, Gathering, House, award_of, close, opened, past_gathering, rule, visit

from api.v1.evidence import EVIDENCE_BYTES_MAX, UPLOADS
from ledger.activities.events import SheetLineApproved
from ledger.activities.sheet import LINES_MAX
from ledger.application.members import REGISTER_MEMBER, RegisterMember
from ledger.kernel.ids import MemberId


@pytest.fixture(scope="module")
def house(prepared_home: tuple[Path, Town], tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(prepared_home, tmp_path_factory.mktemp("sheets") / "home") as house:
        yield house


def png(side: int = 2) -> bytes:
    """A real picture: grey, `side` by `side`."""
    rows = b"".join(b"\0" + bytes([side % 256]) * side for _ in range(side))
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    )


def upload(person: Person, place: UUID, content: bytes, media_type: str = "image/png") -> Any:
    headers = person.headers() | {"Content-Type": media_type}
    return person.client.post("/v1/evidence", params={"organisation": str(place)}, content=content, headers=headers)


def shut_gathering(house: House, **terms: Any) -> Gathering:
    at = past_gathering(house, rules=[str(rule(house, **terms))])
    close(house, at)
    return at


def body(at: Gathering, evidence: str, *members: MemberId, minutes: int = 60, **more: Any) -> dict[str, Any]:
    there = {"in_at": at.start.isoformat(), "out_at": (at.start + timedelta(minutes=minutes)).isoformat()}
    lines = [{"member": str(member), **there} for member in members]
    return {"activity": str(at.activity), "session": str(at.session), "evidence": evidence, "lines": lines, **more}


def kept(house: House) -> str:
    answer = upload(house.person(house.town.staff), house.town.community, png())
    assert answer.status_code == 201, answer.text
    return answer.json()["evidence"]


def entered(house: House, at: Gathering, *members: MemberId) -> UUID:
    answer = house.person(house.town.staff).post("/v1/sheets", body(at, kept(house), *members))
    assert answer.status_code == 201, answer.text
    return id_in(answer, "sheet")


def test_a_list_becomes_points_by_two_people(house: House) -> None:
    town, at, photo = house.town, shut_gathering(house, rate=10), png(7)
    staff, approver = house.person(town.staff), house.person(town.approver)

    # given the photo of the list, and two lines of it
    sent = upload(staff, town.community, photo)
    assert sent.json() == {
        "evidence": sha256(photo).hexdigest(),
        "media_type": "image/png",
        "size": len(photo),
    }
    answer = staff.post("/v1/sheets", body(at, sent.json()["evidence"], town.resident, town.neighbour))
    assert answer.json()["figures"] == {"lines": 2, "minutes": 120, "recorded_before": 0, "left_out": 0}
    sheet = id_in(answer, "sheet")
    position = int(answer.headers["Ledger-Position"])

    # when the approver looks at the sheet and its picture, and approves it
    listed = approver.get("/v1/sheets", min_position=position).json()["items"]
    seen = approver.get(f"/v1/sheets/{sheet}").json()
    picture = approver.get(f"/v1/evidence/{seen['sheet']['evidence']}")
    approved = approver.post(f"/v1/sheets/{sheet}/approve", {})

    # then it was what it said, and the points are on public notice, marked
    assert str(sheet) in {one["id"] for one in listed}
    assert [(line["name"], line["status"]) for line in seen["lines"]] == [("张秀英", "open"), ("李建国", "open")]
    assert (picture.content, picture.headers["content-type"]) == (photo, "image/png")
    assert picture.headers["content-security-policy"].startswith("default-src 'none'; sandbox")
    assert picture.headers["content-disposition"] == "attachment"
    assert approved.status_code == 200, approved.text
    assert (approved.json()["figures"]["approved"], approved.json()["figures"]["awards"]) == (2, 2)
    award = approver.get(
        f"/v1/awards/{award_of(at, town.resident)}", min_position=int(approved.headers["Ledger-Position"])
    ).json()
    assert (award["status"], award["source_kind"], award["amount"]) == ("on_notice", "paper_sheet", 10)
    assert (award["proposed_by"], award["decided_by"]) == (str(town.staff), str(town.approver))
    after = approver.get(f"/v1/sheets/{sheet}").json()
    assert (after["sheet"]["status"], after["sheet"]["approved_lines"]) == ("decided", 2)


def test_a_whole_list_is_entered_and_approved_in_two_commands(house: House) -> None:
    members = [MemberId(uuid4()) for _ in range(LINES_MAX["paper_sheet"])]
    for member in members:
        run(house.deployment, REGISTER_MEMBER, RegisterMember(member, house.town.community), actor=house.town.founder)
    sheet = entered(house, shut_gathering(house), *members)

    approved = house.person(house.town.approver).post(f"/v1/sheets/{sheet}/approve", {})

    assert (approved.json()["figures"]["approved"], approved.json()["figures"]["awards"]) == (50, 50)
    # the line; the hours and their tally on the visit; the award, what it takes of the month, and its approval
    assert house.position() == int(approved.headers["Ledger-Position"])
    stored = house.deployment.feed.page(house.position() - 50 * 6, 50 * 6)
    assert {notice.at for notice in stored} == {house.clock.now()}
    assert sum(type(notice.event) is SheetLineApproved for notice in stored) == 50


def test_who_was_scanned_is_told_and_left(house: House) -> None:
    at = past_gathering(house, rules=[str(rule(house))])
    visit(house, at, house.town.resident)
    close(house, at)

    answer = house.person(house.town.staff).post(
        "/v1/sheets", body(at, kept(house), house.town.resident, house.town.neighbour)
    )
    approved = house.person(house.town.approver).post(f"/v1/sheets/{id_in(answer, 'sheet')}/approve", {})

    assert answer.json()["figures"]["recorded_before"] == 1
    assert id_in(answer, "recorded_before_1") == house.town.resident
    assert (approved.json()["figures"]["approved"], approved.json()["figures"]["recorded_before"]) == (1, 1)


def test_the_same_key_enters_one_sheet(house: House) -> None:
    staff, asked = house.person(house.town.staff), body(shut_gathering(house), kept(house), house.town.resident)

    first = staff.post("/v1/sheets", asked, key="one-sheet-only")
    with house.unchanged():
        again = staff.post("/v1/sheets", asked, key="one-sheet-only")

    assert again.json() == first.json()
    assert again.headers["Idempotent-Replayed"] == "true"


def test_lines_can_be_refused_one_by_one(house: House) -> None:
    sheet = entered(house, shut_gathering(house), house.town.resident, house.town.neighbour)
    approver = house.person(house.town.approver)

    refused = approver.post(
        f"/v1/sheets/{sheet}/refuse", {"members": [str(house.town.resident)], "reason": "not-on-photo"}
    )
    approved = approver.post(f"/v1/sheets/{sheet}/approve", {"members": [str(house.town.neighbour)]})
    again = approver.post(f"/v1/sheets/{sheet}/approve", {})

    assert refused.json()["figures"]["refused"] == 1
    assert approved.json()["figures"]["approved"] == 1
    assert (again.status_code, again.json()["code"]) == (409, "line-already-decided")
    seen = approver.get(f"/v1/sheets/{sheet}", min_position=int(approved.headers["Ledger-Position"])).json()
    assert [(line["status"], line["reason"]) for line in seen["lines"]] == [
        ("refused", "not-on-photo"),
        ("approved", None),
    ]


def test_manual_hours_go_the_same_way_and_are_marked(house: House) -> None:
    at, approver = shut_gathering(house), house.person(house.town.approver)
    asked = body(at, kept(house), house.town.resident, reason="no-card")

    proposed = house.person(house.town.staff).post("/v1/manual-hours", asked)
    sheet = id_in(proposed, "sheet")
    wrong = approver.post(f"/v1/sheets/{sheet}/approve", {})
    approved = approver.post(f"/v1/manual-hours/{sheet}/approve", {})

    assert proposed.status_code == 201, proposed.text
    assert (wrong.status_code, wrong.json()["code"]) == (404, "unknown-id")
    assert approved.status_code == 200, approved.text
    position = int(approved.headers["Ledger-Position"])
    award = approver.get(f"/v1/awards/{award_of(at, house.town.resident)}", min_position=position).json()
    assert award["source_kind"] == "manual_hours"
    listed = approver.get("/v1/sheets", kind="manual_hours", status="decided").json()["items"]
    assert [(one["kind"], one["reason"]) for one in listed if one["id"] == str(sheet)] == [("manual_hours", "no-card")]


def test_manual_hours_can_be_refused(house: House) -> None:
    asked = body(shut_gathering(house), kept(house), house.town.resident, reason="no-card")
    sheet = id_in(house.person(house.town.staff).post("/v1/manual-hours", asked), "sheet")

    refused = house.person(house.town.approver).post(f"/v1/manual-hours/{sheet}/refuse", {"reason": "not-seen"})

    assert refused.json()["code"] == "lines-refused"


def test_manual_hours_need_a_reason(house: House) -> None:
    asked = body(shut_gathering(house), kept(house), house.town.resident)

    answer = house.person(house.town.staff).post("/v1/manual-hours", asked)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid-body")


def test_hours_rest_on_a_picture_that_was_sent(house: House) -> None:
    asked = body(shut_gathering(house), "ab" * 32, house.town.resident)

    with house.unchanged():
        answer = house.person(house.town.staff).post("/v1/sheets", asked)

    assert (answer.status_code, answer.json()["code"]) == (422, "evidence-not-kept")


def test_sheets_are_read_by_who_entered_them_and_who_decides(house: House) -> None:
    town, sheet = house.town, entered(house, shut_gathering(house), house.town.resident)

    mine = house.person(town.staff).get(f"/v1/sheets/{sheet}", min_position=house.position())
    assert mine.status_code == 200
    for who in (town.resident, town.stranger, town.keeper):
        assert house.person(who).get(f"/v1/sheets/{sheet}").status_code == 404
    assert house.person(town.staff).get("/v1/sheets").status_code == 403
    elsewhere = house.person(town.approver).get("/v1/sheets", organisation=str(town.other_community))
    assert elsewhere.status_code == 404


def test_a_sheet_does_not_tell_the_names_of_other_communities_members(house: House) -> None:
    town, staff = house.town, house.person(house.town.staff)

    answer = staff.post("/v1/sheets", body(shut_gathering(house), kept(house), town.resident, town.stranger))
    position = int(answer.headers["Ledger-Position"])
    seen = staff.get(f"/v1/sheets/{id_in(answer, 'sheet')}", min_position=position).json()
    above = house.person(town.founder)

    assert staff.get(f"/v1/members/{town.stranger}").status_code == 404
    assert [line["name"] for line in seen["lines"]] == ["张秀英", "赵*"]
    assert above.get(f"/v1/members/{town.stranger}").json()["name"] == "赵云"


def test_a_picture_used_again_is_told(house: House) -> None:
    staff, approver = house.person(house.town.staff), house.person(house.town.approver)
    picture = upload(staff, house.town.community, png(11)).json()["evidence"]
    first, second = (
        id_in(staff.post("/v1/sheets", body(shut_gathering(house), picture, member)), "sheet")
        for member in (house.town.resident, house.town.neighbour)
    )

    seen = approver.get(f"/v1/sheets/{second}", min_position=house.position()).json()

    assert seen["same_picture"] == [str(first)]


def test_pictures_are_seen_by_approvers_only(house: House) -> None:
    town, digest = house.town, kept(house)

    assert house.person(town.approver).get(f"/v1/evidence/{digest}").status_code == 200
    for who in (town.resident, town.staff, town.stranger):
        assert house.person(who).get(f"/v1/evidence/{digest}").status_code == 404
    assert house.person(town.approver).get("/v1/evidence/" + "0" * 64).status_code == 404


@pytest.mark.parametrize(
    ("content", "media_type", "status", "code"),
    [
        (b"%PDF-1.7 a list", "image/png", 422, "picture-not-genuine"),
        (b"", "image/png", 422, "picture-not-genuine"),
        (png(), "image/jpeg", 422, "picture-not-genuine"),
        (b"<svg/>", "image/svg+xml", 415, "picture-only"),
        (b"{}", "application/json", 415, "picture-only"),
        (png() + bytes(EVIDENCE_BYTES_MAX), "image/png", 413, "body-too-large"),
    ],
)
def test_what_is_no_picture_is_not_kept(house: House, content: bytes, media_type: str, status: int, code: str) -> None:
    answer = upload(house.person(house.town.staff), house.town.community, content, media_type)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    ("content", "media_type"),
    [(b"\xff\xd8\xff\xe0 as telephones make them", "image/jpeg"), (b"%PDF-1.7 a scan", "application/pdf")],
)
def test_photos_and_scans_are_taken(house: House, content: bytes, media_type: str) -> None:
    digest = upload(house.person(house.town.staff), house.town.community, content, media_type).json()["evidence"]

    found = house.person(house.town.approver).get(f"/v1/evidence/{digest}")
    assert (found.content, found.headers["content-type"]) == (content, media_type)


def test_a_picture_may_be_far_larger_than_any_other_body(house: House) -> None:
    content = png() + bytes(EVIDENCE_BYTES_MAX - len(png()))

    assert upload(house.person(house.town.staff), house.town.community, content).status_code == 201
    too_large = house.person(house.town.staff).post("/v1/sheets", {"reason": "x" * 300_000})
    assert too_large.status_code == 413


def test_who_may_enter_hours_sends_pictures(house: House) -> None:
    assert upload(house.person(house.town.resident), house.town.community, png()).status_code == 403
    assert upload(house.person(house.town.stranger), house.town.community, png()).status_code == 404


def test_a_session_sends_only_so_many_pictures_an_hour(house: House) -> None:
    person = house.person(house.town.staff)
    tries = [upload(person, house.town.community, png()).status_code for _ in range(UPLOADS.limit + 1)]

    assert tries == [201] * UPLOADS.limit + [429]


def test_a_line_names_instants(house: House) -> None:
    asked = body(shut_gathering(house), kept(house), house.town.resident)
    asked["lines"][0]["in_at"] = NOON.replace(tzinfo=None).isoformat()

    assert house.person(house.town.staff).post("/v1/sheets", asked).json()["code"] == "invalid-body"
    asked = body(shut_gathering(house), kept(house), house.town.resident, minutes=121)
    outside = house.person(house.town.staff).post("/v1/sheets", asked)
    assert (outside.status_code, outside.json()["code"]) == (422, "hours-outside-session")
    unknown = body(shut_gathering(house), kept(house), MemberId(uuid4()))
    assert house.person(house.town.staff).post("/v1/sheets", unknown).status_code == 404
