"""Where something new may be placed: in a node that counts, and people at home only in the administrative tree."""

from ledger.application.authority import Permission, UnknownId, line_of, require, require_counting
from ledger.application.work import Work
from ledger.kernel.ids import OrganisationId
from ledger.membership.levels import tree_of
from ledger.membership.organisation import ORGANISATION
from ledger.membership.organisation_refusals import HomeInPartyTree


def require_place(work: Work, permission: Permission, organisation: OrganisationId) -> None:
    """As `require`, for something that is to belong to `organisation` from now on.

    Then refuses with OrganisationHasEnded where nothing new belongs any more.
    """
    require(work, permission, organisation)
    require_counting(work, organisation)


def require_over_tree(work: Work, permission: Permission, organisation: OrganisationId) -> None:
    """As `require`; over a node of the party's tree whoever has `permission` over the administrative node passes too
    that it, or a node above it, is attached to. For who builds the tree and appoints in it: who sits there is not told
    so.
    """
    attached = [work.state(ORGANISATION, node).attached_to for node in line_of(work, organisation)]
    for node in (one for one in attached if one is not None):
        try:
            require(work, permission, node)
        except UnknownId:
            continue
        return
    require(work, permission, organisation)


def require_home(work: Work, permission: Permission, organisation: OrganisationId) -> None:
    """As `require_place`, for people who are to live there. Then refuses with HomeInPartyTree."""
    require_place(work, permission, organisation)
    level = work.state(ORGANISATION, organisation).level
    if level is not None and tree_of(level) == "party":
        raise HomeInPartyTree(organisation)
