"""Staff at the door scan cards and phones."""

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from api_town import FOUNDED, Person, Town, run
from house import NOON, House, close, draft, gathering, opened

from ledger.application.members import ISSUE_CARD, REVOKE_CARD, SUSPEND_MEMBER, IssueCard, RevokeCard, SuspendMember
from ledger.application.roles import GRANT_ROLE, GrantRole
from ledger.kernel.ids import CardId, MemberId
from qr.tokens import LiveMemberCode, MemberCard, Poster, step_at


@pytest.fixture(scope="module")
def house(prepared_home: tuple[Path, Town], tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(prepared_home, tmp_path_factory.mktemp("scans") / "home") as running:
        yield running


@pytest.fixture(autouse=True)
def noon(house: House) -> Iterator[None]:
    yield
    house.clock.at = NOON


def card_of(house: House, member: MemberId) -> CardId:
    """A card in the member's hand."""
    card = CardId(uuid4())
    house.deployment.directory.bind_card(card, member)
    run(house.deployment, ISSUE_CARD, IssueCard(member, card), actor=house.town.staff)
    return card


def live_code(house: House, member: MemberId) -> str:
    """What the member's phone shows now."""
    phone = house.person(member, "member")
    device = house.deployment.sessions.device_of(sha256(phone.token.encode()).digest(), house.clock.now())
    assert device is not None
    return house.code(LiveMemberCode(device, step_at(house.clock.now())))


def scan(person: Person, activity: UUID, text: str, direction: str = "in", **more: Any) -> Any:
    body = {"activity": str(activity), "token": text, "direction": direction}
    return person.post("/v1/scans", body, **more)


def test_a_card_checks_its_member_in_and_out(house: House, staff: Person) -> None:
    at, card = gathering(house), house.code(MemberCard(card_of(house, house.town.resident)))

    came, left = (scan(staff, at.activity, card, direction) for direction in ("in", "out"))

    assert [came.json()["code"], left.json()["code"]] == ["checked-in", "checked-out"]
    assert came.json()["ids"]["member"] == str(house.town.resident)
    (event,) = house.deployment.feed.page_raw(int(came.headers["ledger-position"]) - 1, 1)
    assert b'"basis":"card"' in event.state
    assert f'"scanned_by":"{house.town.staff}"'.encode() in event.state


def test_the_live_code_on_a_phone_checks_its_owner_in(house: House, staff: Person) -> None:
    at = gathering(house)

    came = scan(staff, at.activity, live_code(house, house.town.resident))

    assert came.json()["code"] == "checked-in"
    assert came.json()["ids"]["member"] == str(house.town.resident)


def test_a_second_scan_is_told_of_the_first_and_of_its_scanner(house: House, staff: Person) -> None:
    at, card = gathering(house), house.code(MemberCard(card_of(house, house.town.resident)))
    scan(staff, at.activity, card)

    with house.unchanged():
        again = scan(house.person(house.town.founder), at.activity, card)

    assert again.json()["code"] == "already-in"
    assert again.json()["times"] == {"first": "2026-03-04T04:00:00Z"}
    assert again.json()["ids"]["scanned_by"] == str(house.town.staff)


def test_a_lost_answer_is_given_again(house: House, staff: Person) -> None:
    at, card = gathering(house), house.code(MemberCard(card_of(house, house.town.resident)))
    first = scan(staff, at.activity, card, key="scan-card-1")

    with house.unchanged():
        again = scan(staff, at.activity, card, key="scan-card-1")
        reused = scan(staff, at.activity, card, "out", key="scan-card-1")

    assert again.json() == first.json()
    assert again.headers["idempotent-replayed"] == "true"
    assert (reused.status_code, reused.json()["code"]) == (422, "idempotency-key-reused")


def test_a_revoked_card_is_refused_at_once(house: House, staff: Person) -> None:
    only_one = house.town.neighbour
    at, card = gathering(house), card_of(house, only_one)
    run(house.deployment, REVOKE_CARD, RevokeCard(only_one, card, "lost"), actor=house.town.staff)

    with house.unchanged():
        refused = scan(staff, at.activity, house.code(MemberCard(card)))

    assert (refused.status_code, refused.json()["code"]) == (409, "card-revoked")
    assert refused.json()["facts"] == {"card": str(card)}


def test_who_may_not_scan_is_not_told_about_a_card(house: House) -> None:
    at, card = gathering(house), card_of(house, house.town.resident)
    run(house.deployment, REVOKE_CARD, RevokeCard(house.town.resident, card, "lost"), actor=house.town.staff)

    with house.unchanged():
        refused = scan(house.person(house.town.keeper), at.activity, house.code(MemberCard(card)))

    assert (refused.status_code, refused.json()["code"]) == (403, "not-permitted")


def test_a_new_card_works_after_the_old_one_was_revoked(house: House, staff: Person) -> None:
    at, old = gathering(house), card_of(house, house.town.resident)
    run(house.deployment, REVOKE_CARD, RevokeCard(house.town.resident, old, "lost"), actor=house.town.staff)

    came = scan(staff, at.activity, house.code(MemberCard(card_of(house, house.town.resident))))
    refused = scan(staff, at.activity, house.code(MemberCard(old)))

    assert came.json()["code"] == "checked-in"
    assert (refused.status_code, refused.json()["code"]) == (409, "card-replaced")


def test_a_card_that_was_printed_and_never_issued_opens_nothing(house: House, staff: Person) -> None:
    at, card = gathering(house), CardId(uuid4())
    house.deployment.directory.bind_card(card, house.town.resident)

    with house.unchanged():
        refused = scan(staff, at.activity, house.code(MemberCard(card)))

    assert refused.json()["code"] == "card-revoked"


def test_a_card_of_nobody_and_codes_of_other_kinds_are_none_of_ours(house: House, staff: Person) -> None:
    at = gathering(house)
    others = [
        house.code(MemberCard(uuid4())),
        house.code(LiveMemberCode(uuid4(), step_at(NOON))),
        house.door_code(at.activity),
        house.code(Poster(at.activity)),
        "FORGED",
    ]

    with house.unchanged():
        answers = [scan(staff, at.activity, one) for one in others]

    assert {(one.status_code, one.json()["code"]) for one in answers} == {(422, "not-a-code-of-ours")}


def test_a_live_code_of_half_a_minute_ago_is_expired(house: House, staff: Person) -> None:
    at, code = gathering(house), live_code(house, house.town.resident)
    house.clock.at += timedelta(seconds=30)

    with house.unchanged():
        refused = scan(staff, at.activity, code)

    assert (refused.status_code, refused.json()["code"]) == (409, "code-expired")


def test_a_live_code_ends_with_its_session(house: House, staff: Person) -> None:
    at, code = gathering(house), live_code(house, house.town.neighbour)
    house.deployment.sessions.close_all(house.town.neighbour)

    with house.unchanged():
        refused = scan(staff, at.activity, code)

    assert refused.json()["code"] == "not-a-code-of-ours"


def test_after_twenty_forged_codes_a_scanner_waits(house: House, staff: Person) -> None:
    at = gathering(house)

    tried = [scan(staff, at.activity, "FORGED").status_code for _ in range(21)]

    assert tried == [422] * 20 + [429]


def test_a_scanner_is_not_slowed_down_by_genuine_cards(house: House, staff: Person) -> None:
    at, card = gathering(house), house.code(MemberCard(card_of(house, house.town.resident)))

    assert {scan(staff, at.activity, card).status_code for _ in range(30)} == {200}


def test_only_who_may_scan_others_does(house: House) -> None:
    at, card = gathering(house), house.code(MemberCard(card_of(house, house.town.resident)))

    with house.unchanged():
        resident = scan(house.person(house.town.neighbour), at.activity, card)
        keeper = scan(house.person(house.town.keeper), at.activity, card)
        stranger = scan(house.person(house.town.stranger), at.activity, card)

    assert (resident.status_code, keeper.status_code, stranger.status_code) == (403, 403, 404)


def test_a_team_leader_scans_at_the_door_they_lead_and_at_no_other(house: House) -> None:
    leader, town = house.town.neighbour, house.town
    run(house.deployment, GRANT_ROLE, GrantRole(leader, "team_leader", town.community, FOUNDED), actor=town.founder)
    own, other = gathering(house, leader=str(leader)), gathering(house)
    card = house.code(MemberCard(card_of(house, town.resident)))

    assert scan(house.person(leader), own.activity, card).json()["code"] == "checked-in"
    assert scan(house.person(leader), other.activity, card).status_code == 403
    shown = [
        house.person(leader).get(f"/v1/activities/{at.activity}/code", min_position=house.position()).status_code
        for at in (own, other)
    ]
    assert shown == [200, 403]


def test_nobody_scans_themselves(house: House, staff: Person) -> None:
    at, card = gathering(house), house.code(MemberCard(card_of(house, house.town.staff)))

    with house.unchanged():
        refused = scan(staff, at.activity, card)

    assert (refused.status_code, refused.json()["code"]) == (403, "own-scan")


def test_a_scan_needs_a_door_and_a_member_in_good_standing(house: House, staff: Person) -> None:
    planned, at = draft(house), gathering(house)
    card = house.code(MemberCard(card_of(house, house.town.resident)))
    suspended = house.code(MemberCard(card_of(house, house.town.keeper)))
    run(house.deployment, SUSPEND_MEMBER, SuspendMember(house.town.keeper, "review"), actor=house.town.staff)

    with house.unchanged():
        answers = [
            scan(staff, planned.activity, card),
            scan(staff, at.activity, suspended),
            scan(staff, at.activity, card, "out"),
            scan(staff, uuid4(), card),
        ]

    assert [(one.status_code, one.json()["code"]) for one in answers] == [
        (409, "activity-not-open"),
        (403, "member-suspended"),
        (409, "not-checked-in"),
        (404, "unknown-id"),
    ]


def test_staff_may_record_who_was_seen_before_the_window_opens(house: House, staff: Person) -> None:
    start = NOON + timedelta(hours=1)
    session = {"starts_at": start.isoformat(), "ends_at": (start + timedelta(hours=1)).isoformat()}
    at, card = gathering(house, sessions=[session]), house.code(MemberCard(card_of(house, house.town.resident)))

    assert scan(staff, at.activity, card).json()["code"] == "checked-in"


def test_after_the_door_is_shut_only_the_window_counts(house: House, staff: Person) -> None:
    start = NOON - timedelta(hours=6)
    session = {"starts_at": start.isoformat(), "ends_at": (start + timedelta(hours=1)).isoformat()}
    at, card = gathering(house, sessions=[session]), house.code(MemberCard(card_of(house, house.town.resident)))
    close(house, at)

    assert scan(staff, at.activity, card).json()["code"] == "too-late"
