"""What can be asked of a member and what stands in its way: standing, consents, cards, roles and household."""

from datetime import date
from typing import Final, assert_never

from ledger.kernel.decider import Decider, Request
from ledger.kernel.ids import CardId, HouseholdId, MemberId, OrganisationId, RoleId
from ledger.membership.events import (
    CardIssued,
    CardRevoked,
    ConsentGiven,
    ConsentWithdrawn,
    HouseholdJoined,
    HouseholdLeft,
    MemberEvent,
    MemberLeft,
    MemberRegistered,
    MemberReinstated,
    MemberSuspended,
    MemberVerified,
    Role,
    RoleEnded,
    RoleGranted,
)
from ledger.membership.member_refusals import (
    AlreadyInHousehold,
    AlreadyRegistered,
    AlreadySuspended,
    AlreadyVerified,
    CardAlreadyIssued,
    CardAlreadyRevoked,
    ConsentNotGiven,
    MemberHasLeft,
    NotInHousehold,
    NotSuspended,
    OwnRole,
    OwnVerification,
    RoleAlreadyHeld,
    RoleBeforeVerification,
    RoleEndsBeforeItStarts,
    UnknownCard,
    UnknownMember,
    UnknownRole,
)
from ledger.membership.member_state import Consent, HeldRole, MemberState, evolve


class Register(Request, frozen=True):
    """Make the person known, at home in `home`."""

    home: OrganisationId


class Verify(Request, frozen=True):
    """`verified_by` saw who the person is. basis: what was seen, a code."""

    member: MemberId
    basis: str
    verified_by: MemberId


class Suspend(Request, frozen=True):
    """Stop the member from earning and spending. reason: a code."""

    reason: str


class Reinstate(Request, frozen=True):
    """End the suspension."""


class AddConsent(Request, frozen=True):
    """The member agrees to `purpose` in the wording `text_version`."""

    purpose: str
    text_version: str


class DropConsent(Request, frozen=True):
    """The member takes the consent to `purpose` back."""

    purpose: str


class Issue(Request, frozen=True):
    """Hand the printed card over. Older cards stay good until they are revoked."""

    card: CardId


class Revoke(Request, frozen=True):
    """Refuse the card from now on. reason: a code."""

    card: CardId
    reason: str


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


class MoveIn(Request, frozen=True):
    """The member lives in `household` from `from_day`."""

    household: HouseholdId
    from_day: date


class MoveOut(Request, frozen=True):
    """The member leaves the household; `until_day` is the last day that counts."""

    until_day: date


MemberCommand = (
    Register | Verify | Suspend | Reinstate | AddConsent | DropConsent | Issue | Revoke | Grant | End | MoveIn | MoveOut
)


def decide(state: MemberState, command: MemberCommand) -> tuple[MemberEvent, ...]:
    """What `command` makes of the member.

    First of all UnknownMember (not registered) and MemberHasLeft; Register alone wants an unknown one and refuses
    with AlreadyRegistered. Then, in the order written in each command's function, what stands in its own way.
    """
    if isinstance(command, Register):
        if state.home is not None:
            raise AlreadyRegistered(state.home)
        return (MemberRegistered(command.home),)
    if state.home is None:
        raise UnknownMember
    if state.has_left:
        raise MemberHasLeft
    return _decide_on_known(state, command)


def _decide_on_known(state: MemberState, command: MemberCommand) -> tuple[MemberEvent, ...]:
    match command:
        case Verify():
            return _verify(state, command)
        case Suspend() | Reinstate():
            return _suspend_or_reinstate(state, command)
        case AddConsent() | DropConsent():
            return _change_consent(state, command)
        case Issue() | Revoke():
            return _change_card(state, command)
        case Grant():
            return _grant(state, command)
        case End():
            return _end(state, command)
        case MoveIn() | MoveOut():
            return _move(state, command)
        case Register():
            raise AssertionError("registering is decided before")
        case _:
            assert_never(command)


def _verify(state: MemberState, command: Verify) -> tuple[MemberEvent, ...]:
    if command.verified_by == command.member:
        raise OwnVerification
    if state.verified_by is not None:
        raise AlreadyVerified(state.verified_by)
    return (MemberVerified(command.basis, command.verified_by),)


def _suspend_or_reinstate(state: MemberState, command: Suspend | Reinstate) -> tuple[MemberEvent, ...]:
    if isinstance(command, Suspend):
        if state.suspended_for is not None:
            raise AlreadySuspended(state.suspended_for)
        return (MemberSuspended(command.reason),)
    if state.suspended_for is None:
        raise NotSuspended
    return (MemberReinstated(),)


def _change_consent(state: MemberState, command: AddConsent | DropConsent) -> tuple[MemberEvent, ...]:
    if isinstance(command, AddConsent):
        given = Consent(command.purpose, command.text_version)
        return () if given in state.consents else (ConsentGiven(command.purpose, command.text_version),)
    if all(consent.purpose != command.purpose for consent in state.consents):
        raise ConsentNotGiven(command.purpose)
    return (ConsentWithdrawn(command.purpose),)


def _change_card(state: MemberState, command: Issue | Revoke) -> tuple[MemberEvent, ...]:
    if command.card in state.revoked_cards:
        raise CardAlreadyRevoked(command.card)
    if isinstance(command, Issue):
        if command.card in state.cards:
            raise CardAlreadyIssued(command.card)
        return (CardIssued(command.card),)
    if command.card not in state.cards:
        raise UnknownCard(command.card)
    return (CardRevoked(command.card, command.reason),)


def _grant(state: MemberState, command: Grant) -> tuple[MemberEvent, ...]:
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


def _overlap(held: HeldRole, wanted: Grant) -> bool:
    return (wanted.until_day is None or held.from_day <= wanted.until_day) and (
        held.until_day is None or wanted.from_day <= held.until_day
    )


def _end(state: MemberState, command: End) -> tuple[MemberEvent, ...]:
    if all(held.role_id != command.role_id for held in state.roles):
        raise UnknownRole(command.role_id)
    return (RoleEnded(command.role_id),)


def _move(state: MemberState, command: MoveIn | MoveOut) -> tuple[MemberEvent, ...]:
    household = state.household
    if isinstance(command, MoveIn):
        if household is not None:
            raise AlreadyInHousehold(household)
        return (HouseholdJoined(command.household, command.from_day),)
    if household is None:
        raise NotInHousehold
    return (HouseholdLeft(household, command.until_day),)


MEMBER: Final = Decider(
    name="member",
    initial=MemberState(),
    decide=decide,
    evolve=evolve,
    events=(
        MemberRegistered,
        MemberVerified,
        MemberSuspended,
        MemberReinstated,
        MemberLeft,
        ConsentGiven,
        ConsentWithdrawn,
        CardIssued,
        CardRevoked,
        RoleGranted,
        RoleEnded,
        HouseholdJoined,
        HouseholdLeft,
    ),
)
