"""Volunteer tasks by path: offered, taken, reported, accepted."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from api_town import Person, Town, id_in, run
from house import House, every_page, opened, rule

from ledger.application.members import FORM_HOUSEHOLD, FormHousehold
from ledger.awards.award import award_id
from ledger.kernel.ids import derived
from ledger.kernel.units import Unit


@pytest.fixture(scope="module")
def house(prepared_home: tuple[Path, Town], tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(prepared_home, tmp_path_factory.mktemp("tasks") / "home") as running:
        yield running


@pytest.fixture
def resident(house: House) -> Person:
    return house.person(house.town.resident, "member")


REPORT = {"minutes": 60, "service_day": "2026-03-04"}


def body(house: House, **more: Any) -> dict[str, Any]:
    return {
        "title": "帮独居老人买药",
        "organisation": str(house.town.community),
        "slots": 2,
        "minutes_planned": 60,
        "claim_until": (house.clock.now() + timedelta(days=1)).isoformat(),
        **more,
    }


def posted(house: House, **more: Any) -> UUID:
    made = house.person(house.town.staff).post("/v1/tasks", body(house, **more))
    assert made.status_code == 201, made.text
    return id_in(made, "task")


def reported(house: House, **more: Any) -> UUID:
    """A task that the resident claimed and reported."""
    task, resident = posted(house, **more), house.person(house.town.resident, "member")
    assert resident.post(f"/v1/tasks/{task}/claim", {}).status_code == 200
    assert resident.post(f"/v1/tasks/{task}/report", REPORT).status_code == 200
    return task


def test_a_task_goes_from_offer_to_proposed_award(house: House, staff: Person, resident: Person) -> None:
    task = posted(house, rules=[str(rule(house))])

    claimed = resident.post(f"/v1/tasks/{task}/claim", {})
    done = resident.post(f"/v1/tasks/{task}/report", REPORT)
    accepted = staff.post(f"/v1/tasks/{task}/accept", {"member": str(house.town.resident), "minutes": 60})

    assert claimed.json()["code"] == "task-claimed"
    assert done.json()["code"] == "task-reported"
    assert accepted.json()["figures"] == {"minutes": 60, "proposed": 1}
    award = award_id(derived(task, "claim", house.town.resident), house.town.resident, Unit.POINTS)
    seen = resident.get(f"/v1/awards/{award}", min_position=accepted.headers["ledger-position"]).json()
    assert (seen["status"], seen["amount"], seen["source_kind"]) == ("proposed", 10, "task")


def test_a_task_is_shown_with_its_claims_to_those_who_handle_it(house: House, staff: Person, resident: Person) -> None:
    task = reported(house)
    position = house.position()

    def seen(person: Person) -> Any:
        return person.get(f"/v1/tasks/{task}", min_position=position).json()

    assert seen(staff)["task"]["title"] == "帮独居老人买药"
    assert seen(staff)["task"]["claims"] == 1
    (claim,) = seen(staff)["claims"]
    assert (claim["name"], claim["status"], claim["minutes"]) == ("张**", "reported", 60)
    assert seen(resident)["claims"][0]["name"] == "张秀英"
    assert seen(house.person(house.town.neighbour))["claims"] == []
    assert house.person(house.town.stranger).get(f"/v1/tasks/{task}").status_code == 404


def test_a_retry_posts_one_task(house: House, staff: Person) -> None:
    first = staff.post("/v1/tasks", body(house), key="one-task-1")

    with house.unchanged():
        again = staff.post("/v1/tasks", body(house), key="one-task-1")
        reused = staff.post("/v1/tasks", body(house, title="别的"), key="one-task-1")

    assert again.json() == first.json()
    assert again.headers["idempotent-replayed"] == "true"
    assert (reused.status_code, reused.json()["code"]) == (422, "idempotency-key-reused")


def test_the_slots_are_as_many_as_were_offered(house: House, resident: Person) -> None:
    task = posted(house, slots=1)
    resident.post(f"/v1/tasks/{task}/claim", {})

    with house.unchanged():
        twice = resident.post(f"/v1/tasks/{task}/claim", {})
        full = house.person(house.town.neighbour).post(f"/v1/tasks/{task}/claim", {})

    assert (twice.status_code, twice.json()["code"]) == (409, "already-claimed")
    assert (full.status_code, full.json()["code"]) == (409, "no-slot-left")


def test_a_slot_is_given_back(house: House, resident: Person) -> None:
    task = posted(house)
    resident.post(f"/v1/tasks/{task}/claim", {})

    back = resident.post(f"/v1/tasks/{task}/withdraw", {})
    with house.unchanged():
        again = resident.post(f"/v1/tasks/{task}/withdraw", {})

    assert back.json()["code"] == "claim-withdrawn"
    assert (again.status_code, again.json()["code"]) == (409, "not-claimed")


def test_staff_claim_and_report_for_somebody_without_a_phone(house: House, staff: Person) -> None:
    task, member = posted(house), {"member": str(house.town.neighbour), "basis": "card-shown"}

    claimed = staff.post(f"/v1/tasks/{task}/claim", member)
    done = staff.post(f"/v1/tasks/{task}/report", REPORT | member)

    assert claimed.json()["ids"]["member"] == done.json()["ids"]["member"] == str(house.town.neighbour)
    (event,) = house.deployment.feed.page_raw(int(done.headers["ledger-position"]) - 1, 1)
    assert b'"basis":"card-shown"' in event.state


def test_who_claims_for_themselves_need_not_say_so(house: House, resident: Person) -> None:
    task = posted(house)

    steps = [resident.post(f"/v1/tasks/{task}/{step}") for step in ("claim", "withdraw")]

    assert [one.json()["code"] for one in steps] == ["task-claimed", "claim-withdrawn"]


def test_residents_do_not_claim_for_each_other(house: House, resident: Person) -> None:
    task = posted(house)

    with house.unchanged():
        refused = resident.post(f"/v1/tasks/{task}/claim", {"member": str(house.town.neighbour)})

    assert (refused.status_code, refused.json()["code"]) == (403, "not-permitted")


def test_a_report_is_of_work_that_is_done(house: House, resident: Person) -> None:
    task = posted(house)

    with house.unchanged():
        unclaimed = resident.post(f"/v1/tasks/{task}/report", REPORT)
    resident.post(f"/v1/tasks/{task}/claim", {})
    with house.unchanged():
        ahead = resident.post(f"/v1/tasks/{task}/report", REPORT | {"service_day": "2026-03-05"})
        endless = resident.post(f"/v1/tasks/{task}/report", REPORT | {"minutes": 1441})

    assert (unclaimed.status_code, unclaimed.json()["code"]) == (409, "not-claimed")
    assert (ahead.status_code, ahead.json()["code"]) == (422, "service-day-ahead")
    assert (endless.status_code, endless.json()["code"]) == (400, "invalid-body")


def test_a_report_is_sent_back_and_made_again(house: House, staff: Person, resident: Person) -> None:
    task = reported(house)
    back = staff.post(f"/v1/tasks/{task}/return", {"member": str(house.town.resident), "reason": "wrong-day"})
    again = resident.post(f"/v1/tasks/{task}/report", REPORT)

    assert back.json()["code"] == "report-returned"
    assert again.json()["code"] == "task-reported"
    with house.unchanged():
        twice = resident.post(f"/v1/tasks/{task}/report", REPORT)
    assert (twice.status_code, twice.json()["code"]) == (409, "already-reported")


def test_nobody_accepts_their_own_report_nor_more_than_was_reported(house: House, staff: Person) -> None:
    task = reported(house)
    own = posted(house)
    staff.post(f"/v1/tasks/{own}/claim", {})
    staff.post(f"/v1/tasks/{own}/report", REPORT)

    with house.unchanged():
        mine = staff.post(f"/v1/tasks/{own}/accept", {"member": str(house.town.staff), "minutes": 60})
        more = staff.post(f"/v1/tasks/{task}/accept", {"member": str(house.town.resident), "minutes": 61})
        nobody = staff.post(f"/v1/tasks/{task}/accept", {"member": str(house.town.neighbour), "minutes": 1})

    assert (mine.status_code, mine.json()["code"]) == (403, "own-report")
    assert (more.status_code, more.json()["code"]) == (422, "accepted-minutes-out-of-range")
    assert (nobody.status_code, nobody.json()["code"]) == (409, "not-claimed")


def test_nobody_accepts_the_report_of_whom_they_live_with(house: House, staff: Person) -> None:
    town, task = house.town, posted(house)
    keeper = house.person(town.keeper)
    keeper.post(f"/v1/tasks/{task}/claim", {})
    keeper.post(f"/v1/tasks/{task}/report", REPORT)
    together = FormHousehold(town.community, (town.staff, town.keeper))
    run(house.deployment, FORM_HOUSEHOLD, together, actor=town.founder)

    with house.unchanged():
        refused = staff.post(f"/v1/tasks/{task}/accept", {"member": str(town.keeper), "minutes": 60})

    assert (refused.status_code, refused.json()["code"]) == (403, "own-household-report")


def test_a_report_is_accepted_once(house: House, staff: Person, resident: Person) -> None:
    task = reported(house)
    accept = {"member": str(house.town.resident), "minutes": 45}
    first = staff.post(f"/v1/tasks/{task}/accept", accept, key="accept-once")

    with house.unchanged():
        replayed = staff.post(f"/v1/tasks/{task}/accept", accept, key="accept-once")
        again = staff.post(f"/v1/tasks/{task}/accept", accept)
        late = resident.post(f"/v1/tasks/{task}/withdraw", {})

    assert replayed.json() == first.json()
    assert (again.status_code, again.json()["code"]) == (409, "report-already-accepted")
    assert (late.status_code, late.json()["code"]) == (409, "report-already-accepted")


def test_a_closed_task_takes_no_more_claims(house: House, staff: Person, resident: Person) -> None:
    task = posted(house)

    closed = staff.post(f"/v1/tasks/{task}/close", {"outcome": "cancelled", "reason": "no-longer-needed"})
    with house.unchanged():
        refused = resident.post(f"/v1/tasks/{task}/claim", {})
        again = staff.post(f"/v1/tasks/{task}/close", {"outcome": "finished"})

    assert closed.json()["code"] == "task-cancelled"
    assert refused.json()["code"] == again.json()["code"] == "task-closed"


def test_only_who_may_posts_accepts_and_closes(house: House, resident: Person) -> None:
    task, stranger = reported(house), house.person(house.town.stranger)
    accept = {"member": str(house.town.resident), "minutes": 60}

    with house.unchanged():
        answers = [
            resident.post("/v1/tasks", body(house)),
            stranger.post("/v1/tasks", body(house)),
            house.person(house.town.keeper).post(f"/v1/tasks/{task}/accept", accept),
            stranger.post(f"/v1/tasks/{task}/accept", accept),
            resident.post(f"/v1/tasks/{task}/close", {"outcome": "finished"}),
            house.person(house.town.staff).post(f"/v1/tasks/{uuid4()}/close", {"outcome": "finished"}),
        ]

    assert [one.status_code for one in answers] == [403, 404, 403, 404, 403, 404]


@pytest.mark.parametrize("change", [{"slots": 0}, {"slots": 201}, {"minutes_planned": 0}, {"title": ""}])
def test_an_offer_out_of_bounds_is_refused(house: House, staff: Person, change: dict[str, Any]) -> None:
    assert staff.post("/v1/tasks", body(house, **change)).json()["code"] == "invalid-body"


def test_an_offer_that_is_over_already_is_refused(house: House, staff: Person) -> None:
    with house.unchanged():
        refused = staff.post("/v1/tasks", body(house, claim_until="2026-03-04T04:00:00Z"))

    assert (refused.status_code, refused.json()["code"]) == (422, "claim-deadline-not-ahead")


def test_the_list_is_narrowed_down_and_goes_page_by_page(house: House, staff: Person, resident: Person) -> None:
    closed = posted(house)
    staff.post(f"/v1/tasks/{closed}/close", {"outcome": "finished"})
    found = [
        one["id"] for one in every_page(resident, "/v1/tasks", status="open", limit=2, min_position=house.position())
    ]

    everything = resident.get("/v1/tasks", limit=200).json()["items"]
    assert found == [one["id"] for one in everything if one["status"] == "open"]
    assert str(closed) in {one["id"] for one in everything} - set(found)
    assert house.person(house.town.stranger).get("/v1/tasks", organisation=str(house.town.community)).status_code == 404
