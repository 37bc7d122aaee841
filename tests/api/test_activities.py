"""Activities by path: from the draft to the closed door, sign-ups, and who may see what."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from api_town import Town, id_in, run
from house import House, close, coming_gathering, draft, gathering, opened, plan, rule, visit

from ledger.application.check_ins import CHECK_IN, CheckIn
from ledger.application.ports import CommandKey
from ledger.application.visits import CLOSE_VISIT, CloseVisit
from ledger.kernel.ids import ActivityId, SessionId, derived


@pytest.fixture(scope="module")
def house(prepared_home: tuple[Path, Town], tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(prepared_home, tmp_path_factory.mktemp("activities") / "home") as running:
        yield running


def test_staff_plan_show_open_and_close_an_activity(house: House) -> None:
    staff = house.person(house.town.staff)
    made = draft(house, rules=[str(rule(house))], capacity=30)

    steps = [staff.post(f"/v1/activities/{made.activity}/{step}") for step in ("publish", "open", "close")]

    assert [one.json()["code"] for one in steps] == ["activity-published", "activity-opened", "activity-closed"]
    shown = staff.get(f"/v1/activities/{made.activity}", min_position=steps[-1].headers["ledger-position"]).json()
    assert shown["activity"]["title"] == "清洁家园"
    assert shown["activity"]["place"] == "社区广场"
    assert shown["activity"]["status"] == "closed"
    assert shown["activity"]["leader"] == str(house.town.staff)
    assert [one["id"] for one in shown["sessions"]] == [str(made.session)]


def test_a_title_lies_in_the_directory_and_not_in_the_log(house: House) -> None:
    made = draft(house, title="只在名册里的名字")

    events = house.deployment.feed.page_raw(0, 10_000)

    assert not any("只在名册里的名字".encode() in one.state for one in events)
    assert house.deployment.directory.read([made.activity], "title") == {made.activity: "只在名册里的名字"}


def test_a_retry_gets_the_same_activity(house: House) -> None:
    staff, body = house.person(house.town.staff), plan(house)

    first = staff.post("/v1/activities", body, key="draft-once-1")
    with house.unchanged():
        again = staff.post("/v1/activities", body, key="draft-once-1")

    assert again.json() == first.json()
    assert again.status_code == 201
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers


@pytest.mark.parametrize("change", [{"title": "别的名字"}, {"capacity": 5}])
def test_a_key_used_for_another_body_is_refused_and_renames_nothing(house: House, change: dict[str, Any]) -> None:
    staff = house.person(house.town.staff)
    key = f"draft-twice-{next(iter(change))}"
    made = id_in(staff.post("/v1/activities", plan(house), key=key), "activity")

    with house.unchanged():
        reused = staff.post("/v1/activities", plan(house, **change), key=key)

    assert (reused.status_code, reused.json()["code"]) == (422, "idempotency-key-reused")
    assert house.deployment.directory.read([made], "title") == {made: "清洁家园"}


def test_a_write_without_a_key_is_refused(house: House) -> None:
    staff = house.person(house.town.staff)

    with house.unchanged():
        refused = house.client.post("/v1/activities", json=plan(house), headers=staff.headers())

    assert (refused.status_code, refused.json()["code"]) == (400, "idempotency-key-required")


@pytest.mark.parametrize(("who", "status"), [("resident", 403), ("keeper", 403), ("stranger", 404)])
def test_only_staff_of_the_place_plan_there_and_nobody_else_names_anything(house: House, who: str, status: int) -> None:
    member, key = getattr(house.town, who), f"draft-as-{who}"

    with house.unchanged():
        refused = house.person(member).post("/v1/activities", plan(house), key=key)

    assert refused.status_code == status
    command = house.deployment.ledger.command_id(member, CommandKey("POST /v1/activities", key, b""))
    assert house.deployment.directory.read_all(derived(command, "activity")) == {}


def test_the_steps_of_an_activity_are_the_staffs(house: House) -> None:
    made = draft(house)

    with house.unchanged():
        refused = house.person(house.town.resident).post(f"/v1/activities/{made.activity}/publish")
        foreign = house.person(house.town.stranger).post(f"/v1/activities/{made.activity}/publish")
        unknown = house.person(house.town.staff).post(f"/v1/activities/{uuid4()}/publish")

    assert (refused.status_code, refused.json()["code"]) == (403, "not-permitted")
    assert (foreign.status_code, foreign.json()["code"]) == (404, "unknown-id")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown-id")


def test_nobody_signed_in_changes_nothing(house: House) -> None:
    made = draft(house)

    refused = house.client.post(f"/v1/activities/{made.activity}/publish", headers={"Idempotency-Key": "nobody-at-all"})

    assert (refused.status_code, refused.json()["code"]) == (401, "not-signed-in")


@pytest.mark.parametrize(
    ("step", "code"),
    [("open", "activity-not-published"), ("close", "activity-not-open")],
)
def test_steps_out_of_turn_are_refused(house: House, step: str, code: str) -> None:
    made = draft(house)

    with house.unchanged():
        refused = house.person(house.town.staff).post(f"/v1/activities/{made.activity}/{step}")

    assert (refused.status_code, refused.json()["code"]) == (409, code)


def test_an_activity_is_called_off_with_a_reason_before_its_door_opens(house: House) -> None:
    staff = house.person(house.town.staff)
    planned, under_way = draft(house), gathering(house)

    done = staff.post(f"/v1/activities/{planned.activity}/cancel", {"reason": "weather"})
    with house.unchanged():
        late = staff.post(f"/v1/activities/{under_way.activity}/cancel", {"reason": "weather"})
        typed = staff.post(f"/v1/activities/{under_way.activity}/cancel", {"reason": "下雨了"})

    assert done.json()["code"] == "activity-cancelled"
    assert (late.status_code, late.json()["code"]) == (409, "activity-under-way")
    assert (typed.status_code, typed.json()["code"]) == (400, "invalid-body")


@pytest.mark.parametrize(
    "change",
    [
        {"sessions": []},
        {"capacity": 0},
        {"capacity": "30"},
        {"title": " "},
        {"unknown": 1},
        {"sessions": [{"starts_at": "2026-03-04T03:00:00", "ends_at": "2026-03-04T05:00:00"}]},
    ],
)
def test_a_plan_that_cannot_be_read_is_refused(house: House, change: dict[str, Any]) -> None:
    with house.unchanged():
        refused = house.person(house.town.staff).post("/v1/activities", plan(house, **change))

    assert (refused.status_code, refused.json()["code"]) == (400, "invalid-body")


def test_a_session_that_ends_before_it_starts_is_refused(house: House) -> None:
    session = {"starts_at": "2026-03-04T05:00:00Z", "ends_at": "2026-03-04T03:00:00Z"}

    with house.unchanged():
        refused = house.person(house.town.staff).post("/v1/activities", plan(house, sessions=[session]))

    assert (refused.status_code, refused.json()["code"]) == (422, "session-times-not-possible")


def test_residents_sign_up_and_give_the_place_back(house: House) -> None:
    made, resident = coming_gathering(house, capacity=1), house.person(house.town.resident, "member")
    place = {"session": str(made.session)}

    first = resident.post(f"/v1/activities/{made.activity}/sign-ups", place)
    waits = house.person(house.town.neighbour, "member").post(f"/v1/activities/{made.activity}/sign-ups", place)
    again = resident.post(f"/v1/activities/{made.activity}/sign-ups", place)
    shown = resident.get(f"/v1/activities/{made.activity}", min_position=first.headers["ledger-position"]).json()
    back = resident.post(f"/v1/activities/{made.activity}/sign-ups/withdraw", place)

    assert first.json()["code"] == "signed-up"
    assert (waits.json()["code"], waits.json()["figures"]) == ("put-on-waiting-list", {"position": 1})
    assert again.json()["code"] == "already-signed-up"
    assert shown["places"] == [str(made.session)]
    assert (back.json()["code"], back.json()["figures"]) == ("sign-up-withdrawn", {"promoted": 1})


def test_staff_sign_up_somebody_without_a_phone_and_say_on_what_basis(house: House) -> None:
    made, staff = gathering(house), house.person(house.town.staff)
    place = {"session": str(made.session), "member": str(house.town.neighbour), "basis": "card-shown"}

    done = staff.post(f"/v1/activities/{made.activity}/sign-ups", place)

    assert done.json()["ids"]["member"] == str(house.town.neighbour)
    (event,) = house.deployment.feed.page_raw(int(done.headers["ledger-position"]) - 1, 1)
    assert b'"basis":"card-shown"' in event.state
    assert f'"on_behalf_of":"{house.town.neighbour}"'.encode() in event.state


def test_residents_do_not_sign_up_each_other(house: House) -> None:
    made = gathering(house)
    place = {"session": str(made.session), "member": str(house.town.neighbour)}

    with house.unchanged():
        refused = house.person(house.town.resident, "member").post(f"/v1/activities/{made.activity}/sign-ups", place)

    assert refused.status_code == 403


def test_drafts_are_for_the_staff_and_the_rest_for_the_people_around(house: House) -> None:
    hidden, shown = draft(house), gathering(house)
    position = house.position()

    def sees(member: Any, activity: UUID) -> int:
        return house.person(member).get(f"/v1/activities/{activity}", min_position=position).status_code

    assert [sees(house.town.staff, one.activity) for one in (hidden, shown)] == [200, 200]
    assert [sees(house.town.resident, one.activity) for one in (hidden, shown)] == [404, 200]
    assert [sees(house.town.stranger, one.activity) for one in (hidden, shown)] == [404, 404]


def test_the_list_goes_page_by_page_through_one_day(house: House) -> None:
    day = datetime(2026, 5, 1, 2, tzinfo=UTC)
    session = {"starts_at": day.isoformat(), "ends_at": (day + timedelta(hours=1)).isoformat()}
    made = {draft(house, sessions=[session]).activity for _ in range(3)}
    staff = house.person(house.town.staff)
    params = {"day": "2026-05-01", "limit": 2, "min_position": house.position()}

    first = staff.get("/v1/activities", **params)
    following = first.links["next"]["url"]
    second = house.client.get(following, headers=staff.headers())

    found = [one["id"] for page in (first, second) for one in page.json()["items"]]
    assert {UUID(one) for one in found} == made
    assert len(found) == 3
    assert "next" not in second.links
    assert staff.get("/v1/activities", day="2026-05-02").json()["items"] == []


def test_a_list_of_another_place_is_unknown(house: House) -> None:
    asked = house.person(house.town.resident).get("/v1/activities", organisation=str(house.town.other_community))

    assert (asked.status_code, asked.json()["code"]) == (404, "unknown-id")


def test_an_unchanged_activity_is_not_sent_twice(house: House) -> None:
    made, staff = draft(house), house.person(house.town.staff)
    path = f"/v1/activities/{made.activity}"
    etag = staff.get(path, min_position=house.position()).headers["etag"]

    again = house.client.get(path, headers=staff.headers() | {"If-None-Match": etag})
    staff.post(f"{path}/publish")
    changed = house.client.get(
        path, params={"min_position": house.position()}, headers=staff.headers() | {"If-None-Match": etag}
    )

    assert (again.status_code, again.content) == (304, b"")
    assert changed.status_code == 200


def test_the_door_list_shows_masked_names_to_who_may_scan(house: House) -> None:
    made = gathering(house)
    visit(house, made, house.town.resident)
    path = f"/v1/activities/{made.activity}/attendances"

    (shown,) = house.person(house.town.staff).get(path, min_position=house.position()).json()["items"]

    assert shown["name"] == "张**"
    assert shown["out"] == "scanned"
    assert house.person(house.town.resident).get(path).status_code == 403
    assert house.person(house.town.stranger).get(path).status_code == 404
    assert house.person(house.town.staff).get(path, session=str(uuid4())).json()["items"] == []


def test_a_forgotten_check_out_is_confirmed_by_the_leader_and_not_by_the_member(house: House) -> None:
    made, now = gathering(house), house.clock.now()
    came = CheckIn(ActivityId(made.activity), now, "kiosk", "in")
    for member in (house.town.resident, house.town.staff):
        run(house.deployment, CHECK_IN, came, actor=member)
        forgotten = CloseVisit(ActivityId(made.activity), SessionId(made.session), member)
        run(house.deployment, CLOSE_VISIT, forgotten, at=now + timedelta(hours=3))
    close(house, made)
    staff, path = house.person(house.town.staff), f"/v1/activities/{made.activity}/attendances/confirm"
    stay = {"session": str(made.session), "out_at": (now + timedelta(minutes=50)).isoformat()}

    done = staff.post(path, stay | {"member": str(house.town.resident)})
    with house.unchanged():
        own = staff.post(path, stay | {"member": str(house.town.staff)})
        again = staff.post(path, stay | {"member": str(house.town.resident)})

    assert done.json()["code"] == "visit-confirmed"
    assert (own.status_code, own.json()["code"]) == (403, "own-visit")
    assert (again.status_code, again.json()["code"]) == (409, "nothing-to-confirm")
