"""Use cases about one member: register, verify, suspend, consents, cards, and the first administrator of a tree.

Roles and households have files of their own; their use cases are offered here too, so that all about a member is found
in one place.
"""

from collections.abc import Iterable
from typing import Final, Protocol

from ledger.application.authority import (
    Permission,
    UnknownId,
    current_roles,
    reads_actor,
    require,
    require_over_member,
    require_system,
)
from ledger.application.households import (
    FORM_HOUSEHOLD,
    JOIN_HOUSEHOLD,
    LEAVE_HOUSEHOLD,
    FormHousehold,
    JoinHousehold,
    LeaveHousehold,
)
from ledger.application.roles import END_ROLE, GRANT_ROLE, EndRole, GrantRole
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.kernel.decider import Request
from ledger.kernel.ids import SYSTEM, CardId, MemberId, OrganisationId, RoleId
from ledger.membership.events import Role
from ledger.membership.member import (
    MEMBER,
    AddConsent,
    DropConsent,
    Grant,
    Issue,
    Register,
    Reinstate,
    Revoke,
    Suspend,
    Verify,
)
from ledger.membership.organisation import ORGANISATION

__all__ = [
    "END_ROLE",
    "FORM_HOUSEHOLD",
    "FOUNDING_ROLES",
    "FOUND_ADMINISTRATOR",
    "GIVE_CONSENT",
    "GRANT_ROLE",
    "ISSUE_CARD",
    "JOIN_HOUSEHOLD",
    "LEAVE_HOUSEHOLD",
    "REGISTER_MEMBER",
    "REINSTATE_MEMBER",
    "REVOKE_CARD",
    "SUSPEND_MEMBER",
    "VERIFY_MEMBER",
    "WITHDRAW_CONSENT",
    "EndRole",
    "FormHousehold",
    "FoundAdministrator",
    "GiveConsent",
    "GrantRole",
    "IssueCard",
    "JoinHousehold",
    "LeaveHousehold",
    "RegisterMember",
    "ReinstateMember",
    "RevokeCard",
    "SuspendMember",
    "VerifyMember",
    "WithdrawConsent",
]

FOUNDING_ROLES: Final[tuple[Role, ...]] = ("administrator", "staff")
"""What the first person of a tree gets: enough to register people and grant roles, so that a small community can
start. Approving and handing over stay with other people, to whom this one grants those roles."""


class RegisterMember(Request, frozen=True):
    """Make a person known, at home in the community `home`."""

    member: MemberId
    home: OrganisationId


class VerifyMember(Request, frozen=True):
    """The actor saw who the person is. basis: a code such as `identity-card`."""

    member: MemberId
    basis: str


class SuspendMember(Request, frozen=True):
    """Stop the member from earning, spending and acting. reason: a code."""

    member: MemberId
    reason: str


class ReinstateMember(Request, frozen=True):
    """End the member's suspension."""

    member: MemberId


class GiveConsent(Request, frozen=True):
    """Agree to `purpose` in the wording `text_version`. member None: the actor; another's is entered from paper."""

    purpose: str
    text_version: str
    member: MemberId | None = None


class WithdrawConsent(Request, frozen=True):
    """Take the consent to `purpose` back. member None: the actor."""

    purpose: str
    member: MemberId | None = None


class IssueCard(Request, frozen=True):
    """Hand a printed card to the member; cards issued before stay good until revoked."""

    member: MemberId
    card: CardId


class RevokeCard(Request, frozen=True):
    """Refuse the card everywhere. Staff may, and the member whose card it is. reason: a code such as `lost`."""

    member: MemberId
    card: CardId
    reason: str


class FoundAdministrator(Request, frozen=True):
    """Make `member` the first administrator of `organisation` and all below it: registered, verified, with
    FOUNDING_ROLES. Doing it again grants what is missing."""

    member: MemberId
    organisation: OrganisationId


class _OfMember(Protocol):
    @property
    def member(self) -> MemberId | None: ...


def _register(work: Work, request: RegisterMember) -> Outcome:
    require(work, Permission.REGISTER_MEMBERS, request.home)
    work.act(MEMBER, request.member, Register(request.home))
    return Outcome("member-registered", ids={"member": request.member, "home": request.home})


def _verify(work: Work, request: VerifyMember) -> Outcome:
    require_over_member(work, Permission.VERIFY_MEMBERS, request.member)
    command = Verify(member=request.member, basis=request.basis, verified_by=work.actor)
    work.act(MEMBER, request.member, command)
    return Outcome("member-verified", ids={"member": request.member})


def _suspend(work: Work, request: SuspendMember) -> Outcome:
    require_over_member(work, Permission.SUSPEND_MEMBERS, request.member)
    work.act(MEMBER, request.member, Suspend(request.reason))
    return Outcome("member-suspended", ids={"member": request.member})


def _reinstate(work: Work, request: ReinstateMember) -> Outcome:
    require_over_member(work, Permission.SUSPEND_MEMBERS, request.member)
    work.act(MEMBER, request.member, Reinstate())
    return Outcome("member-reinstated", ids={"member": request.member})


def _give_consent(work: Work, request: GiveConsent) -> Outcome:
    member = _self_or_registrar(work, request.member)
    before = work.state(MEMBER, member).consents
    after = work.act(MEMBER, member, AddConsent(request.purpose, request.text_version)).consents
    return Outcome("already-consented" if after == before else "consent-given", ids={"member": member})


def _withdraw_consent(work: Work, request: WithdrawConsent) -> Outcome:
    member = _self_or_registrar(work, request.member)
    work.act(MEMBER, member, DropConsent(request.purpose))
    return Outcome("consent-withdrawn", ids={"member": member})


def _self_or_registrar(work: Work, member: MemberId | None) -> MemberId:
    """A suspended member may still say what may be done with their data, so standing is not asked of the actor."""
    if member is None or member == work.actor:
        return work.actor
    require_over_member(work, Permission.REGISTER_MEMBERS, member)
    return member


def _issue_card(work: Work, request: IssueCard) -> Outcome:
    require_over_member(work, Permission.ISSUE_CARDS, request.member)
    work.act(MEMBER, request.member, Issue(request.card))
    return Outcome("card-issued", ids={"member": request.member, "card": request.card})


def _revoke_card(work: Work, request: RevokeCard) -> Outcome:
    if request.member != work.actor:
        require_over_member(work, Permission.ISSUE_CARDS, request.member)
    work.act(MEMBER, request.member, Revoke(request.card, request.reason))
    return Outcome("card-revoked", ids={"member": request.member, "card": request.card})


def _found_administrator(work: Work, request: FoundAdministrator) -> Outcome:
    require_system(work)
    if work.state(ORGANISATION, request.organisation).level is None:
        raise UnknownId(request.organisation)
    if not work.exists(MEMBER, request.member):
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


def _reads_both(request: _OfMember, actor: MemberId) -> Iterable[Stream]:
    return (Stream(MEMBER, actor), Stream(MEMBER, request.member or actor))


REGISTER_MEMBER: Final = UseCase[RegisterMember]("members.register", _register, _reads_both)
VERIFY_MEMBER: Final = UseCase[VerifyMember]("members.verify", _verify, _reads_both)
SUSPEND_MEMBER: Final = UseCase[SuspendMember]("members.suspend", _suspend, _reads_both)
REINSTATE_MEMBER: Final = UseCase[ReinstateMember]("members.reinstate", _reinstate, _reads_both)
GIVE_CONSENT: Final = UseCase[GiveConsent]("members.give_consent", _give_consent, _reads_both)
WITHDRAW_CONSENT: Final = UseCase[WithdrawConsent]("members.withdraw_consent", _withdraw_consent, _reads_both)
ISSUE_CARD: Final = UseCase[IssueCard]("members.issue_card", _issue_card, _reads_both)
REVOKE_CARD: Final = UseCase[RevokeCard]("members.revoke_card", _revoke_card, _reads_both)
FOUND_ADMINISTRATOR: Final = UseCase[FoundAdministrator](
    "members.found_administrator", _found_administrator, reads_actor
)
