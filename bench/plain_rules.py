"""What a check-in must pass in the plain service before a row is written: the same checks as in Linli, and no more.

Nothing here waits for a database, so the handler with threads and the one without share it.
"""

import hashlib
import os
import re
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any, NamedTuple
from uuid import UUID

from litestar import Request
from litestar.exceptions import ClientException, NotAuthorizedException, TooManyRequestsException
from msgspec import Struct
from sqlalchemy import create_engine

from ledger.store.keys import Keys
from ledger.store.limits import SELF_CHECK_INS, LocalLimits
from ledger.store.state_tables import WINDOWS
from qr.keys import TokenKeys
from qr.links import token_in
from qr.refusals import CodeExpired, NotOurCode
from qr.tokens import KioskCode, check_fresh, read

_KEY = re.compile(r"[\x21-\x7e]{8,128}")
MERGE_EVERY_SECONDS = 1.0


class CheckInBody(Struct, frozen=True, forbid_unknown_fields=True):
    """token: what the scanner read."""

    direction: str
    token: str


class CheckInAnswer(Struct, frozen=True):
    """The shape of Linli's answer. position: of the row of the ledger."""

    code: str
    ids: dict[str, UUID]
    times: dict[str, datetime]
    position: int


class Asked(NamedTuple):
    """A check-in that passed: who asks by which token's hash, under which key, for which activity, and when."""

    token_hash: bytes
    key: str
    digest: bytes
    activity: UUID
    now: datetime

    @property
    def seconds(self) -> int:
        """`now` in Unix seconds."""
        return int(self.now.timestamp())


class Door:
    """Checks what comes in, and counts it, as Linli does: each process for itself, joined once a second."""

    def __init__(self, home: Path, limits_url: str) -> None:
        keys = Keys.open(home)
        self._tokens = TokenKeys(keys.token_key_current, keys.tokens)
        engine = create_engine(limits_url)
        WINDOWS.create(engine, checkfirst=True)
        self._limits = LocalLimits(engine, keys.limits)
        self._stopping = Event()
        self._merging = Thread(target=self._merge, name="limits", daemon=True)
        self._merging.start()

    def asked(self, request: Request[Any, Any, Any], data: CheckInBody, body: bytes) -> Asked:
        """What is asked, or an exception that tells what is wrong with it."""
        headers, now = request.headers, datetime.now(UTC)
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme != "Bearer" or not token:
            raise NotAuthorizedException("sign in")
        key = headers.get("idempotency-key", "")
        if not _KEY.fullmatch(key):
            raise ClientException("send Idempotency-Key")
        hashed = hashlib.sha256(token.encode()).digest()
        code = self._code(data.token, now)
        if self._limits.hit(f"check-in:{hashed.hex()}", SELF_CHECK_INS, now) is not None:
            raise TooManyRequestsException("too often")
        scoped = f"POST /v1/check-ins {key}"
        return Asked(hashed, scoped, hashlib.sha256(body).digest(), code.activity, now)

    def stop(self) -> None:
        """End the thread that joins the counts."""
        self._stopping.set()
        self._merging.join()

    def _code(self, text: str, now: datetime) -> KioskCode:
        try:
            token = read(token_in(text), self._tokens)
            check_fresh(token, now)
        except NotOurCode:
            raise ClientException("not a code of ours") from None
        except CodeExpired:
            raise ClientException("the code has expired", status_code=409) from None
        if not isinstance(token, KioskCode):
            raise ClientException("not a code of the door")
        return token

    def _merge(self) -> None:
        while not self._stopping.wait(MERGE_EVERY_SECONDS):
            self._limits.merge(datetime.now(UTC))


def setting(name: str) -> str:
    """A setting of the plain service, from its environment."""
    return os.environ[f"PLAIN_{name}"]
