"""Members sign in with a number, telephone or card and a PIN; whoever guesses learns nothing, and soon has to wait."""

from datetime import timedelta
from uuid import UUID

from api_town import People, Town, run
from litestar import Litestar
from litestar.testing import TestClient
from signing import PIN, by_pin, opened, recorded, told, with_pin

from api.deployment import Deployment
from ledger.application.leaving import LEAVE_MEMBERSHIP, LeaveMembership
from ledger.kernel.clock import FixedClock
from ledger.kernel.ids import MemberId
from qr.links import printed_link
from qr.tokens import MemberCard, Poster, sign


def card_of(deployment: Deployment, people: People, town: Town, member: MemberId) -> tuple[UUID, str]:
    """A new card of `member`: its id, and what its code says."""
    card = UUID(people(town.staff).post(f"/v1/members/{member}/cards").json()["card"])
    return card, printed_link(sign(MemberCard(card), deployment.tokens), "https://linli.example")


def test_a_member_signs_in_with_number_telephone_or_card(
    client: TestClient[Litestar], deployment: Deployment, signed_in: People, town: Town
) -> None:
    number = with_pin(deployment, town.resident)
    deployment.directory.write(town.resident, {"phone": "13800138246"})
    _, card = card_of(deployment, signed_in, town, town.resident)

    answers = [by_pin(client, account) for account in (number, "+86 138-0013-8246", card, card.rsplit("/")[-1].lower())]

    assert [one.status_code for one in answers] == [201] * 4
    assert {(one.json()["member"], one.json()["kind"]) for one in answers} == {(str(town.resident), "member")}
    assert answers[0].json()["expires_at"] == "2026-08-31T04:00:00Z"
    assert answers[0].headers["cache-control"] == "no-store"
    assert opened(client, answers[2]).get("/v1/me").json()["name"] == "张秀英"
    assert recorded(deployment, "signed_in") == [("signed_in", {"by": "pin", "session": "member"})] * 4


def test_who_probes_for_accounts_is_answered_alike_whatever_there_is(
    client: TestClient[Litestar], deployment: Deployment, signed_in: People, town: Town
) -> None:
    number = with_pin(deployment, town.resident)
    unset = with_pin(deployment, town.neighbour)
    deployment.credentials.forget(town.neighbour)
    card, revoked = card_of(deployment, signed_in, town, town.keeper)
    signed_in(town.staff).post(f"/v1/members/{town.keeper}/cards/{card}/revoke", {"reason": "lost"})
    accounts = [number, unset, "987654", "13900139000", revoked, "nobody at all"]

    answers = [[told(by_pin(client, account, "000001")) for account in accounts] for _ in range(6)]

    for one in answers[:5]:
        assert len({str(answer) for answer in one}) == 1
        assert one[0][0] == 422
        assert one[0][1]["code"] == "sign-in-refused"
    assert {str(answer) for answer in answers[5]} == {str(answers[5][0])}
    assert answers[5][0][1]["code"] == "too-many-tries"


def test_a_revoked_card_does_not_sign_in_though_the_pin_is_right(
    client: TestClient[Litestar], deployment: Deployment, signed_in: People, town: Town
) -> None:
    with_pin(deployment, town.resident)
    card, text = card_of(deployment, signed_in, town, town.resident)
    assert by_pin(client, text).status_code == 201

    signed_in(town.staff).post(f"/v1/members/{town.resident}/cards/{card}/revoke", {"reason": "lost"})

    assert told(by_pin(client, text))[1]["code"] == "sign-in-refused"


def test_another_code_of_ours_names_no_account(
    client: TestClient[Litestar], deployment: Deployment, town: Town
) -> None:
    with_pin(deployment, town.resident)

    refused = by_pin(client, sign(Poster(town.resident), deployment.tokens))

    assert refused.json()["code"] == "sign-in-refused"


def test_a_telephone_that_several_share_names_nobody(
    client: TestClient[Litestar], deployment: Deployment, town: Town
) -> None:
    number = with_pin(deployment, town.resident)
    for member in (town.resident, town.neighbour):
        deployment.directory.write(member, {"phone": "13800138246"})

    assert by_pin(client, "13800138246").json()["code"] == "sign-in-refused"
    assert by_pin(client, number).status_code == 201


def test_who_is_suspended_still_sees_what_is_theirs_and_who_has_left_does_not(
    client: TestClient[Litestar], deployment: Deployment, signed_in: People, town: Town
) -> None:
    number = with_pin(deployment, town.resident)
    signed_in(town.staff).post(f"/v1/members/{town.resident}/suspend", {"reason": "under-review"})
    assert by_pin(client, number).status_code == 201

    signed_in(town.staff).post(f"/v1/members/{town.resident}/reinstate")
    run(deployment, LEAVE_MEMBERSHIP, LeaveMembership("dormant"), actor=town.resident)

    assert by_pin(client, number).json()["code"] == "sign-in-refused"


def test_who_holds_a_role_is_sent_to_the_sign_in_of_staff_and_only_with_the_right_pin(
    client: TestClient[Litestar], deployment: Deployment, town: Town
) -> None:
    number = with_pin(deployment, town.approver)

    right, wrong = by_pin(client, number), by_pin(client, number, "000001")

    assert (right.status_code, right.json()["code"]) == (403, "staff-sign-in-needed")
    assert wrong.json()["code"] == "sign-in-refused"


def test_after_five_wrong_pins_the_account_waits_wherever_one_tries_from(
    client: TestClient[Litestar], deployment: Deployment, town: Town, clock: FixedClock
) -> None:
    number, other = with_pin(deployment, town.resident), with_pin(deployment, town.neighbour)
    for _ in range(5):
        assert by_pin(client, number, "000001").status_code == 422

    locked, again = by_pin(client, number), by_pin(client, f" {number} ")

    assert (locked.status_code, locked.json()["code"]) == (429, "too-many-tries")
    assert locked.headers["retry-after"] == "900"
    assert again.status_code == 429
    assert by_pin(client, other).status_code == 201
    clock.at += timedelta(minutes=15)
    assert by_pin(client, number).status_code == 201


def test_a_flood_of_guesses_leaves_a_few_entries_in_the_audit_log(
    client: TestClient[Litestar], deployment: Deployment, town: Town
) -> None:
    number = with_pin(deployment, town.resident)
    before = deployment.feed.position()

    for guess in range(12):
        by_pin(client, number, f"0000{guess:02}")
    for account in range(900, 930):
        by_pin(client, str(account), PIN)

    told_of = [facts["reason"] for _, facts in recorded(deployment, "sign_in_failed")]
    assert told_of == ["pin-wrong"] * 5 + ["locked"] + ["pin-not-set"] * 5 + ["many"]
    assert deployment.feed.position() == before
