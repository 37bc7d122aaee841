"""How many pieces can be spoken of at once."""

from ledger.redemption.refusals import PiecesOutOfBounds

PIECES_MAX = 100_000
"""Most pieces that come onto a shelf, or are asked for, at once."""


def pieces_in_bounds(pieces: int, *, smallest: int = 1) -> None:
    """Refuses with pieces-out-of-bounds below `smallest` and above `PIECES_MAX`."""
    if not smallest <= pieces <= PIECES_MAX:
        raise PiecesOutOfBounds(pieces, smallest, PIECES_MAX)
