"""Tells the audit log of a request that was refused: its code, method, path template and who sent it; nothing else."""

from typing import Any, Final, cast
from uuid import UUID

from litestar import Request

from api.deployment import Deployment, Noted
from api.identity import proof_of, token_of
from api.strict_requests import ID
from api.tries import address_of

METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""What else somebody calls a method is their own words."""


def witness(request: Request[Any, Any, Any], code: str) -> None:
    """Note that `request` was refused with `code`."""
    deployment: Deployment = request.app.state.deployment
    scope = cast("dict[str, Any]", request.scope)
    found = proof_of(request).token_hash if token_of(request) else None
    ids = [str(one) for one in scope.get("path_params", {}).values() if ID.fullmatch(str(one))]
    method = scope["method"] if scope["method"] in METHODS else "other"
    caller = found.hex() if found else address_of(request)
    path = str(scope.get("path_template", ""))[:120]
    noted = Noted(deployment.clock.now(), code, method, path, found, UUID(ids[0]) if ids else None)
    deployment.refusals_seen.note(noted, caller)
