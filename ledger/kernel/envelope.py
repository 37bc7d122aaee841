"""What is stored beside every event: when, who, for whom, by which command, and a nonce that keeps its hash private.

The stored bytes are the JSON of `Recorded`; the leaf hash covers them together with stream, version and name.
"""

from datetime import datetime
from uuid import UUID

from msgspec import Raw, Struct

from ledger.kernel.ids import CommandId, MemberId

NONCE_BYTES = 16


class Envelope(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Shared by all events of one command, but for the correlation where one command is about several deeds.

    at: instant of decision, UTC. actor: the member who acted (or the system's id). on_behalf_of: the member for whom
    staff acted, with `basis` saying why (for example `card-shown`). command: id of the command. correlation: id shared
    by everything that one deed led to (an order, its attendance, its award, the redemption).
    """

    at: datetime
    actor: MemberId
    command: CommandId
    correlation: UUID | None = None
    on_behalf_of: MemberId | None = None
    basis: str | None = None


class Recorded(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The stored bytes of one event: its envelope's fields, a random nonce (16 bytes, base64) and the event itself.

    The nonce makes the leaf hash of a short event impossible to guess once the bytes are withheld.
    """

    at: datetime
    actor: MemberId
    command: CommandId
    nonce: bytes
    event: Raw
    correlation: UUID | None = None
    on_behalf_of: MemberId | None = None
    basis: str | None = None
