"""Taking awards back by path: proposed by staff, agreed to by somebody else, shown with who paid."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from api_town import FOUNDED, Person, Town, run
from house import House, opened, proposed

from ledger.application.awards import APPROVE_AWARDS, CREDIT_AWARD, ApproveAwards, CreditAward
from ledger.application.roles import GRANT_ROLE, GrantRole
from ledger.kernel.ids import AwardId, MemberId

ASKED = {"reason": "wrong-person", "spent": "owe"}


@pytest.fixture(scope="module")
def house(prepared_home: tuple[Path, Town], tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(prepared_home, tmp_path_factory.mktemp("reversals") / "home") as running:
        town = running.town
        granted = GrantRole(town.keeper, "approver", town.community, FOUNDED)
        run(running.deployment, GRANT_ROLE, granted, actor=town.founder)
        yield running


@pytest.fixture
def award(house: House) -> UUID:
    """The resident's 10 points, credited."""
    (made,) = proposed(house, house.town.resident)
    approve_award(house, made)
    later = house.clock.now() + timedelta(days=14)
    run(house.deployment, CREDIT_AWARD, CreditAward(AwardId(made)), at=later)
    return made


def approve_award(house: House, award: UUID, by: MemberId | None = None) -> None:
    run(house.deployment, APPROVE_AWARDS, ApproveAwards((AwardId(award),)), actor=by or house.town.approver)


def propose(house: House, award: UUID) -> Any:
    return house.person(house.town.staff).post(f"/v1/awards/{award}/reversal", ASKED)


def approve(person: Person, award: UUID) -> Any:
    return person.post(f"/v1/awards/{award}/reversal/approve")


def told(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_credited_award_is_taken_back_and_the_statement_says_why(house: House, award: UUID) -> None:
    proposal = propose(house, award)

    done = approve(house.person(house.town.approver), award)

    assert told(proposal) == (201, "reversal-proposed")
    paid = {"taken": 10, "from_other_lots": 0, "owed": 0, "written_off": 0, "expired": 0}
    assert (done.json()["code"], done.json()["figures"]) == ("award-reversed", paid)
    resident = house.person(house.town.resident, "member")
    seen = resident.get(f"/v1/awards/{award}", min_position=done.headers["ledger-position"]).json()
    assert (seen["status"], seen["reversed_on"]) == ("reversed", "2026-03-04")
    assert seen["reversal"] == paid | {
        "status": "reversed",
        "reason": "wrong-person",
        "spent": "owe",
        "proposed_by": str(house.town.staff),
        "proposed_at": "2026-03-04T04:00:00Z",
        "approvals": 1,
        "approvers_needed": 1,
        "decided_by": str(house.town.approver),
        "decision_reason": None,
    }
    line = resident.get("/v1/members/me/statement", limit=1).json()["items"][0]
    assert (line["kind"], line["amount"], line["reason"]) == ("reversed", -10, "wrong-person")
    assert line["deed"]["award"] == str(award)


def test_one_on_notice_is_taken_back_and_moves_no_account(house: House) -> None:
    (award,) = proposed(house, house.town.neighbour)
    approve_award(house, award)
    propose(house, award)

    done = approve(house.person(house.town.approver), award)

    assert done.json()["figures"] == dict.fromkeys(("taken", "from_other_lots", "owed", "written_off", "expired"), 0)
    balances = house.person(house.town.neighbour).get("/v1/members/me/balances", min_position=house.position())
    assert balances.json()["items"] == []


def test_approvers_find_what_waits_and_the_public_notice_does_not_show_it(house: House) -> None:
    (award,) = proposed(house, house.town.resident)
    approve_award(house, award)
    propose(house, award)

    def listed(person: Person, status: str) -> dict[str, Any]:
        found = person.get("/v1/awards", status=status, limit=200, min_position=house.position()).json()["items"]
        return next(one for one in found if one["id"] == str(award))

    waiting = listed(house.person(house.town.approver), "reversal_proposed")
    assert (waiting["status"], waiting["reversal"]["status"]) == ("on_notice", "proposed")
    assert listed(house.person(house.town.neighbour), "on_notice")["reversal"] is None


def test_a_refused_reversal_leaves_the_award(house: House, award: UUID) -> None:
    propose(house, award)

    done = house.person(house.town.approver).post(f"/v1/awards/{award}/reversal/refuse", {"reason": "it-was-right"})

    assert done.json()["code"] == "reversal-refused"
    seen = house.person(house.town.staff).get(f"/v1/awards/{award}", min_position=house.position()).json()
    assert (seen["status"], seen["reversal"]["status"]) == ("credited", "refused")
    assert seen["reversal"]["decision_reason"] == "it-was-right"


def test_what_is_refused_about_reversals(house: House, award: UUID) -> None:
    town = house.town
    (waiting,) = proposed(house, town.resident)
    run(house.deployment, GRANT_ROLE, GrantRole(town.staff, "approver", town.community, FOUNDED), actor=town.founder)

    with house.unchanged():
        assert told(propose(house, waiting)) == (409, "award-not-reversible")
        assert told(approve(house.person(town.approver), award)) == (409, "reversal-not-proposed")
        refused = house.person(town.keeper).post(f"/v1/awards/{award}/reversal", ASKED)
        assert told(refused) == (403, "not-permitted")
        body = ASKED | {"spent": "nobody"}
        assert told(house.person(town.staff).post(f"/v1/awards/{award}/reversal", body)) == (400, "invalid-body")
    propose(house, award)
    with house.unchanged():
        assert told(propose(house, award)) == (409, "reversal-pending")
        assert told(approve(house.person(town.staff), award)) == (403, "proposer-cannot-approve")
        assert told(approve(house.person(town.stranger), award)) == (403, "not-permitted")


def test_a_large_one_needs_two(house: House) -> None:
    (award,) = proposed(house, house.town.resident, rate=501)
    for one in (house.town.approver, house.town.keeper):
        approve_award(house, award, one)
    propose(house, award)

    first = approve(house.person(house.town.approver), award)
    again = approve(house.person(house.town.approver), award)
    second = approve(house.person(house.town.keeper), award)

    assert told(first) == (200, "reversal-approved")
    assert told(again) == (403, "second-approver-needed")
    assert told(second) == (200, "award-reversed")
