"""Names commands and keeps what they were answered, so that a retry has one effect for ever.

A command's id follows from a secret, the actor, the scope and the client's key; nobody can name another's command. The
digest of the body is keyed as well, so that a short body cannot be guessed from the row.
"""

import hmac
from datetime import timedelta
from uuid import UUID

import msgspec

from ledger.application.ports import Answer, Call, CommandKey, KeyReused, Refused
from ledger.application.work import Outcome
from ledger.kernel.ids import CommandId, MemberId
from ledger.kernel.refusal import Refusal
from ledger.store.log_rows import AnsweredRow

REFUSAL_DAYS = 7
"""How long a refusal by a rule is remembered; an outcome is remembered for ever."""

DIGEST_BYTES = 16

_REMEMBERED = timedelta(days=REFUSAL_DAYS)
_encode = msgspec.json.Encoder().encode
_outcome = msgspec.json.Decoder(Outcome).decode
_refused = msgspec.json.Decoder(Refused).decode


class CommandNames:
    """Gives ids and digests under keys derived from one secret (at least 32 bytes, the same in every process)."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < 32:
            raise ValueError("the secret that names commands has at least 32 bytes")
        self._id_key = hmac.digest(secret, b"linli command id", "sha256")
        self._digest_key = hmac.digest(secret, b"linli request body", "sha256")

    def command_id(self, actor: MemberId, key: CommandKey) -> CommandId:
        """The id of what `actor` asked for under `key`: the same on every machine that has the secret."""
        scope = key.scope.encode()
        named = actor.bytes + len(scope).to_bytes(4) + scope + key.key.encode()
        return CommandId(msgspec.convert(hmac.digest(self._id_key, named, "sha256")[:16].hex(), UUID))

    def digest(self, body: bytes) -> bytes:
        """What tells another body under the same key."""
        return hmac.digest(self._digest_key, body, "sha256")[:DIGEST_BYTES]


class Command:
    """One call whose caller is known, and what it comes to."""

    __slots__ = ("actor", "call", "digest", "id")

    def __init__(self, call: Call, actor: MemberId, names: CommandNames) -> None:
        self.call = call
        self.actor = actor
        self.id = names.command_id(actor, call.key)
        self.digest = names.digest(call.key.body)

    def replay(self, row: AnsweredRow) -> Answer | KeyReused | None:
        """The answer of `row`, which has this command's id; None where it was a refusal that is forgotten by now."""
        if row.until is not None and row.until <= self.call.at.timestamp():
            return None
        if not hmac.compare_digest(row.digest, self.digest):
            return KeyReused()
        result = _outcome(row.body) if row.until is None else _refused(row.body)
        return Answer(result, row.position, self.id, self.actor, replayed=True)

    def outcome_row(self, outcome: Outcome, position: int) -> AnsweredRow:
        """The row that remembers `outcome` for ever."""
        return AnsweredRow(self.id, self.digest, _encode(outcome), position, None)

    def refusal_row(self, refused: Refused, position: int) -> AnsweredRow:
        """The row that remembers `refused` for a while."""
        until = int((self.call.at + _REMEMBERED).timestamp())
        return AnsweredRow(self.id, self.digest, _encode(refused), position, until)


def refused(refusal: Refusal) -> Refused:
    """The refusal as it travels: ids, instants and days of its facts as text."""
    return Refused(refusal.code, msgspec.to_builtins(refusal.facts()))
