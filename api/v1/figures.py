"""A member's figures: what there is, what it consists of, how it came about."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter
from msgspec import Struct

from api.answers import answers, read
from api.identity import SIGNED_IN, needs
from api.readers import MinPosition, Page, Reader, after, next_url, reading
from api.v1.members import MemberPath, member_in
from ledger.accounts.events import FreezeDirection
from ledger.awards.events import Step
from ledger.kernel.units import Unit
from projections import awards, balances, lots, statement
from projections.awards import AwardRow, Coming
from projections.lots import Announcement, Expiring, OpenLot
from projections.redemptions import RedemptionRow
from projections.statement import Line, LineKind

UntilQuery = Annotated[date | None, QueryParameter(description="Also tell what is lost up to this day.")]


class Balance(Struct, frozen=True):
    """One kind of account, in `unit`. posted: all in it; held: set aside; available: can be spent today.

    owed: what must come in before anything can be spent; posted is already less by it, and below 0 only then.
    frozen: today nothing comes `in`, goes `out`, or `both`, through the day `frozen_until`; None: it is not frozen.
    on_notice, proposed and objected are not in it yet: approved and on public notice, proposed only, and on notice but
    stopped by an objection.
    """

    unit: Unit
    posted: int
    held: int
    available: int
    owed: int
    frozen: FreezeDirection | None
    frozen_until: date | None
    on_notice: int
    proposed: int
    objected: int


class Balances(Struct, frozen=True):
    """Every account of a member, on a day of the community's calendar."""

    member: UUID
    today: date
    items: list[Balance]


class Lots(Struct, frozen=True):
    """The open lots of a member, those spent first in front, and what of them is lost after today up to `until`.

    announced: the notices of expiry that were given of lots that are not yet due.
    """

    member: UUID
    items: list[OpenLot]
    expiring: list[Expiring]
    announced: list[Announcement]


class Deed(Struct, frozen=True):
    """What a credit is for: minutes as seen and as credited, and how the rule came to the amount, step by step."""

    award: UUID
    source: UUID
    source_kind: str
    service_day: date
    rule: UUID
    rule_version: int
    minutes_seen: int
    minutes_credited: int
    explanation: list[Step]


class Goods(Struct, frozen=True):
    """What was exchanged: pieces of a reward, and its name."""

    redemption: UUID
    reward: UUID
    name: str
    pieces: int


class StatementLine(Struct, frozen=True):
    """One change of a balance. amount: signed; balance: after it. deed: behind a credit; goods: behind an exchange.

    filled: of what came in, how much paid what the account owed. reason: why an award was taken back, a code.
    """

    position: int
    on_day: date
    at: datetime
    unit: Unit
    kind: LineKind
    amount: int
    balance: int
    filled: int
    reason: str | None
    deed: Deed | None
    goods: Goods | None


class Statement(Struct, frozen=True):
    """One page of a statement, newest first."""

    member: UUID
    items: list[StatementLine]


@get(
    "/members/{member:str}/balances",
    opt=needs(SIGNED_IN),
    sync_to_thread=True,
    responses=answers(Balances),
    tags=["figures"],
)
def get_balances(
    request: Request[Any, Any, Any], member: MemberPath, min_position: MinPosition = None
) -> Response[bytes]:
    """How much a member has: one's own, or where the caller may read members."""
    with reading(request, min_position) as reader:
        row = reader.require_over_member(member_in(member, reader.member))
        return read(request, Balances(row.member, reader.today, _balances(reader, row.member)))


@get(
    "/members/{member:str}/lots",
    opt=needs(SIGNED_IN),
    sync_to_thread=True,
    responses=answers(Lots),
    tags=["figures"],
)
def get_lots(
    request: Request[Any, Any, Any],
    member: MemberPath,
    unit: FromQuery[Unit | None] = None,
    until: UntilQuery = None,
    min_position: MinPosition = None,
) -> Response[bytes]:
    """What a member's balance consists of, with the day on which each part expires."""
    with reading(request, min_position) as reader:
        owner = reader.require_over_member(member_in(member, reader.member)).member
        open_lots = lots.of_owner(reader.connection, owner, unit)
        last_day = until or date.max
        expiring = lots.expiring(reader.connection, owner, day=reader.today, until=last_day)
        announced = lots.announced(reader.connection, owner, day=reader.today)
    kept = [one for one in expiring if unit in {None, one.unit}]
    told = [one for one in announced if unit in {None, one.unit}]
    return read(request, Lots(owner, open_lots, kept, told))


@get(
    "/members/{member:str}/statement",
    opt=needs(SIGNED_IN),
    sync_to_thread=True,
    responses=answers(Statement),
    tags=["figures"],
)
def get_statement(
    request: Request[Any, Any, Any],
    page: NamedDependency[Page],
    member: MemberPath,
    unit: FromQuery[Unit | None] = None,
) -> Response[bytes]:
    """Every change of a member's balances with its reason, newest first."""
    with reading(request, page.min_position) as reader:
        owner = reader.require_over_member(member_in(member, reader.member)).member
        before = after(page.cursor, int)
        lines = statement.of_owner(reader.connection, owner, unit=unit, before=before, limit=page.limit)
        names = reader.texts({line.redemption.reward for line in lines if line.redemption})
    items = [_line(line, names) for line in lines]
    last = items[-1].position if items else None
    return read(request, Statement(owner, items), next_url=next_url(request, items, page.limit, last))


def _balances(reader: Reader, member: UUID) -> list[Balance]:
    connection = reader.connection
    kept = {row.unit: row for row in balances.of_owner(connection, member)}
    coming = {row.unit: row for row in awards.coming(connection, member)}
    return [
        _balance(reader, unit, kept.get(unit), coming.get(unit), available=_available(reader, member, unit))
        for unit in Unit
        if unit in kept or unit in coming
    ]


def _available(reader: Reader, member: UUID, unit: Unit) -> int:
    return lots.available(reader.connection, member, unit, day=reader.today)


def _balance(
    reader: Reader, unit: Unit, kept: balances.Balance | None, coming: Coming | None, *, available: int
) -> Balance:
    is_frozen = kept is not None and kept.frozen_until is not None and reader.today <= kept.frozen_until
    return Balance(
        unit=unit,
        posted=kept.posted if kept else 0,
        held=kept.held if kept else 0,
        available=available,
        owed=kept.owed if kept else 0,
        frozen=kept.frozen if kept and is_frozen else None,
        frozen_until=kept.frozen_until if kept and is_frozen else None,
        on_notice=coming.on_notice if coming else 0,
        proposed=coming.proposed if coming else 0,
        objected=coming.objected if coming else 0,
    )


def _line(line: Line, names: Mapping[UUID, str]) -> StatementLine:
    entry = line.entry
    return StatementLine(
        position=entry.position,
        on_day=entry.on_day,
        at=entry.at,
        unit=entry.unit,
        kind=entry.kind,
        amount=entry.amount,
        balance=entry.balance,
        filled=entry.filled,
        reason=line.reversal and line.reversal.reason,
        deed=line.award and _deed(line.award),
        goods=line.redemption and _goods(line.redemption, names),
    )


def _deed(award: AwardRow) -> Deed:
    return Deed(
        award=award.award,
        source=award.source,
        source_kind=award.source_kind,
        service_day=award.service_day,
        rule=award.rule,
        rule_version=award.rule_version,
        minutes_seen=award.minutes_seen,
        minutes_credited=award.minutes_credited,
        explanation=award.explanation,
    )


def _goods(redemption: RedemptionRow, names: Mapping[UUID, str]) -> Goods:
    return Goods(redemption.redemption, redemption.reward, names[redemption.reward], redemption.pieces)


HANDLERS = [get_balances, get_lots, get_statement]
