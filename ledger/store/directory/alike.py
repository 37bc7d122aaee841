"""Who may be one person registered twice: subjects whose digests of a field are the same. No value is ever opened."""

from itertools import groupby
from operator import itemgetter
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, func, select

from ledger.store.directory.tables import BLIND

GROUPS_MAX: Final = 1_000
"""More likely duplicates than anybody looks through in one sitting."""


def sharing(connection: Connection, kind: str) -> list[tuple[UUID, ...]]:
    """Subjects that have one value of `kind` between them: each group in order of id, at most `GROUPS_MAX` of them."""
    c = BLIND.c
    same = select(c.digest).where(c.kind == kind).group_by(c.digest).having(func.count() > 1)
    of_several = c.digest.in_(same.order_by(c.digest).limit(GROUPS_MAX))
    query = select(c.digest, c.subject).where(c.kind == kind, of_several).order_by(c.digest, c.subject)
    return [tuple(row[1] for row in group) for _, group in groupby(connection.execute(query), key=itemgetter(0))]
