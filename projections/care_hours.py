"""How much care was given: minutes credited by member, organisation and month of the credit.

A closed month never changes: what is credited later stands in a later month, and what is taken back counts against
the month in which it is.
"""

from datetime import date
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection, func, select

from ledger.accounts.events import AccountOpened, Counter, Credited, CreditReversed
from ledger.application.ports import Notice
from ledger.kernel.units import Unit
from projections.account_owners import owners_table, remembering
from projections.projection import Projection
from projections.rows import Rowset
from projections.view_tables import ViewTable


class CareMonth(Struct, gc=False):
    """What `member` gave in the books of `organisation` in the month `YYYY-MM`: whole minutes in so many deeds."""

    member: UUID
    month: str
    organisation: UUID
    minutes: int = 0
    deeds: int = 0


class CareTotal(Struct, frozen=True):
    """The month `YYYY-MM` of an organisation: whole minutes in so many deeds of so many members."""

    month: str
    minutes: int
    deeds: int
    members: int


OWNERS = owners_table("care_accounts")
CARE = ViewTable(CareMonth, "care_hours", key=3, indexes=[("organisation", "month", "member")])


def of_member(connection: Connection, member: UUID, *, year: int | None = None) -> list[CareMonth]:
    """The months in which `member` gave care (of `year`, None: all), newest first."""
    c = CARE.c
    found = CARE.select().where(c.member == member).order_by(c.month.desc(), c.organisation)
    return CARE.read(connection, found if year is None else found.where(c.month.startswith(f"{year:04}-")))


def of_organisation(connection: Connection, organisation: UUID, *, year: int) -> list[CareTotal]:
    """The months of `year` in which care was given in `organisation`, oldest first."""
    c = CARE.c
    found = connection.execute(
        select(c.month, func.sum(c.minutes), func.sum(c.deeds), func.count())
        .where(c.organisation == organisation, c.month.startswith(f"{year:04}-"))
        .group_by(c.month)
        .order_by(c.month)
    )
    return [CareTotal(month, int(minutes), int(deeds), members) for month, minutes, deeds, members in found]


def in_month(
    connection: Connection, organisation: UUID, month: str, *, after: UUID | None = None, limit: int = 200
) -> list[CareMonth]:
    """Who gave care in `organisation` in `month` (`YYYY-MM`), by member id; after: the last one of the page before."""
    c = CARE.c
    found = CARE.select().where(c.organisation == organisation, c.month == month).order_by(c.member).limit(limit)
    return CARE.read(connection, found if after is None else found.where(c.member > after))


def _credited(rows: Rowset, notice: Notice, event: Credited) -> None:
    """What was issued was given as care; gifts and corrections of a balance were not."""
    if event.counter.kind == "issuance":
        _count(rows, notice, event.counter, event.on_day, minutes=event.amount)


def _reversed(rows: Rowset, notice: Notice, event: CreditReversed) -> None:
    amount = sum(take.amount for take in event.takes) + event.owed + event.written_off + (event.expired or 0)
    _count(rows, notice, event.counter, event.on_day, minutes=-amount)


def _count(rows: Rowset, notice: Notice, counter: Counter, on_day: date, *, minutes: int) -> None:
    """minutes: negative where a deed's credit was taken back."""
    owner = rows[OWNERS].find(notice.stream)
    if owner is None:
        raise LookupError("a credit before the account was opened")
    if owner.unit is not Unit.CARE_MINUTES:
        return
    month = f"{on_day.year:04}-{on_day.month:02}"
    key = owner.owner, month, counter.organisation
    row = rows[CARE].ensure(key, CareMonth, *key)
    row.minutes += minutes
    row.deeds += 1 if minutes > 0 else -1


PROJECTION = Projection(
    name="care_hours",
    version=2,
    tables=(OWNERS, CARE),
    handlers={AccountOpened: remembering(OWNERS), Credited: _credited, CreditReversed: _reversed},
)
