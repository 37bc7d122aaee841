"""Texts in order with the rows they stand for: all texts that begin alike lie side by side, found in 20 steps."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, chain

AFTER_EVERY_LETTER = "\U0010ffff"


class Ordered:
    """Made once from pairs of text and row, rows never falling. A text may stand for several rows, a row under several
    texts.
    """

    __slots__ = ("_first", "_rows", "_texts")

    def __init__(self, pairs: Iterable[tuple[str, int]]) -> None:
        rows_of: dict[str, list[int]] = {}
        for text, row in pairs:
            rows = rows_of.setdefault(text, [])
            if not rows or rows[-1] != row:
                rows.append(row)
        self._texts = sorted(rows_of)
        self._first = array("I", accumulate((len(rows_of[text]) for text in self._texts), initial=0))
        self._rows = array("I", chain.from_iterable(rows_of[text] for text in self._texts))

    def beginning_with(self, text: str) -> Iterator[Sequence[int]]:
        """The rows of all texts that begin with `text`."""
        yield self._between(bisect_left(self._texts, text), bisect_left(self._texts, text + AFTER_EVERY_LETTER))

    def sounding_like(self, typed: str) -> Iterator[Sequence[int]]:
        """The rows of all texts (sounds with a space between) that `typed` abbreviates: of each sound from the first
        on at least its first letter, of the last one reached any number (`zhangs`, `zs`, `zsan` of `zhang san`).
        """
        for low, high in self._sounding("", 0, len(self._texts), typed):
            yield self._between(low, high)

    def _sounding(self, before: str, low: int, high: int, typed: str) -> Iterator[tuple[int, int]]:
        """`before`: the sounds read so far; all texts from `low` to `high` begin with them."""
        texts, letter = self._texts, typed[0]
        low = bisect_left(texts, before + letter, low, high)
        high = bisect_left(texts, before + letter + AFTER_EVERY_LETTER, low, high)
        whole_low = bisect_left(texts, before + typed, low, high)
        whole_high = bisect_left(texts, before + typed + AFTER_EVERY_LETTER, whole_low, high)
        if whole_low < whole_high:
            yield whole_low, whole_high
        if len(typed) == 1:
            return
        while low < high:
            sound = texts[low][len(before) :].partition(" ")[0]
            # "!" follows the space in ASCII: this sound alone, and this sound with others behind it.
            end = bisect_left(texts, f"{before}{sound}!", low, high)
            for used in range(1, min(_alike(sound, typed), len(typed) - 1) + 1):
                yield from self._sounding(f"{before}{sound} ", low, end, typed[used:])
            low = end

    def _between(self, low: int, high: int) -> Sequence[int]:
        return self._rows[self._first[low] : self._first[high]]


def _alike(one: str, other: str) -> int:
    """How many letters they have in common from the first on."""
    for place, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return place
    return min(len(one), len(other))
