"""Leaving, merging, deaths, moves, guardians, consents and cards, as programs ask for them."""

import json
import re
from typing import Any
from uuid import UUID

import pytest
from api_town import People, Town, run

from api.deployment import Deployment
from ledger.accounts.account import account_id
from ledger.application.adjustments import (
    APPROVE_ADJUSTMENT,
    PROPOSE_ADJUSTMENT,
    ApproveAdjustment,
    ProposeAdjustment,
)
from ledger.kernel.clock import FixedClock
from ledger.kernel.ids import AdjustmentId, MemberId
from ledger.kernel.units import Unit


def given_points(deployment: Deployment, town: Town, member: MemberId, amount: int) -> None:
    asked = ProposeAdjustment("adjustment", member, Unit.POINTS, amount, "paper-book")
    proposed = run(deployment, PROPOSE_ADJUSTMENT, asked, actor=town.staff).result
    adjustment = AdjustmentId(proposed.ids["adjustment"])  # type: ignore[union-attr]
    run(deployment, APPROVE_ADJUSTMENT, ApproveAdjustment(adjustment), actor=town.approver)


def without_ids(text: bytes) -> bytes:
    """Four given digits stand in one of a thousand random ids or so."""
    return re.sub(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", b"", text)


def registered(staff: Any, town: Town, name: str, **texts: str) -> UUID:
    return UUID(staff.post("/v1/members", {"name": name, "home": str(town.community), **texts}).json()["member"])


def test_who_leaves_is_signed_out_everywhere_and_the_points_are_donated(
    signed_in: People, town: Town, deployment: Deployment
) -> None:
    given_points(deployment, town, town.resident, 7)
    resident, staff = signed_in(town.resident, "member"), signed_in(town.staff)

    left = resident.post("/v1/members/me/leave", {"balance": "donate"})

    position = left.headers["ledger-position"]
    shown = staff.get(f"/v1/members/{town.resident}", min_position=position).json()
    lines = staff.get(f"/v1/members/{town.resident}/statement", min_position=position).json()["items"]
    assert (left.json()["code"], left.json()["figures"]["points_donated"]) == ("member-left", 7)
    assert resident.get("/v1/me").status_code == 401
    assert shown["status"] == "left"
    assert [(line["kind"], line["amount"]) for line in lines] == [("donated", -7), ("adjusted", 7)]


def test_staff_who_end_a_membership_say_on_what_basis_and_the_member_reads_it(
    signed_in: People, town: Town, deployment: Deployment
) -> None:
    staff, path = signed_in(town.staff), f"/v1/members/{town.resident}"

    assert staff.post(f"{path}/leave", {"balance": "dormant", "basis": "told-by-the-person"}).status_code == 400
    left = staff.post(f"{path}/leave", {"balance": "dormant", "basis": "asked-by-telephone"})

    (event,) = [row for row in deployment.feed.page_raw(0, 500) if row.name.startswith("membership.member_left")]
    stored, position = json.loads(event.state), left.headers["ledger-position"]
    (done,) = staff.get(f"{path}/done-for", min_position=position).json()["items"]
    assert (stored["on_behalf_of"], stored["basis"]) == (str(town.resident), "asked-by-telephone")
    assert (done["event"], done["by"], done["basis"]) == (event.name, str(town.staff), "asked-by-telephone")
    assert done["told"] == "由工作人员代办，凭：电话提出。"
    english = staff.client.get(f"{path}/done-for", headers=staff.headers() | {"Accept-Language": "en"})
    assert english.json()["items"][0]["told"] == "Done for you by staff. Basis: asked by telephone."


def test_somebody_comes_back_by_two_people(signed_in: People, town: Town, deployment: Deployment) -> None:
    given_points(deployment, town, town.resident, 7)
    staff, approver, path = signed_in(town.staff), signed_in(town.approver), f"/v1/members/{town.resident}"
    staff.post(f"{path}/leave", {"balance": "dormant"})

    proposed = staff.post(f"{path}/return", {"basis": "identity-card"})
    position = proposed.headers["ledger-position"]
    waiting = approver.get("/v1/member-proposals", organisation=str(town.community), min_position=position)
    alone = staff.post(f"{path}/return/approve")
    back = approver.post(f"{path}/return/approve")

    (one,) = waiting.json()["items"]
    assert (one["member"], one["kind"], one["proposed_by"]) == (str(town.resident), "return", str(town.staff))
    assert (alone.status_code, alone.json()["code"]) == (403, "own-standing-proposal")
    assert (back.json()["code"], back.json()["figures"]["points"]) == ("member-returned", 7)
    after = back.headers["ledger-position"]
    assert staff.get(path, min_position=after).json()["status"] == "verified"
    left = approver.get("/v1/member-proposals", organisation=str(town.community), min_position=after).json()
    assert left["items"] == []


def test_a_death_is_put_down_by_one_and_confirmed_by_another(signed_in: People, town: Town) -> None:
    staff, approver, path = signed_in(town.staff), signed_in(town.approver), f"/v1/members/{town.resident}"
    resident = signed_in(town.resident, "member")

    staff.post(f"{path}/death", {"basis": "told-by-family"})
    withdrawn = staff.post(f"{path}/death/withdraw")
    staff.post(f"{path}/death", {"basis": "death-certificate"})
    still = resident.get("/v1/me").status_code
    confirmed = approver.post(f"{path}/death/confirm")

    position = confirmed.headers["ledger-position"]
    assert (withdrawn.json()["code"], still) == ("death-report-withdrawn", 200)
    assert confirmed.json()["code"] == "death-confirmed"
    assert resident.get("/v1/me").status_code == 401
    assert staff.get(path, min_position=position).json()["status"] == "deceased"


def test_who_moves_is_listed_where_they_are_at_home_now(signed_in: People, town: Town) -> None:
    # given a resident, and another, each with a card
    staff, stranger, path = signed_in(town.staff), signed_in(town.stranger), f"/v1/members/{town.resident}/home"
    other = registered(staff, town, "陈美")
    own, others = (staff.post(f"/v1/members/{who}/cards").json()["link"] for who in (town.resident, other))
    body = {"home": str(town.other_community), "from_day": "2026-03-01"}

    # when another community moves the resident to it
    by_word = stranger.post(path, body)
    by_another = stranger.post(path, body | {"code": others})
    moved = stranger.post(path, body | {"code": own})

    # then it takes the resident's own card, and the old community sees them no more
    assert (by_word.status_code, by_word.json()["code"]) == (404, "unknown-id")
    assert by_another.json()["code"] == "unknown-id"

    position = moved.headers["ledger-position"]
    listed = stranger.get("/v1/members", organisation=str(town.other_community), min_position=position).json()["items"]
    assert moved.json()["code"] == "home-moved"
    assert str(town.resident) in [one["id"] for one in listed]
    assert signed_in(town.staff).get(f"/v1/members/{town.resident}").status_code == 404


def test_two_registrations_with_one_telephone_are_found_and_joined(
    signed_in: People, town: Town, deployment: Deployment
) -> None:
    # given somebody who registered twice, with points and a card on the second registration
    staff, approver = signed_in(town.staff), signed_in(town.approver)
    first = registered(staff, town, "陈美", phone="13900001111")
    second = registered(staff, town, "陈美", phone="+86 139 0000 1111")
    given_points(deployment, town, MemberId(second), 7)
    card = staff.post(f"/v1/members/{second}/cards").json()["link"]

    # when staff look for duplicates, one proposes and another agrees
    found = staff.get("/v1/members/duplicates", organisation=str(town.community)).json()["items"]
    asked = {"survivor": str(first), "basis": "same-identity-card"}
    staff.post(f"/v1/members/{second}/merge", asked)
    joined = approver.post(f"/v1/members/{second}/merge/approve")

    # then the points are the survivor's, and the duplicate is told apart everywhere
    assert [(one["shared"], {each["member"] for each in one["members"]}) for one in found] == [
        ("phone", {str(first), str(second)})
    ]
    assert joined.json()["figures"]["points_moved"] == 7
    position = joined.headers["ledger-position"]
    (line,) = staff.get(f"/v1/members/{first}/statement", min_position=position).json()["items"]
    assert (line["kind"], line["amount"]) == ("merged_in", 7)
    refused = staff.post(f"/v1/members/{second}/cards")
    assert (refused.status_code, refused.json()["code"]) == (409, "member-merged")
    assert refused.json()["facts"]["survivor"] == str(first)
    assert staff.get(f"/v1/members/{second}").json()["status"] == "merged"
    assert card
    again = staff.get("/v1/members/duplicates", organisation=str(town.community)).json()["items"]
    assert again == []


def test_a_merge_is_refused_or_undone(signed_in: People, town: Town, deployment: Deployment) -> None:
    staff, approver = signed_in(town.staff), signed_in(town.approver)
    given_points(deployment, town, town.neighbour, 3)
    path, asked = f"/v1/members/{town.neighbour}", {"survivor": str(town.resident), "basis": "seen-in-person"}

    staff.post(f"{path}/merge", asked)
    refused = approver.post(f"{path}/merge/refuse", {"reason": "no-grounds"})
    staff.post(f"{path}/merge", asked)
    approver.post(f"{path}/merge/approve")
    staff.post(f"{path}/unmerge", {"basis": "two-identity-cards"})
    undone = approver.post(f"{path}/unmerge/approve")

    assert refused.json()["code"] == "merge-refused"
    assert undone.json()["code"] == "member-unmerged"
    assert (undone.json()["figures"]["points_returned"], undone.json()["figures"]["points_kept"]) == (3, 0)
    position = undone.headers["ledger-position"]
    balances = staff.get(f"{path}/balances", min_position=position).json()
    assert str(account_id(town.neighbour, Unit.POINTS))
    assert '"posted":3' in json.dumps(balances, separators=(",", ":"))


def test_a_child_needs_a_guardian_who_consents_until_it_is_fourteen(
    signed_in: People, town: Town, clock: FixedClock, deployment: Deployment
) -> None:
    # given a child, whose birthday stands in the directory alone
    staff, mother = signed_in(town.staff), signed_in(town.neighbour, "member")
    child = MemberId(registered(staff, town, "小宝", birth_date="2013-05-01"))
    path, consent = f"/v1/members/{child}", {"purpose": "boards", "text_version": "2025-1"}

    # when staff verify it before and after naming a guardian, and everybody tries to consent
    early = staff.post(f"{path}/verify", {"basis": "household-register"})
    named = staff.post(f"{path}/guardian", {"guardian": str(town.neighbour), "basis": "household-register"})
    verified = staff.post(f"{path}/verify", {"basis": "household-register"})
    deployment.caught_up(deployment.feed.position())
    own = signed_in(child, "member").post("/v1/members/me/consents", consent)
    hers = mother.post(f"{path}/consents", consent)
    ended = staff.post(f"{path}/guardian/end", {"reason": "moved-away"})

    # then the guardian decides, and no event tells how old anybody is
    assert (early.status_code, early.json()["code"]) == (409, "guardian-needed")
    assert (named.json()["code"], verified.json()["code"]) == ("guardian-named", "member-verified")
    assert (own.json()["code"], hers.json()["code"]) == ("guardian-decides", "consent-given")
    assert ended.json()["code"] == "guardian-ended"
    history = staff.get(f"{path}/consents", min_position=ended.headers["ledger-position"]).json()["items"]
    assert [(one["purpose"], one["text_version"], one["by"]) for one in history] == [
        ("boards", "2025-1", str(town.neighbour))
    ]
    (given,) = [row for row in deployment.feed.page_raw(0, 500) if row.name.startswith("membership.consent_given")]
    assert json.loads(given.state)["basis"] == "guardian"
    assert b"2013" not in without_ids(b"".join(row.state for row in deployment.feed.page_raw(0, 500)))


def test_at_fourteen_the_guardians_time_is_over_though_nothing_is_written(
    signed_in: People, town: Town, clock: FixedClock, deployment: Deployment
) -> None:
    staff = signed_in(town.staff)
    today = clock.now().date()
    born = today.replace(year=today.year - 14).isoformat()
    child = MemberId(registered(staff, town, "大宝", birth_date=born))
    staff.post(f"/v1/members/{child}/guardian", {"guardian": str(town.neighbour), "basis": "household-register"})

    own = signed_in(child, "member").post("/v1/members/me/consents", {"purpose": "boards", "text_version": "1"})

    assert own.json()["code"] == "consent-given"


def test_the_texts_of_consents_are_shown_and_no_other_is_agreed_to(signed_in: People, town: Town) -> None:
    resident = signed_in(town.resident, "member")

    texts = resident.get("/v1/consents/texts").json()["items"]
    unknown = resident.post("/v1/members/me/consents", {"purpose": "boards", "text_version": "9"})

    assert ("boards", "2025-1") in [(text["purpose"], text["version"]) for text in texts]
    assert all(text["zh"] and text["en"] and text["from_day"] for text in texts)
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown-consent-text")


@pytest.mark.parametrize("by_staff", [False, True])
def test_lost_cards_are_refused_and_replaced_in_one_act(signed_in: People, town: Town, by_staff: bool) -> None:
    staff, resident = signed_in(town.staff), signed_in(town.resident, "member")
    staff.post(f"/v1/members/{town.resident}/cards")
    by, whose = (staff, str(town.resident)) if by_staff else (resident, "me")

    lost = by.post(f"/v1/members/{whose}/cards/lost", {})
    staff.post(f"/v1/members/{town.resident}/cards")
    replaced = staff.post(f"/v1/members/{town.resident}/cards/replace", {"reason": "lost"})

    assert (lost.json()["code"], lost.json()["figures"]) == ("cards-revoked", {"cards_revoked": 1})
    assert (replaced.status_code, replaced.json()["code"]) == (201, "card-replaced")
    assert replaced.json()["link"]
