"""Watches the books at every event: nothing appears or vanishes, and no account claims more than its lots and holds.

It folds every account from its first entry, on its own and without the rules, so that a carried-forward that is not
what came before it is found. What it finds it writes down and goes on.
"""

import hashlib
from datetime import datetime
from typing import Any, Literal, get_args
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, func, select

from ledger.accounts.events import AccountOpened, CarriedForward
from ledger.application.ports import Notice
from ledger.kernel.decider import Event
from ledger.kernel.units import Unit
from projections.audited_accounts import (
    AccountFault,
    AuditedAccount,
    Entry,
    apply,
    is_carried_as_folded,
    opened,
    other_sides,
    total,
)
from projections.projection import Projection
from projections.rows import Rowset
from projections.view_tables import ViewTable

FindingCode = Literal[
    "gap-in-positions",
    "opened-twice",
    "entry-before-opening",
    "not-conserved",
    "below-zero",
    "carried-forward-differs",
    "transit-not-empty",
    AccountFault,
]


class Side(Struct, gc=False):
    """One side of the books of `organisation`: its accounts, or what was issued, redeemed or expired there."""

    unit: Unit
    kind: str
    organisation: UUID
    amount: int = 0


class Finding(Struct, gc=False):
    """Something that must never be, at the event at `position`. expected, found: the figures, where there are any."""

    position: int
    code: FindingCode
    stream: UUID
    expected: int | None = None
    found: int | None = None


class LogEnd(Struct, gc=False):
    """The log so far (one row). digest: SHA-256 in hex, chained over position, stream, version, name and content.

    in_transit: what has left one account as a gift or by a merge and not yet come into another, 0 after every commit.
    transit_by, transit_at: whose act moved it last, and when: events of another act or instant are of another commit.
    """

    row: int
    position: int
    events: int
    digest: str
    in_transit: int = 0
    transit_by: UUID | None = None
    transit_at: datetime | None = None


class UnitSum(Struct, frozen=True):
    """All accounts and counter-accounts of a unit added up: `sum` must be 0. issued: credited so far."""

    unit: Unit
    sum: int
    issued: int


ACCOUNTS = ViewTable(AuditedAccount, "audit_accounts")
SIDES = ViewTable(Side, "audit_sides", key=3)
FINDINGS = ViewTable(Finding, "audit_findings", key=2)
LOG_END = ViewTable(LogEnd, "audit_log")

_ROW = 1
_encode = msgspec.json.Encoder().encode


def findings(connection: Connection, *, after: int = 0, limit: int = 200) -> list[Finding]:
    """What was found, by position; empty is what it should be. after: the position of the last one before."""
    c = FINDINGS.c
    found = FINDINGS.select().where(c.position > after).order_by(c.position, c.code).limit(limit)
    return FINDINGS.read(connection, found)


def sums(connection: Connection) -> list[UnitSum]:
    """The books of each unit added up."""
    c = SIDES.c
    issued = func.coalesce(func.sum(-c.amount).filter(c.kind == "issuance"), 0)
    found = connection.execute(select(c.unit, func.sum(c.amount), issued).group_by(c.unit).order_by(c.unit))
    return [UnitSum(unit, int(total), int(credited)) for unit, total, credited in found]


def sides(connection: Connection, organisation: UUID) -> list[Side]:
    """The books of one organisation: its accounts, redeemed and expired positive, what was issued negative."""
    c = SIDES.c
    return SIDES.read(connection, SIDES.select().where(c.organisation == organisation).order_by(c.unit, c.kind))


def log_end(connection: Connection) -> LogEnd | None:
    """How far the audit has come, and the digest of everything up to there; None before the first event."""
    return LOG_END.one(connection, LOG_END.select())


def _any(rows: Rowset, notice: Notice, event: Event) -> None:
    end = rows[LOG_END].ensure(_ROW, LogEnd, _ROW, 0, 0, "")
    if notice.position != end.position + 1:
        _find(rows, notice, "gap-in-positions", end.position + 1, notice.position)
    if end.in_transit and (notice.actor, notice.at) != (end.transit_by, end.transit_at):
        _find(rows, notice, "transit-not-empty", 0, end.in_transit)
        end.in_transit = 0
    end.position = notice.position
    end.events += 1
    words = f"{end.digest} {notice.position} {notice.stream.int:x} {notice.version} {notice.name} ".encode()
    end.digest = hashlib.sha256(words + _encode(event)).hexdigest()


def _opened(rows: Rowset, notice: Notice, event: AccountOpened) -> None:
    if rows[ACCOUNTS].find(notice.stream) is not None:
        _find(rows, notice, "opened-twice")
        return
    rows[ACCOUNTS].put(opened(notice.stream, event.owner, event.unit, event.organisation))


def _entry(rows: Rowset, notice: Notice, event: Entry) -> None:
    """Apply one entry, then see that what the account holds changed by what the other side of the books gave."""
    if rows[ACCOUNTS].find(notice.stream) is None:
        _find(rows, notice, "entry-before-opening")
        return
    account = rows[ACCOUNTS].change(notice.stream)
    before, account.entries = account.worth, account.entries + 1
    for code in apply(account, event):
        _find(rows, notice, code)
    sides = other_sides(event)
    given = sum(amount for _, amount in sides)
    account.posted += given
    change = account.worth - before
    if change != given:
        _find(rows, notice, "not-conserved", given, change)
    if account.posted < -account.owed:
        _find(rows, notice, "below-zero", -account.owed, account.posted)
    if sides:
        _side(rows, account.unit, "accounts", account.organisation).amount += change
    for counter, amount in sides:
        _side(rows, account.unit, counter.kind, counter.organisation).amount -= amount
        if counter.kind in ("gift", "merged"):
            _in_transit(rows, notice, amount)


def _in_transit(rows: Rowset, notice: Notice, amount: int) -> None:
    """Count what is on its way from one account to another, and by whose act."""
    end = rows[LOG_END].change(_ROW)
    end.in_transit -= amount
    end.transit_by, end.transit_at = notice.actor, notice.at


def _carried(rows: Rowset, notice: Notice, event: CarriedForward) -> None:
    account = rows[ACCOUNTS].find(notice.stream)
    if account is None:
        _find(rows, notice, "entry-before-opening")
    elif not is_carried_as_folded(account, event):
        carried = total(event.lots) + sum(total(hold.takes) for hold in event.holds)
        _find(rows, notice, "carried-forward-differs", account.worth, carried)


def _side(rows: Rowset, *key: Any) -> Side:
    return rows[SIDES].ensure(key, Side, *key)


def _find(
    rows: Rowset, notice: Notice, code: FindingCode, expected: int | None = None, found: int | None = None
) -> None:
    """Write down what must never be."""
    rows[FINDINGS].put(Finding(notice.position, code, notice.stream, expected, found))


PROJECTION = Projection(
    name="audit",
    version=6,
    tables=(ACCOUNTS, SIDES, FINDINGS, LOG_END),
    handlers={
        AccountOpened: _opened,
        CarriedForward: _carried,
        **dict.fromkeys(get_args(Entry), _entry),
    },
    every=_any,
)
