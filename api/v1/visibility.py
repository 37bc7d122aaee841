"""What a signed-in person may see of a place: their own community, what lies above and below it, and where they act."""

from collections.abc import Collection, Iterable
from uuid import UUID

from api.identity import NotAllowed, UnknownId
from api.readers import Reader
from ledger.application.authority import ALLOWED, OWN_ACTIVITY_ONLY, Permission
from projections import people
from projections.activity_roll import ActivityRow, activity


def home_of(reader: Reader) -> UUID:
    """Where the reader is at home. Raises UnknownId for somebody who is nowhere at home."""
    row = people.member(reader.connection, reader.member)
    if row is None:
        raise UnknownId
    return row.home


def sees(reader: Reader, organisation: UUID) -> bool:
    """Whether `organisation` is the reader's home, above or below it, or covered by one of the reader's roles."""
    if reader.reaching(organisation, {role.role for role in reader.roles}):
        return True
    home = home_of(reader)
    line = {node.organisation for node in people.line_of(reader.connection, organisation, reader.today)}
    homeward = people.line_of(reader.connection, home, reader.today)
    return home in line or any(node.organisation == organisation for node in homeward)


def require_sight(reader: Reader, organisation: UUID) -> None:
    """Pass if the reader `sees` the organisation; else UnknownId, as for one that does not exist."""
    if not sees(reader, organisation):
        raise UnknownId


def require_over_tree(reader: Reader, permission: Permission, organisation: UUID) -> None:
    """As `reader.require`; over a node of the party's tree whoever may where it is attached passes too."""
    line = people.line_of(reader.connection, organisation, reader.today)
    if any(reader.may(permission, node.attached_to) for node in line if node.attached_to):
        return
    reader.require(permission, organisation)


def may_any(reader: Reader, permissions: Iterable[Permission], organisation: UUID) -> bool:
    """Whether one of `permissions` reaches `organisation`."""
    return any(reader.may(permission, organisation) for permission in permissions)


def require_any(reader: Reader, permissions: Collection[Permission], organisation: UUID) -> None:
    """Pass if `may_any`. Raises NotAllowed where no role gives one of them anywhere, UnknownId where not there."""
    if may_any(reader, permissions, organisation):
        return
    if any(role.role in ALLOWED[permission] for role in reader.roles for permission in permissions):
        raise UnknownId
    raise NotAllowed


def activity_for(reader: Reader, permission: Permission, activity_id: UUID) -> ActivityRow:
    """The activity, if the reader has `permission` over it; a team leader only over the activities they lead.

    Raises NotAllowed and UnknownId.
    """
    row = activity(reader.connection, activity_id)
    if row is None:
        if not any(role.role in ALLOWED[permission] for role in reader.roles):
            raise NotAllowed
        raise UnknownId
    reader.require(permission, row.organisation)
    if row.leader != reader.member and _leads_only(reader, permission, row.organisation):
        raise NotAllowed
    return row


def _leads_only(reader: Reader, permission: Permission, organisation: UUID) -> bool:
    return reader.reaching(organisation, ALLOWED[permission]) <= OWN_ACTIVITY_ONLY
