"""What each month's statement says: of a fund, and of a merchant who is settled with."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery, QueryParameter
from msgspec import Struct

from api.answers import answers, read
from api.identity import SIGNED_IN, UnknownId, needs
from api.readers import MinPosition, Reader, reading
from ledger.application.authority import Permission
from ledger.kernel.units import Unit
from projections import funds
from projections.funds import SettlementRow

Month = Annotated[
    str, QueryParameter(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$(?!\n)", description="A month, as `2026-03`.")
]


class StatementLine(Struct, frozen=True):
    """One reward: whole pieces, totals in `unit`. total = handed_total − returned_total."""

    reward: UUID
    reward_name: str
    fund: UUID
    organisation: UUID
    merchant: UUID | None
    unit: Unit
    handed_pieces: int
    handed_total: int
    returned_pieces: int
    returned_total: int
    total: int


class FundStatement(Struct, frozen=True):
    """What changed hands at a fund's cost in one month. used: what counts towards the cap, open redemptions too."""

    fund: UUID
    name: str
    month: str
    monthly_cap: int | None
    used: int
    lines: list[StatementLine]
    handed_total: int
    returned_total: int
    total: int


class MerchantStatement(Struct, frozen=True):
    """What a merchant handed out and took back in one month, and is settled with."""

    merchant: UUID
    name: str
    month: str
    lines: list[StatementLine]
    handed_total: int
    returned_total: int
    total: int


@get(
    "/funds/{fund:str}/statement",
    opt=needs(Permission.READ_FUNDS),
    sync_to_thread=True,
    responses=answers(FundStatement),
    tags=["funds"],
)
def get_fund_statement(
    request: Request[Any, Any, Any], fund: FromPath[UUID], month: FromQuery[Month], min_position: MinPosition = None
) -> Response[bytes]:
    """What changed hands at the fund's cost in a month, by reward; what came back later stands in its own month."""
    with reading(request, min_position) as reader:
        row = funds.fund(reader.connection, fund)
        if row is None:
            raise UnknownId
        reader.require(Permission.READ_FUNDS, row.organisation)
        lines = _lines(reader, funds.statement(reader.connection, fund, month))
        statement = FundStatement(
            fund=fund,
            name=reader.texts([fund])[fund],
            month=month,
            monthly_cap=row.monthly_cap,
            used=funds.used(reader.connection, fund, month),
            lines=lines,
            handed_total=sum(one.handed_total for one in lines),
            returned_total=sum(one.returned_total for one in lines),
            total=sum(one.total for one in lines),
        )
    return read(request, statement)


@get(
    "/merchants/{merchant:str}/statement",
    opt=needs(SIGNED_IN),
    sync_to_thread=True,
    responses=answers(MerchantStatement),
    tags=["funds"],
)
def get_merchant_statement(
    request: Request[Any, Any, Any],
    merchant: FromPath[UUID],
    month: FromQuery[Month],
    min_position: MinPosition = None,
) -> Response[bytes]:
    """What a merchant is settled with for a month: all of it for who runs the merchant, else one's own shelves'."""
    with reading(request, min_position) as reader:
        seen = _seen(reader, merchant)
        found = funds.merchant_statement(reader.connection, merchant, month)
        lines = _lines(reader, [row for row in found if row.organisation in seen])
        statement = MerchantStatement(
            merchant=merchant,
            name=reader.texts([merchant])[merchant],
            month=month,
            lines=lines,
            handed_total=sum(one.handed_total for one in lines),
            returned_total=sum(one.returned_total for one in lines),
            total=sum(one.total for one in lines),
        )
    return read(request, statement)


def _seen(reader: Reader, merchant: UUID) -> set[UUID]:
    """The organisations whose lines with the merchant the reader may see; raises UnknownId where there are none."""
    served = funds.served_by(reader.connection, merchant)
    runs = reader.may(Permission.HAND_OVER, merchant) or reader.may(Permission.READ_FUNDS, merchant)
    seen = {one for one in served if runs or reader.may(Permission.READ_FUNDS, one)}
    if not seen:
        raise UnknownId
    return seen


def _lines(reader: Reader, rows: list[SettlementRow]) -> list[StatementLine]:
    names = reader.texts(row.reward for row in rows)
    return [
        StatementLine(
            reward=row.reward,
            reward_name=names[row.reward],
            fund=row.fund,
            organisation=row.organisation,
            merchant=row.merchant,
            unit=row.unit,
            handed_pieces=row.handed_pieces,
            handed_total=row.handed_total,
            returned_pieces=row.returned_pieces,
            returned_total=row.returned_total,
            total=row.handed_total - row.returned_total,
        )
        for row in rows
    ]


HANDLERS = [get_fund_statement, get_merchant_statement]
