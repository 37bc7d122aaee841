"""Visits by path: undone, annulled, corrected, excused, disputed; waiting lists; what the lists show."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from api_town import Town, run
from house import (
    NOON,
    Gathering,
    House,
    award_of,
    close,
    coming_gathering,
    gathering,
    opened,
    past_gathering,
    rule,
    visit,
)

from ledger.application.visits import MARK_NO_SHOW, MarkAsNoShow
from ledger.kernel.ids import ActivityId, MemberId, SessionId


@pytest.fixture(scope="module")
def house(prepared_home: tuple[Path, Town], tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(prepared_home, tmp_path_factory.mktemp("attendances") / "home") as running:
        yield running


def ask(house: House, at: Gathering, step: str, by: MemberId, **body: Any) -> Any:
    path = f"/v1/activities/{at.activity}/attendances/{step}"
    return house.person(by).post(path, {"session": str(at.session)} | body)


def shown(house: House, at: Gathering, what: str = "attendances") -> list[dict[str, Any]]:
    path = f"/v1/activities/{at.activity}/{what}"
    asked = house.person(house.town.staff).get(path, session=str(at.session), min_position=house.position())
    items: list[dict[str, Any]] = asked.json()["items"]
    return items


def answer(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


def times(at: Gathering, minutes: int) -> dict[str, str]:
    return {"in_at": at.start.isoformat(), "out_at": (at.start + timedelta(minutes=minutes)).isoformat()}


def tallied(house: House, **terms: Any) -> tuple[Gathering, UUID]:
    """An activity that the resident came to for an hour, and the award proposed for it."""
    at = past_gathering(house, rules=[str(rule(house, **terms))])
    visit(house, at, house.town.resident)
    close(house, at)
    house.person(house.town.staff).post(f"/v1/activities/{at.activity}/tally")
    return at, award_of(at, house.town.resident)


def test_a_resident_takes_back_their_own_check_in_within_some_minutes(house: House) -> None:
    at, resident = gathering(house), house.town.resident
    visit(house, at._replace(start=house.clock.now()), resident, minutes=None)

    with house.unchanged():
        neighbour = ask(house, at, "undo", house.town.neighbour)
        staff = ask(house, at, "undo", house.town.staff, member=str(resident))
    undone = ask(house, at, "undo", resident)
    nothing = ask(house, at, "undo", resident)

    assert answer(neighbour) == (409, "not-checked-in")
    assert answer(staff) == (403, "not-your-scan")
    assert answer(undone) == (200, "visit-annulled")
    assert answer(nothing) == (409, "not-checked-in")
    assert [one["status"] for one in shown(house, at)] == ["annulled"]


def test_later_only_staff_take_a_visit_back_with_a_reason(house: House) -> None:
    at, resident = past_gathering(house), house.town.resident
    visit(house, at, resident)
    asked = {"member": str(resident), "reason": "wrong-card"}

    with house.unchanged():
        late = ask(house, at, "undo", resident)
        own = ask(house, at, "annul", resident, **asked)
        far = ask(house, at, "annul", house.town.stranger, **asked)
        without = ask(house, at, "annul", house.town.staff, member=str(resident))
    done = ask(house, at, "annul", house.town.staff, **asked)

    assert answer(late) == (409, "undo-too-late")
    assert late.json()["facts"].keys() == {"until"}
    assert (answer(own), answer(far)) == ((403, "not-permitted"), (404, "unknown-id"))
    assert answer(without) == (400, "invalid-body")
    assert answer(done) == (200, "visit-annulled")


def test_staff_correct_when_a_member_was_there_but_not_their_own_visit(house: House) -> None:
    at, staff = past_gathering(house), house.town.staff
    for member in (house.town.resident, staff):
        visit(house, at, member, minutes=10)

    done = ask(house, at, "correct", staff, member=str(house.town.resident), reason="wrong-clock", **times(at, 90))
    with house.unchanged():
        own = ask(house, at, "correct", staff, member=str(staff), reason="wrong-clock", **times(at, 90))
        long = ask(house, at, "correct", staff, member=str(house.town.resident), reason="other", **times(at, 300))

    assert answer(done) == (200, "visit-corrected")
    assert (answer(own), answer(long)) == ((403, "own-visit"), (422, "correction-outside-session"))
    (corrected,) = (one for one in shown(house, at) if one["member"] == str(house.town.resident))
    assert (corrected["status"], corrected["out"], corrected["confirmed_by"]) == ("out", "corrected", str(staff))
    assert [stay["out"] for stay in corrected["stays"]] == ["corrected"]


def test_a_visit_with_an_award_changes_only_once_the_award_is_refused(house: House) -> None:
    at, award = tallied(house)
    asked = {"member": str(house.town.resident), "reason": "wrong-clock"} | times(at, 90)

    with house.unchanged():
        undecided = ask(house, at, "correct", house.town.staff, **asked)
    approver = house.person(house.town.approver)
    approver.post("/v1/awards/refuse", {"awards": [str(award)], "reason": "wrong-minutes"})
    done = ask(house, at, "correct", house.town.staff, **asked)
    again = house.person(house.town.staff).post(f"/v1/activities/{at.activity}/tally").json()["figures"]

    assert answer(undecided) == (409, "visit-award-undecided")
    assert answer(done) == (200, "visit-corrected")
    assert (again["proposed"], again["tallied"]) == (1, 1)


def test_a_visit_is_accepted_once_its_award_is_approved(house: House) -> None:
    at, award = tallied(house)
    before = [one["status"] for one in shown(house, at)]

    house.person(house.town.approver).post("/v1/awards/approve", {"awards": [str(award)]})

    assert (before, [one["status"] for one in shown(house, at)]) == (["tallied"], ["accepted"])


def test_a_place_that_is_given_back_goes_to_the_first_who_waits(house: House) -> None:
    at, town = coming_gathering(house, capacity=1), house.town
    place, path = {"session": str(at.session)}, f"/v1/activities/{at.activity}"
    people = [house.person(one) for one in (town.resident, town.neighbour, town.keeper)]
    for person in people:
        person.post(f"{path}/sign-ups", place)

    waits = people[2].get(path, min_position=house.position()).json()
    listed = [(one["status"], one["position"]) for one in shown(house, at, "sign-ups")]
    people[0].post(f"{path}/sign-ups/withdraw", place)
    left = people[2].post(f"{path}/sign-ups/withdraw", place)
    promoted = people[1].get(path, min_position=house.position()).json()

    assert (waits["places"], waits["waits"]) == ([], [{"session": str(at.session), "position": 2}])
    assert waits["sessions"][0]["waiting"] == 2
    assert listed == [("signed_up", None), ("waiting", 1), ("waiting", 2)]
    assert answer(left) == (200, "waiting-list-left")
    assert (promoted["places"], promoted["waits"], promoted["sessions"][0]["waiting"]) == ([str(at.session)], [], 0)


def test_who_did_not_come_is_a_no_show_until_staff_excuse_them(house: House) -> None:
    at, town = gathering(house), house.town
    house.person(town.resident).post(f"/v1/activities/{at.activity}/sign-ups", {"session": str(at.session)})
    with house.unchanged():
        late = ask(house, at, "excuse", town.resident, reason="ill")
        without_place = ask(house, at, "excuse", town.neighbour, reason="ill")
    asked = MarkAsNoShow(ActivityId(at.activity), SessionId(at.session), town.resident)
    run(house.deployment, MARK_NO_SHOW, asked, at=NOON + timedelta(days=1))
    before = [one["status"] for one in shown(house, at)]

    disputed = ask(house, at, "dispute", town.resident, reason="was-there")
    in_dispute = [one["status"] for one in shown(house, at)]
    decided = ask(house, at, "decide", town.staff, member=str(town.resident), outcome="rejected", reason="not-seen")
    excused = ask(house, at, "excuse", town.staff, reason="ill", member=str(town.resident))

    assert (answer(late), answer(without_place)) == ((409, "excuse-too-late"), (409, "not-signed-up"))
    assert (before, in_dispute) == (["no_show"], ["disputed"])
    assert (answer(disputed), answer(decided)) == ((200, "visit-disputed"), (200, "dispute-decided"))
    assert answer(excused) == (200, "absence-excused")
    assert [(one["status"], one["excused_for"]) for one in shown(house, at)] == [("excused", "ill")]


def test_a_dispute_is_decided_once_by_staff_who_had_no_part(house: House) -> None:
    at, town = past_gathering(house), house.town
    visit(house, at, town.resident)
    verdict = {"member": str(town.resident), "outcome": "upheld", "reason": "seen-by-others"}

    with house.unchanged():
        undisputed = ask(house, at, "decide", town.staff, **verdict)
        nowhere = ask(house, at, "dispute", town.neighbour, reason="was-there")
    ask(house, at, "dispute", town.resident, reason="left-later")
    close(house, at)
    tally = house.person(town.staff).post(f"/v1/activities/{at.activity}/tally").json()
    with house.unchanged():
        own = ask(house, at, "decide", town.resident, **verdict)
        neither = ask(house, at, "decide", town.staff, **verdict | {"outcome": "perhaps"})
    decided = ask(house, at, "decide", town.staff, **verdict)
    again = ask(house, at, "dispute", town.resident, reason="left-later")

    assert (answer(undisputed), answer(nowhere)) == ((409, "visit-not-disputed"), (404, "unknown-id"))
    assert (tally["code"], tally["figures"]["disputed"]) == ("visits-tallied", 1)
    assert (answer(own), answer(neither)) == ((403, "not-permitted"), (400, "invalid-body"))
    assert (answer(decided), answer(again)) == ((200, "dispute-decided"), (409, "dispute-already-decided"))


def test_who_corrected_a_visit_does_not_decide_its_dispute_and_who_came_needs_no_excuse(house: House) -> None:
    at, town = past_gathering(house), house.town
    house.person(town.resident).post(f"/v1/activities/{at.activity}/sign-ups", {"session": str(at.session)})
    visit(house, at, town.resident)
    ask(house, at, "correct", town.staff, member=str(town.resident), reason="wrong-clock", **times(at, 30))
    ask(house, at, "dispute", town.resident, reason="left-later")

    with house.unchanged():
        involved = ask(
            house, at, "decide", town.staff, member=str(town.resident), outcome="rejected", reason="seen-by-others"
        )

    assert answer(involved) == (403, "involved-in-visit")


def test_who_went_out_and_came_back_is_shown_with_both_stays(house: House) -> None:
    at, resident = past_gathering(house), house.town.resident
    visit(house, at, resident, minutes=30)
    back = at._replace(start=at.start + timedelta(minutes=60))
    visit(house, back, resident, minutes=30)

    (both,) = shown(house, at)

    assert (both["status"], len(both["stays"])) == ("out", 2)
    assert both["in_at"] == both["stays"][0]["in_at"] < both["stays"][1]["in_at"]
