"""Reads the tables that clerks send, row by row: workbooks, and CSV in the encodings that Excel writes in China.

What a file is, its first bytes say, not its name. Titles above the heading, sheets without a table, blank lines and
merged cells are taken as what they are; what the rows mean is decided elsewhere.
"""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from python_calamine import CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from api.imports.tables import CELL_CHARACTERS_MAX, ROWS_MAX, Problem, Unreadable

HEADING_WITHIN_ROWS: int = 10
"""A heading stands below at most so many rows of titles and dates of printing."""
ENCODINGS = ("utf-8-sig", "gb18030")
"""In this order: what is UTF-8 is hardly ever sensible GB 18030, while any bytes of that look like it."""
CHUNK_BYTES = 1 << 20
EXACT_INTEGER_MAX = 2**53
"""Beyond it a number of Excel has lost digits: an identity number that was typed as a number cannot be had again."""
DIGITS_LOST = "digits-lost-by-excel"
FORMULA = "formula-instead-of-a-value"

Cell = int | float | str | bool | time | date | datetime | timedelta


class Sheet(NamedTuple):
    """A table. heading: what each column is called; at_row: where the heading stands, 1 is the first.

    rows: begins to read again each time; number of the row and its cells as text, as long as the heading.
    merged: of the cells (row, column), from 1 and 0, that a merged one covers, the cell it is written in.
    """

    heading: tuple[str, ...]
    at_row: int
    rows: Callable[[], Iterator[tuple[int, list[str]]]]
    merged: Mapping[tuple[int, int], tuple[int, int]] = {}


def open_sheet(file: Path, has_heading: Callable[[Sequence[str]], bool], named: str | None = None) -> Sheet:
    """The one table in `file` whose heading satisfies `has_heading`. named: which sheet of a workbook, None: any.

    Raises Unreadable: not-a-workbook, not-a-text, heading-missing, several-sheets, no-such-sheet.
    """
    with file.open("rb") as opened:
        begins = opened.read(8)
    if begins.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return _of_workbook(file, has_heading, named)
    return _of_text(file, "utf-16" if begins.startswith((b"\xff\xfe", b"\xfe\xff")) else None, has_heading)


def _of_workbook(file: Path, has_heading: Callable[[Sequence[str]], bool], named: str | None) -> Sheet:
    try:
        workbook: CalamineWorkbook = CalamineWorkbook.from_path(file)  # pyright: ignore[reportUnknownMemberType] - paths of anything
        shown = [one.name for one in workbook.sheets_metadata if one.visible is SheetVisibleEnum.Visible]
        if named is not None and named not in workbook.sheet_names:
            raise Unreadable(Problem(1, "", named[:CELL_CHARACTERS_MAX], "no-such-sheet"))
        sheets = [workbook.get_sheet_by_name(name) for name in ([named] if named else shown)]
    except Unreadable:
        raise
    except Exception:  # noqa: BLE001 - the library's own errors have no common root; any of them is an unreadable file
        raise Unreadable(Problem(1, "", "", "not-a-workbook")) from None
    found = [one for sheet in sheets if (one := _of_sheet(sheet, has_heading))]
    if len(found) > 1:
        raise Unreadable(Problem(1, "", ",".join(shown)[:CELL_CHARACTERS_MAX], "several-sheets"))
    if not found:
        raise Unreadable(Problem(1, "", "", "heading-missing"))
    return found[0]


def _of_sheet(sheet: CalamineSheet, has_heading: Callable[[Sequence[str]], bool]) -> Sheet | None:
    for number, cells in enumerate(islice(sheet.iter_rows(), HEADING_WITHIN_ROWS), start=1):
        heading = _until_last(text_of(cell) for cell in cells)
        if has_heading(heading):
            return Sheet(heading, number, partial(_rows, sheet, number, len(heading)), _merged(sheet))
    return None


def _rows(sheet: CalamineSheet, at_row: int, width: int) -> Iterator[tuple[int, list[str]]]:
    for row, cells in enumerate(islice(sheet.iter_rows(), at_row, None), start=at_row + 1):
        yield _bounded(row), [text_of(cell) for cell in cells[:width]]


def _merged(sheet: CalamineSheet) -> dict[tuple[int, int], tuple[int, int]]:
    """Rows are told from the top of the sheet, cells from its first column that holds anything."""
    covered: dict[tuple[int, int], tuple[int, int]] = {}
    first = sheet.start[1] if sheet.start else 0
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        for row in range(top, min(bottom, ROWS_MAX) + 1):
            covered |= {(row + 1, column - first): (top + 1, left - first) for column in range(left, right + 1)}
    return covered


def _of_text(file: Path, encoding: str | None, has_heading: Callable[[Sequence[str]], bool]) -> Sheet:
    known = encoding or _encoding(file)
    for delimiter in ",\t;":
        read = _reader(file, known, delimiter)
        for number, cells in enumerate(islice(read(), HEADING_WITHIN_ROWS), start=1):
            heading = _until_last(cell.strip() for cell in cells)
            if has_heading(heading):
                return Sheet(heading, number, partial(_lines, read, number, len(heading)))
    raise Unreadable(Problem(1, "", "", "heading-missing"))


def _lines(read: Callable[[], Iterator[list[str]]], at_row: int, width: int) -> Iterator[tuple[int, list[str]]]:
    for row, cells in enumerate(islice(read(), at_row, None), start=at_row + 1):
        plain = [_plain(cell) for cell in cells]
        if any(plain[width:]):
            # More cells than the heading has: a comma that was not meant to part two cells.
            plain = [*plain[: width - 1], ",".join(plain[width - 1 :])]
        yield _bounded(row), [*plain[:width], *[""] * (width - len(plain))]


def _reader(file: Path, encoding: str, delimiter: str) -> Callable[[], Iterator[list[str]]]:
    def read() -> Iterator[list[str]]:
        with file.open(encoding=encoding, newline="") as opened:
            try:
                yield from csv.reader(opened, delimiter=delimiter)
            except (UnicodeDecodeError, csv.Error):
                raise Unreadable(Problem(1, "", "", "not-a-text")) from None

    return read


def _encoding(file: Path) -> str:
    for encoding in ENCODINGS:
        try:
            with file.open(encoding=encoding, newline="") as opened:
                while opened.read(CHUNK_BYTES):
                    pass
        except UnicodeDecodeError:
            continue
        return encoding
    raise Unreadable(Problem(1, "", "", "not-a-text"))


def _plain(cell: str) -> str:
    """`="0138"` is how a text of digits is kept from Excel, and so is an apostrophe before it."""
    text = cell.strip()
    if text.startswith('="') and text.endswith('"') and len(text) > 2:
        return text[2:-1]
    return text.removeprefix("'")


def text_of(cell: Cell) -> str:
    """A cell as it would be typed: whole numbers without a point, days in the order year-month-day."""
    if isinstance(cell, str):
        return cell.strip().removeprefix("'")
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == datetime.min.time() else cell.isoformat(sep=" ")
    if isinstance(cell, float) and cell.is_integer():
        return f"{cell:.0f}" if abs(cell) < EXACT_INTEGER_MAX else f"{cell:.10E}"
    return str(cell)


def _until_last(cells: Iterator[str]) -> tuple[str, ...]:
    """Without the empty cells at the end."""
    found = list(cells)
    while found and not found[-1]:
        found.pop()
    return tuple(found)


def _bounded(row: int) -> int:
    if row > ROWS_MAX:
        raise Unreadable(Problem(row, "", "", "too-many-rows"))
    return row
