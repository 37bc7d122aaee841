"""The tree of organisations through the interface."""

from typing import Any

from api_town import People, Town

from api.deployment import Deployment


def node(town: Town, **more: Any) -> dict[str, Any]:
    body = {"name": "一网格", "level": "grid", "parent": str(town.community), "effective_from": "2026-01-01"}
    return body | more


def test_an_administrator_adds_a_node(signed_in: People, town: Town) -> None:
    founder = signed_in(town.founder)

    added = founder.post("/v1/organisations", node(town, division_code="210922001001"))
    position, organisation = added.headers["ledger-position"], added.json()["ids"]["organisation"]
    shown = founder.get(f"/v1/organisations/{organisation}", min_position=position)

    assert added.status_code == 201
    assert shown.json() == {
        "id": organisation,
        "name": "一网格",
        "level": "grid",
        "parent": str(town.community),
        "division_code": "210922001001",
        "effective_from": "2026-01-01",
        "members": 0,
        "attached_to": None,
        "last_day": None,
        "successors": [],
        "also_called": [],
    }


def test_a_division_code_belongs_to_one_organisation(signed_in: People, town: Town, deployment: Deployment) -> None:
    founder = signed_in(town.founder)
    first = founder.post("/v1/organisations", node(town, division_code="210922001001"))

    second = founder.post("/v1/organisations", node(town, name="二网格", division_code="210922001001"))

    assert (second.status_code, second.json()["code"]) == (409, "division-code-taken")
    known = deployment.directory.organisation_of_code("210922001001")
    assert str(known) == first.json()["ids"]["organisation"]


def test_a_division_code_has_twelve_digits(signed_in: People, town: Town) -> None:
    answer = signed_in(town.founder).post("/v1/organisations", node(town, division_code="21092200100x"))

    assert (answer.status_code, answer.json()["code"]) == (422, "division-code-malformed")
    assert answer.json()["detail"] == "应为 12 位数字。"


def test_adding_a_node_again_under_its_key_answers_the_same(signed_in: People, town: Town) -> None:
    founder = signed_in(town.founder)

    answers = [founder.post("/v1/organisations", node(town), key="the-same-key").json() for _ in range(2)]

    assert answers[0] == answers[1]


def test_staff_cannot_add_a_node(signed_in: People, town: Town) -> None:
    answer = signed_in(town.staff).post("/v1/organisations", node(town))

    assert (answer.status_code, answer.json()["code"]) == (403, "not-permitted")


def test_the_tree_is_walked_from_its_top(signed_in: People, town: Town) -> None:
    resident = signed_in(town.resident, "member")

    tops = resident.get("/v1/organisations").json()["items"]
    below = resident.get("/v1/organisations", parent=town.street).json()["items"]

    assert [one["name"] for one in tops] == ["彰武路街道"]
    assert {one["name"]: one["members"] for one in below} == {"向阳社区": 5, "东风社区": 1}


def test_pages_of_the_tree_follow_each_other(signed_in: People, town: Town) -> None:
    resident = signed_in(town.resident, "member")

    first = resident.get("/v1/organisations", parent=town.street, limit=1)
    second = resident.client.get(first.links["next"]["url"], headers=resident.headers())
    third = resident.client.get(second.links["next"]["url"], headers=resident.headers())

    names = {one["name"] for page in (first, second) for one in page.json()["items"]}
    assert names == {"向阳社区", "东风社区"}
    assert third.json()["items"] == []
    assert "next" not in third.links


def test_an_organisation_nobody_registered_is_unknown(signed_in: People, town: Town) -> None:
    assert signed_in(town.resident).get(f"/v1/organisations/{town.resident}").status_code == 404


def test_what_a_reader_has_already_is_not_sent_again(signed_in: People, town: Town) -> None:
    resident = signed_in(town.resident, "member")
    path = f"/v1/organisations/{town.community}"
    first = resident.get(path)

    headers = resident.headers() | {"If-None-Match": f'W/"x", {first.headers["etag"]}'}
    again = resident.client.get(path, headers=headers)
    other = resident.client.get(f"/v1/organisations/{town.street}", headers=headers)

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert other.status_code == 200
