"""A redemption as it is now, and how its events change it."""

from datetime import datetime
from typing import Literal, assert_never

from msgspec import Struct
from msgspec.structs import replace

from ledger.kernel.ids import FundUsageId, HoldId, MemberId, RewardId
from ledger.redemption.events import (
    FromBatch,
    RedemptionApproved,
    RedemptionCancelled,
    RedemptionEvent,
    RedemptionHandedOver,
    RedemptionLapsed,
    RedemptionPartlyHandedOver,
    RedemptionReady,
    RedemptionRechecked,
    RedemptionRejected,
    RedemptionRequested,
    RedemptionReturned,
    RedemptionSettled,
    RedemptionSubstituted,
    RedemptionVoided,
    SpentPart,
    returnable_until,
)

RedemptionStatus = Literal[
    "unknown",
    "requested",
    "approved",
    "ready",
    "handed_over",
    "partly_handed_over",
    "substituted",
    "returned",
    "settled",
    "rejected",
    "cancelled",
    "voided",
    "lapsed",
]
OPEN: frozenset[RedemptionStatus] = frozenset({"requested", "approved", "ready"})
IN_HAND: frozenset[RedemptionStatus] = frozenset({"handed_over", "partly_handed_over", "substituted"})
"""The goods are with the member and may come back for some days."""
ENDED_WITHOUT_GOODS: frozenset[RedemptionStatus] = frozenset({"rejected", "cancelled", "voided", "lapsed"})
CLOSED: frozenset[RedemptionStatus] = frozenset({"returned", "settled"})
FINISHED = IN_HAND | ENDED_WITHOUT_GOODS | CLOSED
"""It goes no further: nothing is held for it any more."""


class InHand(Struct, frozen=True):
    """What the member has in hand. hold: what was spent for it. returnable_until: from then on nothing comes back.

    pieces, parts, batches: of what did not come back yet.
    """

    at: datetime
    returnable_until: datetime
    by: MemberId
    hold: HoldId
    reward: RewardId
    fund_usage: FundUsageId | None
    price: int
    pieces: int
    parts: tuple[SpentPart, ...]
    batches: tuple[FromBatch, ...]


class Redemption(Struct, frozen=True):
    """A redemption. request: None until asked for. in_hand: since something was handed over.

    recheck: whether the system's approval was drawn for a later look, and somebody looked.
    """

    status: RedemptionStatus = "unknown"
    request: RedemptionRequested | None = None
    approved_by: MemberId | None = None
    in_hand: InHand | None = None
    recheck: Literal["not_drawn", "open", "done"] = "not_drawn"


def evolve(state: Redemption, event: RedemptionEvent) -> Redemption:
    """The redemption after `event`."""
    match event:
        case RedemptionRequested():
            return Redemption("requested", event)
        case RedemptionApproved():
            recheck = "open" if event.recheck else "not_drawn"
            return replace(state, status="approved", approved_by=event.approved_by, recheck=recheck)
        case RedemptionRejected():
            return replace(state, status="rejected")
        case RedemptionCancelled():
            return replace(state, status="cancelled")
        case RedemptionVoided():
            return replace(state, status="voided")
        case RedemptionReady():
            return replace(state, status="ready")
        case RedemptionLapsed():
            return replace(state, status="lapsed")
        case _:
            return _evolve_in_hand(state, event)


def _evolve_in_hand(
    state: Redemption,
    event: RedemptionHandedOver
    | RedemptionPartlyHandedOver
    | RedemptionSubstituted
    | RedemptionReturned
    | RedemptionRechecked
    | RedemptionSettled,
) -> Redemption:
    match event:
        case RedemptionHandedOver():
            return replace(state, status="handed_over", in_hand=_in_hand(state, event))
        case RedemptionPartlyHandedOver():
            return replace(state, status="partly_handed_over", in_hand=_in_hand(state, event))
        case RedemptionSubstituted():
            return replace(state, status="substituted", in_hand=_instead(state, event))
        case RedemptionReturned():
            return _after_return(state, event)
        case RedemptionRechecked():
            return replace(state, recheck="done")
        case RedemptionSettled():
            return replace(state, status="settled")
        case _:
            assert_never(event)


def parts_back(parts: tuple[SpentPart, ...], total: int) -> tuple[SpentPart, ...]:
    """What comes back of `parts` for `total` points: what was spent last first, so lots that run out stay spent."""
    back: list[SpentPart] = []
    for part in reversed(parts):
        amount = min(part.amount, total)
        if amount:
            back.append(replace(part, amount=amount))
        total -= amount
    return tuple(back)


def first_parts(parts: tuple[SpentPart, ...], total: int) -> tuple[SpentPart, ...]:
    """What stays spent when `parts_back` gives back all but `total`."""
    kept: list[SpentPart] = []
    for part in parts:
        amount = min(part.amount, total)
        if amount:
            kept.append(replace(part, amount=amount))
        total -= amount
    return tuple(kept)


def batches_back(batches: tuple[FromBatch, ...], pieces: int) -> tuple[FromBatch, ...]:
    """Which batches `pieces` go back to: nobody can tell one piece from another, so the newest first."""
    back: list[FromBatch] = []
    for batch in reversed(batches):
        part = min(batch.pieces, pieces)
        if part:
            back.append(replace(batch, pieces=part))
        pieces -= part
    return tuple(back)


def _in_hand(state: Redemption, event: RedemptionHandedOver | RedemptionPartlyHandedOver) -> InHand | None:
    asked = state.request
    if asked is None:
        return None
    is_part = isinstance(event, RedemptionPartlyHandedOver)
    return InHand(
        at=event.at,
        returnable_until=returnable_until(event),
        by=event.handed_over_by,
        hold=asked.hold,
        reward=asked.reward,
        fund_usage=asked.fund_usage,
        price=asked.price,
        pieces=event.pieces if is_part else asked.pieces,
        parts=event.parts,
        batches=event.batches,
    )


def _instead(state: Redemption, event: RedemptionSubstituted) -> InHand | None:
    asked = state.request
    if asked is None:
        return None
    return InHand(
        at=event.at,
        returnable_until=returnable_until(event),
        by=event.handed_over_by,
        hold=asked.hold,
        reward=event.reward,
        fund_usage=event.fund_usage,
        price=event.price,
        pieces=event.pieces,
        parts=event.parts,
        batches=event.batches,
    )


def _after_return(state: Redemption, event: RedemptionReturned) -> Redemption:
    had = state.in_hand
    if had is None:
        return state
    left = had.pieces - event.pieces
    rest = replace(
        had,
        pieces=left,
        parts=first_parts(had.parts, sum(part.amount for part in had.parts) - event.total),
        batches=_first_batches(had.batches, left),
    )
    return replace(state, status=state.status if left else "returned", in_hand=rest)


def _first_batches(batches: tuple[FromBatch, ...], pieces: int) -> tuple[FromBatch, ...]:
    """What stays handed out when `batches_back` takes back all but `pieces`."""
    kept: list[FromBatch] = []
    for batch in batches:
        part = min(batch.pieces, pieces)
        if part:
            kept.append(replace(batch, pieces=part))
        pieces -= part
    return tuple(kept)
