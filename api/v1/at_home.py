"""Whose home lies in which part of the tree, for what is decided about people outside the ledger."""

from collections.abc import Iterable
from uuid import UUID

from api.identity import UnknownId
from api.readers import Reader
from ledger.application.authority import Permission
from projections import people


def require_over(reader: Reader, permission: Permission, member: UUID) -> None:
    """Pass where a role of the reader gives `permission` at the member's home. Raises as `Reader.require`."""
    row = people.member(reader.connection, member)
    if row is None:
        raise UnknownId
    reader.require(permission, row.home)


def at_home_in(reader: Reader, organisation: UUID, members: Iterable[UUID]) -> set[UUID]:
    """Those of `members` whose home is `organisation` or lies below it."""
    homes = people.homes_of(reader.connection, list(members))
    within = {home for home in set(homes.values()) if _lies_in(reader, home, organisation)}
    return {member for member, home in homes.items() if home in within}


def _lies_in(reader: Reader, home: UUID, organisation: UUID) -> bool:
    return any(node.organisation == organisation for node in people.line_of(reader.connection, home))
