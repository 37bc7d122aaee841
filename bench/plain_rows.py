"""Fills the plain service's database with the same members and activities, and reads back what a load has left."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Engine, create_engine, func, insert, select, text

from bench.plain_tables import POINTS, Account, Activity, AnsweredKey, LedgerRow, Member, SignedIn, Tables, Visit
from ledger.store.sessions import IDLE, LONGEST, token_hash

Mode = Literal["sync", "async"]
HOURS_OPEN = 8
_ROWS_AT_A_TIME = 2_000


def address(url: str | None, file: str, mode: Mode) -> str:
    """Where the plain service's rows are: `url` on PostgreSQL, else the SQLite `file`; with the driver for `mode`."""
    if url is None:
        driver = "aiosqlite" if mode == "async" else "pysqlite"
        return f"sqlite+{driver}:///{file}"
    return url.replace("+psycopg:", "+asyncpg:") if mode == "async" else url


def fill(url: str, members: Sequence[UUID], activities: Sequence[UUID], tokens: Sequence[str]) -> None:
    """Make the tables at `url` (a driver without async) and put everybody in."""
    engine = create_engine(url)
    now = int(datetime.now(UTC).timestamp())
    idle, longest = now + int(IDLE["member"].total_seconds()), now + int(LONGEST["member"].total_seconds())
    numbered = list(enumerate(zip(members, tokens, strict=True), 1))
    doors = [{"id": one, "opens_at": now - 3600, "closes_at": now + HOURS_OPEN * 3600} for one in activities]
    Tables.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(Activity), doors)
        for start in range(0, len(numbered), _ROWS_AT_A_TIME):
            part = numbered[start : start + _ROWS_AT_A_TIME]
            sessions = [
                {"token_hash": token_hash(token), "member_id": member, "idle_until": idle, "ends": longest}
                for _, (member, token) in part
            ]
            connection.execute(insert(Member), [{"id": member, "suspended": False} for _, (member, _) in part])
            connection.execute(insert(SignedIn), sessions)
            accounts = [{"id": number, "member_id": member, "balance": 0} for number, (member, _) in part]
            connection.execute(insert(Account), accounts)
    _analyse(engine)
    engine.dispose()


def _analyse(engine: Engine) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE" if connection.dialect.name == "postgresql" else "ANALYZE"))


class Sums(Struct, frozen=True):
    """What is in the tables."""

    check_ins: int
    keys: int
    ledger: int
    balances: int

    @property
    def agree(self) -> bool:
        """Whether every check-in has its key and its points, in the ledger as in the balances."""
        return self.check_ins == self.keys and self.ledger == self.balances == POINTS * self.check_ins


def sums(url: str) -> Sums:
    """Read back what is at `url`, all of one moment."""
    engine = create_engine(url)
    counted = select(
        select(func.count()).select_from(Visit).scalar_subquery(),
        select(func.count()).select_from(AnsweredKey).scalar_subquery(),
        select(func.coalesce(func.sum(LedgerRow.amount), 0)).scalar_subquery(),
        select(func.sum(Account.balance)).scalar_subquery(),
    )
    with engine.connect() as connection:
        found = Sums(*connection.execute(counted).one())
    engine.dispose()
    return found
