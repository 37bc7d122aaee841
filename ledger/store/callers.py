"""Who stands behind a call: the member named by the program itself, or whoever the session belongs to right now."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from ledger.application.ports import Call, SessionProof
from ledger.kernel.ids import MemberId


class Identities(Protocol):
    """Knows whose session a token is."""

    def members(self, token_hashes: Sequence[bytes], now: datetime) -> Mapping[bytes, MemberId]:
        """The members behind those sessions that count at `now`, in one query; the others are left out."""
        ...


def actors(calls: Sequence[Call], identities: Identities) -> list[MemberId | None]:
    """Who makes each call; None where the session is unknown, over or closed. Sessions are looked up all at once."""
    hashes = {call.caller.token_hash for call in calls if isinstance(call.caller, SessionProof)}
    known: Mapping[bytes, MemberId] = {}
    if hashes:
        known = identities.members(list(hashes), max(call.at for call in calls))
    return [
        known.get(call.caller.token_hash) if isinstance(call.caller, SessionProof) else call.caller for call in calls
    ]
