"""Checking oneself in and out: by the code at the door, the ticket of the page, the typed code and the poster."""

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from api_town import Person, Town, run
from house import NOON, Gathering, House, close, draft, gathering, opened

from ledger.activities.attendance import attendance_id
from ledger.application.members import REINSTATE_MEMBER, SUSPEND_MEMBER, ReinstateMember, SuspendMember
from ledger.kernel.ids import ActivityId, SessionId
from qr.tickets import issue_ticket
from qr.tokens import KioskCode, LiveMemberCode, MemberCard, Poster, Voucher, step_at
from qr.typed_codes import typed_code, typed_step_at


@pytest.fixture(scope="module")
def house(prepared_home: tuple[Path, Town], tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(prepared_home, tmp_path_factory.mktemp("check-ins") / "home") as running:
        yield running


@pytest.fixture(autouse=True)
def noon(house: House) -> Iterator[None]:
    """Stories may move the clock by seconds; it is noon again for the next one."""
    yield
    house.clock.at = NOON


@pytest.fixture
def resident(house: House) -> Person:
    return house.person(house.town.resident, "member")


def scan(person: Person, text: str, direction: str = "in", **more: Any) -> Any:
    return person.post("/v1/check-ins", {"token": text, "direction": direction}, **more)


def test_a_resident_comes_in_and_goes_out(house: House, resident: Person) -> None:
    at = gathering(house)

    came = scan(resident, house.door_code(at.activity))
    left = scan(resident, house.door_code(at.activity), "out")

    visit = attendance_id(ActivityId(at.activity), SessionId(at.session), house.town.resident)
    assert came.status_code == 200
    assert came.json() == {
        "code": "checked-in",
        "ids": {
            "attendance": str(visit),
            "activity": str(at.activity),
            "session": str(at.session),
            "member": str(house.town.resident),
        },
        "times": {"seen": "2026-03-04T04:00:00Z"},
        "position": int(came.headers["ledger-position"]),
    }
    assert left.json()["code"] == "checked-out"


def test_the_link_that_a_phone_reads_is_as_good_as_the_bare_code(house: House, resident: Person) -> None:
    at = gathering(house)

    came = scan(resident, f"https://LINLI.EXAMPLE/Q/{house.door_code(at.activity)}?from=chat")

    assert came.json()["code"] == "checked-in"


def test_a_second_scan_is_told_of_the_first(house: House, resident: Person) -> None:
    at = gathering(house)
    scan(resident, house.door_code(at.activity))
    house.clock.at += timedelta(seconds=20)

    with house.unchanged():
        again = scan(resident, house.door_code(at.activity))

    assert again.json()["code"] == "already-in"
    assert again.json()["times"] == {"first": "2026-03-04T04:00:00Z"}


def test_a_lost_answer_is_given_again(house: House, resident: Person) -> None:
    at = gathering(house)
    first = scan(resident, house.door_code(at.activity), key="scan-once")

    with house.unchanged():
        again = scan(resident, house.door_code(at.activity), key="scan-once")

    assert again.json() == first.json()
    assert again.headers["idempotent-replayed"] == "true"


def test_a_key_used_for_another_scan_is_refused(house: House, resident: Person) -> None:
    at = gathering(house)
    scan(resident, house.door_code(at.activity), key="scan-two")

    with house.unchanged():
        reused = scan(resident, house.door_code(at.activity), "out", key="scan-two")

    assert (reused.status_code, reused.json()["code"]) == (422, "idempotency-key-reused")


def test_a_scan_without_a_key_is_refused(house: House, resident: Person) -> None:
    body = {"token": house.door_code(gathering(house).activity), "direction": "in"}

    with house.unchanged():
        refused = house.client.post("/v1/check-ins", json=body, headers=resident.headers())

    assert (refused.status_code, refused.json()["code"]) == (400, "idempotency-key-required")


def test_a_code_of_half_a_minute_ago_is_expired(house: House, resident: Person) -> None:
    code = house.door_code(gathering(house).activity)
    house.clock.at += timedelta(seconds=30)

    with house.unchanged():
        refused = scan(resident, code)

    assert (refused.status_code, refused.json()["code"]) == (409, "code-expired")
    assert refused.json()["facts"] == {"shown_from": "2026-03-04T04:00:00Z", "valid_until": "2026-03-04T04:00:30Z"}


def test_a_code_that_nobody_has_shown_yet_is_refused(house: House, resident: Person) -> None:
    at = gathering(house)

    with house.unchanged():
        refused = scan(resident, house.code(KioskCode(at.activity, step_at(NOON) + 1)))

    assert refused.json()["code"] == "code-expired"


@pytest.mark.parametrize("place", [0, 20, 51])
def test_a_code_changed_in_any_place_is_none_of_ours(house: House, resident: Person, place: int) -> None:
    code = house.door_code(gathering(house).activity)
    forged = code[:place] + ("A" if code[place] != "A" else "B") + code[place + 1 :]

    with house.unchanged():
        refused = scan(resident, forged)

    assert (refused.status_code, refused.json()["code"]) == (422, "not-a-code-of-ours")


def test_codes_for_other_things_do_not_check_in(house: House, resident: Person) -> None:
    others = [MemberCard(uuid4()), LiveMemberCode(uuid4(), step_at(NOON)), Voucher(uuid4())]

    with house.unchanged():
        codes = [scan(resident, house.code(one)).json()["code"] for one in others]

    assert codes == ["not-a-code-of-ours"] * 3


def test_after_twenty_forged_codes_a_session_waits(house: House, resident: Person) -> None:
    with house.unchanged():
        tried = [scan(resident, f"FORGED{'A' * place}") for place in range(21)]

    assert [one.status_code for one in tried] == [422] * 20 + [429]
    assert tried[-1].json()["code"] == "too-many-attempts"
    assert 1 <= int(tried[-1].headers["retry-after"]) <= 60


def test_forged_codes_of_one_session_do_not_stop_another(house: House, resident: Person) -> None:
    for _ in range(21):
        scan(resident, "FORGED")

    assert scan(house.person(house.town.neighbour, "member"), "FORGED").status_code == 422


def test_the_seventh_scan_of_a_minute_waits(house: House, resident: Person) -> None:
    code = house.door_code(gathering(house).activity)

    tried = [scan(resident, code).status_code for _ in range(7)]

    assert tried == [200] * 6 + [429]


def test_a_ticket_counts_from_when_the_code_was_seen(house: House, resident: Person) -> None:
    at = gathering(house)
    ticket = ticket_of(house, resident, at.activity)
    house.clock.at += timedelta(minutes=4)

    came = resident.post("/v1/check-ins", {"ticket": ticket, "direction": "in"})

    assert came.json()["code"] == "checked-in"
    assert came.json()["times"] == {"seen": "2026-03-04T04:00:00Z"}


def test_a_ticket_is_good_for_five_minutes(house: House, resident: Person) -> None:
    ticket = ticket_of(house, resident, gathering(house).activity)
    house.clock.at += timedelta(minutes=5, seconds=1)

    with house.unchanged():
        refused = resident.post("/v1/check-ins", {"ticket": ticket, "direction": "in"})

    assert (refused.status_code, refused.json()["code"]) == (409, "ticket-expired")


def test_a_ticket_is_of_no_use_to_another_session(house: House, resident: Person) -> None:
    ticket = ticket_of(house, resident, gathering(house).activity)

    with house.unchanged():
        refused = house.person(house.town.resident, "member").post(
            "/v1/check-ins", {"ticket": ticket, "direction": "in"}
        )

    assert (refused.status_code, refused.json()["code"]) == (422, "not-a-code-of-ours")


def ticket_of(house: House, person: Person, activity: UUID) -> str:
    """What the landing page gives this session when it sees the activity's code now."""
    session = sha256(person.token.encode()).digest()
    return issue_ticket(activity, house.clock.now(), session=session, keys=house.deployment.tokens)


def typed_at(house: House, at: Gathering) -> str:
    return typed_code(at.activity, typed_step_at(house.clock.now()), keys=house.deployment.tokens)


def typed(person: Person, text: str, activity: UUID) -> Any:
    return person.post("/v1/check-ins", {"typed_code": text, "activity": str(activity), "direction": "in"})


def test_who_cannot_scan_types_the_code(house: House, resident: Person) -> None:
    at = gathering(house)
    code = typed_at(house, at)

    came = typed(resident, f"{code[:3]}-{code[3:6].lower()} {code[6:]}", at.activity)

    assert came.json()["code"] == "checked-in"


def test_a_slip_of_the_finger_is_no_try(house: House, resident: Person) -> None:
    at = gathering(house)
    code = typed_at(house, at)

    with house.unchanged():
        tried = [typed(resident, code[:8], at.activity) for _ in range(8)]

    assert {(one.status_code, one.json()["code"]) for one in tried} == {(422, "typed-code-slip")}
    assert typed(resident, code, at.activity).status_code == 200


def test_a_code_typed_for_another_activity_is_none_of_its_codes_and_guessing_ends_soon(
    house: House, resident: Person
) -> None:
    at, other = gathering(house), gathering(house)

    with house.unchanged():
        tried = [typed(resident, typed_at(house, other), at.activity) for _ in range(7)]

    assert [one.status_code for one in tried] == [422] * 6 + [429]
    assert tried[0].json()["code"] == "not-a-code-of-ours"
    assert typed(resident, typed_at(house, at), at.activity).status_code == 429


@pytest.mark.parametrize(
    "body",
    [
        {"direction": "in"},
        {"direction": "in", "token": "A", "ticket": "B"},
        {"direction": "in", "typed_code": "ACD"},
        {"direction": "in", "token": "A", "activity": str(uuid4())},
        {"direction": "through", "token": "A"},
        {"direction": "in", "token": ""},
        {"direction": "in", "token": 5},
    ],
)
def test_a_scan_that_says_too_little_or_too_much_is_refused(resident: Person, body: dict[str, Any]) -> None:
    refused = resident.post("/v1/check-ins", body)

    assert (refused.status_code, refused.json()["code"]) == (400, "invalid-body")


def test_a_scan_is_small(resident: Person) -> None:
    refused = scan(resident, "A" * 5_000)

    assert (refused.status_code, refused.json()["code"]) == (413, "body-too-large")


def test_the_poster_checks_in_only_where_the_activity_allows_it(house: House, resident: Person) -> None:
    strict, open_to_posters = gathering(house), gathering(house, poster_check_in=True)

    came = scan(resident, house.code(Poster(open_to_posters.activity)))
    with house.unchanged():
        refused = scan(resident, house.code(Poster(strict.activity)))

    assert came.json()["code"] == "checked-in"
    assert (refused.status_code, refused.json()["code"]) == (409, "poster-not-allowed")
    (event,) = house.deployment.feed.page_raw(came.json()["position"] - 1, 1)
    assert b'"basis":"poster"' in event.state


def test_the_door_tells_apart_why_it_stays_shut(house: House, resident: Person) -> None:
    now = house.clock.now()

    def refusal(direction: str = "in", hours: int | None = None, **more: Any) -> str:
        if hours is not None:
            start = now + timedelta(hours=hours)
            more["sessions"] = [{"starts_at": start.isoformat(), "ends_at": (start + timedelta(hours=1)).isoformat()}]
        person = house.person(house.town.neighbour, "member")
        return scan(person, house.door_code(gathering(house, **more).activity), direction).json()["code"]

    assert refusal(hours=1) == "too-early"
    assert refusal(hours=-4) == "too-late"
    assert refusal(sign_up_required=True) == "not-signed-up"
    assert refusal("out") == "not-checked-in"


def test_the_session_is_the_one_of_the_moment_whichever_came_before(house: House, resident: Person) -> None:
    starts = [NOON, NOON + timedelta(minutes=2)]
    margins = {"early_minutes": 0, "late_minutes": 0}
    sessions = [
        {"starts_at": start.isoformat(), "ends_at": (start + timedelta(minutes=1)).isoformat(), **margins}
        for start in starts
    ]
    at = gathering(house, sessions=sessions)

    first = scan(resident, house.door_code(at.activity))
    house.clock.at += timedelta(minutes=2)
    second = scan(resident, house.door_code(at.activity))

    assert [first.json()["code"], second.json()["code"]] == ["checked-in", "checked-in"]
    assert first.json()["ids"]["session"] == str(at.session)
    assert second.json()["ids"]["session"] != str(at.session)


def test_before_and_after_the_door_is_open_nobody_comes_in(house: House, resident: Person) -> None:
    planned, over = draft(house), gathering(house)
    close(house, over)

    with house.unchanged():
        codes = [scan(resident, house.door_code(at.activity)).json()["code"] for at in (planned, over)]
        unknown = scan(resident, house.door_code(uuid4()))

    assert codes == ["activity-not-open"] * 2
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown-id")


def test_a_suspended_member_is_told_so(house: House, resident: Person) -> None:
    at, staff = gathering(house), house.town.staff
    run(house.deployment, SUSPEND_MEMBER, SuspendMember(house.town.resident, "lost-phone"), actor=staff)

    with house.unchanged():
        refused = scan(resident, house.door_code(at.activity))
    run(house.deployment, REINSTATE_MEMBER, ReinstateMember(house.town.resident), actor=staff)

    assert (refused.status_code, refused.json()["code"]) == (403, "member-suspended")
    assert scan(resident, house.door_code(at.activity)).json()["code"] == "checked-in"


def test_nobody_signed_in_is_nobody(house: House) -> None:
    at = gathering(house)
    body = {"token": house.door_code(at.activity), "direction": "in"}

    with house.unchanged():
        without = house.client.post("/v1/check-ins", json=body, headers={"Idempotency-Key": "nobody-1"})
        made_up = scan(Person(house.client, "made-up"), house.door_code(at.activity))
        forging = scan(Person(house.client, "made-up"), "FORGED")

    assert (without.status_code, without.json()["code"]) == (401, "not-signed-in")
    assert (made_up.status_code, made_up.json()["code"]) == (401, "not-signed-in")
    assert (forging.status_code, forging.json()["code"]) == (401, "not-signed-in")


def test_a_problem_speaks_the_readers_language(house: House, resident: Person) -> None:
    headers = resident.headers() | {"Idempotency-Key": "in-english", "Accept-Language": "en"}

    refused = house.client.post("/v1/check-ins", json={"token": "FORGED", "direction": "in"}, headers=headers)

    assert refused.headers["content-language"] == "en"
    assert refused.json()["title"].isascii()
