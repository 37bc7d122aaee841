"""Codes that people present: read, checked, and bad ones counted, so that nobody can try codes for long.

A good code costs no database and no thread; only a bad one is written down, in the counters of the state store.
"""

import asyncio
from datetime import datetime
from typing import Annotated, Any

from litestar import Request
from msgspec import Meta

from api.deployment import BAD_TOKENS, Deployment
from api.identity import SignInNeeded, proof_of
from api.problems import LimitReached
from qr import tokens
from qr.links import token_in
from qr.refusals import NotOurCode
from qr.tokens import Token

CodeText = Annotated[str, Meta(min_length=1, max_length=1024)]
"""A bare token, or the link a scanner read."""

SCAN_BODY_BYTES_MAX = 4 * 1024


async def genuine(request: Request[Any, Any, Any], text: str, now: datetime) -> Token:
    """The token that `text` carries, fresh at `now`. Refuses as `qr.tokens` does; forged ones are counted."""
    deployment: Deployment = request.app.state.deployment
    try:
        token = tokens.read(token_in(text), deployment.tokens)
    except NotOurCode:
        await count_bad_code(request, now)
        raise
    tokens.check_fresh(token, now)
    return token


async def count_bad_code(request: Request[Any, Any, Any], now: datetime) -> None:
    """Write down that this session presented a bad code; raises `LimitReached` when it did so too often.

    A session that nobody opened is not written down: SignInNeeded.
    """
    wait = await asyncio.to_thread(_counted, request, now)
    if wait is not None:
        raise LimitReached(wait)


def _counted(request: Request[Any, Any, Any], now: datetime) -> int | None:
    deployment: Deployment = request.app.state.deployment
    session = proof_of(request).token_hash
    if deployment.sessions.lookup(session, now) is None:
        raise SignInNeeded
    return deployment.limits.hit(f"bad-code:{session.hex()}", BAD_TOKENS, now)
