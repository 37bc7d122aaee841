"""Which lots are still open, what of them can be spent on a day, and which fall due next.

A due lot stands here until its expiry is entered; held parts do not stand here at all. What was told of an expiry
stays: who asks later sees when they were warned.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection, exists, select

from ledger.accounts.events import (
    AccountOpened,
    Credited,
    CreditReversed,
    Debited,
    ExpiryAnnounced,
    Held,
    HoldReleased,
    LotExpired,
    LotsTakenOver,
    SpendReturned,
    Take,
)
from ledger.application.ports import Notice
from ledger.kernel.units import Unit
from projections.account_owners import AccountOwner, owners_table, remembering
from projections.lot_parts import Part, earliest_expiry, taken, with_part, without_due
from projections.projection import Projection
from projections.rows import Rowset
from projections.view_tables import ViewTable


class OpenLot(Struct, gc=False):
    """What is free of one credit. amount: the sum of `parts`; expires_on: the earliest expiry among them, None: never.

    organisation: the community that keeps the account.
    """

    account: UUID
    lot: UUID
    owner: UUID
    unit: Unit
    organisation: UUID
    credited_on: date
    amount: int
    expires_on: date | None
    parts: list[Part]


class Expiring(Struct, frozen=True):
    """`amount` of a lot, in `unit`, that is worth nothing from `expires_on` on."""

    owner: UUID
    unit: Unit
    account: UUID
    lot: UUID
    credited_on: date
    expires_on: date
    amount: int


class Announcement(Struct, gc=False):
    """On `told_on` it was told that `amount` of the lot will be worth nothing from `expires_on` on.

    days_before: which of the notices it was.
    """

    account: UUID
    lot: UUID
    expires_on: date
    days_before: int
    owner: UUID
    unit: Unit
    amount: int
    told_on: date


OWNERS = owners_table("lot_accounts")
LOTS = ViewTable(
    OpenLot, "lots", key=2, indexes=[("owner", "unit"), ("expires_on",), ("organisation", "expires_on", "lot")]
)

ANNOUNCED = ViewTable(Announcement, "expiry_notices", key=4, indexes=[("owner", "expires_on")])


def of_owner(connection: Connection, owner: UUID, unit: Unit | None = None) -> list[OpenLot]:
    """The open lots of `owner`, those that are spent first in front."""
    c = LOTS.c
    found = LOTS.select().where(c.owner == owner)
    rows = LOTS.read(connection, found if unit is None else found.where(c.unit == unit))
    return sorted(rows, key=lambda row: (row.unit, row.expires_on or date.max, row.credited_on, row.lot))


def available(connection: Connection, owner: UUID, unit: Unit, *, day: date) -> int:
    """What `owner` can spend on the community's day `day`: neither held nor due."""
    open_lots = of_owner(connection, owner, unit)
    return sum(part.amount for one in open_lots for part in without_due(one.parts, day))


def announced(connection: Connection, owner: UUID, *, day: date) -> list[Announcement]:
    """What `owner` was told of lots that fall due after `day`; earliest expiry first, the newest notice of each."""
    c = ANNOUNCED.c
    found = ANNOUNCED.select().where(c.owner == owner, c.expires_on > day).order_by(c.expires_on, c.lot, c.days_before)
    newest: dict[tuple[UUID, UUID, date], Announcement] = {}
    for one in ANNOUNCED.read(connection, found):
        newest.setdefault((one.account, one.lot, one.expires_on), one)
    return list(newest.values())


def to_announce(connection: Connection, organisation: UUID, *, day: date, notices: Sequence[int]) -> list[UUID]:
    """Accounts kept by `organisation` with a lot of which a notice is to be given on `day`; by id.

    notices: so many days before, any order. Of a lot within several notices only the nearest counts.
    """
    c, told = LOTS.c, ANNOUNCED.c
    accounts: set[UUID] = set()
    nearer = 0
    for days in sorted(notices):
        same = (told.account == c.account, told.lot == c.lot, told.expires_on == c.expires_on)
        given = exists().where(*same, told.days_before == days)
        soon = c.expires_on > day + timedelta(days=nearer), c.expires_on <= day + timedelta(days=days)
        accounts.update(connection.scalars(select(c.account).where(c.organisation == organisation, *soon, ~given)))
        nearer = days
    return sorted(accounts)


def keepers_of_expiring(connection: Connection, *, day: date, until: date) -> list[UUID]:
    """The communities that keep accounts with lots that fall due after `day` and not later than on `until`; by id."""
    c = LOTS.c
    soon = c.expires_on > day, c.expires_on <= until
    return list(connection.scalars(select(c.organisation).where(*soon).distinct().order_by(c.organisation)))


def expiring(connection: Connection, owner: UUID, *, day: date, until: date) -> list[Expiring]:
    """What `owner` would lose after `day` and not later than on `until`, both the community's days; earliest first."""
    return _expiring(of_owner(connection, owner), day, until)


def expiring_in(
    connection: Connection, organisation: UUID, *, day: date, until: date, limit: int = 200
) -> list[Expiring]:
    """The same for all accounts that `organisation` keeps: of the first `limit` lots to fall due."""
    c = LOTS.c
    found = LOTS.select().where(c.organisation == organisation, c.expires_on <= until)
    return _expiring(LOTS.read(connection, found.order_by(c.expires_on, c.lot).limit(limit)), day, until)


def _expiring(found: list[OpenLot], day: date, until: date) -> list[Expiring]:
    listed = [
        Expiring(one.owner, one.unit, one.account, one.lot, one.credited_on, part.expires_on, part.amount)
        for one in found
        for part in one.parts
        if part.expires_on is not None and day < part.expires_on <= until
    ]
    return sorted(listed, key=lambda one: (one.expires_on, one.lot))


def _credited(rows: Rowset, notice: Notice, event: Credited) -> None:
    left = event.amount - (event.filled or 0)
    if left:
        part = Part(left, event.expires_on)
        _put(rows, Take(event.lot, left, event.on_day, event.expires_on), notice.stream, parts=[part])


def _took(rows: Rowset, notice: Notice, event: Held | Debited | CreditReversed) -> None:
    for take in event.takes:
        row = rows[LOTS].change((notice.stream, take.lot))
        _keep(rows, row, with_part(row.parts, taken(take)))


def _came_back(rows: Rowset, notice: Notice, event: HoldReleased | SpendReturned | LotsTakenOver) -> None:
    for take in event.returned:
        row = rows[LOTS].find((notice.stream, take.lot))
        part = Part(take.amount, take.expires_on)
        _put(rows, take, notice.stream, parts=with_part(row.parts if row else [], part))


def _expired(rows: Rowset, notice: Notice, event: LotExpired) -> None:
    row = rows[LOTS].change((notice.stream, event.lot))
    _keep(rows, row, without_due(row.parts, event.on_day))


def _announced(rows: Rowset, notice: Notice, event: ExpiryAnnounced) -> None:
    owner = _owner(rows, notice.stream)
    for one in event.lots:
        rows[ANNOUNCED].put(
            Announcement(
                notice.stream,
                one.lot,
                one.expires_on,
                one.days_before,
                owner.owner,
                owner.unit,
                one.amount,
                event.on_day,
            )
        )


def _put(rows: Rowset, take: Take, account: UUID, *, parts: list[Part]) -> None:
    owner = _owner(rows, account)
    amount, expires_on = sum(part.amount for part in parts), earliest_expiry(parts)
    rows[LOTS].put(
        OpenLot(
            account, take.lot, owner.owner, owner.unit, owner.organisation, take.credited_on, amount, expires_on, parts
        )
    )


def _owner(rows: Rowset, account: UUID) -> AccountOwner:
    owner = rows[OWNERS].find(account)
    if owner is None:
        raise LookupError("an entry before the account was opened")
    return owner


def _keep(rows: Rowset, row: OpenLot, parts: list[Part]) -> None:
    if not parts:
        rows[LOTS].remove((row.account, row.lot))
        return
    row.parts = parts
    row.amount = sum(part.amount for part in parts)
    row.expires_on = earliest_expiry(parts)


PROJECTION = Projection(
    name="lots",
    version=3,
    tables=(OWNERS, LOTS, ANNOUNCED),
    handlers={
        AccountOpened: remembering(OWNERS),
        Credited: _credited,
        Held: _took,
        Debited: _took,
        CreditReversed: _took,
        HoldReleased: _came_back,
        SpendReturned: _came_back,
        LotsTakenOver: _came_back,
        LotExpired: _expired,
        ExpiryAnnounced: _announced,
    },
)
