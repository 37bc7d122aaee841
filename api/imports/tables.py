"""Reads a table from a CSV or Excel file as rows of text, without deciding what they mean."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from python_calamine import CalamineWorkbook

ROWS_MAX = 200_000
_NO_ROW: list[str] = []
CELL_CHARACTERS_MAX = 200


class Problem(NamedTuple):
    """What is wrong, and where. row counts from 1 with the heading; column: its heading, or empty for the whole row."""

    row: int
    column: str
    value: str
    problem: str


class Line(NamedTuple):
    """One row of data: its number in the file and its cells by heading."""

    row: int
    cells: dict[str, str]


class Unreadable(Exception):
    """The file cannot be read as a table at all."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.problem)
        self.problem = problem


def read_table(file: Path, columns: tuple[str, ...]) -> tuple[list[Line], list[Problem]]:
    """The lines of `file` (.csv in UTF-8, or .xlsx) that have the headings `columns`, and the rows that cannot be read.

    Raises `Unreadable` when there is no table: wrong encoding, missing heading, too many rows.
    """
    rows = _excel(file) if file.suffix.lower() in {".xlsx", ".xls", ".ods"} else _csv(file)
    heading = [cell.strip() for cell in next(rows, _NO_ROW)]
    for column in columns:
        if heading.count(column) != 1:
            raise Unreadable(Problem(1, column, ",".join(heading)[:CELL_CHARACTERS_MAX], "column-missing-or-twice"))
    lines: list[Line] = []
    problems: list[Problem] = []
    for number, cells in enumerate(rows, start=2):
        if number > ROWS_MAX:
            raise Unreadable(Problem(number, "", "", "too-many-rows"))
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(heading):
            problems.append(Problem(number, "", str(len(cells)), "wrong-number-of-cells"))
            continue
        lines.append(Line(number, {name: cell.strip() for name, cell in zip(heading, cells, strict=True)}))
    return lines, problems


def _csv(file: Path) -> Iterator[list[str]]:
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise Unreadable(Problem(1, "", "", f"not-utf-8 at byte {fault.start}")) from None
    yield from csv.reader(io.StringIO(text, newline=""))


def _excel(file: Path) -> Iterator[list[str]]:
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(file.read_bytes())).get_sheet_by_index(0)
    except Exception:  # noqa: BLE001 - the library's own errors have no common root; any of them is an unreadable file
        raise Unreadable(Problem(1, "", "", "not-a-workbook")) from None
    for row in sheet.iter_rows():
        yield [_text(cell) for cell in row]


def _text(cell: object) -> str:
    """Excel keeps codes as floating numbers: 210922100000.0 is meant as 210922100000."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
