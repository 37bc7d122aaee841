"""The division list: which rows are right, which are not and why, and how the right ones become commands.

A file with any wrong row changes nothing. A row that is already known as it stands is passed over, so that the same
file can be imported again.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from msgspec import Struct

from api.imports.tables import CELL_CHARACTERS_MAX, Line, Problem
from ledger.kernel.ids import OrganisationId
from ledger.membership.events import Level

COLUMNS = ("code", "name", "level", "parent_code")
ALIASES = "aliases"
"""A column that may be left out: other names, one after another, each after the first behind a mark of `BETWEEN`."""
BETWEEN = re.compile(r"[、;；|]")
LEVELS: tuple[Level, ...] = ("province", "city", "county", "street", "community", "grid", "micro_grid", "building")
ORDER: Mapping[str, int] = {level: number for number, level in enumerate(LEVELS)}
CODE = re.compile(r"[0-9]{12}")


class Division(Struct, frozen=True):
    """One row that is right in itself. parent_code None: the top of the tree. aliases: other names."""

    row: int
    code: str
    name: str
    level: Level
    parent_code: str | None
    aliases: tuple[str, ...] = ()


class Registered(NamedTuple):
    """What the ledger and the directory already say about a division code. name and parent_code: as of now; known_names
    and known_parents: these, others that lead there, and those from before, all of which a list may still have.
    """

    organisation: OrganisationId
    name: str
    level: str
    parent_code: str | None
    known_names: frozenset[str] = frozenset()
    known_parents: frozenset[str] = frozenset()


def divisions(lines: list[Line]) -> tuple[list[Division], list[Problem]]:
    """Each line as a division, or the problems of that line."""
    found: list[Division] = []
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    for line in lines:
        wrong = list(_wrong(line, seen))
        seen.setdefault(line.cells["code"], line.row)
        problems += wrong
        if not wrong:
            found.append(_division(line))
    return found, problems


def _division(line: Line) -> Division:
    level = LEVELS[ORDER[line.cells["level"]]]
    written = [name.strip() for name in BETWEEN.split(line.cells.get(ALIASES, ""))]
    aliases = tuple(dict.fromkeys(name for name in written if name))
    return Division(line.row, line.cells["code"], line.cells["name"], level, line.cells["parent_code"] or None, aliases)


def _wrong(line: Line, seen: Mapping[str, int]) -> Iterator[Problem]:
    code, name, level, parent = (line.cells[column] for column in COLUMNS)
    if not CODE.fullmatch(code):
        yield Problem(line.row, "code", code[:CELL_CHARACTERS_MAX], "code-not-12-digits")
    elif code in seen:
        yield Problem(line.row, "code", code, f"code-already-in-row-{seen[code]}")
    if not name:
        yield Problem(line.row, "name", "", "name-missing")
    elif len(name) > CELL_CHARACTERS_MAX:
        yield Problem(line.row, "name", name[:20] + "…", "name-too-long")
    elif not name.isprintable():
        yield Problem(line.row, "name", ascii(name)[:CELL_CHARACTERS_MAX], "name-not-printable")
    aliases = line.cells.get(ALIASES, "")
    if len(aliases) > CELL_CHARACTERS_MAX:
        yield Problem(line.row, ALIASES, aliases[:20] + "…", "name-too-long")
    elif not aliases.isprintable():
        yield Problem(line.row, ALIASES, ascii(aliases)[:CELL_CHARACTERS_MAX], "name-not-printable")
    if level not in LEVELS:
        yield Problem(line.row, "level", level[:CELL_CHARACTERS_MAX], "level-unknown")
    if parent and not CODE.fullmatch(parent):
        yield Problem(line.row, "parent_code", parent[:CELL_CHARACTERS_MAX], "code-not-12-digits")
    elif parent == code:
        yield Problem(line.row, "parent_code", parent, "own-parent")
    elif not parent and level != "province":
        yield Problem(line.row, "parent_code", "", "parent-missing")


def misplaced(rows: list[Division], known_levels: Mapping[str, str]) -> list[Problem]:
    """Rows whose parent is nowhere, or does not stand above them. known_levels: of codes the ledger already has."""
    levels: dict[str, str] = {**known_levels, **{row.code: row.level for row in rows}}
    problems: list[Problem] = []
    for row in rows:
        if row.parent_code is None:
            continue
        above = levels.get(row.parent_code)
        if above is None:
            problems.append(Problem(row.row, "parent_code", row.parent_code, "parent-unknown"))
        elif ORDER[above] >= ORDER[row.level]:
            problems.append(Problem(row.row, "level", row.level, f"not-below-{above}"))
    return problems


def contradicting(rows: list[Division], registered: Mapping[str, Registered]) -> list[Problem]:
    """Rows that say something else than what was registered: a name, a level or a parent changes by its own command.

    What a node was called or lay below before, and what it is called besides, contradicts nothing.
    """
    problems: list[Problem] = []
    for row in rows:
        known = registered.get(row.code)
        if known is None:
            continue
        pairs = (
            ("name", row.name, known.name),
            ("level", row.level, known.level),
            ("parent_code", row.parent_code or "", known.parent_code or ""),
        )
        fine = {"name": known.known_names, "level": frozenset[str](), "parent_code": known.known_parents}
        problems += [
            Problem(row.row, column, given, f"registered-as-{kept}")
            for column, given, kept in pairs
            if given != kept and given not in fine[column]
        ]
    return problems


def parents_first(rows: list[Division]) -> list[Division]:
    """The rows in an order in which every parent comes before its children."""
    return sorted(rows, key=lambda row: ORDER[row.level])
