"""Trees cut anew, names, seats and the report of taking part, through the interface."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from api_town import FOUNDED, Person, Town, id_in, run
from house import House, award_of, close, every_page, gathering, opened, rule, visit

from ledger.application.roles import GRANT_ROLE, GrantRole
from ledger.kernel.ids import MemberId, OrganisationId

TODAY, SOON, BEFORE = "2026-03-04", "2026-04-01", "2026-03-31"
SPAN = {"from": "2026-01-01", "until": "2026-12-31"}


@pytest.fixture(scope="module")
def house(prepared_home: tuple[Path, Town], tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(prepared_home, tmp_path_factory.mktemp("recutting") / "home") as found:
        yield found


@pytest.fixture
def founder(house: House) -> Person:
    return house.person(house.town.founder)


def node(house: House, level: str, parent: object, name: str = "网格", **more: Any) -> UUID:
    """A node below `parent`, since the first of January."""
    body = {"name": name, "level": level, "effective_from": "2026-01-01"} | more
    asked = body | ({"parent": str(parent)} if parent else {})
    return id_in(house.person(house.town.founder).post("/v1/organisations", asked), "organisation")


def below(person: Person, parent: object, **query: Any) -> list[str]:
    return [one["id"] for one in every_page(person, "/v1/organisations", parent=parent, **query)]


def newcomer(house: House, home: object) -> UUID:
    made = house.person(house.town.founder).post("/v1/members", {"name": "孙长河", "home": str(home)})
    member = made.json()["member"]
    house.person(house.town.founder).post(f"/v1/members/{member}/verify", {"basis": "known-in-person"})
    return UUID(member)


def test_a_grid_is_moved_and_the_tree_is_read_on_both_days(house: House, founder: Person) -> None:
    here, there = (node(house, "community", house.town.street) for _ in range(2))
    grid = node(house, "grid", here)

    moved = founder.post(f"/v1/organisations/{grid}/move", {"parent": str(there), "effective_from": SOON})
    position = moved.headers["ledger-position"]

    assert moved.json()["code"] == "organisation-moved"
    assert below(founder, here, on=BEFORE, min_position=position) == [str(grid)]
    assert (below(founder, here, on=SOON), below(founder, there, on=SOON)) == ([], [str(grid)])
    parents = [founder.get(f"/v1/organisations/{grid}", on=day).json()["parent"] for day in (BEFORE, SOON)]
    assert parents == [str(here), str(there)]


def test_two_communities_are_merged_into_a_new_one_with_its_name_and_code(house: House, founder: Person) -> None:
    first, second = (node(house, "community", house.town.street) for _ in range(2))
    grid = node(house, "grid", second)
    body = {
        "effective_from": SOON,
        "reason": "re-cut",
        "others": [str(second)],
        "successor": {"name": "新城社区", "division_code": "210922100777"},
    }

    merged = founder.post(f"/v1/organisations/{first}/merge", body)
    successor, position = merged.json()["ids"]["successor"], merged.headers["ledger-position"]

    shown = founder.get(f"/v1/organisations/{successor}", min_position=position).json()
    assert (shown["name"], shown["parent"], shown["effective_from"]) == ("新城社区", str(house.town.street), SOON)
    ended = founder.get(f"/v1/organisations/{second}").json()
    assert (ended["last_day"], ended["successors"]) == (BEFORE, [successor])
    assert below(founder, successor, on=SOON) == [str(grid)]
    assert founder.get(f"/v1/organisations/{grid}", on=SOON).json()["parent"] == successor
    assert str(house.deployment.directory.organisation_of_code("210922100777")) == successor


def test_a_community_is_split_with_its_grids(house: House, founder: Person) -> None:
    whole = node(house, "community", house.town.street)
    grid = node(house, "grid", whole)
    body = {
        "effective_from": SOON,
        "reason": "re-cut",
        "successors": [{"name": "东", "children": [str(grid)]}, {"name": "西"}],
    }

    split = founder.post(f"/v1/organisations/{whole}/split", body, key="the-same-split")
    again = founder.post(f"/v1/organisations/{whole}/split", body, key="the-same-split")
    east = split.json()["ids"]["successor_1"]

    assert (split.status_code, again.json()) == (200, split.json())
    assert below(founder, east, on=SOON, min_position=split.headers["ledger-position"]) == [str(grid)]


def test_a_node_ends_and_takes_nobody_any_more(house: House, founder: Person) -> None:
    place = node(house, "community", house.town.street)
    ended = founder.post(f"/v1/organisations/{place}/end", {"last_day": "2026-03-03", "reason": "dissolved"})

    refused = founder.post("/v1/members", {"name": "孙长河", "home": str(place)})

    assert ended.status_code == 200
    assert (refused.status_code, refused.json()["code"]) == (409, "organisation-has-ended")
    assert refused.json()["detail"] == "最后一天是 2026年3月3日。"
    assert str(place) not in below(founder, house.town.street)


def test_only_one_kind_of_successor_is_named(house: House, founder: Person) -> None:
    grid = node(house, "grid", house.town.community)
    body = {"effective_from": SOON, "reason": "re-cut"}
    both = body | {"into": str(grid), "successor": {"name": "新"}}
    with house.unchanged():
        answers = [founder.post(f"/v1/organisations/{grid}/merge", one) for one in (body, both)]
        top = founder.post(f"/v1/organisations/{house.town.street}/merge", body | {"successor": {"name": "新街道"}})

    assert [(one.status_code, one.json()["code"]) for one in (*answers, top)] == [(400, "invalid-body")] * 3


def test_who_may_not_change_the_tree_leaves_no_name_behind(house: House) -> None:
    body = {"effective_from": SOON, "reason": "re-cut", "successors": [{"name": "东"}, {"name": "西"}]}
    with house.unchanged():
        staff = house.person(house.town.staff).post(f"/v1/organisations/{house.town.community}/split", body)

    assert (staff.status_code, staff.json()["code"]) == (403, "not-permitted")


def test_a_community_is_found_by_its_other_names_and_by_its_old_one(house: House, founder: Person) -> None:
    place = node(house, "community", house.town.street, name="百亩园社区")
    reader = house.person(house.town.resident, "member")

    added = founder.post(f"/v1/organisations/{place}/aliases", {"name": "百园社区"})
    twice = founder.post(f"/v1/organisations/{place}/aliases", {"name": "百园社区"})
    found = {name: _ids(reader, name) for name in ("百园", "百亩园社区", "没有的")}
    renamed = founder.post(f"/v1/organisations/{place}/rename", {"name": "百亩新园社区"})

    assert added.json() == {"name": "百亩园社区", "also_called": [{"name": "百园社区", "until": None}]}
    assert (twice.status_code, twice.json()["code"]) == (409, "name-in-use")
    assert found == {"百园": [str(place)], "百亩园社区": [str(place)], "没有的": []}
    assert renamed.json()["also_called"][0] == {"name": "百亩园社区", "until": "2026-03-03"}
    assert _ids(reader, "百亩园社区") == _ids(reader, "百亩新园") == [str(place)]
    removed = founder.post(f"/v1/organisations/{place}/aliases/remove", {"name": "百园社区"})
    assert [one["name"] for one in removed.json()["also_called"]] == ["百亩园社区"]
    assert _ids(reader, "百园社区") == []
    gone = founder.post(f"/v1/organisations/{place}/aliases/remove", {"name": "百园社区"})
    assert (gone.status_code, gone.json()["code"]) == (404, "name-not-there")
    staff = house.person(house.town.staff).post(f"/v1/organisations/{place}/rename", {"name": "x"})
    assert staff.status_code == 403


def _ids(person: Person, name: str) -> list[str]:
    return [one["id"] for one in person.get("/v1/organisations", named=name).json()["items"]]


def test_whole_names_come_before_those_that_only_hold_them(house: House, founder: Person) -> None:
    longer, exact = (node(house, "grid", house.town.community, name=name) for name in ("大槐树网格", "槐树"))

    assert house.deployment.caught_up(house.position())
    assert _ids(founder, "槐树") == [str(exact), str(longer)]
    assert _ids(founder, "槐树")[:1] == [
        one["id"] for one in founder.get("/v1/organisations", named="槐树", limit=1).json()["items"]
    ]


class Party:
    """A committee attached to the street, a branch of it, and who keeps the branch's books."""

    def __init__(self, house: House) -> None:
        self.committee = node(house, "party_committee", None, "街道党工委", attached_to=str(house.town.street))
        self.branch, self.other = (node(house, "party_branch", self.committee, "第一支部") for _ in range(2))
        keeper = MemberId(newcomer(house, house.town.other_community))
        granted = GrantRole(keeper, "staff", OrganisationId(self.branch), FOUNDED)
        run(house.deployment, GRANT_ROLE, granted, actor=house.town.founder)
        self.keeper = house.person(keeper)
        assert house.deployment.caught_up(house.position())


def test_who_sits_in_a_party_branch_is_told_to_its_keepers_and_to_the_person(house: House) -> None:
    party, member = Party(house), newcomer(house, house.town.community)
    grid = node(house, "grid", house.town.community)
    staff, own = house.person(house.town.staff), house.person(MemberId(member), "member")
    seats = f"/v1/members/{member}/seats"

    in_grid = staff.post(seats, {"organisation": str(grid)})
    in_branch = party.keeper.post(seats, {"organisation": str(party.branch)})
    position = in_branch.headers["ledger-position"]

    assert (in_grid.json()["code"], in_branch.json()["code"]) == ("seat-taken", "seat-taken")
    assert _levels(own, seats, min_position=position) == ["grid", "party_branch"]
    assert _levels(staff, seats) == ["grid"]
    assert _levels(party.keeper, seats) == ["party_branch"]
    assert house.person(house.town.stranger).get(seats).status_code == 404
    assert [one["member"] for one in party.keeper.get(f"/v1/organisations/{party.branch}/seats").json()["items"]] == [
        str(member)
    ]
    for person in (staff, own, house.person(house.town.founder)):
        assert person.get(f"/v1/organisations/{party.branch}/seats").status_code in {403, 404}
    assert party.keeper.get(f"/v1/organisations/{party.other}/seats").status_code == 404
    assert staff.get(f"/v1/organisations/{grid}/seats").json()["items"][0]["name"] == "孙**"
    files = [staff.get(f"/v1/members/{member}/file", basis="asked-in-person"), own.get("/v1/me/file")]
    assert [len(one.json()["records"]["seats"]) for one in files] == [1, 2]
    left = party.keeper.post(f"{seats}/leave", {"organisation": str(party.branch), "last_day": TODAY})
    assert left.json()["code"] == "seat-left"


def _levels(person: Person, path: str, **query: Any) -> list[str]:
    return [one["level"] for one in person.get(path, **query).json()["items"]]


def test_a_role_in_the_party_opens_nothing_of_the_administrative_tree(house: House) -> None:
    keeper = Party(house).keeper
    resident, community = house.town.resident, house.town.community

    assert keeper.get(f"/v1/members/{resident}").status_code == 404
    assert keeper.get("/v1/members", organisation=community).status_code == 404
    assert keeper.post(f"/v1/members/{resident}/suspend", {"reason": "other"}).status_code == 404
    assert keeper.get("/v1/reports/participation", organisation=community, **SPAN).status_code == 404


def test_a_party_tree_is_attached_to_the_administrative_one(house: House, founder: Person) -> None:
    branch = Party(house).branch
    nowhere = {"name": "支部", "level": "party_branch", "effective_from": TODAY}

    assert founder.get(f"/v1/organisations/{branch}").json()["level"] == "party_branch"
    assert founder.post("/v1/organisations", nowhere).json()["code"] == "invalid-body"
    misplaced = founder.post("/v1/organisations", nowhere | {"parent": str(house.town.community)})
    assert misplaced.json()["code"] == "level-not-below-parent"
    attached = nowhere | {"level": "grid", "parent": str(house.town.community), "attached_to": str(house.town.street)}
    assert founder.post("/v1/organisations", attached).json()["code"] == "attachment-misplaced"


def test_a_report_is_read_as_then_and_as_now_and_opened_down_to_its_facts(house: House, founder: Person) -> None:
    # given a visit and its award at a community that was merged afterwards
    first, second = (node(house, "community", house.town.street) for _ in range(2))
    at = gathering(house, organisation=str(house.town.community), rules=[str(rule(house))])
    visit(house, at, house.town.resident, minutes=60)
    close(house, at)
    house.person(house.town.staff).post(f"/v1/activities/{at.activity}/tally")
    award = award_of(at, house.town.resident)
    house.person(house.town.approver).post("/v1/awards/approve", {"awards": [str(award)]})
    body = {"effective_from": SOON, "reason": "re-cut", "others": [str(second)], "into": str(house.town.community)}
    merged = founder.post(f"/v1/organisations/{first}/merge", body)
    assert merged.status_code == 200, merged.text

    # when the street's report is read
    staff = house.person(house.town.founder)
    asked = {"organisation": house.town.street, **SPAN, "min_position": merged.headers["ledger-position"]}
    report = staff.get("/v1/reports/participation", **asked).json()
    items = every_page(staff, "/v1/reports/participation/facts", organisation=house.town.street, limit=1, **SPAN)

    # then the community has the visit, and each fact is named
    (child,) = (one for one in report["children"] if one["organisation"] == str(house.town.community))
    assert child["figures"] == report["total"]
    assert child["figures"]["attendances"] == 1
    assert child["figures"]["returning"] == {"numerator": 0, "denominator": 1}
    assert report["as_of"]["position"] >= int(merged.headers["ledger-position"])
    assert [(one["kind"], one["organisation"]) for one in items] == [("attendance", str(house.town.community))]
    part = {"organisation": house.town.street, "part": house.town.street, **SPAN}
    assert staff.get("/v1/reports/participation/facts", **part).json()["items"] == []
    backwards = {"from": SOON, "until": TODAY}
    assert staff.get("/v1/reports/participation", organisation=house.town.street, **backwards).status_code == 400
    resident = house.person(house.town.resident, "member")
    assert resident.get("/v1/reports/participation", organisation=house.town.community, **SPAN).status_code == 403
