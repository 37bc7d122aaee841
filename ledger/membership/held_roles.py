"""In which roles a member may act, where and from which day until which."""

from datetime import date

from ledger.kernel.decider import Request
from ledger.kernel.ids import MemberId, OrganisationId, RoleId
from ledger.membership.events import MemberEvent, Role, RoleEnded, RoleGranted
from ledger.membership.member_refusals import (
    OwnRole,
    RoleAlreadyHeld,
    RoleBeforeVerification,
    RoleEndsBeforeItStarts,
    UnknownRole,
)
from ledger.membership.member_state import HeldRole, MemberState


class Grant(Request, frozen=True):
    """Let `member` act in `role` for `organisation` and below, from from_day to until_day (inclusive, None: open)."""

    member: MemberId
    role_id: RoleId
    role: Role
    organisation: OrganisationId
    from_day: date
    until_day: date | None
    granted_by: MemberId


class End(Request, frozen=True):
    """End the role at once."""

    role_id: RoleId


def grant(state: MemberState, command: Grant) -> tuple[MemberEvent, ...]:
    if command.granted_by == command.member:
        raise OwnRole(command.role)
    if state.verified_by is None:
        raise RoleBeforeVerification(command.role)
    if command.until_day is not None and command.until_day < command.from_day:
        raise RoleEndsBeforeItStarts(command.from_day, command.until_day)
    for held in state.roles:
        if held.role == command.role and held.organisation == command.organisation and _overlap(held, command):
            raise RoleAlreadyHeld(held.role_id, held.from_day, held.until_day)
    return (RoleGranted(command.role_id, command.role, command.organisation, command.from_day, command.until_day),)


def end(state: MemberState, command: End) -> tuple[MemberEvent, ...]:
    if all(held.role_id != command.role_id for held in state.roles):
        raise UnknownRole(command.role_id)
    return (RoleEnded(command.role_id),)


def _overlap(held: HeldRole, wanted: Grant) -> bool:
    return (wanted.until_day is None or held.from_day <= wanted.until_day) and (
        held.until_day is None or wanted.from_day <= held.until_day
    )
