"""Members, their roles and consents: ids and states only, never a name. The trees are offered here too."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final, Literal
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection, func, select

from ledger.application.ports import Notice
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
    MemberDeceased,
    MemberLeft,
    MemberMerged,
    MemberRegistered,
    MemberReinstated,
    MemberReturned,
    MemberSuspended,
    MemberUnmerged,
    MemberVerified,
    RoleEnded,
    RoleGranted,
)
from projections.organisations import OrganisationRow as OrganisationRow
from projections.organisations import every_organisation as every_organisation
from projections.organisations import line_of as line_of
from projections.organisations import organisation as organisation
from projections.organisations import organisations_below as organisations_below
from projections.projection import Handler, Projection
from projections.rows import Rowset
from projections.view_tables import ViewTable

MemberStatus = Literal["registered", "verified", "suspended", "left", "deceased", "merged"]
GONE: Final[tuple[MemberStatus, ...]] = ("left", "deceased", "merged")
"""Who is no member any more."""


class MemberRow(Struct, gc=False):
    """A member of the community `home`. is_verified stays true while suspended. household: None where none is known.

    survivor: whose registration a merged one was joined with. guardian: who decides for a child. before,
    merged_from: the status that comes back when somebody returns, or a merge is undone.
    """

    member: UUID
    home: UUID
    status: MemberStatus
    registered_at: datetime
    is_verified: bool = False
    household: UUID | None = None
    survivor: UUID | None = None
    guardian: UUID | None = None
    before: MemberStatus | None = None
    merged_from: MemberStatus | None = None


class RoleRow(Struct, gc=False):
    """A role granted for `organisation` and all below it, both days inclusive. ended: it was taken back."""

    role_id: UUID
    member: UUID
    role: str
    organisation: UUID
    from_day: date
    until_day: date | None
    ended: bool = False

    def holds_on(self, day: date) -> bool:
        """Whether it holds on the community's day `day`."""
        return self.from_day <= day and self.holds_from(day)

    def holds_from(self, day: date) -> bool:
        """Whether it holds on the community's day `day` or will hold later."""
        return not self.ended and (self.until_day is None or day <= self.until_day)


class ConsentRow(Struct, gc=False):
    """A consent that holds: the purpose, the wording agreed to, and since when."""

    member: UUID
    purpose: str
    text_version: str
    given_at: datetime


class CardRow(Struct, gc=False):
    """A printed card; revoked ones are refused everywhere."""

    card: UUID
    member: UUID
    issued_at: datetime
    revoked: bool = False


MEMBERS = ViewTable(MemberRow, "members", indexes=[("home", "member"), ("household",)])
ROLES = ViewTable(RoleRow, "roles", indexes=[("member",), ("organisation", "role")])
CARDS = ViewTable(CardRow, "cards", indexes=[("member",)])
CONSENTS = ViewTable(ConsentRow, "consents", key=2)


def member(connection: Connection, member_id: UUID) -> MemberRow | None:
    """One member; None where there is none."""
    return MEMBERS.one(connection, MEMBERS.select().where(MEMBERS.c.member == member_id))


def by_id(connection: Connection, members: Sequence[UUID]) -> list[MemberRow]:
    """Those of `members` (at most 1 000) who are somebody, in one query."""
    return MEMBERS.read(connection, MEMBERS.select().where(MEMBERS.c.member.in_(members)))


def members_of(connection: Connection, home: UUID, *, after: UUID | None = None, limit: int = 50) -> list[MemberRow]:
    """The members at home in `home`, by id; after: the last one of the page before."""
    c = MEMBERS.c
    found = MEMBERS.select().where(c.home == home).order_by(c.member).limit(limit)
    return MEMBERS.read(connection, found if after is None else found.where(c.member > after))


def homes_of(connection: Connection, members: Sequence[UUID]) -> dict[UUID, UUID]:
    """Where each of `members` is at home; those who are nobody are left out."""
    c = MEMBERS.c
    return {row.member: row.home for row in MEMBERS.read(connection, MEMBERS.select().where(c.member.in_(members)))}


def members_in_household(connection: Connection, household: UUID) -> list[MemberRow]:
    """Who lives in `household` now."""
    return MEMBERS.read(connection, MEMBERS.select().where(MEMBERS.c.household == household).order_by(MEMBERS.c.member))


def count_by_home(connection: Connection, homes: Sequence[UUID]) -> dict[UUID, int]:
    """How many members each of `homes` (at most 200) has, but for who is gone; homes without any are left out."""
    c = MEMBERS.c
    counted = select(c.home, func.count()).where(c.home.in_(homes), c.status.not_in(GONE)).group_by(c.home)
    return {row[0]: row[1] for row in connection.execute(counted)}


def roles_of(connection: Connection, member_id: UUID, *, day: date) -> list[RoleRow]:
    """The roles `member_id` holds on the community's day `day`. For showing only: the ledger decides on its own."""
    return [role for role in _roles(connection, member_id) if role.holds_on(day)]


def roles_from(connection: Connection, member_id: UUID, *, day: date) -> list[RoleRow]:
    """The roles `member_id` holds on `day` or will hold later, as far as it was decided."""
    return [role for role in _roles(connection, member_id) if role.holds_from(day)]


def _roles(connection: Connection, member_id: UUID) -> list[RoleRow]:
    c = ROLES.c
    return ROLES.read(connection, ROLES.select().where(c.member == member_id).order_by(c.role, c.organisation))


def roles_in(connection: Connection, organisation: UUID, *, day: date) -> list[RoleRow]:
    """Who holds a role granted for `organisation` itself on `day`, by role."""
    c = ROLES.c
    found = ROLES.read(connection, ROLES.select().where(c.organisation == organisation).order_by(c.role, c.member))
    return [role for role in found if role.holds_on(day)]


def consents_of(connection: Connection, member_id: UUID) -> list[ConsentRow]:
    """The consents of `member_id` that hold."""
    c = CONSENTS.c
    return CONSENTS.read(connection, CONSENTS.select().where(c.member == member_id).order_by(c.purpose))


def cards_of(connection: Connection, members: Sequence[UUID]) -> list[CardRow]:
    """The cards of `members` that are not revoked, the newest of each member last."""
    c = CARDS.c
    found = CARDS.select().where(c.member.in_(members), c.revoked.is_(False))
    return CARDS.read(connection, found.order_by(c.member, c.issued_at, c.card))


def _registered(rows: Rowset, notice: Notice, event: MemberRegistered) -> None:
    rows[MEMBERS].put(MemberRow(notice.stream, event.home, "registered", notice.at))


def _verified(rows: Rowset, notice: Notice, _event: MemberVerified) -> None:
    row = rows[MEMBERS].change(notice.stream)
    row.is_verified = True
    row.status = "verified" if row.status == "registered" else row.status


def _suspended(rows: Rowset, notice: Notice, _event: MemberSuspended) -> None:
    rows[MEMBERS].change(notice.stream).status = "suspended"


def _reinstated(rows: Rowset, notice: Notice, _event: MemberReinstated) -> None:
    row = rows[MEMBERS].change(notice.stream)
    row.status = "verified" if row.is_verified else "registered"


def _gone(status: MemberStatus) -> Handler:
    def handler(rows: Rowset, notice: Notice, _event: MemberLeft | MemberDeceased) -> None:
        row = rows[MEMBERS].change(notice.stream)
        row.before = row.before if row.status in GONE else row.status
        row.status = status

    return handler


def _back(rows: Rowset, notice: Notice, _event: MemberReturned) -> None:
    row = rows[MEMBERS].change(notice.stream)
    row.status, row.before = row.before or "registered", None


def _merged(rows: Rowset, notice: Notice, event: MemberMerged) -> None:
    row = rows[MEMBERS].change(notice.stream)
    row.survivor, row.merged_from, row.status = event.survivor, row.status, "merged"


def _unmerged(rows: Rowset, notice: Notice, _event: MemberUnmerged) -> None:
    row = rows[MEMBERS].change(notice.stream)
    row.survivor, row.status = None, row.merged_from or row.status
    row.merged_from = None


def _moved(rows: Rowset, notice: Notice, event: HomeMoved) -> None:
    rows[MEMBERS].change(notice.stream).home = event.home


def _guarded(rows: Rowset, notice: Notice, event: GuardianNamed | GuardianEnded) -> None:
    rows[MEMBERS].change(notice.stream).guardian = event.guardian if isinstance(event, GuardianNamed) else None


def _joined_household(rows: Rowset, notice: Notice, event: HouseholdJoined) -> None:
    rows[MEMBERS].change(notice.stream).household = event.household


def _left_household(rows: Rowset, notice: Notice, _event: HouseholdLeft) -> None:
    rows[MEMBERS].change(notice.stream).household = None


def _agreed(rows: Rowset, notice: Notice, event: ConsentGiven) -> None:
    rows[CONSENTS].put(ConsentRow(notice.stream, event.purpose, event.text_version, notice.at))


def _withdrew(rows: Rowset, notice: Notice, event: ConsentWithdrawn) -> None:
    rows[CONSENTS].remove((notice.stream, event.purpose))


def _card_issued(rows: Rowset, notice: Notice, event: CardIssued) -> None:
    rows[CARDS].put(CardRow(event.card, notice.stream, notice.at))


def _card_revoked(rows: Rowset, _notice: Notice, event: CardRevoked) -> None:
    rows[CARDS].change(event.card).revoked = True


def _role_granted(rows: Rowset, notice: Notice, event: RoleGranted) -> None:
    rows[ROLES].put(
        RoleRow(event.role_id, notice.stream, event.role, event.organisation, event.from_day, event.until_day)
    )


def _role_ended(rows: Rowset, _notice: Notice, event: RoleEnded) -> None:
    rows[ROLES].change(event.role_id).ended = True


PROJECTION = Projection(
    name="people",
    version=4,
    tables=(MEMBERS, ROLES, CARDS, CONSENTS),
    handlers={
        MemberRegistered: _registered,
        MemberVerified: _verified,
        MemberSuspended: _suspended,
        MemberReinstated: _reinstated,
        MemberLeft: _gone("left"),
        MemberDeceased: _gone("deceased"),
        MemberReturned: _back,
        MemberMerged: _merged,
        MemberUnmerged: _unmerged,
        HomeMoved: _moved,
        GuardianNamed: _guarded,
        GuardianEnded: _guarded,
        HouseholdJoined: _joined_household,
        HouseholdLeft: _left_household,
        ConsentGiven: _agreed,
        ConsentWithdrawn: _withdrew,
        CardIssued: _card_issued,
        CardRevoked: _card_revoked,
        RoleGranted: _role_granted,
        RoleEnded: _role_ended,
    },
)
