"""Scan tickets: the proof, kept in the page, that this session saw an activity's rotating code at a certain time.

Pressing the button then counts from the time of the scan, so nobody has to hurry. Stateless: nothing is stored.
"""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from msgspec import Struct

from qr.keys import TokenKeys
from qr.refusals import TicketExpired
from qr.seals import seal, unseal

TICKET_LIFE: Final = timedelta(minutes=5)
"""Long enough to read a page slowly, too short to be worth selling."""
_KIND: Final = 64
_BODY_BYTES: Final = 24
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


class Ticket(Struct, frozen=True, forbid_unknown_fields=True):
    """`activity`'s code was seen at `seen_at` (aware, UTC, to the microsecond)."""

    activity: UUID
    seen_at: datetime


def issue_ticket(activity: UUID, seen_at: datetime, *, session: bytes, keys: TokenKeys) -> str:
    """A ticket of 58 characters that only the session named by `session` (any bytes; its hash will do) can use.

    `seen_at` is aware and not before 1970.
    """
    seen = ((seen_at - _EPOCH) // _MICROSECOND).to_bytes(8, "big")
    return seal(_KIND, activity.bytes + seen, keys, bound_to=sha256(session).digest())


def read_ticket(text: str, *, session: bytes, now: datetime, keys: TokenKeys) -> Ticket:
    """What the ticket says, if it is of this session and at most five minutes old at `now` (aware).

    Refuses with NotOurCode a forged ticket or another session's, and only then with TicketExpired an old one. A time
    seen slightly after `now` is accepted: the two servers' clocks may differ, and the ticket is signed by us.
    """
    _, body = unseal(text, keys, sizes={_KIND: _BODY_BYTES}, bound_to=sha256(session).digest())
    seen_at = _EPOCH + int.from_bytes(body[16:], "big") * _MICROSECOND
    if now - seen_at > TICKET_LIFE:
        raise TicketExpired(seen_at=seen_at, valid_until=seen_at + TICKET_LIFE)
    return Ticket(activity=UUID(bytes=body[:16]), seen_at=seen_at)
