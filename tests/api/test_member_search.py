"""Searching members: only among those whom the reader may see, as fresh as the request, and nothing of it in a log."""

from typing import Any
from uuid import UUID

import pytest
from api_town import People, Person, Town
from msgspec.structs import replace
from sqlalchemy import delete, update

from api.deployment import Deployment
from api.wiring import open_databases
from ledger.kernel.ids import MemberId
from ledger.store.directory.tables import FIELDS, SUBJECT_KEYS
from ledger.store.erasure_places import personal_fields
from ledger.store.finding import Finder
from projections.homes import Homes


@pytest.fixture
def staff(signed_in: People, town: Town, deployment: Deployment) -> Person:
    """The community's staff, once people can be found."""
    deployment.finder.make()
    return signed_in(town.staff)


def names(person: Person, query: str, **more: Any) -> list[str]:
    answer = person.post("/v1/member-searches", {"query": query, **more})
    assert answer.status_code == 200, answer.text
    return [one["name"] for one in answer.json()["items"]]


def registered(staff: Person, town: Town, deployment: Deployment, name: str, **more: str) -> MemberId:
    answer = staff.post("/v1/members", {"name": name, "home": str(town.community), **more})
    deployment.caught_up(deployment.feed.position())
    return MemberId(UUID(answer.json()["member"]))


@pytest.mark.parametrize("query", ["张秀英", "秀英", "zhangxiuying", "zxy", "zhangxy", "XIU ying"])
def test_somebody_is_found_by_name_and_by_sound(staff: Person, query: str) -> None:
    assert names(staff, query) == ["张秀英"]


def test_a_hit_tells_two_of_one_name_apart_and_no_more(staff: Person, town: Town, deployment: Deployment) -> None:
    first = registered(staff, town, deployment, "王芳", phone="13811112222", address="三号楼 501")
    second = registered(staff, town, deployment, "王芳", phone="13933334444")
    answer = staff.post("/v1/member-searches", {"query": "王芳"})
    hits = {one["id"]: one for one in answer.json()["items"]}
    assert {one: hits[str(one)]["phone"] for one in (first, second)} == {first: "138****2222", second: "139****4444"}
    assert {frozenset(one) for one in hits.values()} == {frozenset(("id", "name", "phone", "number", "home", "status"))}
    assert answer.headers["cache-control"] == "no-store"


def test_a_telephone_and_a_number_are_found(staff: Person, town: Town, deployment: Deployment) -> None:
    registered(staff, town, deployment, "周丽华", phone="13811112222")
    assert names(staff, "2222") == ["周丽华"]
    assert names(staff, "1") == ["周丽华"]
    assert names(staff, "3811") == []


def test_nobody_of_another_community_is_found(staff: Person, signed_in: People, town: Town) -> None:
    assert names(staff, "赵云") == []
    assert names(staff, "zhaoyun") == []
    stranger = signed_in(town.stranger)
    assert names(stranger, "赵云") == ["赵云"]
    assert names(stranger, "张秀英") == []
    founder = signed_in(town.founder)
    assert [*names(founder, "赵云"), *names(founder, "张秀英")] == ["赵云", "张秀英"]
    assert names(founder, "zhao", organisation=str(town.community)) == []


def test_among_others_people_is_not_searched(signed_in: People, staff: Person, town: Town) -> None:
    asked = {"query": "赵云", "organisation": str(town.other_community)}
    assert staff.post("/v1/member-searches", asked).status_code == 404
    for member in (town.resident, town.keeper):
        answer = signed_in(member).post("/v1/member-searches", {"query": "赵云"})
        assert (answer.status_code, answer.json()["code"]) == (403, "not-permitted")


def test_what_was_corrected_is_found_at_the_next_request(staff: Person, town: Town, deployment: Deployment) -> None:
    member = registered(staff, town, deployment, "周丽华", phone="13811112222")
    assert names(staff, "zhoulihua") == ["周丽华"]
    staff.post(f"/v1/members/{member}/details", {"name": "邹莉", "phone": "13900001111", "basis": "identity-card"})
    assert names(staff, "zouli") == ["邹莉"]
    assert names(staff, "1111") == ["邹莉"]
    assert names(staff, "zhoulihua") == names(staff, "2222") == []


def test_who_was_erased_is_found_no_more_from_the_next_request_on(
    staff: Person, town: Town, deployment: Deployment
) -> None:
    member = registered(staff, town, deployment, "周丽华", phone="13811112222")
    deployment.finder.make()
    assert names(staff, "2222") == ["周丽华"]
    databases = open_databases(deployment.settings)
    personal_fields(databases, [member])
    databases.close()
    assert names(staff, "2222") == names(staff, "zhoulihua") == []


def test_what_does_not_open_is_left_out_and_harms_nobody_else(
    staff: Person, town: Town, deployment: Deployment
) -> None:
    lost = registered(staff, town, deployment, "王芳")
    broken = registered(staff, town, deployment, "王芳芳")
    registered(staff, town, deployment, "王芳菲")
    databases = open_databases(deployment.settings)
    with databases.directory.begin() as connection:
        connection.execute(delete(SUBJECT_KEYS).where(SUBJECT_KEYS.c.subject == lost))
        connection.execute(update(FIELDS).where(FIELDS.c.subject == broken).values(ciphertext=bytes(40)))
    databases.close()
    assert names(staff, "王芳") == ["王芳菲"]
    deployment.finder.make()
    assert names(staff, "wangfang") == ["王芳菲"]


def test_before_people_were_read_a_search_is_asked_to_come_again(staff: Person, deployment: Deployment) -> None:
    unmade = Finder(deployment.directory, Homes(deployment.views), lambda _: None)
    staff.client.app.state.deployment = replace(deployment, finder=unmade)
    answer = staff.post("/v1/member-searches", {"query": "zhang"})
    assert (answer.status_code, answer.json()["code"]) == (503, "search-not-ready")
    assert int(answer.headers["retry-after"]) > 0
    unmade.make()
    assert names(staff, "zhang") == ["张秀英"]


@pytest.mark.parametrize(("query", "code"), [("z", "search-too-short"), ("·", "search-too-short")])
def test_too_little_is_refused(staff: Person, query: str, code: str) -> None:
    answer = staff.post("/v1/member-searches", {"query": query})
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_searching_too_fast_is_refused(staff: Person) -> None:
    answers = [staff.post("/v1/member-searches", {"query": "zhang"}).status_code for _ in range(61)]
    assert answers == [200] * 60 + [429]


def test_the_log_has_who_searched_and_how_many_were_found_and_no_word_of_it(
    staff: Person, town: Town, deployment: Deployment, capfd: pytest.CaptureFixture[str]
) -> None:
    names(staff, "张秀英")
    (entry,) = deployment.audit_log.page(0, 10, kinds=["searched"])
    assert (entry.actor, entry.subject, entry.facts) == (town.staff, None, {"count": 1})
    assert "秀英" not in capfd.readouterr().err
