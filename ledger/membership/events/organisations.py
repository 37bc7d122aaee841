"""What can have happened to the nodes of the two trees. Permanent."""

from datetime import date
from typing import Literal

from ledger.kernel.decider import Event
from ledger.kernel.ids import OrganisationId

Level = Literal[
    "province",
    "city",
    "county",
    "street",
    "community",
    "grid",
    "micro_grid",
    "building",
    "party_committee",
    "party_general_branch",
    "party_branch",
    "party_group",
]
"""The first eight are the administrative tree, from the widest to the narrowest; the last four the party's."""


class OrganisationRegistered(Event, frozen=True):
    """A node of the administrative tree or of the party's. division_code: the official 12 digits, None where the state
    gives none.

    parent: a node of the same tree, None only for the top of one. effective_from: first day on which the node counts.
    attached_to: the administrative node that a party node is there for; None for none, and for administrative nodes.
    """

    level: Level
    effective_from: date
    parent: OrganisationId | None = None
    division_code: str | None = None
    attached_to: OrganisationId | None = None


class OrganisationMoved(Event, frozen=True):
    """From the day `effective_from` on (it may lie ahead) the node lies below `parent`, a node of the same tree.

    On the days before, it lies where it lay. The events of one node are in the order of their days.
    """

    parent: OrganisationId
    effective_from: date


class OrganisationEnded(Event, frozen=True):
    """The node counts through `last_day` (it may lie ahead) and never again; no move of it follows.

    successors: nodes of the same level, which count from the day after. One: the node was merged into it, and what
    belongs to the node belongs there too. Several: it was split among them, and what belongs to it stays its own. None:
    it ended without any. reason: a code such as `re-cut`.
    """

    last_day: date
    reason: str
    successors: tuple[OrganisationId, ...] = ()


OrganisationEvent = OrganisationRegistered | OrganisationMoved | OrganisationEnded
