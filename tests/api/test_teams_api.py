"""Teams by path: formed by staff, seen with masked names, listed for their leader; skills that work asks for."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from api_town import FOUNDED, Person, Town, id_in, run
from house import House, every_page, opened
from scanning import card_code

from ledger.application.roles import GRANT_ROLE, GrantRole
from ledger.kernel.clock import business_day

REASON = {"reason": "no-longer-needed"}


@pytest.fixture(scope="module")
def house(prepared_home: tuple[Path, Town], tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(prepared_home, tmp_path_factory.mktemp("teams") / "home") as running:
        yield running


@pytest.fixture
def resident(house: House) -> Person:
    return house.person(house.town.resident, "member")


def formed(house: House, staff: Person, name: str = "夕阳红巡逻队") -> UUID:
    body = {"name": name, "organisation": str(house.town.community), "kind": "patrol"}
    made = staff.post("/v1/teams", body)
    assert (made.status_code, made.json()["code"]) == (201, "team-formed")
    return id_in(made, "team")


def led_by_resident(house: House, staff: Person) -> UUID:
    team = formed(house, staff)
    today = business_day(house.clock.now()).isoformat()
    for member in (house.town.resident, house.town.neighbour):
        assert staff.post(f"/v1/teams/{team}/members", {"member": str(member)}).json()["code"] == "team-joined"
    term = {"member": str(house.town.resident), "from_day": today, "until_day": today}
    assert staff.post(f"/v1/teams/{team}/leader", term).json()["code"] == "team-leader-appointed"
    return team


def test_a_team_is_seen_by_its_name_with_its_leader_masked(house: House, staff: Person, resident: Person) -> None:
    team = led_by_resident(house, staff)

    view = resident.get(f"/v1/teams/{team}", min_position=house.position()).json()

    assert (view["name"], view["kind"], view["members"], view["reason"]) == ("夕阳红巡逻队", "patrol", 2, None)
    assert view["leader"] == str(house.town.resident)
    assert view["leader_until"] == business_day(house.clock.now()).isoformat()
    listed = every_page(staff, "/v1/teams", organisation=str(house.town.community), limit=1)
    assert view["id"] in {one["id"] for one in listed}
    assert "*" in next(one["leader_name"] for one in listed if one["id"] == view["id"])


def test_a_leader_sees_the_list_of_the_team_with_masked_contacts(house: House, staff: Person, resident: Person) -> None:
    team = led_by_resident(house, staff)
    skill = {"skill": "first-aid", "basis": "training-certificate"}
    assert staff.post(f"/v1/members/{house.town.neighbour}/skills", skill).status_code == 201
    directory = house.deployment.directory
    directory.write(house.town.neighbour, {"phone": "13900000077"})

    page = resident.get(f"/v1/teams/{team}/members", min_position=house.position())

    found = {one["id"]: one for one in page.json()["items"]}
    neighbour = found[str(house.town.neighbour)]
    assert (len(found), neighbour["phone"]) == (2, "139****0077")
    assert "*" in neighbour["name"]
    assert neighbour["skills"] == [{"skill": "first-aid", "valid_until": None}]
    assert staff.get(f"/v1/teams/{team}/members").status_code == 200


def test_the_list_is_for_the_leader_of_today_and_for_staff(house: House, staff: Person, resident: Person) -> None:
    team = led_by_resident(house, staff)
    neighbour = house.person(house.town.neighbour, "member")
    path = f"/v1/teams/{team}/members"

    assert neighbour.get(path, min_position=house.position()).status_code == 403
    assert resident.get(path).status_code == 200
    assert staff.post(f"/v1/teams/{team}/leader/end").json()["code"] == "team-leader-ended"
    assert resident.get(path, min_position=house.position()).status_code == 403


def test_who_has_left_and_what_is_disbanded_is_gone(house: House, staff: Person, resident: Person) -> None:
    team = led_by_resident(house, staff)

    assert resident.post(f"/v1/teams/{team}/leave", {}).json()["code"] == "team-left"
    let_go = staff.post(f"/v1/teams/{team}/leave", {"member": str(house.town.neighbour)})
    ended = staff.post(f"/v1/teams/{team}/disband", REASON)

    assert (let_go.json()["code"], ended.json()["code"]) == ("team-left", "team-disbanded")
    view = staff.get(f"/v1/teams/{team}", min_position=house.position()).json()
    assert (view["members"], view["leader"], view["reason"]) == (0, None, "no-longer-needed")
    refused = staff.post(f"/v1/teams/{team}/members", {"member": str(house.town.neighbour)})
    assert (refused.status_code, refused.json()["code"]) == (409, "team-disbanded")


def test_residents_run_no_teams_and_strangers_see_none(house: House, staff: Person, resident: Person) -> None:
    team = led_by_resident(house, staff)
    stranger = house.person(house.town.stranger)
    body = {"name": "甲", "organisation": str(house.town.community), "kind": "patrol"}

    assert resident.post("/v1/teams", body).status_code == 403
    assert stranger.get(f"/v1/teams/{team}", min_position=house.position()).status_code == 404
    assert stranger.get(f"/v1/teams/{team}/members").status_code == 404
    assert staff.get(f"/v1/teams/{uuid4()}").status_code == 404


def test_a_task_that_asks_for_a_skill_is_claimed_by_who_has_it(house: House, staff: Person, resident: Person) -> None:
    until = (house.clock.now() + timedelta(days=1)).isoformat()
    plan = {"title": "送医", "organisation": str(house.town.community), "slots": 1, "minutes_planned": 60}
    task = id_in(staff.post("/v1/tasks", {**plan, "claim_until": until, "skill": "driving"}), "task")
    refused = resident.post(f"/v1/tasks/{task}/claim", {})
    skill = {"skill": "driving", "basis": "licence"}

    recorded = staff.post(f"/v1/members/{house.town.resident}/skills", skill)

    assert (refused.status_code, refused.json()["code"]) == (409, "skill-missing")
    assert resident.post(f"/v1/tasks/{task}/claim", {}).json()["code"] == "task-claimed"
    own = resident.get("/v1/members/me/skills", min_position=recorded.headers["ledger-position"]).json()["items"]
    assert [(one["skill"], one["counts"]) for one in own if one["skill"] == "driving"] == [("driving", True)]
    withdrawn = staff.post(f"/v1/members/{house.town.resident}/skills/driving/withdraw", REASON)
    assert withdrawn.json()["code"] == "skill-withdrawn"


def test_a_leader_checks_in_the_teams_own_people(house: House, staff: Person) -> None:
    team = led_by_resident(house, staff)
    role = GrantRole(house.town.resident, "team_leader", house.town.community, FOUNDED)
    run(house.deployment, GRANT_ROLE, role, actor=house.town.founder)
    now = house.clock.now()
    session = {"starts_at": now.isoformat(), "ends_at": (now + timedelta(hours=2)).isoformat()}
    plan = {"title": "夜巡", "place": "东门", "organisation": str(house.town.community), "sessions": [session]}
    activity = id_in(staff.post("/v1/activities", {**plan, "team": str(team)}), "activity")
    for step in ("publish", "open"):
        assert staff.post(f"/v1/activities/{activity}/{step}").status_code == 200
    leader = house.person(house.town.resident)

    seen, foreign = (
        leader.post("/v1/scans", {"activity": str(activity), "token": card_code(house, who), "direction": "in"})
        for who in (house.town.neighbour, house.town.keeper)
    )

    assert seen.json()["code"] == "checked-in", seen.json()
    assert (foreign.status_code, foreign.json()["code"]) == (403, "not-permitted")
