"""What the use cases and the edges need of the world: the ledger that runs commands, and the feed of what happened."""

from collections.abc import Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import Any, Literal, NamedTuple, Protocol
from uuid import UUID

from msgspec import Struct

from ledger.application.work import Outcome, UseCase
from ledger.kernel.decider import Event
from ledger.kernel.ids import CommandId, MemberId


class SessionProof(NamedTuple):
    """What a browser or program presented: the SHA-256 of its token. Who it is, is looked up under the append lock."""

    token_hash: bytes


class CommandKey(NamedTuple):
    """Names a command: `scope` is method and path, `key` the client's Idempotency-Key, `body` the bytes it sent.

    Together with the actor, scope and key give the command's id; the keyed digest of `body` tells a retry from a reuse.
    """

    scope: str
    key: str
    body: bytes


class Call(NamedTuple):
    """One command on its way to the ledger. at: the instant of decision, aware UTC."""

    use_case: UseCase[Any]
    request: Any
    caller: SessionProof | MemberId
    key: CommandKey
    at: datetime
    on_behalf_of: MemberId | None = None
    basis: str | None = None
    correlation: UUID | None = None


class Refused(Struct, frozen=True, forbid_unknown_fields=True):
    """A refusal as it travels and is remembered: its code and its facts in their JSON form."""

    code: str
    facts: dict[str, str | int | None]


class Answer(NamedTuple):
    """What became of a call. position: of the last event it stored (or of the ledger, when it stored none).

    command: its id; actor: who it was; replayed: the same call was answered before and this is that answer.
    """

    result: Outcome | Refused
    position: int
    command: CommandId
    actor: MemberId
    replayed: bool = False


Lane = Literal["front", "back"]
"""People wait in front; imports, sweeps and large approvals go in the back and never hold people up."""


class Ledger(Protocol):
    """Runs commands. The future fails only with `LedgerBusy` (try again) or a fault; refusals are answers."""

    def submit(self, call: Call, *, lane: Lane) -> Future[Answer]: ...

    def command_id(self, actor: MemberId, key: CommandKey) -> CommandId:
        """The id the command will have: needed where the directory is written before the event."""
        ...


FaultCode = Literal[
    "ledger-busy", "storage-full", "storage-read-only", "database-unavailable", "clock-wrong", "outcome-unknown"
]
"""What stands in the way: too much to do or a lock, no room left, nothing may be written, the database is away, this
machine's clock cannot be right. outcome-unknown: the command may have been done; the same key, sent again, tells."""


class LedgerBusy(Exception):
    """A fault, not a refusal: `code` says which. Nothing changed, unless the code is `outcome-unknown`."""

    def __init__(self, retry_after_seconds: int, code: FaultCode = "ledger-busy") -> None:
        super().__init__(f"{code}, try again in {retry_after_seconds} s")
        self.retry_after_seconds = retry_after_seconds
        self.code: FaultCode = code


class KeyReused(Exception):
    """The same Idempotency-Key came with another body. Nothing changed."""


class Notice(NamedTuple):
    """One stored event as read models see it. event: None where the name is not in the catalog (quarantined).

    damaged: the type of event that the stored bytes no longer hold, though their name says so; `event` is then None.
    on_behalf_of, basis: for whom staff acted, and what showed that they might; None: they acted for themselves.
    """

    position: int
    stream: UUID
    version: int
    name: str
    at: datetime
    actor: MemberId
    event: Event | None
    correlation: UUID | None = None
    damaged: type[Event] | None = None
    on_behalf_of: MemberId | None = None
    basis: str | None = None


class Feed(Protocol):
    """The log in order of position."""

    def page(self, after: int, limit: int) -> Sequence[Notice]:
        """Up to `limit` events with a position greater than `after`, in order."""
        ...

    def position(self) -> int:
        """The position of the newest event; 0 when there is none."""
        ...
