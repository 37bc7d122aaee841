"""What time alone causes: the port of what has come due."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal, NamedTuple, Protocol
from uuid import UUID

DueKind = Literal["award_notice", "open_visit", "redemption_lapse", "lot_expiry"]


class Due(NamedTuple):
    """One thing that has come due.

    ids, in this order: award_notice (award), open_visit (activity, session, member), redemption_lapse (redemption),
    lot_expiry (account, lot).
    """

    kind: DueKind
    ids: tuple[UUID, ...]


class DueList(Protocol):
    """What has come due, from a read model. It may name too much: each use case decides again on the ledger itself."""

    def due(self, now: datetime) -> Iterable[Due]:
        """Everything that is due at the instant `now` (aware UTC), oldest first."""
        ...
