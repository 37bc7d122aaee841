"""Lists ask the directory as often for fifty people as for five: never once a row."""

from collections.abc import Generator
from contextlib import contextmanager
from threading import current_thread
from typing import Any

import pytest
from api_town import People, Person, Town, run
from sqlalchemy import event

from api.deployment import Deployment
from ledger.application.members import REGISTER_MEMBER, RegisterMember
from ledger.kernel.ids import MemberId, derived


@contextmanager
def counted(deployment: Deployment) -> Generator[list[str]]:
    """The statements that the directory is asked meanwhile, but for those of chores and of who keeps people found."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if current_thread().name not in {"chores", "finding"}:
            asked.append(statement)

    engine = deployment.directory._read_engine
    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


def people(deployment: Deployment, town: Town, some: range) -> None:
    for number in some:
        member = MemberId(derived(town.street, f"extra {number}"))
        deployment.directory.write(
            member, {"name": f"王{'一二三四五六七八九十'[number % 10]}", "phone": f"138{number:08}"}
        )
        run(deployment, REGISTER_MEMBER, RegisterMember(member, town.community), actor=town.founder)
    deployment.caught_up(deployment.feed.position())


@pytest.fixture
def staff(signed_in: People, town: Town, deployment: Deployment) -> Person:
    deployment.finder.make()
    return signed_in(town.staff)


def asked_for(deployment: Deployment, staff: Person, town: Town) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, ask in {
        "members": lambda: staff.get("/v1/members", organisation=str(town.community), limit=50),
        "search": lambda: staff.post("/v1/member-searches", {"query": "wang"}),
    }.items():
        ask()
        with counted(deployment) as statements:
            answer = ask()
        assert answer.status_code == 200, answer.text
        found[name] = len(statements)
    return found


def test_a_long_list_asks_the_directory_no_more_often_than_a_short_one(
    staff: Person, town: Town, deployment: Deployment
) -> None:
    people(deployment, town, range(3))
    few = asked_for(deployment, staff, town)
    people(deployment, town, range(3, 60))
    assert asked_for(deployment, staff, town) == few
    assert max(few.values()) <= 4
