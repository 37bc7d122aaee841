"""Every change of a balance, line by line, each with its reason: which deed under which rule, or which goods.

Holds are not lines: they move nothing. The last line's balance is the account's balance.
"""

from datetime import date, datetime
from typing import Literal, NamedTuple
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection

from ledger.accounts.events import AccountOpened, Credited, HoldReleased, HoldSpent, LotExpired
from ledger.application.ports import Notice
from ledger.awards.events import AwardProposed, AwardRefused, Step
from ledger.kernel.units import Unit
from ledger.redemption.events import RedemptionRequested
from projections.projection import Projection
from projections.rows import Rowset
from projections.view_tables import ViewTable

LineKind = Literal["credited", "redeemed", "expired"]


class StatementAccount(Struct, gc=False):
    """Where an account's statement stands: lines so far and the balance after the last of them."""

    account: UUID
    owner: UUID
    unit: Unit
    lines: int = 0
    balance: int = 0


class Explained(Struct, gc=False):
    """An award whose credit is still to come: what its line will say."""

    award: UUID
    source: UUID
    source_kind: str
    rule: UUID
    rule_version: int
    service_day: date
    minutes_seen: int
    minutes_credited: int
    amount: int
    explanation: list[Step]


class HeldFor(Struct, gc=False):
    """What an open hold is for: pieces of a reward."""

    hold: UUID
    redemption: UUID
    reward: UUID
    pieces: int


class Line(Struct, gc=False):
    """One change of a balance. amount: signed, in `unit`; balance: after it. on_day: the community's day of the entry.

    reason: id of what is behind it (award, redemption, or the lot that expired). The fields from award to explanation
    are those of a credit by an award; the last three those of a redemption; None and empty otherwise.
    """

    account: UUID
    number: int
    position: int
    owner: UUID
    unit: Unit
    on_day: date
    at: datetime
    kind: LineKind
    amount: int
    balance: int
    reason: UUID
    award: UUID | None = None
    source: UUID | None = None
    source_kind: str | None = None
    rule: UUID | None = None
    rule_version: int | None = None
    service_day: date | None = None
    minutes_seen: int | None = None
    minutes_credited: int | None = None
    explanation: list[Step] = []
    redemption: UUID | None = None
    reward: UUID | None = None
    pieces: int | None = None


ACCOUNTS = ViewTable(StatementAccount, "statement_accounts")
EXPLAINED = ViewTable(Explained, "statement_awards")
HELD_FOR = ViewTable(HeldFor, "statement_holds")
LINES = ViewTable(Line, "statement_lines", key=2, indexes=[("owner", "position")])


def of_owner(
    connection: Connection, owner: UUID, *, unit: Unit | None = None, before: int | None = None, limit: int = 50
) -> list[Line]:
    """The lines of `owner`'s accounts (of `unit`, None: all), newest first.

    before: the position of the last line of the page before, None for the first page.
    """
    c = LINES.c
    found = LINES.select().where(c.owner == owner).order_by(c.position.desc()).limit(limit)
    if unit is not None:
        found = found.where(c.unit == unit)
    return LINES.read(connection, found if before is None else found.where(c.position < before))


def balance_on(connection: Connection, owner: UUID, unit: Unit, *, day: date) -> int:
    """The balance of `owner` at the end of the community's day `day`; 0 before the first line."""
    c = LINES.c
    found = LINES.select().where(c.owner == owner, c.unit == unit, c.on_day <= day)
    lines = LINES.read(connection, found.order_by(c.position.desc()).limit(1))
    return lines[0].balance if lines else 0


def _opened(rows: Rowset, notice: Notice, event: AccountOpened) -> None:
    rows[ACCOUNTS].put(StatementAccount(notice.stream, event.owner, event.unit))


def _proposed(rows: Rowset, notice: Notice, event: AwardProposed) -> None:
    if not event.amount:
        return
    rows[EXPLAINED].put(
        Explained(
            notice.stream,
            event.source,
            event.source_kind,
            event.rule,
            event.rule_version,
            event.service_day,
            event.minutes_seen,
            event.minutes_credited,
            event.amount,
            list(event.explanation),
        )
    )


def _refused(rows: Rowset, notice: Notice, _event: AwardRefused) -> None:
    rows[EXPLAINED].remove(notice.stream)


def _requested(rows: Rowset, notice: Notice, event: RedemptionRequested) -> None:
    rows[HELD_FOR].put(HeldFor(event.hold, notice.stream, event.reward, event.pieces))


def _credited(rows: Rowset, notice: Notice, event: Credited) -> None:
    line = _line(rows, notice, _Entry("credited", event.amount, event.on_day, event.reason))
    award = rows[EXPLAINED].find(event.reason)
    if award is not None:
        line.award, line.source, line.source_kind = award.award, award.source, award.source_kind
        line.rule, line.rule_version, line.service_day = award.rule, award.rule_version, award.service_day
        line.minutes_seen, line.minutes_credited = award.minutes_seen, award.minutes_credited
        line.explanation = award.explanation
        rows[EXPLAINED].remove(event.reason)
    rows[LINES].add(line)


def _spent(rows: Rowset, notice: Notice, event: HoldSpent) -> None:
    line = _line(rows, notice, _Entry("redeemed", -event.amount, event.on_day, event.reason))
    held_for = rows[HELD_FOR].find(event.hold)
    if held_for is not None:
        line.redemption, line.reward, line.pieces = held_for.redemption, held_for.reward, held_for.pieces
        rows[HELD_FOR].remove(event.hold)
    rows[LINES].add(line)


def _released(rows: Rowset, _notice: Notice, event: HoldReleased) -> None:
    rows[HELD_FOR].remove(event.hold)


def _expired(rows: Rowset, notice: Notice, event: LotExpired) -> None:
    rows[LINES].add(_line(rows, notice, _Entry("expired", -event.amount, event.on_day, event.lot)))


class _Entry(NamedTuple):
    kind: LineKind
    amount: int
    on_day: date
    reason: UUID


def _line(rows: Rowset, notice: Notice, entry: _Entry) -> Line:
    account = rows[ACCOUNTS].change(notice.stream)
    account.lines += 1
    account.balance += entry.amount
    return Line(
        notice.stream,
        account.lines,
        notice.position,
        account.owner,
        account.unit,
        entry.on_day,
        notice.at,
        entry.kind,
        entry.amount,
        account.balance,
        entry.reason,
    )


PROJECTION = Projection(
    name="statement",
    version=1,
    tables=(ACCOUNTS, EXPLAINED, HELD_FOR, LINES),
    handlers={
        AccountOpened: _opened,
        AwardProposed: _proposed,
        AwardRefused: _refused,
        RedemptionRequested: _requested,
        Credited: _credited,
        HoldSpent: _spent,
        HoldReleased: _released,
        LotExpired: _expired,
    },
)
