"""What can have happened to the nodes of the trees. Permanent."""

from datetime import date
from typing import Literal

from ledger.kernel.decider import Event
from ledger.kernel.ids import OrganisationId

Level = Literal["province", "city", "county", "street", "community", "grid", "micro_grid", "building"]


class OrganisationRegistered(Event, frozen=True):
    """A node of the administrative tree. division_code: the official 12 digits, None where the state gives none.

    parent: None only for the top of a tree. effective_from: first day on which the node counts.
    """

    level: Level
    effective_from: date
    parent: OrganisationId | None = None
    division_code: str | None = None


OrganisationEvent = OrganisationRegistered
