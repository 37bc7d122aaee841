"""Tokens: what a scanned code says, signed so that only this deployment can have written it.

Reading a token says that it is genuine, never that it is allowed: a revoked card or a closed activity still reads.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import astuple

from qr.keys import TokenKeys
from qr.refusals import CodeExpired
from qr.seals import seal, unseal

STEP_SECONDS: Final = 15
"""How long one rotating code is shown. It is valid while shown and for the step after, so for 15 to 30 s."""
STEPS_VALID: Final = 2


class KioskCode(Struct, frozen=True, forbid_unknown_fields=True):
    """The code on the screen at the door: checks in and out of `activity`. step: unix time // 15 s when shown."""

    activity: UUID
    step: int


class Poster(Struct, frozen=True, forbid_unknown_fields=True):
    """Printed, lives until `activity` closes: opens its page and signs up."""

    activity: UUID


class MemberCard(Struct, frozen=True, forbid_unknown_fields=True):
    """Printed, lives until revoked: identifies its holder to staff. `card` is random and names no member."""

    card: UUID


class LiveMemberCode(Struct, frozen=True, forbid_unknown_fields=True):
    """On a member's own phone: identifies. `device` is the device session; step: unix time // 15 s when shown."""

    device: UUID
    step: int


class Voucher(Struct, frozen=True, forbid_unknown_fields=True):
    """Good for one hand-over of `redemption`."""

    redemption: UUID


class HomeCard(Struct, frozen=True, forbid_unknown_fields=True):
    """At an elder's door, lives until revoked: starts and ends a care visit. `card` is random and names nobody."""

    card: UUID


class DoorCode(Struct, frozen=True, forbid_unknown_fields=True):
    """At an order point or on a survey, lives until withdrawn: opens a form."""

    door: UUID


class Certificate(Struct, frozen=True, forbid_unknown_fields=True):
    """On a certificate of service, for ever: leads to its verification."""

    certificate: UUID


Token = KioskCode | Poster | MemberCard | LiveMemberCode | Voucher | HomeCard | DoorCode | Certificate

# The numbers are printed on cards that live for years: a number is never given to another kind.
_ROTATING: Final[Mapping[int, Callable[[UUID, int], Token]]] = {1: KioskCode, 4: LiveMemberCode}
_LASTING: Final[Mapping[int, Callable[[UUID], Token]]] = {
    2: Poster,
    3: MemberCard,
    5: Voucher,
    6: HomeCard,
    7: DoorCode,
    8: Certificate,
}
_KIND: Final = {make: kind for kinds in (_ROTATING, _LASTING) for kind, make in kinds.items()}
_BODY_BYTES: Final = dict.fromkeys(_ROTATING, 20) | dict.fromkeys(_LASTING, 16)


def sign(token: Token, keys: TokenKeys) -> str:
    """The text of `token` under the current key: 45 characters, 52 for the rotating ones. A step fits in 4 bytes."""
    object_id, *step = astuple(token)
    body = object_id.bytes + b"".join(number.to_bytes(4, "big") for number in step)
    return seal(_KIND[type(token)], body, keys)


def read(text: str, keys: TokenKeys) -> Token:
    """The token that `text`, in any case, carries. An old rotating code still reads: see `check_fresh`.

    Refuses with NotOurCode whatever this key ring did not sign, whatever the reason.
    """
    kind, body = unseal(text, keys, sizes=_BODY_BYTES)
    object_id = UUID(bytes=body[:16])
    if kind in _ROTATING:
        return _ROTATING[kind](object_id, int.from_bytes(body[16:], "big"))
    return _LASTING[kind](object_id)


def check_fresh(token: Token, now: datetime) -> None:
    """Refuses a rotating code with CodeExpired unless it is of this step or the one before; others are always fresh.

    `now` (aware) is the clock of the servers that sign. A step still to come is refused too: no server has shown it.
    """
    if isinstance(token, KioskCode | LiveMemberCode) and not 0 <= step_at(now) - token.step < STEPS_VALID:
        raise CodeExpired(*shown_between(token))


def shown_between(token: KioskCode | LiveMemberCode) -> tuple[datetime, datetime]:
    """From when the code was shown and until when it was valid (UTC), by the clock of the servers that sign."""
    return _start_of(token.step), _start_of(token.step + STEPS_VALID)


def step_at(moment: datetime) -> int:
    """The step in which `moment` (aware) falls: unix time // 15 s."""
    return int(moment.timestamp()) // STEP_SECONDS


def seconds_until_next_step(now: datetime) -> int:
    """Whole seconds, 1 to 15, until a screen must show the next code."""
    return STEP_SECONDS - int(now.timestamp()) % STEP_SECONDS


def _start_of(step: int) -> datetime:
    return datetime.fromtimestamp(step * STEP_SECONDS, tz=UTC)
