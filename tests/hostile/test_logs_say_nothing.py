"""Whatever people send, to whichever operation, no log line, trace or meter repeats a piece of it."""

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import pytest
import structlog

from .clean import Operation, operations
from .fittings import filled, headers_of
from .town import Fitting, Village

CANARY = "canary-4d1f"
"""In every text below; nothing of ours is called so."""
TEXT = f"王{CANARY}秀英\u202e\n%s {{}}"
HEADERS = {
    "User-Agent": CANARY,
    "Referer": f"https://linli.example/{CANARY}",
    "Accept-Language": CANARY,
    "X-Forwarded-For": CANARY,
    "Cookie": f"__Host-linli={CANARY}; other={CANARY}",
    "If-None-Match": f'"{CANARY}"',
}


class Heard:
    """Everything that was logged meanwhile, by whichever way."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def __contains__(self, text: str) -> bool:
        return any(text in line for line in self.lines)


class _Listening(logging.Handler):
    def __init__(self, heard: Heard) -> None:
        super().__init__(logging.DEBUG)
        self._heard = heard

    def emit(self, record: logging.LogRecord) -> None:
        # The clients that the tests speak with have logs too, of what they send.
        if not record.name.startswith(("httpx", "httpcore", "asyncio")):
            self._heard.lines.append(logging.Formatter().format(record))


@contextmanager
def listening() -> Iterator[Heard]:
    """What structlog's and the standard library's loggers are told, at every level."""
    heard, root = Heard(), logging.getLogger()
    handler, level = _Listening(heard), root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        with structlog.testing.capture_logs() as captured:
            yield heard
        heard.lines += [json.dumps(one, default=str, ensure_ascii=False) for one in captured]
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


def replaced(body: Any, text: str) -> Any:
    """`body` with `text` for every text in it, and as a name besides."""
    match body:
        case dict():
            found: dict[str, Any] = {name: replaced(one, text) for name, one in body.items()}  # pyright: ignore[reportUnknownVariableType] - JSON
            return found
        case list():
            return [replaced(one, text) for one in body]  # pyright: ignore[reportUnknownVariableType] - JSON
        case str():
            return text
        case _:
            return body


def with_canaries(operation: Operation) -> Iterator[tuple[str, Mapping[str, Any], bytes]]:
    """Path, query and body of requests that hold a canary wherever something can be sent."""
    fitting = operation.fitting
    where = filled(operation.path, fitting.path)
    body = fitting.body if isinstance(fitting.body, dict) else {}
    yield where, fitting.query, _json(replaced(body, TEXT)).encode()
    yield where, fitting.query, _json(body | {CANARY: TEXT}).encode()
    yield where, dict.fromkeys(fitting.query, TEXT) | {CANARY: TEXT}, _json(body).encode()
    ids = dict.fromkeys(fitting.path, quote(TEXT, safe=""))
    yield filled(operation.path, ids), fitting.query, _json(body).encode()
    yield where, fitting.query, f'{{"{CANARY}": '.encode()
    yield where, fitting.query, b"\xff" + CANARY.encode()


def _json(body: Any) -> str:
    return json.dumps(body, default=str)


def send(found: Village, operation: Operation) -> int:
    """How many requests with canaries were answered."""
    answered = 0
    usual = headers_of(found, operation.fitting.by) | HEADERS | {"Content-Type": operation.fitting.media_type}
    for number, (path, query, body) in enumerate(with_canaries(operation)):
        headers = usual | {"Idempotency-Key": f"{CANARY}-{operation.name}-{number}"}
        sent = [(name.encode(), one.encode("latin-1")) for name, one in headers.items()]
        params = {name: str(one) for name, one in query.items()}
        content = None if operation.method == "GET" else body
        found.house.client.request(operation.method, path, params=params, headers=sent, content=content)
        answered += 1
    return answered


@pytest.fixture(scope="module")
def every_operation(found: Village, fitting: dict[str, Fitting]) -> list[Operation]:
    return list(operations(found.house.client.get("/schema/openapi.json").json(), fitting))


def test_no_log_and_no_meter_repeats_what_people_send(found: Village, every_operation: list[Operation]) -> None:
    with listening() as heard:
        answered = sum(send(found, operation) for operation in every_operation)
    meters = found.house.client.get("/metrics").text

    lines = [line for line in heard.lines if '"request"' in line]
    assert answered >= 6 * len(every_operation)
    assert len(lines) >= answered, "each request has its line"
    assert [line for line in heard.lines if CANARY in line or "%s {}" in line] == []
    assert CANARY not in meters


def test_the_listener_would_hear_it() -> None:
    with listening() as heard:
        structlog.get_logger("linli").info("request", path=f"/{CANARY}")
        logging.getLogger("somebody.elses").debug("received %s", TEXT)

    assert f"/{CANARY}" in heard
    assert TEXT in heard


def test_pages_log_nothing_of_what_is_typed(found: Village) -> None:
    form = {"code": CANARY, "account": CANARY, "password": CANARY, "pin": CANARY, "next": CANARY, "text": CANARY}
    with listening() as heard:
        for path in ("/sign-in", "/typed", "/me/security/pin", "/sign-out", f"/{CANARY}", f"/Q/{CANARY}"):
            for headers in ({"Accept": "text/html"}, HEADERS):
                found.house.client.get(f"{path}?q={CANARY}", headers=headers)
                found.house.client.post(path, data=form, headers=headers)

    assert len(heard.lines) >= 20
    assert CANARY not in heard
