"""A large award over HTTP: agreed to by two, each seen by the other in the list of what waits."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from api_town import FOUNDED, Person, Town, run
from house import House, opened, proposed

from ledger.application.roles import GRANT_ROLE, GrantRole


@pytest.fixture(scope="module")
def house(prepared_home: tuple[Path, Town], tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The keeper is a second approver."""
    with opened(prepared_home, tmp_path_factory.mktemp("two") / "home") as running:
        town = running.town
        run(
            running.deployment,
            GRANT_ROLE,
            GrantRole(town.keeper, "approver", town.community, FOUNDED),
            actor=town.founder,
        )
        yield running


@pytest.fixture
def second(house: House) -> Person:
    return house.person(house.town.keeper)


def decide(person: Person, *awards: UUID, step: str = "approve") -> Any:
    body = {"awards": [str(one) for one in awards]} | ({"reason": "never-there"} if step == "refuse" else {})
    return person.post(f"/v1/awards/{step}", body)


def seen(person: Person, award: UUID, after: Any) -> tuple[str, str | None, str | None]:
    """Status, who agreed first, who decided."""
    shown = person.get(f"/v1/awards/{award}", min_position=after.headers["ledger-position"]).json()
    return shown["status"], shown["first_approved_by"], shown["decided_by"]


def test_a_large_award_goes_on_notice_when_a_second_has_agreed(house: House, approver: Person, second: Person) -> None:
    town = house.town
    (large,) = proposed(house, town.resident, rate=501)
    (small,) = proposed(house, town.neighbour, rate=500)

    first = decide(approver, large, small)
    with house.unchanged():
        again = decide(approver, large)
    waiting = second.get("/v1/awards", status="proposed", min_position=first.headers["ledger-position"]).json()["items"]
    between = seen(approver, large, first)
    last = decide(second, large)

    assert (first.json()["figures"]["approved"], first.json()["figures"]["awaiting_second"]) == (1, 1)
    assert (again.status_code, again.json()["code"]) == (403, "second-approver-needed")
    assert [(one["id"], one["first_approved_by"]) for one in waiting] == [(str(large), str(town.approver))]
    assert between == ("proposed", str(town.approver), None)
    assert (last.json()["figures"]["approved"], last.json()["figures"]["awaiting_second"]) == (1, 0)
    assert seen(approver, large, last) == ("on_notice", str(town.approver), str(town.keeper))
    assert seen(approver, small, last) == ("on_notice", None, str(town.approver))


def test_the_second_may_refuse_what_the_first_agreed_to(house: House, approver: Person, second: Person) -> None:
    (large,) = proposed(house, house.town.resident, rate=501)
    decide(approver, large)

    refused = decide(second, large, step="refuse")

    assert refused.json()["figures"]["refused"] == 1
    assert seen(second, large, refused) == ("refused", str(house.town.approver), str(house.town.keeper))


def test_the_beneficiary_is_not_the_second(house: House, approver: Person, second: Person) -> None:
    (own,) = proposed(house, house.town.keeper, rate=501)
    decide(approver, own)

    with house.unchanged():
        refused = decide(second, own)

    assert (refused.status_code, refused.json()["code"]) == (403, "own-household-or-self")
