"""Which pictures an event names: the ones that somebody's hours or a correction rest on."""

from collections.abc import Collection
from itertools import islice

from sqlalchemy import Connection, select

from projections.adjustments import ADJUSTMENTS
from projections.sheets import SHEETS

_AT_ONCE = 1_000


def evidence_named(connection: Connection, digests: Collection[str]) -> set[str]:
    """Those of `digests` (SHA-256, hexadecimal) that a sheet or an adjustment names."""
    found: set[str] = set()
    left = iter(digests)
    while piece := list(islice(left, _AT_ONCE)):
        for column in (SHEETS.c.evidence, ADJUSTMENTS.c.evidence):
            found.update(connection.execute(select(column).where(column.in_(piece))).scalars())
    return found
