"""Which of the exchanges that the system approved are looked at by a person afterwards."""

import hashlib

from ledger.kernel.ids import RedemptionId


def is_drawn(redemption: RedemptionId, percent: int) -> bool:
    """Whether the redemption is among the `percent` (0 to 100) of all: the same answer for the same id, for ever.

    The ids of commands are keyed, so nobody at the counter can choose one that is not drawn.
    """
    draw = int.from_bytes(hashlib.sha256(redemption.bytes).digest()[:8], "big")
    return draw % 10_000 < percent * 100
