"""One row of a list of members: what it says, cell by cell, or what is wrong with it. It knows neither other rows nor
what is known already."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from msgspec import Struct

from api.deployment import PERSONAL_FIELDS, PersonalFieldWrong, born_on, spelt
from api.imports.member_columns import shown
from api.imports.sheets import DIGITS_LOST, FORMULA
from api.imports.tables import Problem
from api.v1.body_fields import ONE_LINE
from ledger.kernel.units import AMOUNT_MAX

LABEL_CHARACTERS_MAX: Final = 60
CONSENT_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
SUMS: Final = frozenset(["合计", "总计", "小计", "共计", "total", "sum"])
"""Names of nobody, at the end of a list."""
ADULT_FROM_YEARS: Final = 14
"""Below it a guardian agrees (Personal Information Protection Law, article 31): that is no column of a list."""
_SERIAL_ZERO: Final = date(1899, 12, 30)
_SERIALS: Final = range(367, 73_415)
"""Days of Excel from 1901 to 2100: a column of dates that lost its format."""
_DAY: Final = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?)|(\d{2})(\d{2}))")
_SCIENTIFIC: Final = re.compile(r"\d(\.\d+)?[eE]\+?\d+")
_WITHOUT_ZERO: Final = re.compile(r"[2-9]\d{8,10}")
_SERVICE: Final = re.compile(r"[48]00\d{7}")


class MemberRow(Struct, frozen=True):
    """A row that is right in itself. texts: for the directory, by field, as they are kept.

    place: the community or grid as it is written, None where the row names none. household: its label. opening: the
    balance of the other book, 0: none. consent: the version of the text that was signed, None: none was.
    """

    row: int
    texts: Mapping[str, str]
    place: str | None = None
    household: str | None = None
    opening: int = 0
    consent: str | None = None


class _Wrong(Exception):
    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


def read_row(row: int, cells: Mapping[str, str], today: date) -> tuple[MemberRow | None, list[Problem]]:
    """The row's cells by column, checked on the community's day; None and every problem where something is wrong."""
    found: dict[str, str] = {}
    problems: list[Problem] = []
    for column, cell in cells.items():
        if cell or column == "name":
            try:
                found[column] = _checked(column, cell, today)
            except PersonalFieldWrong as wrong:
                problems.append(Problem(row, column, shown(column, cell), wrong.problem))
            except _Wrong as wrong:
                problems.append(Problem(row, column, shown(column, cell), wrong.problem))
    problems += [] if problems else _together(row, found, today)
    return (None, problems) if problems else (_row(row, found), [])


def _row(row: int, found: Mapping[str, str]) -> MemberRow:
    kept = (*PERSONAL_FIELDS, "former_number", "joined")
    return MemberRow(
        row=row,
        texts={column: found[column] for column in kept if column in found},
        place=found.get("grid") or found.get("community"),
        household=found.get("household"),
        opening=int(found.get("opening_balance", 0)),
        consent=found.get("consent"),
    )


def _checked(column: str, cell: str, today: date) -> str:
    """One cell as it is kept. Raises PersonalFieldWrong and _Wrong."""
    if cell.startswith("="):
        raise _Wrong(FORMULA)
    if column == "name":
        return _name(cell, today)
    text = unicodedata.normalize("NFKC", cell).strip()
    match column:
        case "birth_date":
            return spelt(column, _day(text), today)
        case "joined":
            return _past(_day(text), today)
        case "phone" | "identity_number":
            return spelt(column, _digits(column, text), today)
        case "address":
            return spelt(column, cell, today)
        case "opening_balance":
            return _amount(text)
        case "consent":
            return _matching(CONSENT_CODE, text, "not-a-version")
        case _:
            return _label(text)


def _name(cell: str, today: date) -> str:
    name = spelt("name", cell.replace("\u3000", " "), today)
    if name.casefold().rstrip(":：") in SUMS:
        raise _Wrong("line-of-sums")
    return name


def _digits(column: str, text: str) -> str:
    if _SCIENTIFIC.fullmatch(text):
        raise _Wrong(DIGITS_LOST)
    if column == "phone" and _WITHOUT_ZERO.fullmatch(text) and not _SERVICE.fullmatch(text):
        raise _Wrong("leading-zero-lost")
    return text


def _day(text: str) -> str:
    if text.isascii() and text.isdigit() and len(text) < 6 and int(text) in _SERIALS:
        return (_SERIAL_ZERO + timedelta(days=int(text))).isoformat()
    found = _DAY.fullmatch(text.removesuffix(" 00:00:00").replace(" ", ""))
    if found is None:
        raise _Wrong("not-a-day")
    year, month, day = found[1], found[2] or found[4], found[3] or found[5]
    return f"{year}-{int(month):02}-{int(day):02}"


def _past(text: str, today: date) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise _Wrong("not-a-day") from None
    if day > today:
        raise _Wrong("day-not-plausible")
    return text


def _amount(text: str) -> str:
    """Whole and not negative; `1,200` is 1200."""
    plain = text.replace(",", "")
    if not re.fullmatch(r"[0-9]{1,12}", plain) or not plain.isascii():
        raise _Wrong("not-a-whole-number")
    if int(plain) > AMOUNT_MAX:
        raise _Wrong("too-large")
    return plain


def _label(text: str) -> str:
    if _SCIENTIFIC.fullmatch(text):
        raise _Wrong(DIGITS_LOST)
    if len(text) > LABEL_CHARACTERS_MAX:
        raise _Wrong("too-long")
    return _matching(re.compile(ONE_LINE), text, "forbidden-character")


def _matching(pattern: re.Pattern[str], text: str, problem: str) -> str:
    if not pattern.fullmatch(text):
        raise _Wrong(problem)
    return text


def _together(row: int, found: Mapping[str, str], today: date) -> list[Problem]:
    """What only shows when cells are read beside one another."""
    number, born = found.get("identity_number"), found.get("birth_date")
    if number and born and born_on(number).isoformat() != born:
        return [Problem(row, "birth_date", shown("birth_date", born), "not-that-of-the-identity-number")]
    day = date.fromisoformat(born) if born else born_on(number) if number else None
    if day and "consent" in found and _years(day, today) < ADULT_FROM_YEARS:
        return [Problem(row, "consent", found["consent"], "guardian-must-agree")]
    return []


def _years(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
