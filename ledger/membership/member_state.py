"""A person as the ledger knows one: standing, home, consents, cards, roles and household. No name is ever here."""

from datetime import date
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from ledger.kernel.ids import CardId, HouseholdId, MemberId, OrganisationId, RoleId
from ledger.membership.abilities import Abilities
from ledger.membership.abilities import evolve as evolve_abilities
from ledger.membership.belonging import Belonging
from ledger.membership.belonging import evolve as evolve_belonging
from ledger.membership.events import (
    CardIssued,
    CardRevoked,
    ConsentGiven,
    ConsentWithdrawn,
    GuardianEnded,
    GuardianNamed,
    HomeMoved,
    HouseholdJoined,
    HouseholdLeft,
    MemberEvent,
    MemberRegistered,
    MemberReinstated,
    MemberSuspended,
    MemberVerified,
    Role,
    RoleEnded,
    RoleGranted,
    SeatLeft,
    SeatTaken,
    SkillRecorded,
    SkillWithdrawn,
    TeamJoined,
    TeamLeft,
)

Status = Literal["unknown", "registered", "active", "suspended", "left", "deceased", "merged"]


class HeldRole(Struct, frozen=True):
    """A role that was granted and not ended. Days are inclusive; until_day None means until ended."""

    role_id: RoleId
    role: Role
    organisation: OrganisationId
    from_day: date
    until_day: date | None


class Dwelling(Struct, frozen=True):
    """A stay in a household, days inclusive; until_day None: the member lives there now."""

    household: HouseholdId
    from_day: date
    until_day: date | None = None


class Seat(Struct, frozen=True):
    """A seat in a node of a tree, days inclusive; last_day None: still held, the day before from_day: never sat."""

    organisation: OrganisationId
    from_day: date
    last_day: date | None = None

    @property
    def is_open(self) -> bool:
        """Whether no end of it was decided."""
        return self.last_day is None


class Consent(Struct, frozen=True):
    """The member agrees to `purpose` in the wording `text_version`."""

    purpose: str
    text_version: str


class MemberState(Struct, frozen=True):
    """A person as the ledger knows one now. home None: never registered. Ended roles are not kept.

    home_since: the day of the newest move, None: at home there since registering. guardian: who decides for a child.
    abilities: teams and skills.
    """

    home: OrganisationId | None = None
    verified_by: MemberId | None = None
    suspended_for: str | None = None
    belonging: Belonging = Belonging()
    consents: tuple[Consent, ...] = ()
    cards: frozenset[CardId] = frozenset()
    revoked_cards: frozenset[CardId] = frozenset()
    roles: tuple[HeldRole, ...] = ()
    dwellings: tuple[Dwelling, ...] = ()
    seats: tuple[Seat, ...] = ()
    guardian: MemberId | None = None
    home_since: date | None = None
    abilities: Abilities = Abilities()

    @property
    def has_left(self) -> bool:
        """Whether the membership is over: left, deceased, or merged into another registration."""
        return self.belonging.is_over

    @property
    def status(self) -> Status:
        """`registered` until verified; `active` means verified and neither suspended nor left."""
        if self.home is None:
            return "unknown"
        if self.belonging.merge is not None:
            return "merged"
        if self.belonging.ended is not None:
            return self.belonging.ended
        if self.suspended_for is not None:
            return "suspended"
        return "registered" if self.verified_by is None else "active"

    @property
    def household(self) -> HouseholdId | None:
        """Where the member lives now; None: in no household that we know."""
        return next((stay.household for stay in self.dwellings if stay.until_day is None), None)

    def households_on(self, day: date) -> frozenset[HouseholdId]:
        """The households the member belonged to on the community's day `day`: two on a day of moving."""
        return frozenset(
            stay.household
            for stay in self.dwellings
            if stay.from_day <= day and (stay.until_day is None or day <= stay.until_day)
        )


def evolve(state: MemberState, event: MemberEvent) -> MemberState:
    """The member after `event`."""
    match event:
        case MemberRegistered():
            return replace(state, home=event.home)
        case MemberVerified():
            return replace(state, verified_by=event.verified_by)
        case MemberSuspended():
            return replace(state, suspended_for=event.reason)
        case MemberReinstated():
            return replace(state, suspended_for=None)
        case HomeMoved():
            return replace(state, home=event.home, home_since=event.from_day)
        case GuardianNamed():
            return replace(state, guardian=event.guardian)
        case GuardianEnded():
            return replace(state, guardian=None)
        case ConsentGiven() | ConsentWithdrawn():
            return _with_consent(state, event)
        case CardIssued():
            return replace(state, cards=state.cards | {event.card})
        case CardRevoked():
            return replace(state, cards=state.cards - {event.card}, revoked_cards=state.revoked_cards | {event.card})
        case RoleGranted() | RoleEnded():
            return _with_role(state, event)
        case HouseholdJoined() | HouseholdLeft():
            return _with_dwelling(state, event)
        case SeatTaken() | SeatLeft():
            return _with_seat(state, event)
        case TeamJoined() | TeamLeft() | SkillRecorded() | SkillWithdrawn():
            return replace(state, abilities=evolve_abilities(state.abilities, event))
        case _:
            return replace(state, belonging=evolve_belonging(state.belonging, event))


def _with_consent(state: MemberState, event: ConsentGiven | ConsentWithdrawn) -> MemberState:
    others = tuple(consent for consent in state.consents if consent.purpose != event.purpose)
    if isinstance(event, ConsentWithdrawn):
        return replace(state, consents=others)
    return replace(state, consents=(*others, Consent(event.purpose, event.text_version)))


def _with_role(state: MemberState, event: RoleGranted | RoleEnded) -> MemberState:
    others = tuple(held for held in state.roles if held.role_id != event.role_id)
    if isinstance(event, RoleEnded):
        return replace(state, roles=others)
    held = HeldRole(event.role_id, event.role, event.organisation, event.from_day, event.until_day)
    return replace(state, roles=(*others, held))


def _with_dwelling(state: MemberState, event: HouseholdJoined | HouseholdLeft) -> MemberState:
    if isinstance(event, HouseholdJoined):
        return replace(state, dwellings=(*state.dwellings, Dwelling(event.household, event.from_day)))
    ended = tuple(
        replace(stay, until_day=event.until_day)
        if stay.household == event.household and stay.until_day is None
        else stay
        for stay in state.dwellings
    )
    return replace(state, dwellings=ended)


def _with_seat(state: MemberState, event: SeatTaken | SeatLeft) -> MemberState:
    if isinstance(event, SeatTaken):
        return replace(state, seats=(*state.seats, Seat(event.organisation, event.from_day)))
    left = tuple(
        replace(seat, last_day=event.last_day) if seat.organisation == event.organisation and seat.is_open else seat
        for seat in state.seats
    )
    return replace(state, seats=left)
