"""Who may do what, and where: the one place that asks the authority matrix (`permissions`).

There is no bypass: an administrator grants roles and registers organisations, and moves no value.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from ledger.activities.activity import ACTIVITY
from ledger.activities.activity_state import ActivityState
from ledger.application.permissions import ALLOWED as ALLOWED
from ledger.application.permissions import OWN_ACTIVITY_ONLY as OWN_ACTIVITY_ONLY
from ledger.application.permissions import Permission as Permission
from ledger.application.work import Stream, Work
from ledger.kernel.ids import SYSTEM, ActivityId, MemberId, OrganisationId
from ledger.kernel.refusal import Refusal
from ledger.membership.ending_refusals import MemberIsMerged
from ledger.membership.events import Role
from ledger.membership.member import MEMBER
from ledger.membership.member_state import HeldRole, MemberState
from ledger.membership.organisation import ORGANISATION
from ledger.membership.organisation_refusals import OrganisationHasEnded
from ledger.membership.placement import above_on, has_ended


@dataclass(eq=False)
class NotPermitted(Refusal):
    """None of the actor's current roles allows it here."""

    code: ClassVar[str] = "not-permitted"
    remembered: ClassVar[bool] = False

    permission: str


@dataclass(eq=False)
class UnknownId(Refusal):
    """There is no such thing, or none in the actor's scope: the same answer, so that nothing can be probed."""

    code: ClassVar[str] = "unknown-id"
    remembered: ClassVar[bool] = False

    id: UUID


@dataclass(eq=False)
class MemberSuspendedNow(Refusal):
    """The member may neither earn, spend nor act for others until reinstated."""

    code: ClassVar[str] = "member-suspended"
    remembered: ClassVar[bool] = False

    member: MemberId


@dataclass(eq=False)
class MemberNotVerified(Refusal):
    """Staff must first see who the member is."""

    code: ClassVar[str] = "member-not-verified"
    remembered: ClassVar[bool] = False

    member: MemberId


def require(work: Work, permission: Permission, organisation: OrganisationId) -> None:
    """Let the actor pass if a current role of theirs gives `permission` over `organisation` or a node above it.

    Refuses, in this order: NotPermitted (no such person, left, or no role that allows it anywhere), MemberSuspendedNow,
    UnknownId (a role, but not here, or no such organisation).
    """
    _covering_roles(work, permission, organisation, organisation)


def require_for(work: Work, permission: Permission, organisation: OrganisationId | None, asked: UUID) -> None:
    """As `require` for the thing `asked`, which belongs to `organisation` (None: there is no such thing).

    UnknownId names the thing, so that a refusal never tells to whom somebody else's belongs.
    """
    _covering_roles(work, permission, organisation, asked)


def require_over_member(work: Work, permission: Permission, member: MemberId) -> MemberState:
    """As `require` over the member's home; gives the member's state. UnknownId names the member.

    Then refuses with MemberIsMerged: what is to be done about a duplicate is done with the survivor.
    """
    state = require_over_anybody(work, permission, member)
    refuse_merged(work, member)
    return state


def require_over_anybody(work: Work, permission: Permission, member: MemberId) -> MemberState:
    """As `require_over_member`, for what is done about a duplicate, too."""
    state = work.state(MEMBER, member)
    _covering_roles(work, permission, state.home, member)
    return state


def person_now(work: Work, member: MemberId) -> MemberId:
    """Who `member` is by now: the survivor, where the registration was joined with another one."""
    while (merge := work.state(MEMBER, member).belonging.merge) is not None:
        member = merge.survivor
    return member


def refuse_merged(work: Work, member: MemberId) -> None:
    """Refuses with MemberIsMerged where `member` is a duplicate; it names the survivor to whoever may know.

    Those are the person, and who may read members where the survivor is at home.
    """
    merge = work.state(MEMBER, member).belonging.merge
    if merge is not None:
        home = work.state(MEMBER, merge.survivor).home
        is_theirs = work.actor in (member, merge.survivor)
        knows = is_theirs or (home is not None and holds_any(work, work.actor, [Permission.READ_MEMBERS], home))
        raise MemberIsMerged(member, merge.survivor if knows else None)


def require_over_activity(work: Work, permission: Permission, activity: ActivityId) -> ActivityState:
    """As `require` over the activity's organisation; gives the activity's state. UnknownId names the activity.

    A team leader passes only for the activities they lead; else NotPermitted.
    """
    state = work.state(ACTIVITY, activity)
    roles = _covering_roles(work, permission, state.organisation, activity)
    _require_own_or_wider(work, permission, roles, state.leader)
    return state


def require_as_leader(work: Work, permission: Permission, organisation: OrganisationId, leader: MemberId) -> None:
    """As `require`, for an activity yet to be, led by `leader`: a team leader plans only their own."""
    _require_own_or_wider(work, permission, _covering_roles(work, permission, organisation, organisation), leader)


def require_self_or(
    work: Work, member: MemberId | None, permission: Permission, organisation: OrganisationId | None, asked: UUID
) -> MemberId:
    """Whom a request about the thing `asked` concerns: the actor when `member` is None or the actor, else `member`.

    For another `require_for` is asked. UnknownId where there is no such thing (organisation None).
    """
    if member is not None and member != work.actor:
        require_for(work, permission, organisation, asked)
        return member
    if organisation is None:
        raise UnknownId(asked)
    return work.actor


def _covering_roles(
    work: Work, permission: Permission, organisation: OrganisationId | None, asked: UUID
) -> frozenset[Role]:
    state = work.state(MEMBER, work.actor)
    held = [role for role in current_roles(state, work.today) if role.role in ALLOWED[permission]]
    if not held or state.has_left:
        raise NotPermitted(permission)
    if state.suspended_for is not None:
        raise MemberSuspendedNow(work.actor)
    covering = _reaching(work, held, organisation) if organisation else frozenset[Role]()
    if not covering:
        raise UnknownId(asked)
    return covering


def _reaching(work: Work, held: Iterable[HeldRole], organisation: OrganisationId) -> frozenset[Role]:
    """Those of the roles `held` that reach `organisation`. A role for a node that has ended reaches nothing any more;
    one for a node above reaches what has ended and what followed it.
    """
    line = frozenset(line_of(work, organisation))
    return frozenset(
        role.role for role in held if role.organisation in line and not _has_ended(work, role.organisation)
    )


def _require_own_or_wider(work: Work, permission: Permission, roles: frozenset[Role], leader: MemberId | None) -> None:
    if roles <= OWN_ACTIVITY_ONLY and leader != work.actor:
        raise NotPermitted(permission)


def require_system(work: Work) -> None:
    """Let only the system pass: sweeps and the command line. Refuses with NotPermitted."""
    if work.actor != SYSTEM:
        raise NotPermitted("system")


def require_known_member(work: Work, member: MemberId) -> MemberState:
    """The member's state if registered, not suspended and not left; being verified is not asked.

    Refuses with MemberIsMerged, UnknownId (also for one who left) and MemberSuspendedNow.
    """
    refuse_merged(work, member)
    state = work.state(MEMBER, member)
    if state.home is None or state.has_left:
        raise UnknownId(member)
    if state.suspended_for is not None:
        raise MemberSuspendedNow(member)
    return state


def require_active_member(work: Work, member: MemberId) -> MemberState:
    """The member's state if verified and in good standing: what claiming and spending ask.

    Refuses with MemberIsMerged, UnknownId, MemberSuspendedNow, MemberNotVerified.
    """
    state = require_known_member(work, member)
    if state.verified_by is None:
        raise MemberNotVerified(member)
    return state


def holds_any(work: Work, member: MemberId, permissions: Iterable[Permission], organisation: OrganisationId) -> bool:
    """Whether a current role of `member`, in good standing, gives one of `permissions` over `organisation`.

    For somebody who is not the actor: a second person who stands by.
    """
    state, allowed = work.state(MEMBER, member), frozenset[Role]().union(*(ALLOWED[one] for one in permissions))
    if state.suspended_for is not None or state.has_left:
        return False
    held = (role for role in current_roles(state, work.today) if role.role in allowed)
    return bool(_reaching(work, held, organisation))


def current_roles(state: MemberState, today: date) -> tuple[HeldRole, ...]:
    """The roles that hold on the community's day `today`: begun, and neither over nor ended."""
    return tuple(
        role for role in state.roles if role.from_day <= today and (role.until_day is None or today <= role.until_day)
    )


def same_household(work: Work, a: MemberId, b: MemberId) -> bool:
    """Whether `a` and `b` live together today, or are the same person. A day of moving counts for both households."""
    if a == b:
        return True
    mine = work.state(MEMBER, a).households_on(work.today)
    return bool(mine) and not mine.isdisjoint(work.state(MEMBER, b).households_on(work.today))


def line_of(work: Work, organisation: OrganisationId, day: date | None = None) -> Iterator[OrganisationId]:
    """The organisation and those above it on the community's day `day` (None: today), up to the top; nothing for one
    that was never registered. Above a node that was merged come the one it was merged into and those above that.

    Levels grow wider on the way up, and of two nodes merged into each other the second cannot be: the line always ends.
    """
    step: OrganisationId | None = organisation
    while step is not None:
        state = work.state(ORGANISATION, step)
        if state.level is not None:
            yield step
        step = state.parent if not state.moves and state.last_day is None else above_on(state, day or work.today)


def require_counting(work: Work, organisation: OrganisationId) -> None:
    """Let nothing new be placed in a node that has ended. Refuses with OrganisationHasEnded; ask who may first."""
    if _has_ended(work, organisation):
        raise OrganisationHasEnded(organisation, work.state(ORGANISATION, organisation).last_day or work.today)


def _has_ended(work: Work, organisation: OrganisationId) -> bool:
    return has_ended(work.state(ORGANISATION, organisation), work.today)


def reads_actor(request: object, actor: MemberId) -> tuple[Stream, ...]:  # noqa: ARG001 - the signature of a hint
    """The hint of a use case that is sure to read only who acts."""
    return (Stream(MEMBER, actor),)
