"""Books of every shelf and every redemption, kept from stored events by arithmetic of their own.

A piece that was received lies there, is set aside, is in somebody's hands or was written off: nothing else.
"""

from collections import Counter
from datetime import UTC, datetime
from uuid import UUID

from ledger.kernel.decider import Event
from ledger.redemption import events as redemption


class ShelfBook:
    """One reward. received, handed, damaged, written_off: pieces ever. aside: by redemption, pieces set aside."""

    def __init__(self) -> None:
        self.price = 0
        self.is_draft = True
        self.is_listed = False
        self.received = self.handed = self.damaged = self.written_off = 0
        self.aside: dict[UUID, int] = {}
        self.in_hands: Counter[UUID] = Counter()
        self.proposals: dict[UUID, Event] = {}

    @property
    def lying(self) -> int:
        """What a count should find: free pieces and those set aside."""
        return self.received - self.handed - self.damaged - self.written_off

    @property
    def free(self) -> int:
        return self.lying - sum(self.aside.values())

    def enter(self, event: Event) -> None:
        """One more event of the reward."""
        match event:
            case redemption.StockReceived():
                self.received += event.pieces
            case redemption.StockReserved():
                assert event.redemption not in self.aside, "pieces are set aside once"
                assert 0 < event.pieces <= self.free, "what is set aside must lie there"
                self.aside[event.redemption] = event.pieces
            case redemption.StockReturned():
                self._leaves(event.redemption, event.pieces)
            case redemption.StockHandedOver():
                self._leaves(event.redemption, event.pieces)
                self.handed += event.pieces
                self.in_hands[event.redemption] += event.pieces
            case redemption.StockBroughtBack():
                self._brought_back(event)
            case redemption.StockWrittenOff():
                assert 0 < event.pieces <= self.free, "what is set aside is not written off"
                self.written_off += event.pieces
            case redemption.StockCounted():
                assert event.books == self.lying, "the books say what should lie there"
            case redemption.StockCountConfirmed():
                self.written_off -= event.difference
            case redemption.RewardListed():
                self.is_draft, self.is_listed, self.price = False, True, event.price
            case redemption.RewardWithdrawn():
                self.is_draft = self.is_listed = False
            case _:
                pass

    def check(self) -> None:
        """The laws of the shelf at a commit."""
        assert self.free >= 0, "no shelf is below empty"
        assert all(pieces > 0 for pieces in self.aside.values())

    def _leaves(self, redemption_id: UUID, pieces: int) -> None:
        left = self.aside.get(redemption_id, 0) - pieces
        assert pieces > 0
        assert left >= 0, "no more leaves than was set aside"
        self.aside[redemption_id] = left
        if not left:
            del self.aside[redemption_id]

    def _brought_back(self, event: redemption.StockBroughtBack) -> None:
        self.in_hands[event.redemption] -= event.pieces
        assert self.in_hands[event.redemption] >= 0, "no more comes back than was handed over"
        self.handed -= event.pieces
        if event.condition == "damaged":
            self.damaged += event.pieces


HANDED = (
    redemption.RedemptionHandedOver,
    redemption.RedemptionPartlyHandedOver,
    redemption.RedemptionSubstituted,
)


class RedemptionBook:
    """One redemption. pieces, total: what is held now, or was handed over. steps: what happened, in order."""

    def __init__(self, request: redemption.RedemptionRequested) -> None:
        self.request = request
        self.reward, self.pieces, self.total = request.reward, request.pieces, request.total
        self.returned = self.points_returned = 0
        self.steps: list[str] = []
        self.handed_at = datetime.min.replace(tzinfo=UTC)
        assert request.total == request.price * request.pieces > 0

    @property
    def status(self) -> str:
        return self.steps[-1] if self.steps else "requested"

    @property
    def is_open(self) -> bool:
        """Stock and points are set aside."""
        return self.status in {"requested", "approved", "ready"}

    @property
    def is_in_hands(self) -> bool:
        return self.status in {"handed_over", "partly_handed_over", "substituted"}

    def enter(self, event: Event) -> None:
        """One more event of the redemption."""
        if isinstance(event, HANDED):
            self.handed_at = event.at
        match event:
            case redemption.RedemptionApproved():
                self._step("approved", {"requested"})
            case redemption.RedemptionReady():
                self._step("ready", {"approved"})
            case redemption.RedemptionRejected():
                self._step("rejected", {"requested"})
            case redemption.RedemptionCancelled():
                self._step("cancelled", {"requested", "approved", "ready"})
            case redemption.RedemptionVoided():
                self._step("voided", {"requested", "approved", "ready"})
            case redemption.RedemptionLapsed():
                self._step("lapsed", {"requested", "approved", "ready"})
            case redemption.RedemptionHandedOver():
                self._step("handed_over", {"ready"})
            case redemption.RedemptionPartlyHandedOver():
                self._step("partly_handed_over", {"ready"})
                assert event.pieces < self.pieces
                assert event.total == event.pieces * self.request.price
                self.pieces, self.total = event.pieces, event.total
            case redemption.RedemptionSubstituted():
                self._substituted(event)
            case redemption.RedemptionReturned():
                self._returned(event)
            case redemption.RedemptionSettled():
                self._step("settled", {"handed_over", "partly_handed_over", "substituted"})
            case _:
                pass

    def _step(self, status: str, before: set[str]) -> None:
        assert self.status in before, f"{status} never follows {self.status}"
        self.steps.append(status)

    def _substituted(self, event: redemption.RedemptionSubstituted) -> None:
        self._step("substituted", {"approved", "ready"})
        assert event.total == event.price * event.pieces <= self.total, "never more is taken than was held"
        self.reward, self.pieces, self.total = event.reward, event.pieces, event.total

    def _returned(self, event: redemption.RedemptionReturned) -> None:
        assert self.is_in_hands, f"nothing comes back from {self.status}"
        self.returned += event.pieces
        self.points_returned += event.total
        assert self.returned <= self.pieces, "no more pieces come back than were handed over"
        assert self.points_returned <= self.total, "no more points come back than were spent"
        if self.returned == self.pieces:
            self.steps.append("returned")
