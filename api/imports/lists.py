"""A list of members as it is read: pages of right rows and the problems of the others, as often as it is asked."""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from api.imports.member_columns import SHARED, columns_of, is_heading
from api.imports.member_rows import MemberRow, read_row
from api.imports.sheets import Sheet, open_sheet
from api.imports.tables import Problem

PAGE_ROWS = 1_000
"""So many rows are looked up, written and asked for together."""


class Page(NamedTuple):
    """The right rows of one page and what is wrong with its others."""

    rows: list[MemberRow]
    problems: list[Problem]


class MemberList:
    """The table in `file`; every problem names it by row and column. today: the community's.

    unknown: headings that mean nothing to us, so that nobody believes they were read. Raises Unreadable.
    """

    def __init__(self, file: Path, today: date, sheet: str | None = None) -> None:
        self._sheet: Sheet = open_sheet(file, is_heading, sheet)
        self._places, self.unknown = columns_of(self._sheet.heading, self._sheet.at_row)
        self._today = today

    @property
    def columns(self) -> frozenset[str]:
        """The columns we know that it has."""
        return frozenset(self._places)

    def pages(self) -> Iterator[Page]:
        """The whole list from its first row, `PAGE_ROWS` at a time; blank lines are passed over."""
        rows = self._rows()
        while page := list(islice(rows, PAGE_ROWS)):
            read = [read_row(row, cells, self._today) for row, cells in page]
            yield Page([one for one, _ in read if one], [problem for _, problems in read for problem in problems])

    def _rows(self) -> Iterator[tuple[int, Mapping[str, str]]]:
        written: dict[tuple[int, int], str] = {}
        merged = self._sheet.merged
        tops = set(merged.values())
        for row, cells in self._sheet.rows():
            found = {column: cells[place] for column, place in self._places.items()}
            for column, place in self._places.items():
                at = (row, place)
                if at in tops:
                    written[at] = found[column]
                elif at in merged and column in SHARED:
                    found[column] = written.get(merged[at], "")
            if any(found[column] for column in found.keys() - SHARED):
                yield row, found
