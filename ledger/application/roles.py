"""Use cases about who may act for an organisation: grant a role and end it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from ledger.application.authority import Permission, require_counting, require_over_member, same_household
from ledger.application.placing import require_over_tree
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.kernel.decider import Request
from ledger.kernel.ids import MemberId, OrganisationId, RoleId
from ledger.kernel.refusal import Refusal
from ledger.membership.events import Role
from ledger.membership.member import MEMBER, End, Grant


@dataclass(eq=False)
class OwnHouseholdRole(Refusal):
    """Nobody grants a role to somebody they live with; another administrator must."""

    code: ClassVar[str] = "own-household-role"
    member: MemberId


class GrantRole(Request, frozen=True):
    """Let the member act in `role` for `organisation` and below. Days are inclusive; until_day None: until ended."""

    member: MemberId
    role: Role
    organisation: OrganisationId
    from_day: date
    until_day: date | None = None


class EndRole(Request, frozen=True):
    """End one role of the member at once."""

    member: MemberId
    role_id: RoleId


def _grant(work: Work, request: GrantRole) -> Outcome:
    """The member's own home does not matter: somebody from next door may keep this shelf."""
    require_over_tree(work, Permission.GRANT_ROLES, request.organisation)
    require_counting(work, request.organisation)
    if request.member != work.actor and same_household(work, work.actor, request.member):
        raise OwnHouseholdRole(request.member)
    role_id = RoleId(work.new_id("role"))
    command = Grant(
        member=request.member,
        role_id=role_id,
        role=request.role,
        organisation=request.organisation,
        from_day=request.from_day,
        until_day=request.until_day,
        granted_by=work.actor,
    )
    work.act(MEMBER, request.member, command)
    return Outcome("role-granted", ids={"member": request.member, "role": role_id})


def _end(work: Work, request: EndRole) -> Outcome:
    roles = work.state(MEMBER, request.member).roles
    held = next((role for role in roles if role.role_id == request.role_id), None)
    if held is None:
        require_over_member(work, Permission.GRANT_ROLES, request.member)
    else:
        require_over_tree(work, Permission.GRANT_ROLES, held.organisation)
    work.act(MEMBER, request.member, End(request.role_id))
    return Outcome("role-ended", ids={"member": request.member, "role": request.role_id})


def _reads_both(request: GrantRole | EndRole, actor: MemberId) -> Iterable[Stream]:
    return (Stream(MEMBER, actor), Stream(MEMBER, request.member))


GRANT_ROLE: Final = UseCase[GrantRole]("members.grant_role", _grant, _reads_both)
END_ROLE: Final = UseCase[EndRole]("members.end_role", _end, _reads_both)
