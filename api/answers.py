"""How answers leave: writes with the ledger's position, reads with an ETag that gives a working 304."""

import hashlib
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.openapi.datastructures import ResponseSpec

from ledger.application.ports import Answer, Refused
from ledger.application.work import Outcome

JSON = msgspec.json.Encoder()


class RefusedCall(Exception):
    """A refusal on its way to becoming a problem document."""

    def __init__(self, refused: Refused, answer: Answer | None = None) -> None:
        super().__init__(refused.code)
        self.refused = refused
        self.answer = answer


def answers(kind: Any, status: int = 200) -> dict[int, ResponseSpec]:
    """`responses=answers(Kind)` on a handler: what it answers with, for the description of the interface."""
    return {status: ResponseSpec(data_container=kind, generate_examples=False, description="As asked.")}


def files(*media_types: str) -> dict[str, Any]:
    """`opt=needs(...) | files(...)` on a handler that answers with a file of one of `media_types`, told likewise."""
    return {"files": media_types}


def outcome_of(answer: Answer) -> Outcome:
    """The outcome, or `RefusedCall` when a rule said no."""
    if isinstance(answer.result, Refused):
        raise RefusedCall(answer.result, answer)
    return answer.result


def written(answer: Answer, payload: Any = None, *, status: int = 200) -> Response[bytes]:
    """The answer to a write: `payload`, or the outcome itself, with `Ledger-Position`."""
    outcome = outcome_of(answer)
    headers = {"Ledger-Position": str(answer.position), "Cache-Control": "no-store"}
    if answer.replayed:
        headers["Idempotent-Replayed"] = "true"
    return Response(
        JSON.encode(outcome if payload is None else payload),
        status_code=status,
        headers=headers,
        media_type="application/json",
    )


def told(payload: Any, *, status: int = 200) -> Response[bytes]:
    """The answer to what changes no ledger and is for this caller alone; never kept by anybody on the way."""
    headers = {"Cache-Control": "no-store"}
    return Response(JSON.encode(payload), status_code=status, headers=headers, media_type="application/json")


def read(request: Request[Any, Any, Any], payload: Any, *, next_url: str | None = None) -> Response[bytes]:
    """The answer to a read: 304 when the reader already has exactly this. Only the reader's program may keep it."""
    body = JSON.encode(payload)
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "no-store"}
    if next_url:
        headers["Link"] = f'<{next_url}>; rel="next"'
    known = [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]
    if etag in known or "*" in known:
        return Response(b"", status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="application/json")
