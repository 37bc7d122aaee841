"""The application of one test module: running once, with a fixed clock, and the steps that many stories begin with."""

import json
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from shutil import copytree
from typing import Any, NamedTuple
from uuid import UUID

from api_town import QUICK, People, Person, Town, id_in, run
from litestar import Litestar
from litestar.testing import TestClient
from msgspec import Struct

from api.app import build_app
from api.deployment import Deployment, SessionKind
from api.settings import Settings
from api.wiring import open_deployment
from ledger.activities.attendance import attendance_id
from ledger.application.awards import CREDIT_AWARD, CreditAward
from ledger.application.check_ins import CHECK_IN, CheckIn
from ledger.awards.award import award_id
from ledger.kernel.clock import FixedClock
from ledger.kernel.ids import ActivityId, AwardId, MemberId, SessionId
from ledger.kernel.units import Unit
from qr.tokens import KioskCode, Token, sign, step_at

NOON = datetime(2026, 3, 4, 4, 0, tzinfo=UTC)
"""A Wednesday, noon on the community's clock."""
TERMS: dict[str, Any] = {"unit": "points", "basis": "per_hour", "rate": 10, "floor_percent": 50}
"""Ten points an hour for who stays half the time, five working days on notice."""

_days = count(1)


class Gathering(NamedTuple):
    """An activity and its first session, of two hours from `start`."""

    activity: UUID
    session: UUID
    start: datetime = NOON - timedelta(hours=1)


class House(Struct, frozen=True):
    """Everything a story needs. Stories share the ledger, so each makes its own activities, tasks and rewards."""

    client: TestClient[Litestar]
    deployment: Deployment
    town: Town
    clock: FixedClock

    def person(self, member: MemberId, kind: SessionKind = "staff") -> Person:
        """`member`, signed in anew."""
        return People(self.client, self.deployment)(member, kind)

    def position(self) -> int:
        """Of the newest event."""
        return self.deployment.feed.position()

    @contextmanager
    def unchanged(self) -> Generator[None]:
        """Fails when anything was stored meanwhile."""
        before = self.position()
        yield
        assert self.position() == before

    def code(self, token: Token) -> str:
        """The text of a genuine code."""
        return sign(token, self.deployment.tokens)

    def door_code(self, activity: UUID) -> str:
        """What the screen at the door shows now."""
        return self.code(KioskCode(activity, step_at(self.clock.now())))


@contextmanager
def opened(prepared: tuple[Path, Town], home: Path, **settings: Any) -> Iterator[House]:
    """The application on a copy of the prepared data folder, running."""
    copytree(prepared[0], home)
    clock = FixedClock(NOON)
    deployment = open_deployment(Settings(home, **settings), clock, cost=QUICK)
    with TestClient(build_app(deployment)) as client:
        yield House(client, deployment, prepared[1], clock)
    deployment.close()


def rule(house: House, **terms: Any) -> UUID:
    """A rule that holds since last year."""
    town = house.town
    body = {"organisation": str(town.community), "terms": TERMS | terms}
    made = id_in(house.person(town.staff).post("/v1/rules", body), "rule")
    done = house.person(town.approver).post(f"/v1/rules/{made}/publish", {"version": 1, "valid_from": "2020-01-01"})
    assert done.status_code == 200, done.text
    return made


def plan(house: House, **more: Any) -> dict[str, Any]:
    """The body of an activity that began an hour ago and lasts two."""
    now = house.clock.now()
    session = {
        "starts_at": (now - timedelta(hours=1)).isoformat(),
        "ends_at": (now + timedelta(hours=1)).isoformat(),
    }
    return {
        "title": "清洁家园",
        "place": "社区广场",
        "organisation": str(house.town.community),
        "sessions": [session],
        **more,
    }


def draft(house: House, **more: Any) -> Gathering:
    """A draft by the staff."""
    made = house.person(house.town.staff).post("/v1/activities", plan(house, **more))
    assert made.status_code == 201, made.text
    return Gathering(id_in(made, "activity"), UUID(made.json()["sessions"][0]))


def gathering(house: House, **more: Any) -> Gathering:
    """An activity whose door is open."""
    made, staff = draft(house, **more), house.person(house.town.staff)
    for step in ("publish", "open"):
        done = staff.post(f"/v1/activities/{made.activity}/{step}")
        assert done.status_code == 200, done.text
    return made


def coming_gathering(house: House, **more: Any) -> Gathering:
    """An activity of tomorrow, whose door is open."""
    start = NOON + timedelta(days=1)
    session = {"starts_at": start.isoformat(), "ends_at": (start + timedelta(hours=2)).isoformat()}
    return gathering(house, sessions=[session], **more)._replace(start=start)


def past_gathering(house: House, **more: Any) -> Gathering:
    """An activity of an earlier day, each of another one, whose door is still open."""
    start = NOON - timedelta(days=next(_days))
    session = {"starts_at": start.isoformat(), "ends_at": (start + timedelta(hours=2)).isoformat()}
    return gathering(house, sessions=[session], **more)._replace(start=start)


def many_sessions(house: House, number: int, **more: Any) -> list[Gathering]:
    """An activity of `number` sessions of an hour each, two hours apart, on days of its own, whose door is open."""
    first = NOON - timedelta(days=[next(_days) for _ in range(number // 12 + 1)][-1])
    starts = [first + timedelta(hours=2 * place) for place in range(number)]
    sessions = [
        {"starts_at": start.isoformat(), "ends_at": (start + timedelta(hours=1)).isoformat()} for start in starts
    ]
    made = house.person(house.town.staff).post("/v1/activities", plan(house, sessions=sessions, **more))
    activity = id_in(made, "activity")
    for step in ("publish", "open"):
        house.person(house.town.staff).post(f"/v1/activities/{activity}/{step}")
    ids = map(UUID, made.json()["sessions"])
    return [Gathering(activity, session, start) for session, start in zip(ids, starts, strict=True)]


def visit(house: House, at: Gathering, member: MemberId, *, minutes: int | None = 60) -> None:
    """`member` came when it began and left after `minutes`; None: is still there."""
    came = CheckIn(ActivityId(at.activity), at.start, "kiosk", "in")
    run(house.deployment, CHECK_IN, came, actor=member)
    if minutes is not None:
        left = CheckIn(ActivityId(at.activity), at.start + timedelta(minutes=minutes), "kiosk", "out")
        run(house.deployment, CHECK_IN, left, actor=member)


def close(house: House, at: Gathering) -> None:
    """Shut the door."""
    done = house.person(house.town.staff).post(f"/v1/activities/{at.activity}/close")
    assert done.status_code == 200, done.text


def proposed(house: House, *members: MemberId, minutes: int = 60, **terms: Any) -> list[UUID]:
    """The awards of an activity that `members` came to, proposed by the staff."""
    at = past_gathering(house, rules=[str(rule(house, **terms))])
    for member in members:
        visit(house, at, member, minutes=minutes)
    close(house, at)
    tally = house.person(house.town.staff).post(f"/v1/activities/{at.activity}/tally")
    assert tally.status_code == 200, tally.text
    assert tally.json()["figures"]["proposed"] == len(members)
    return [award_of(at, member, Unit(terms.get("unit", "points"))) for member in members]


def award_of(at: Gathering, member: MemberId, unit: Unit = Unit.POINTS) -> UUID:
    """The award for the member's visit."""
    source = attendance_id(ActivityId(at.activity), SessionId(at.session), member)
    return award_id(source, member, unit)


def give_points(house: House, member: MemberId, points: int = 100, *, second: MemberId | None = None) -> None:
    """`points` for an hour of the member's, credited. second: approves after the approver where they are many."""
    (award,) = proposed(house, member, rate=points)
    for approver in filter(None, (house.town.approver, second)):
        done = house.person(approver).post("/v1/awards/approve", {"awards": [str(award)]})
        assert done.status_code == 200, done.text
    later = house.clock.now() + timedelta(days=14)
    run(house.deployment, CREDIT_AWARD, CreditAward(AwardId(award)), at=later)


def shelf(house: House, *, price: int = 4, pieces: int = 5, per_month: int | None = None) -> UUID:
    """A reward with pieces on the shelf."""
    staff = house.person(house.town.staff)
    body = {"name": "肥皂两块", "organisation": str(house.town.community), "unit": "points", "price": price}
    limits = [] if per_month is None else [{"per": "member", "pieces": per_month, "period": "month"}]
    made = id_in(staff.post("/v1/rewards", body | {"limits": limits}), "reward")
    approved = house.person(house.town.approver).post(f"/v1/rewards/{made}/approve")
    assert approved.status_code == 200, approved.text
    done = staff.post(f"/v1/rewards/{made}/stock", {"pieces": pieces})
    assert done.status_code == 200, done.text
    return made


def for_whom(house: House, after: int) -> list[tuple[MemberId | None, str | None]]:
    """For whom, and on what basis, each event since `after` was made; twice None where people acted for themselves."""
    stored = [json.loads(row.state) for row in house.deployment.feed.page_raw(after, 200)]
    behalf = [(one.get("on_behalf_of"), one.get("basis")) for one in stored]
    return [(MemberId(UUID(member)) if member else None, basis) for member, basis in behalf]


def every_page(person: Person, path: str, **params: Any) -> list[dict[str, Any]]:
    """The items of a list, page after page."""
    page = person.get(path, **params)
    items: list[dict[str, Any]] = page.json()["items"]
    while "next" in page.links:
        page = person.client.get(page.links["next"]["url"], headers=person.headers())
        items += page.json()["items"]
    return items
