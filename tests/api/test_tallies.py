"""The tally by path: visits become proposed awards, part by part, and nothing that can still count is left behind."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from api_town import FOUNDED, Person, Town, id_in, run
from house import (
    Gathering,
    House,
    award_of,
    close,
    draft,
    gathering,
    many_sessions,
    opened,
    past_gathering,
    rule,
    visit,
)

from ledger.application.awards import TALLY_VISITS, TallyVisits, Visit
from ledger.application.ports import Call, CommandKey
from ledger.application.roles import GRANT_ROLE, GrantRole
from ledger.application.visits import CLOSE_VISIT, CONFIRM_OUT, CloseVisit, ConfirmOut
from ledger.kernel.ids import ActivityId, MemberId, SessionId


@pytest.fixture(scope="module")
def house(prepared_home: tuple[Path, Town], tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(prepared_home, tmp_path_factory.mktemp("tallies") / "home") as running:
        yield running


def tally(person: Person, at: Gathering, **more: Any) -> Any:
    return person.post(f"/v1/activities/{at.activity}/tally", **more)


def figures(**changed: int) -> dict[str, int]:
    none = ("tallied", "proposed", "own", "open", "unconfirmed", "disputed", "without_rule", "lapsed")
    return dict.fromkeys(none, 0) | changed


def attended(house: House, *members: MemberId, minutes: int | None = 60) -> Gathering:
    """A closed activity with a rule that `members` came to."""
    at = past_gathering(house, rules=[str(rule(house))])
    for member in members:
        visit(house, at, member, minutes=minutes)
    close(house, at)
    return at


def test_the_visits_of_an_activity_become_proposed_awards(house: House, staff: Person) -> None:
    at = attended(house, house.town.resident, house.town.neighbour)

    done = tally(staff, at)

    assert done.json() == {
        "code": "tally-finished",
        "ids": {"activity": str(at.activity)},
        "figures": figures(tallied=2, proposed=2),
    }
    seen = staff.get(f"/v1/activities/{at.activity}", min_position=done.headers["ledger-position"]).json()
    assert (seen["activity"]["status"], seen["activity"]["visits"]) == ("tallied", 2)
    award = staff.get(f"/v1/awards/{award_of(at, house.town.resident)}").json()
    assert (award["amount"], award["minutes_seen"], award["proposed_by"]) == (10, 60, str(house.town.staff))


def test_a_lost_answer_is_given_again(house: House, staff: Person) -> None:
    at = attended(house, house.town.resident)
    first = tally(staff, at, key="tally-once")

    with house.unchanged():
        again = tally(staff, at, key="tally-once")
        anew = tally(staff, at)

    assert again.json() == first.json()
    assert again.headers["idempotent-replayed"] == "true"
    assert again.headers["ledger-position"] == first.headers["ledger-position"]
    assert (anew.status_code, anew.json()["code"]) == (200, "tally-finished")


def test_a_large_activity_is_tallied_in_parts(house: House, staff: Person) -> None:
    sessions = many_sessions(house, 60, rules=[str(rule(house))])
    for one in sessions:
        visit(house, one, house.town.resident)
    close(house, sessions[0])

    done = tally(staff, sessions[0], key="tally-sixty")
    with house.unchanged():
        again = tally(staff, sessions[0], key="tally-sixty")

    assert done.json()["figures"] == figures(tallied=60, proposed=60)
    assert again.json() == done.json()


def test_a_tally_that_was_cut_off_does_the_rest(house: House, staff: Person) -> None:
    """The first part was stored, then the server fell over before the second."""
    at = attended(house, house.town.resident, house.town.neighbour, house.town.keeper)
    part = (Visit(SessionId(at.session), house.town.resident), Visit(SessionId(at.session), house.town.keeper))
    run(house.deployment, TALLY_VISITS, TallyVisits(ActivityId(at.activity), part), actor=house.town.staff)

    done = tally(staff, at)

    assert done.json()["code"] == "tally-finished"
    assert done.json()["figures"] == figures(tallied=3, proposed=1)


def test_ones_own_visit_is_left_for_somebody_else(house: House, staff: Person) -> None:
    at = attended(house, house.town.staff, house.town.resident)

    mine = tally(staff, at)
    theirs = tally(house.person(house.town.founder), at)

    assert (mine.json()["code"], mine.json()["figures"]) == (
        "visits-tallied",
        figures(tallied=1, proposed=1, own=1),
    )
    assert (theirs.json()["code"], theirs.json()["figures"]) == ("tally-finished", figures(tallied=2, proposed=1))


def test_a_visit_that_waits_for_its_leader_keeps_the_tally_open(house: House, staff: Person) -> None:
    at = gathering(house, rules=[str(rule(house))])
    visit(house, at, house.town.resident, minutes=None)
    close(house, at)
    resident, activity, session = house.town.resident, ActivityId(at.activity), SessionId(at.session)

    with house.unchanged():
        inside = tally(staff, at)
    run(
        house.deployment,
        CLOSE_VISIT,
        CloseVisit(activity, session, resident),
        at=house.clock.now() + timedelta(hours=3),
    )
    with house.unchanged():
        unconfirmed = tally(staff, at)
    out_at = house.clock.now() + timedelta(minutes=50)
    stayed = ConfirmOut(activity, session, resident, out_at)
    run(house.deployment, CONFIRM_OUT, stayed, actor=house.town.staff, at=house.clock.now() + timedelta(hours=4))
    done = tally(staff, at)

    assert inside.json() == {
        "code": "visits-tallied",
        "ids": {"activity": str(at.activity)},
        "figures": figures(open=1),
    }
    assert unconfirmed.json()["figures"] == figures(unconfirmed=1)
    assert (done.json()["code"], done.json()["figures"]) == ("tally-finished", figures(tallied=1, proposed=1))


def test_a_visit_that_nobody_confirmed_in_time_earns_nothing(house: House, staff: Person) -> None:
    for _ in range(4):
        at = past_gathering(house)
    visit(house, at, house.town.resident, minutes=None)
    close(house, at)
    visit_of = CloseVisit(ActivityId(at.activity), SessionId(at.session), house.town.resident)
    run(house.deployment, CLOSE_VISIT, visit_of)

    done = tally(staff, at)

    assert (done.json()["code"], done.json()["figures"]) == ("tally-finished", figures(lapsed=1))


def test_visits_of_a_day_without_a_rule_are_told_and_wait_for_one(house: House, staff: Person) -> None:
    terms = {"unit": "points", "basis": "per_hour", "rate": 10}
    later = id_in(staff.post("/v1/rules", {"organisation": str(house.town.community), "terms": terms}), "rule")
    approver = house.person(house.town.approver)
    approver.post(f"/v1/rules/{later}/publish", {"version": 1, "valid_from": "2026-12-01"})
    at = past_gathering(house, rules=[str(later)])
    visit(house, at, house.town.resident)
    close(house, at)

    done = tally(staff, at)

    assert (done.json()["code"], done.json()["figures"]) == ("visits-tallied", figures(without_rule=1))
    seen = staff.get(f"/v1/activities/{at.activity}", min_position=house.position()).json()
    assert seen["activity"]["status"] == "closed"


def test_an_activity_nobody_came_to_is_tallied_too(house: House, staff: Person) -> None:
    done = tally(staff, attended(house))

    assert (done.json()["code"], done.json()["figures"]) == ("tally-finished", figures())


def test_only_a_closed_activity_is_tallied(house: House, staff: Person) -> None:
    under_way = past_gathering(house, rules=[str(rule(house))])
    visit(house, under_way, house.town.resident)
    inside = gathering(house)
    visit(house, inside, house.town.resident, minutes=None)
    planned = draft(house)

    with house.unchanged():
        answers = [tally(staff, at) for at in (planned, under_way, inside)]

    assert {(one.status_code, one.json()["code"]) for one in answers} == {(409, "activity-not-closed")}


def test_only_who_proposes_awards_tallies(house: House, staff: Person) -> None:
    town, at = house.town, attended(house, house.town.resident)
    run(
        house.deployment,
        GRANT_ROLE,
        GrantRole(town.neighbour, "team_leader", town.community, FOUNDED),
        actor=town.founder,
    )

    with house.unchanged():
        people = (town.resident, town.approver, town.neighbour, town.stranger)
        answers = [tally(house.person(one), at) for one in people]
        unknown = tally(staff, Gathering(uuid4(), uuid4()))

    assert [one.status_code for one in (*answers, unknown)] == [403, 403, 403, 404, 404]


def test_a_tally_needs_a_key(house: House, staff: Person) -> None:
    path = f"/v1/activities/{attended(house, house.town.resident).activity}/tally"

    refused = house.client.post(path, headers=staff.headers())

    assert (refused.status_code, refused.json()["code"]) == (400, "idempotency-key-required")


def test_two_tallies_at_once_propose_each_award_once(house: House) -> None:
    at = attended(house, house.town.resident, house.town.neighbour)
    keys = [CommandKey("test", f"tally-race-{number}", b"") for number in range(2)]
    visits = tuple(Visit(SessionId(at.session), one) for one in (house.town.resident, house.town.neighbour))
    asked = TallyVisits(ActivityId(at.activity), visits)

    calls = [Call(TALLY_VISITS, asked, house.town.staff, key, house.clock.now()) for key in keys]
    answers = [one.result(10).result for one in [house.deployment.ledger.submit(call, lane="back") for call in calls]]

    assert sorted(one.figures["proposed"] for one in answers) == [0, 2]  # type: ignore[union-attr]
