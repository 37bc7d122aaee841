"""How much may be asked for in one command: a batch is one commit, and nobody should wait for a long one."""

from dataclasses import dataclass
from typing import ClassVar

from ledger.kernel.refusal import Refusal


@dataclass(eq=False)
class LinesOutOfBounds(Refusal):
    """A batch has too few or too many lines."""

    code: ClassVar[str] = "lines-out-of-bounds"

    asked: int
    smallest: int
    largest: int


def require_lines(asked: int, largest: int) -> None:
    """Let a batch of 1 to `largest` lines pass; else LinesOutOfBounds."""
    if not 1 <= asked <= largest:
        raise LinesOutOfBounds(asked, 1, largest)
