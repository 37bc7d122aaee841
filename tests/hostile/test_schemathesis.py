"""schemathesis over the whole description, as four roles: nothing breaks, and every answer is one that is described.

Each operation is asked about things that are there. What is made up follows from one seed: every run makes up the same.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode

from .fittings import headers_of
from .generated import SEED, cases, complaints, operations, sent
from .town import Fitting, Village

ROLES = ("resident", "staff", "approver", "keeper")
REACHED_PERCENT_MIN = 60

Fittings = dict[str, Fitting]


@pytest.fixture(scope="module")
def described(found: Village) -> dict[str, Any]:
    """The operations of `/schema/openapi.json`, by name."""
    return operations(found.house.client.get("/schema/openapi.json").json())


class Run:
    """What a run found: how often each operation succeeded and what was not as described."""

    def __init__(self, village: Village) -> None:
        self.village = village
        self.asked: Counter[int] = Counter()
        self.reached: Counter[str] = Counter()
        self.wrong: dict[str, str] = {}

    def ask(self, name: str, case: Case, headers: dict[str, str]) -> httpx.Response:
        answer = sent(self.village.house, case, headers)
        self.asked[answer.status_code] += 1
        self.reached[name] += answer.is_success
        for complaint in complaints(case, answer):
            self.wrong.setdefault(f"{name}: {complaint}", f"{case!r} {answer.text[:200]}")
        return answer

    def told(self) -> str:
        reached = sum(1 for times in self.reached.values() if times)
        answers = ", ".join(f"{status}: {times}" for status, times in sorted(self.asked.items()))
        return f"{reached} of {len(self.reached)} operations reached 2xx; answers {answers}"


def as_described(run: Run, name: str, operation: Any, fitting: Fitting, number: int, *, seed: int) -> None:
    """Made-up requests that the description allows, by each role; and the fitting one by who may."""
    for role in ROLES:
        for case in cases(operation, fitting, number, mode=GenerationMode.POSITIVE, of=seed):
            run.ask(name, case, headers_of(run.village, role))
    run.ask(name, _fitting_case(operation, fitting), headers_of(run.village, fitting.by))


def not_as_described(run: Run, name: str, operation: Any, fitting: Fitting, number: int, *, seed: int) -> None:
    """Made-up requests that it does not allow, by somebody who may do everything there is."""
    try:
        made = cases(operation, fitting, number, mode=GenerationMode.NEGATIVE, of=seed)
    except Unsatisfiable:
        assert not operation.definition.raw["parameters"] or operation.path.startswith("/health"), name
        return
    signed_in = headers_of(run.village, "anything")["Authorization"]
    for case in made:
        run.ask(name, case, {"Authorization": signed_in})


def _fitting_case(operation: Any, fitting: Fitting) -> Case:
    written = {} if fitting.body is None else {"body": fitting.body, "media_type": fitting.media_type}
    path = {name: str(id) for name, id in fitting.path.items()}
    query = {name: str(value) for name, value in fitting.query.items()}
    return operation.Case(path_parameters=path, query=query, **written)


def require_as_described(run: Run) -> None:
    assert not run.wrong, "\n".join(f"{what}\n    {which}" for what, which in run.wrong.items())


def whole(run: Run, described: dict[str, Any], fitting: Fittings, number: int, *, seed: int) -> Iterator[str]:
    for name, operation in described.items():
        as_described(run, name, operation, fitting[name], number, seed=seed)
        not_as_described(run, name, operation, fitting[name], number, seed=seed)
        yield name


def test_every_operation_keeps_to_its_description(
    found: Village, described: dict[str, Any], fitting: Fittings, capsys: pytest.CaptureFixture[str]
) -> None:
    run = Run(found)

    asked = list(whole(run, described, fitting, 1, seed=SEED))

    assert asked == list(described)
    with capsys.disabled():
        print(f"\nschemathesis: {run.told()}")  # noqa: T201 (the figure that is asked for)
    require_as_described(run)
    assert 100 * sum(1 for times in run.reached.values() if times) >= REACHED_PERCENT_MIN * len(described)


@pytest.mark.deep
@pytest.mark.parametrize("more", [1, 2])
def test_every_operation_keeps_to_its_description_at_length(
    found: Village, described: dict[str, Any], fitting: Fittings, more: int
) -> None:
    run = Run(found)

    asked = list(whole(run, described, fitting, 15, seed=SEED + more))

    assert asked == list(described)
    require_as_described(run)
