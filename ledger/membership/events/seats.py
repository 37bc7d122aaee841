"""What can have happened to a member's seats, on the member's stream. Permanent; ids and days only."""

from datetime import date

from ledger.kernel.decider import Event
from ledger.kernel.ids import OrganisationId


class SeatTaken(Event, frozen=True):
    """From the day `from_day` on the member sits in `organisation`: a grid, micro-grid or building, or a party branch
    or group. The node's level says in which tree; in each a member sits in one node at a time.
    """

    organisation: OrganisationId
    from_day: date


class SeatLeft(Event, frozen=True):
    """The member sits in `organisation` through `last_day` and no longer. The day before from_day: never sat there."""

    organisation: OrganisationId
    last_day: date


SeatEvent = SeatTaken | SeatLeft
