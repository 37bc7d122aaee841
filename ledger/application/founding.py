"""The first administrator of a tree, whom nobody in it can appoint."""

from typing import Final

from ledger.application.authority import UnknownId, current_roles, reads_actor, require_system
from ledger.application.work import Outcome, UseCase, Work
from ledger.kernel.decider import Request
from ledger.kernel.ids import SYSTEM, MemberId, OrganisationId, RoleId
from ledger.membership.events import Role
from ledger.membership.levels import tree_of
from ledger.membership.member import MEMBER, Grant, Register, Verify
from ledger.membership.organisation import ORGANISATION
from ledger.membership.organisation_refusals import HomeInPartyTree

FOUNDING_ROLES: Final[tuple[Role, ...]] = ("administrator", "staff")
"""What the first person of a tree gets: enough to register people and grant roles, so that a small community can
start. Approving and handing over stay with other people, to whom this one grants those roles."""


class FoundAdministrator(Request, frozen=True):
    """Make `member` the first administrator of `organisation` and all below it: registered, verified, with
    FOUNDING_ROLES. Doing it again grants what is missing."""

    member: MemberId
    organisation: OrganisationId


def _found_administrator(work: Work, request: FoundAdministrator) -> Outcome:
    require_system(work)
    level = work.state(ORGANISATION, request.organisation).level
    if level is None:
        raise UnknownId(request.organisation)
    if not work.exists(MEMBER, request.member):
        if tree_of(level) == "party":
            raise HomeInPartyTree(request.organisation)
        work.act(MEMBER, request.member, Register(request.organisation))
    if work.state(MEMBER, request.member).verified_by is None:
        work.act(MEMBER, request.member, Verify(member=request.member, basis="founding", verified_by=SYSTEM))
    granted = sum(_grant_if_missing(work, request, role) for role in FOUNDING_ROLES)
    return Outcome(
        "administrator-founded" if granted else "already-administrator",
        ids={"member": request.member, "organisation": request.organisation},
        figures={"roles_granted": granted},
    )


def _grant_if_missing(work: Work, request: FoundAdministrator, role: Role) -> int:
    held = current_roles(work.state(MEMBER, request.member), work.today)
    if any(other.role == role and other.organisation == request.organisation for other in held):
        return 0
    command = Grant(
        member=request.member,
        role_id=RoleId(work.new_id(f"role/{role}")),
        role=role,
        organisation=request.organisation,
        from_day=work.today,
        until_day=None,
        granted_by=work.actor,
    )
    work.act(MEMBER, request.member, command)
    return 1


FOUND_ADMINISTRATOR: Final = UseCase[FoundAdministrator](
    "members.found_administrator", _found_administrator, reads_actor
)
