"""Codes that open a session once: shown to staff for ten minutes, or handed to a member on a slip for two weeks.

Only a keyed digest is stored, so that nobody who reads the store can sign in. Whoever redeems a code first has it.
"""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import InitVar, dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Final, Literal, NamedTuple

from sqlalchemy import Engine, delete, insert, update

from ledger.kernel.ids import MemberId
from ledger.kernel.refusal import Refusal
from ledger.kernel.typed_by_hand import ALPHABET, as_typed, grouped
from ledger.store.limits import SIGN_IN, Limits
from ledger.store.state_tables import ONE_TIME_CODES

Purpose = Literal["staff", "activation", "message"]
"""Read out to staff, printed on a slip, or sent to a phone."""

CHARACTERS: Final[Mapping[Purpose, int]] = {"staff": 8, "activation": 12, "message": 8}
"""8 characters are 7.8e10 codes, enough for ten minutes. Slips lie in drawers by the thousand: 12 are 2.2e16."""
LIVES: Final[Mapping[Purpose, timedelta]] = {
    "staff": timedelta(minutes=10),
    "activation": timedelta(days=14),
    "message": timedelta(minutes=10),
}


class Redeemed(NamedTuple):
    """Whose code it was and what it opens."""

    member: MemberId
    purpose: Purpose


@dataclass(eq=False)
class CodeNotValid(Refusal):
    """Unknown, used, replaced and expired codes get one answer, so that nothing can be learned by trying."""

    code: ClassVar[str] = "code-not-valid"
    remembered: ClassVar[bool] = False


@dataclass(eq=False)
class TooManyTries(Refusal):
    """The limit is reached; nothing was looked up. retry_after_seconds: when the next try counts again.

    is_first: whether this try is the first of the window that was turned away; no fact for who tried.
    """

    code: ClassVar[str] = "too-many-tries"
    remembered: ClassVar[bool] = False
    retry_after_seconds: int
    is_first: InitVar[bool] = False

    def __post_init__(self, is_first: bool) -> None:
        self.first_of_window = is_first


class SignInCodes:
    """One-time codes in the state store. `secret` keys their digests; `limits` counts the tries."""

    def __init__(self, engine: Engine, secret: bytes, limits: Limits) -> None:
        self._engine = engine
        self._secret = secret
        self._limits = limits

    def issue(self, member: MemberId, purpose: Purpose, now: datetime) -> str:
        """A new code for `member`, the only time that it is known here; an older one for the same purpose ends."""
        code = "".join(secrets.choice(ALPHABET) for _ in range(CHARACTERS[purpose]))
        at = int(now.timestamp())
        row = {
            "digest": self._digest(code),
            "member": member,
            "purpose": purpose,
            "issued": at,
            "expires": at + int(LIVES[purpose].total_seconds()),
        }
        older = delete(ONE_TIME_CODES).where(
            ONE_TIME_CODES.c.member == member, ONE_TIME_CODES.c.purpose == purpose, ONE_TIME_CODES.c.used.is_(None)
        )
        with self._engine.begin() as connection:
            connection.execute(older)
            connection.execute(insert(ONE_TIME_CODES), row)
        return code

    def redeem(self, code: str, now: datetime, *, origin: str) -> Redeemed:
        """Use `code`, as a person typed it, up. Of any number of callers at once exactly one gets it.

        origin: where tries are counted (an address or device); only failed ones stay counted, because many people share
        a hall's address. Refuses with TooManyTries, then CodeNotValid.
        """
        key = f"sign-in:{origin}"
        tried = self._limits.count(key, SIGN_IN, now)
        if tried.wait_seconds is not None:
            raise TooManyTries(tried.wait_seconds, tried.tries == SIGN_IN.limit + 1)
        redeemed = self._use_up(as_typed(code), int(now.timestamp()))
        self._limits.give_back(key, SIGN_IN, now)
        return redeemed

    def withdraw(self, member: MemberId) -> None:
        """End every code of `member` that was not used: what it would open has changed."""
        unused = (ONE_TIME_CODES.c.member == member) & ONE_TIME_CODES.c.used.is_(None)
        with self._engine.begin() as connection:
            connection.execute(delete(ONE_TIME_CODES).where(unused))

    def purge(self, now: datetime) -> int:
        """Delete the codes that can no longer be used at `now`; how many there were."""
        over = (ONE_TIME_CODES.c.expires <= int(now.timestamp())) | ONE_TIME_CODES.c.used.is_not(None)
        with self._engine.begin() as connection:
            return connection.execute(delete(ONE_TIME_CODES).where(over)).rowcount

    def _use_up(self, code: str, at: int) -> Redeemed:
        columns = ONE_TIME_CODES.c
        first = (
            update(ONE_TIME_CODES)
            .where(columns.digest == self._digest(code), columns.used.is_(None), columns.expires > at)
            .values(used=at)
            .returning(columns.member, columns.purpose)
        )
        with self._engine.begin() as connection:
            found = connection.execute(first).one_or_none()
        if found is None:
            raise CodeNotValid
        return Redeemed(*found)

    def _digest(self, code: str) -> bytes:
        return hmac.digest(self._secret, code.encode("utf-8", "replace"), "sha256")


def spaced(code: str) -> str:
    """The code in fours, as it is shown to people: `ACDE FGHJ`."""
    return grouped(code, 4)
