"""Sessions end at the next request on every worker: by a change of roles, credentials or standing, and by a day."""

from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from api_town import QUICK, People, Person, Town, found_town, id_in
from litestar.testing import TestClient
from msgspec import Struct
from signing import opened, with_password

from api.app import build_app
from api.deployment import Deployment
from api.settings import Settings
from api.wiring import open_deployment
from ledger.kernel.clock import FixedClock
from ledger.kernel.ids import MemberId


class Worker(Struct, frozen=True):
    """A process that serves: here another application with connections of its own."""

    deployment: Deployment
    people: People

    def asked_by(self, person: Person) -> tuple[int, int]:
        """What `person` is answered for a read and for a write."""
        here = Person(self.people.client, person.token)
        asked = {"name": "周丽华", "home": "00000000-0000-0000-0000-000000000000"}
        return here.get("/v1/me").status_code, here.post("/v1/members", asked).status_code


class Served(Struct, frozen=True):
    """The town, and the workers that serve it: two on PostgreSQL, one on SQLite."""

    town: Town
    workers: tuple[Worker, ...]
    clock: FixedClock

    @property
    def one(self) -> Worker:
        return self.workers[0]

    def answers(self, person: Person) -> set[tuple[int, int]]:
        """What `person` is answered by every worker."""
        return {worker.asked_by(person) for worker in self.workers}


@contextmanager
def serving(settings: Settings, clock: FixedClock) -> Generator[Worker]:
    deployment = open_deployment(settings, clock, cost=QUICK)
    with TestClient(build_app(deployment)) as client:
        yield Worker(deployment, People(client, deployment))
    deployment.close()


@pytest.fixture
def on_sqlite(prepared_home: tuple[Path, Town], tmp_path: Path, clock: FixedClock) -> Iterator[Served]:
    home, town = prepared_home
    copytree(home, tmp_path / "home")
    with serving(Settings(tmp_path / "home"), clock) as worker:
        yield Served(town, (worker,), clock)


@pytest.fixture
def on_postgresql(postgres_url: str, tmp_path: Path, clock: FixedClock) -> Iterator[Served]:
    settings = Settings(tmp_path / "home", database_url=postgres_url)
    with ExitStack() as stack:
        workers = tuple(stack.enter_context(serving(settings, clock)) for _ in range(2))
        town = found_town(workers[0].deployment)
        for worker in workers:
            assert worker.deployment.caught_up(workers[0].deployment.feed.position())
        yield Served(town, workers, clock)


@pytest.fixture(params=["on_sqlite", pytest.param("on_postgresql", marks=pytest.mark.postgres)])
def served(request: pytest.FixtureRequest) -> Served:
    return request.getfixturevalue(request.param)


Change = Callable[[Served], Any]


def granting_a_role(served: Served) -> Any:
    town = served.town
    role = {"role": "team_leader", "organisation": str(town.community), "from_day": "2026-03-01"}
    return served.one.people(town.founder).post(f"/v1/members/{town.staff}/roles", role)


def ending_a_role(served: Served) -> Any:
    town = served.town
    me = served.one.people(town.staff).get("/v1/me").json()
    return served.one.people(town.founder).post(f"/v1/members/{town.staff}/roles/{me['roles'][0]['role_id']}/end")


def suspending(served: Served) -> Any:
    town = served.town
    return served.one.people(town.founder).post(f"/v1/members/{town.staff}/suspend", {"reason": "under-review"})


def setting_a_password(served: Served) -> Any:
    person = served.one.people(served.town.staff)
    return person.post("/v1/me/credentials/password", {"password": "acht-laute-Kraniche"})


def setting_a_pin(served: Served) -> Any:
    return served.one.people(served.town.staff).post("/v1/me/credentials/pin", {"pin": "294057"})


def ending_it_from_another(served: Served) -> Any:
    person = served.one.people(served.town.staff)
    for one in person.get("/v1/me/sessions").json()["sessions"]:
        if not one["is_this"]:
            answer = person.delete(f"/v1/me/sessions/{one['id']}")
            assert answer.status_code == 204
    return person.get("/v1/me")


CHANGES: tuple[Change, ...] = (
    ending_it_from_another,
    setting_a_pin,
    setting_a_password,
    granting_a_role,
    ending_a_role,
    suspending,
)


def test_a_change_ends_the_session_at_the_next_request_on_every_worker(served: Served) -> None:
    for change in CHANGES:
        person = served.one.people(served.town.staff)
        assert {read for read, _ in served.answers(person)} == {200}, change.__name__

        assert change(served).status_code in {200, 201}, change.__name__

        assert served.answers(person) == {(401, 401)}, change.__name__


def test_a_role_that_is_over_by_its_day_is_no_role_at_the_next_request_on_every_worker(served: Served) -> None:
    town, clock = served.town, served.clock
    founder = served.one.people(town.founder)
    last_day = {"organisation": str(town.community), "from_day": "2026-03-01", "until_day": "2026-03-04"}
    granted = founder.post(f"/v1/members/{town.neighbour}/roles", last_day | {"role": "staff"})
    assert id_in(granted, "role")
    for worker in served.workers:
        assert worker.deployment.caught_up(served.one.deployment.feed.position())
    person = served.one.people(town.neighbour)
    clock.at += timedelta(hours=11, minutes=50)
    late = served.one.people(town.neighbour)
    path = f"/v1/members/{town.resident}"
    assert {Person(one.people.client, late.token).get(path).status_code for one in served.workers} == {200}
    assert Person(served.one.people.client, late.token).get("/v1/me").json()["kind"] == "staff"

    clock.at += timedelta(minutes=15)

    assert person.get("/v1/me").status_code == 401
    for worker in served.workers:
        here = Person(worker.people.client, late.token)
        me = here.get("/v1/me").json()
        assert (me["kind"], me["roles"]) == ("member", [])
        assert here.get(path).status_code == 404
        assert here.post(f"{path}/verify", {"basis": "known-in-person"}).json()["code"] == "not-permitted"


def test_one_who_sets_a_password_goes_on_and_sees_only_the_session_that_does(on_sqlite: Served) -> None:
    staff: MemberId = on_sqlite.town.staff
    with_password(on_sqlite.one.deployment, staff)
    on_sqlite.one.people(staff)

    going_on = opened(on_sqlite.one.people.client, setting_a_password(on_sqlite))

    listed = going_on.get("/v1/me/sessions").json()["sessions"]
    assert [(one["kind"], one["is_this"]) for one in listed] == [("staff", True)]


def test_the_session_of_somebody_else_is_not_ones_own_to_end(on_sqlite: Served) -> None:
    staff, resident = (
        on_sqlite.one.people(on_sqlite.town.staff),
        on_sqlite.one.people(on_sqlite.town.resident, "member"),
    )
    theirs = resident.get("/v1/me/sessions").json()["sessions"][0]["id"]

    refused = staff.delete(f"/v1/me/sessions/{theirs}")

    assert (refused.status_code, refused.json()["code"]) == (404, "unknown-id")
    assert resident.get("/v1/me").status_code == 200
