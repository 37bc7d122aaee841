"""Being forgotten over HTTP: who may ask, who carries it out, what stands against it, and what is left: nothing."""

from uuid import UUID

import pytest
from api_town import People, Person, Town, run

from api.deployment import Deployment
from ledger.application.leaving import LEAVE_MEMBERSHIP, LeaveMembership
from ledger.application.roles import GRANT_ROLE, GrantRole
from ledger.kernel.ids import MemberId
from ledger.store.sessions import token_hash


@pytest.fixture
def gone(signed_in: People, town: Town, deployment: Deployment) -> MemberId:
    """Somebody with a phone, a card and a session, who has left."""
    body = {"name": "周丽华", "home": str(town.community), "phone": "13811112222"}
    member = MemberId(UUID(signed_in(town.staff).post("/v1/members", body).json()["member"]))
    signed_in(town.staff).post(f"/v1/members/{member}/verify", {"basis": "known-in-person"})
    signed_in(town.staff).post(f"/v1/members/{member}/cards")
    run(deployment, LEAVE_MEMBERSHIP, LeaveMembership("dormant"), actor=member)
    return member


@pytest.fixture
def auditor(signed_in: People, town: Town, deployment: Deployment) -> Person:
    since = deployment.clock.now().date()
    run(deployment, GRANT_ROLE, GrantRole(town.neighbour, "auditor", town.community, since), actor=town.founder)
    deployment.caught_up(deployment.feed.position())
    return signed_in(town.neighbour)


def erase(person: Person, member: MemberId, reason: str = "asked"):  # noqa: ANN201 - the client's own response
    return person.post(f"/v1/members/{member}/erase", {"reason": reason})


def kinds(deployment: Deployment, member: MemberId) -> list[str]:
    return [entry.kind for entry in deployment.audit_log.page(0, 100, subject=member)]


def test_an_administrator_erases_who_has_left(
    signed_in: People, town: Town, deployment: Deployment, gone: MemberId
) -> None:
    # given
    session = deployment.sessions.open(gone, "member", deployment.clock.now())
    code = deployment.sign_in_codes.issue(gone, "activation", deployment.clock.now())
    cards = deployment.directory.cards_of([gone])
    position = deployment.feed.position()

    # when
    answer = erase(signed_in(town.founder), gone)

    # then nothing is left but the line in the list, and the ledger has not moved
    assert (answer.status_code, answer.json()["code"], answer.json()["number"]) == (200, "erased", 1)
    assert answer.json()["files_clean"] is not None
    assert answer.json()["key_due"] is None
    assert deployment.directory.read_all(gone) == {}
    assert deployment.directory.find("phone", "13811112222") == ()
    assert cards
    assert deployment.directory.cards_of([gone]) == {}
    assert deployment.sessions.lookup(token_hash(session), deployment.clock.now()) is None
    assert signed_in(town.staff).client.post("/v1/sessions", json={"code": code}).json()["code"] == "code-not-valid"
    assert deployment.feed.position() == position
    assert (deployment.settings.erasures / "list.txt").read_text() == f"linli erasure list 1\n1 {gone}\n"
    assert kinds(deployment, gone)[-1] == "erased"


def test_erasing_again_changes_nothing(signed_in: People, town: Town, deployment: Deployment, gone: MemberId) -> None:
    first = erase(signed_in(town.founder), gone).json()

    assert erase(signed_in(town.founder), gone).json() == first
    assert kinds(deployment, gone).count("erased") == 1


def test_a_member_is_not_erased(signed_in: People, town: Town, deployment: Deployment) -> None:
    answer = erase(signed_in(town.founder), town.resident)

    assert (answer.status_code, answer.json()["code"]) == (409, "still-a-member")
    assert deployment.directory.read([town.resident], "name") == {town.resident: "张秀英"}
    assert kinds(deployment, town.resident)[-1] == "erasure_refused"


@pytest.mark.parametrize("who", ["staff", "approver", "keeper", "resident"])
def test_nobody_but_an_administrator_erases(signed_in: People, town: Town, gone: MemberId, who: str) -> None:
    assert erase(signed_in(getattr(town, who)), gone).status_code == 403


def test_an_old_session_is_asked_again(signed_in: People, town: Town, clock: object, gone: MemberId) -> None:
    founder = signed_in(town.founder)
    clock.at = clock.at.replace(minute=clock.at.minute + 6)  # type: ignore[attr-defined]

    answer = erase(founder, gone)

    assert (answer.status_code, answer.json()["code"]) == (403, "step-up-needed")


def test_an_erased_person_is_never_written_down_again(
    signed_in: People, town: Town, deployment: Deployment, gone: MemberId
) -> None:
    from ledger.store.directory.subject_keys import MemberErased

    erase(signed_in(town.founder), gone)

    with pytest.raises(MemberErased):
        deployment.directory.write(gone, {"name": "周丽华"})


def test_a_hold_stands_against_everything_but_keeping(
    signed_in: People, town: Town, deployment: Deployment, auditor: Person, gone: MemberId
) -> None:
    # given
    held = auditor.post(f"/v1/members/{gone}/legal-hold", {"reason": "investigation"})
    assert (held.status_code, held.json()["reason"]) == (200, "investigation")

    # when, then
    refused = erase(signed_in(town.founder), gone)
    assert (refused.status_code, refused.json()["code"]) == (409, "legal-hold")
    file = signed_in(town.staff).get(f"/v1/members/{gone}/file", basis="asked-in-person")
    assert (file.status_code, file.json()["code"]) == (409, "legal-hold")
    listed = auditor.get("/v1/legal-holds", organisation=str(town.community)).json()["items"]
    assert [one["member"] for one in listed] == [str(gone)]

    # when it is lifted
    assert auditor.post(f"/v1/members/{gone}/legal-hold/lift", {"reason": "case-closed"}).status_code == 204
    again = auditor.post(f"/v1/members/{gone}/legal-hold/lift", {"reason": "case-closed"})

    # then
    assert (again.status_code, again.json()["code"]) == (409, "not-under-hold")
    assert erase(signed_in(town.founder), gone).status_code == 200
    assert kinds(deployment, gone)[-4:] == ["legal_hold_set", "erasure_refused", "legal_hold_lifted", "erased"]


@pytest.mark.parametrize("who", ["founder", "staff"])
def test_nobody_but_an_auditor_holds(signed_in: People, town: Town, gone: MemberId, who: str) -> None:
    answer = signed_in(getattr(town, who)).post(f"/v1/members/{gone}/legal-hold", {"reason": "dispute"})

    assert answer.status_code == 403


def test_a_wish_is_kept_with_its_day_until_it_is_withdrawn(signed_in: People, town: Town) -> None:
    resident, founder = signed_in(town.resident, "member"), signed_in(town.founder)

    wish = resident.post("/v1/me/erasure").json()

    assert (wish["code"], wish["due"], wish["can_be_erased"]) == ("erasure-asked", "2026-03-25", False)
    assert resident.post("/v1/me/erasure").json() == wish
    listed = founder.get("/v1/erasure-wishes", organisation=str(town.street)).json()["items"]
    assert [one["member"] for one in listed] == [str(town.resident)]
    assert founder.get("/v1/erasure-wishes", organisation=str(town.other_community)).json()["items"] == []
    assert resident.post("/v1/me/erasure/withdraw").status_code == 204
    assert founder.get("/v1/erasure-wishes", organisation=str(town.street)).json()["items"] == []


def test_erasing_ends_the_wish(signed_in: People, town: Town, deployment: Deployment, gone: MemberId) -> None:
    due = deployment.clock.now().date()
    deployment.erasure_wishes.add(gone, deployment.clock.now(), due)

    erase(signed_in(town.founder), gone)

    assert deployment.erasure_wishes.of(gone) is None
