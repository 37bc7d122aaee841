"""Arithmetic on the batches of a shelf: the oldest leaves first, and nothing leaves after its last day.

Batches stand in the order of leaving: earliest `use_by` first (none last), then in the order in which they came.
"""

from datetime import date

from ledger.redemption.events import FromBatch

Batches = tuple[FromBatch, ...]


def total(batches: Batches) -> int:
    """All pieces of `batches`."""
    return sum(one.pieces for one in batches)


def is_past(batch: FromBatch, today: date) -> bool:
    """Whether the batch may no longer be handed out on `today`."""
    return batch.use_by is not None and batch.use_by < today


def fresh(batches: Batches, today: date) -> int:
    """Pieces that may be handed out on `today`."""
    return sum(one.pieces for one in batches if not is_past(one, today))


def oldest(batches: Batches, pieces: int, *, today: date | None) -> Batches:
    """The oldest `pieces`, leaving out what is past its last day on `today` (None: nothing is left out).

    The caller has checked that there are enough; otherwise they add up to less.
    """
    chosen: list[FromBatch] = []
    for batch in batches:
        if not pieces:
            break
        if today is None or not is_past(batch, today):
            part = min(batch.pieces, pieces)
            chosen.append(FromBatch(part, batch.batch, batch.use_by))
            pieces -= part
    return tuple(chosen)


def with_parts(batches: Batches, parts: Batches) -> Batches:
    """The shelf after `parts` came onto it, each joined to its batch if that is still there."""
    joined = list(batches)
    for part in parts:
        _put(joined, part)
    return tuple(sorted(joined, key=_leaving))


def without(batches: Batches, parts: Batches) -> Batches:
    """The shelf after `parts` left it; a batch that was emptied is gone."""
    left = {(part.batch, part.use_by): part.pieces for part in parts}
    rest = ((one, one.pieces - left.get((one.batch, one.use_by), 0)) for one in batches)
    return tuple(FromBatch(pieces, one.batch, one.use_by) for one, pieces in rest if pieces > 0)


def _leaving(batch: FromBatch) -> date:
    return batch.use_by or date.max


def _put(joined: list[FromBatch], part: FromBatch) -> None:
    for place, one in enumerate(joined):
        if (one.batch, one.use_by) == (part.batch, part.use_by):
            joined[place] = FromBatch(one.pieces + part.pieces, one.batch, one.use_by)
            return
    joined.append(part)
