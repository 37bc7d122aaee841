"""Requests that schemathesis makes up from the description of the interface, and what it says of their answers."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import httpx
import schemathesis
from house import House
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from .town import Fitting

BASE = "http://testserver.local"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
SEED = 20260304
"""Another one makes up other requests; the same one always the same."""
NAMES_OF_CODES = frozenset({"code", "token", "witness_token", "evidence"})
HEALTH = list(HealthCheck)


@schemathesis.serializer("application/pdf", "image/jpeg", "image/png")
def as_file(_context: schemathesis.SerializationContext, value: Any) -> bytes:
    """Files go out as they are, and what was made up in place of one as its text."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


def operations(document: dict[str, Any]) -> dict[str, Any]:
    """Each operation of the document by its name, as schemathesis sees it."""
    found = [one.ok() for one in schemathesis.openapi.from_dict(document).get_all_operations()]
    return {one.definition.raw["operationId"]: one for one in found}


def cases(operation: Any, fitting: Fitting, number: int, *, mode: GenerationMode, of: int = SEED) -> list[Case]:
    """`number` requests as the description allows them (positive) or does not (negative), about what there is.

    of: the seed.
    """
    found: list[Case] = []
    ids = {name: str(id) for name, id in fitting.path.items()}
    # Even a request that is wrong is made with ids that lead somewhere, but for one in three.
    paths = st.sampled_from([ids, ids, None]) if ids and mode is GenerationMode.NEGATIVE else st.just(ids or None)

    @seed(of)
    @settings(max_examples=number, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=HEALTH)
    @given(paths.flatmap(lambda path: operation.as_strategy(generation_mode=mode, path_parameters=path)))
    def make(case: Case) -> None:
        found.append(case)

    make()
    for case in found if mode is GenerationMode.POSITIVE else ():
        if isinstance(case.body, dict) and isinstance(fitting.body, dict):
            case.body = about(case.body, fitting.body)
        if isinstance(fitting.body, bytes):
            case.body, case.media_type = fitting.body, fitting.media_type
        named = {name: str(one) for name, one in fitting.query.items()}
        case.query = {name: named.get(name, value) for name, value in (case.query or {}).items()}
    return found


def about(made_up: dict[str, Any], fitting: Mapping[str, Any]) -> dict[str, Any]:
    """The made-up body, but naming the ids and codes that the fitting one names."""
    return {name: fitting[name] if _names(name, fitting.get(name)) else value for name, value in made_up.items()}


def _names(name: str, value: object) -> bool:
    if name in NAMES_OF_CODES:
        return value is not None
    one = value[0] if isinstance(value, list) and value else value
    try:
        return isinstance(one, str) and bool(UUID(one))
    except ValueError:
        return False


def sent(house: House, case: Case, headers: Mapping[str, str]) -> httpx.Response:
    """What the application answers the case, sent with `headers` in place of those that were made up."""
    made = case.as_transport_kwargs(base_url=BASE)
    content = json.dumps(made["json"]).encode() if "json" in made else made.get("data")
    named = {name.lower(): str(value) for name, value in [*made["headers"].items(), *headers.items()]}
    written = [(name.encode(), value.encode("latin-1", "replace")) for name, value in named.items()]
    params = made.get("params") or None
    return house.client.request(made["method"], made["url"], params=params, content=content, headers=written)


def complaints(case: Case, answer: httpx.Response) -> list[str]:
    """What is wrong with an answer by the description: an empty list where all is as it says."""
    try:
        case.validate_response(answer, checks=CHECKS)
    except FailureGroup as found:
        return [f"{answer.status_code} {_said(one)}" for one in found.exceptions]
    except Failure as one:
        return [f"{answer.status_code} {_said(one)}"]
    return []


def _said(problem: Any) -> str:
    return f"{problem.title}: {problem.message}"[:400]
