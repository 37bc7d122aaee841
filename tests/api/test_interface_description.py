"""The OpenAPI document and its page: complete, sound, and readable without the internet or scripts."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from test_routes import endpoints

from api.identity import PUBLIC, UNSAFE
from api.sentences import FAULTS, REFUSALS

OF_WRITES = {"400", "401", "403", "404", "409", "413", "415", "422", "429", "503"}
SCHEMA_KEYS = {
    "$ref", "additionalProperties", "anyOf", "const", "contentEncoding", "default", "deprecated", "description",
    "discriminator", "enum", "examples", "exclusiveMaximum", "exclusiveMinimum", "format", "items", "maxItems",
    "maximum", "maxLength", "minItems", "minimum", "minLength", "oneOf", "pattern", "prefixItems", "properties",
    "propertyNames", "required", "title", "type", "uniqueItems", "readOnly", "writeOnly",
}  # fmt: skip
TYPES = {"string", "integer", "number", "boolean", "object", "array", "null"}


@pytest.fixture
def document(client: TestClient[Litestar]) -> dict[str, Any]:
    """`/schema/openapi.json`."""
    answer = client.get("/schema/openapi.json")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    return answer.json()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield method.upper(), path, operation


def nodes(found: object) -> Iterator[dict[str, Any]]:
    """Every object in the document."""
    if isinstance(found, dict):
        yield found
        for one in found.values():
            yield from nodes(one)
    elif isinstance(found, list):
        for one in found:
            yield from nodes(one)


def schemas(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema, where it stands first."""
    stack = [(name, schema) for name, schema in document["components"]["schemas"].items()]
    for method, path, operation in operations(document):
        place = f"{method} {path}"
        stack += [(place, one["schema"]) for one in operation.get("parameters", [])]
        for answer in [operation.get("requestBody", {}), *operation["responses"].values()]:
            stack += [(place, content["schema"]) for content in answer.get("content", {}).values()]
    while stack:
        place, schema = stack.pop()
        yield place, schema
        inner = [*schema.get("properties", {}).values(), *schema.get("oneOf", []), *schema.get("anyOf", [])]
        inner += [schema[key] for key in ("items", "additionalProperties") if isinstance(schema.get(key), dict)]
        stack += [(place, one) for one in inner]


def test_it_is_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1.")
    assert document["info"]["title"] == "Linli 邻里账本"
    assert document.keys() <= {"openapi", "info", "servers", "paths", "components", "tags"}


def test_every_route_of_the_interface_is_described(app: Litestar, document: dict[str, Any]) -> None:
    described = {(method, path) for method, path, _operation in operations(document)}

    assert {(one.method, one.path) for one in endpoints(app) if one.path.startswith("/v1")} <= described


def test_operations_have_readable_names_of_their_own(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for _method, _path, operation in operations(document)]

    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", name) for name in names)


def test_every_operation_says_what_it_does_and_what_it_needs(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        assert len(operation["description"].split("\n\nNeeds: `")[0]) > 10, (method, path)
        assert "Needs: `" in operation["description"]
        assert operation["tags"], (method, path)
        assert any(status.startswith("2") for status in operation["responses"]), (method, path)


def test_writes_name_their_key_and_their_problems(app: Litestar, document: dict[str, Any]) -> None:
    handlers = {(one.method, one.path): one for one in endpoints(app)}
    for method, path, operation in operations(document):
        headers = {one["name"]: one for one in operation["parameters"] if one["in"] == "header"}
        one = handlers[method, path]
        changes = method in UNSAFE and one.permission != PUBLIC and not one.handler.opt.get("without_key")
        assert ("Idempotency-Key" in headers) == changes, (method, path)
        if changes:
            assert headers["Idempotency-Key"]["required"]
            assert operation["responses"].keys() >= OF_WRITES, (method, path)


def test_what_needs_a_session_says_so(app: Litestar, document: dict[str, Any]) -> None:
    public = {(one.method, one.path) for one in endpoints(app) if one.permission == PUBLIC}
    for method, path, operation in operations(document):
        assert (operation["security"] == []) == ((method, path) in public)
        assert ("401" in operation["responses"]) == ((method, path) not in public), (method, path)


def test_every_code_is_named_under_its_status(document: dict[str, Any]) -> None:
    answers = document["components"]["responses"]
    named = {code for answer in answers.values() for code in re.findall(r"`([a-z0-9-]+)`", answer["description"])}

    assert named == REFUSALS.keys() | FAULTS.keys()
    assert all(set(answer["content"]) == {"application/problem+json"} for answer in answers.values())
    assert set(document["components"]["schemas"]["Problem"]["properties"]["code"]["enum"]) == named


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    for node in nodes(document):
        reference = node.get("$ref")
        if isinstance(reference, str):
            found: Any = document
            for part in reference.removeprefix("#/").split("/"):
                found = found[part]
            assert found


def test_path_parameters_are_those_of_the_path(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        named = {one["name"] for one in operation["parameters"] if one["in"] == "path"}
        assert named == set(re.findall(r"{(\w+)}", path)), (method, path)
        assert all(one["required"] for one in operation["parameters"] if one["in"] == "path")
        keys = [(one["in"], one["name"]) for one in operation["parameters"]]
        assert len(keys) == len(set(keys)), (method, path)


def test_schemas_are_those_of_json_schema(document: dict[str, Any]) -> None:
    for place, schema in schemas(document):
        assert schema.keys() <= SCHEMA_KEYS, place
        kinds = schema.get("type", [])
        assert {kinds} if isinstance(kinds, str) else set(kinds) <= TYPES, place
        assert set(schema.get("required", [])) <= schema.get("properties", {}).keys(), place
        if "pattern" in schema:
            re.compile(schema["pattern"])


def test_bodies_are_described_with_their_bounds(document: dict[str, Any]) -> None:
    asked = document["components"]["schemas"]["MemberAsked"]

    assert asked["properties"]["name"]["maxLength"] == 60
    assert asked["required"] == ["home", "name"]


def test_schemas_allow_what_is_taken_and_nothing_else(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    asked = [one for name, one in schemas.items() if name.endswith(("Body", "Asked"))]

    assert schemas["ApproveBody"]["properties"]["awards"]["items"] == {"type": "string", "format": "uuid"}
    assert all(choice for node in nodes(schemas) for choice in node.get("oneOf", [])), "a choice is anything at all"
    assert all(one["additionalProperties"] is False for one in asked)
    assert not [one for one in nodes(schemas) if isinstance(one.get("maximum"), float)]
    assert not [one for one in nodes(schemas) if "(?!" in str(one.get("pattern"))]


def test_bodies_that_may_be_left_out_are_not_required(document: dict[str, Any]) -> None:
    assert not document["paths"]["/v1/tasks/{task}/claim"]["post"]["requestBody"]["required"]
    assert document["paths"]["/v1/tasks"]["post"]["requestBody"]["required"]


def test_the_problems_that_are_sent_are_as_described(client: TestClient[Litestar], document: dict[str, Any]) -> None:
    problem = client.get("/v1/me").json()
    described = document["components"]["schemas"]["Problem"]

    assert set(described["required"]) <= problem.keys() <= described["properties"].keys()
    assert problem["code"] in described["properties"]["code"]["enum"]


def test_the_page_needs_nothing_from_elsewhere(client: TestClient[Litestar]) -> None:
    page = client.get("/schema", headers={"Accept-Language": "en"}).text

    assert "<script" not in page
    assert not re.findall(r'(?:src|href)="(?!/static/|/schema|#)', page)
    assert "style=" not in page


def test_the_page_tells_every_operation(client: TestClient[Litestar], document: dict[str, Any]) -> None:
    page = client.get("/schema").text

    assert "接口说明" in page
    for method, path, operation in operations(document):
        assert f'id="{operation["operationId"]}"' in page
        assert f"{method} {path}" in page


def test_the_page_leads_only_to_places_it_has(client: TestClient[Litestar]) -> None:
    page = client.get("/schema").text
    places = set(re.findall(r'id="([^"]+)"', page))

    assert set(re.findall(r'href="#([^"]+)"', page)) <= places


def test_other_pages_below_it_are_unknown(client: TestClient[Litestar]) -> None:
    for path in ("/schema/swagger", "/schema/redoc", "/schema/openapi.yaml"):
        assert client.get(path).status_code == 404
