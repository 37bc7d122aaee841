"""What a clean refusal is: a problem document in the 400s, whole, and nothing stored."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import httpx

from api.sentences import FAULTS, REFUSALS

from .fittings import filled, headers_of
from .town import Fitting, Village

TOLD = {"type", "title", "status", "code", "request_id"}


class Operation(NamedTuple):
    """One of the description, with ids of what there is for its path."""

    name: str
    method: str
    path: str
    about: dict[str, Any]
    fitting: Fitting

    @property
    def body(self) -> dict[str, Any] | None:
        """The schema of its JSON body; None where it takes none."""
        found = self.about.get("requestBody", {}).get("content", {}).get("application/json")
        return found["schema"] if found else None

    @property
    def needs_key(self) -> bool:
        """Whether it takes an `Idempotency-Key`."""
        return any(one["name"] == "Idempotency-Key" for one in self.about["parameters"])

    def parameters(self, place: str) -> dict[str, dict[str, Any]]:
        """Those in the path or query, by name."""
        return {one["name"]: one["schema"] for one in self.about["parameters"] if one["in"] == place}


def operations(document: Mapping[str, Any], fitting: Mapping[str, Fitting]) -> Iterator[Operation]:
    """Every operation of the description."""
    for path, item in document["paths"].items():
        for method, about in item.items():
            name = about["operationId"]
            yield Operation(name, method.upper(), path, about, fitting[name])


class Asking:
    """Sends bad requests as somebody who may do everything, and keeps what was not refused cleanly."""

    def __init__(self, village: Village, *, by: str = "anything") -> None:
        self._house = village.house
        self._headers = {name.lower(): one for name, one in headers_of(village, by).items()}
        self.sent = 0
        self.unclean: list[str] = []

    def ask(
        self,
        operation: Operation,
        what: object,
        *,
        content: bytes | None = None,
        headers: Mapping[str, str | None] | None = None,
        path: str | None = None,
        query: Mapping[str, Any] | str | None = None,
    ) -> httpx.Response:
        """Send one. headers: over the usual ones; None takes one away. path, query: None for the fitting ones."""
        self.sent += 1
        usual: dict[str, str | None] = {**self._headers, "content-type": operation.fitting.media_type}
        usual["idempotency-key"] = f"bad-request-{id(self)}-{self.sent}"
        named = usual | {name.lower(): one for name, one in (headers or {}).items()}
        written = [(name.encode(), one.encode("latin-1")) for name, one in named.items() if one is not None]
        where = filled(operation.path, operation.fitting.path) if path is None else path
        params = operation.fitting.query if query is None else query
        url = f"{where}?{params}" if isinstance(params, str) else where
        given = {name: str(one) for name, one in params.items()} if not isinstance(params, str) else None
        before = self._house.position()
        answer = self._house.client.request(operation.method, url, params=given, content=content, headers=written)
        stored = [] if self._house.position() == before else ["stored something"]
        for complaint in [*complaints(answer), *stored]:
            self.unclean.append(f"{operation.name} {what!r}: {complaint}")
        return answer

    def require(self, answer: httpx.Response, operation: Operation, what: object, *codes: str) -> None:
        """Keep the answer as unclean unless its code is one of `codes`."""
        if answer.is_error and answer.json().get("code") not in codes:
            self.unclean.append(f"{operation.name} {what!r}: {answer.status_code} {answer.text[:200]}")


def complaints(answer: httpx.Response) -> Iterator[str]:
    """What is wrong with an answer to a bad request."""
    if not 400 <= answer.status_code < 500:
        yield f"answered {answer.status_code} {answer.text[:200]}"
        return
    if answer.headers["content-type"] != "application/problem+json":
        yield f"a {answer.headers['content-type']}"
        return
    told = answer.json()
    if not told.keys() >= TOLD or not all(told[name] for name in TOLD):
        yield f"not all of it is told: {sorted(told)}"
    if told["status"] != answer.status_code or told["code"] not in REFUSALS.keys() | FAULTS.keys():
        yield f"{told['status']} {told['code']}"


@contextmanager
def clean(village: Village) -> Iterator[Callable[[], Asking]]:
    """Makes askers; fails at the end when one of them was not refused cleanly, or anything was stored."""
    askers: list[Asking] = []

    def asker() -> Asking:
        askers.append(Asking(village))
        return askers[-1]

    with village.house.unchanged():
        yield asker
        unclean = [one for asker in askers for one in asker.unclean]
        assert not unclean, f"{len(unclean)} of {sum(one.sent for one in askers)}:\n" + "\n".join(unclean[:60])
        assert sum(one.sent for one in askers) > 0
