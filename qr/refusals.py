"""What a person at a scanner can be told about a code. A code that does not verify says nothing more than that."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from ledger.kernel.refusal import Refusal


@dataclass(eq=False)
class NotOurCode(Refusal):
    """Forged, foreign, malformed or signed with a key that was taken out: one answer, so that none can be probed."""

    code: ClassVar[str] = "not-a-code-of-ours"


@dataclass(eq=False)
class CodeExpired(Refusal):
    """A genuine rotating code outside its time. It was shown from `shown_from` and valid before `valid_until` (UTC)."""

    code: ClassVar[str] = "code-expired"

    shown_from: datetime
    valid_until: datetime


@dataclass(eq=False)
class TicketExpired(Refusal):
    """A genuine scan ticket kept too long: the code was seen at `seen_at`, pressing was due by `valid_until` (UTC)."""

    code: ClassVar[str] = "ticket-expired"

    seen_at: datetime
    valid_until: datetime
