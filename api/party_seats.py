"""Who may see that somebody sits in the party's tree: the person, and whoever keeps the books there.

Nobody else does, whatever they may read of a person.
"""

from collections.abc import Iterable

from api.readers import Reader
from ledger.application.authority import Permission
from ledger.membership.levels import PARTY_LEVELS
from projections import organisations
from projections.seats import SeatRow


def seats_seen(reader: Reader, seats: Iterable[SeatRow]) -> list[SeatRow]:
    """Those of `seats`, all of somebody else, that are not in the party's tree or lie where the reader keeps it."""
    asked = list(seats)
    nodes = organisations.by_id(reader.connection, [seat.organisation for seat in asked])
    party = {node.organisation for node in nodes if node.level in PARTY_LEVELS}
    return [
        seat for seat in asked if seat.organisation not in party or reader.may(Permission.KEEP_PARTY, seat.organisation)
    ]
