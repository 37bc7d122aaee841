"""The authority matrix, written by hand in `matrix.txt`: a row for each operation, a column for each caller."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from ledger.membership.events import Role

MATRIX: Final = Path(__file__).with_name("matrix.txt")
ROLES: Final[Mapping[str, Role]] = {
    "leader": "team_leader",
    "grid": "grid_worker",
    "staff": "staff",
    "keeper": "shelf_keeper",
    "approver": "approver",
    "auditor": "auditor",
    "admin": "administrator",
}
"""The columns of those who hold one role and no other."""
COLUMNS: Final = ("nobody", "self", "member", *ROLES, "elsewhere")
ELSEWHERE: Final = ("parent", "sibling", "below")
"""Where a role was granted, if not for the community itself: the street above it, the one beside it, a grid in it."""


class Row(NamedTuple):
    """Who may ask for `operation`, by column."""

    operation: str
    cells: Mapping[str, str]

    def may(self, column: str, place: str = "own") -> bool:
        """Whether the holder of the role `column` for `place` may, or who needs no role for it."""
        match place:
            case "own":
                return self.cells[column] in {"x", "o"}
            case "parent":
                return self.cells[column] in {"x", "o", "p"}
            case "sibling":
                return self.cells["elsewhere"] == "x"
            case _:
                return self.cells["member"] == "x"

    def finds_nothing(self, column: str, place: str) -> bool:
        """Whether the holder of the role `column` for `place` is answered, with nothing of this community."""
        return self.cells[column] == "o" and place in {"sibling", "below"}

    def concerns(self, column: str) -> bool:
        """Whether there is such a caller."""
        return self.cells[column] != "."


def matrix() -> dict[str, Row]:
    """Every row by its operation; a malformed table fails."""
    lines = [line for line in MATRIX.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    head, *rows = (line.split() for line in lines)
    assert tuple(head[1:]) == COLUMNS, head
    found = {cells[0]: Row(cells[0], dict(zip(COLUMNS, cells[1:], strict=True))) for cells in rows}
    assert len(found) == len(rows), "an operation stands twice"
    assert all(set(row.cells.values()) <= {"x", "-", ".", "p", "o"} for row in found.values())
    return found
