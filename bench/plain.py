"""The service one would write without events: Litestar and the ORM of SQLAlchemy, one transaction for each check-in.

It checks what Linli checks (session, code, key, rate, window, suspension) and writes a check-in, a ledger row, the
balance and the answered key. `PLAIN_MODE` is `sync` (threads and plain drivers) or `async` (aiosqlite, asyncpg).
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC
from pathlib import Path
from typing import Any
from uuid import UUID

from litestar import Litestar, Request, get, post
from litestar.exceptions import ClientException, NotAuthorizedException, NotFoundException
from sqlalchemy import Select, Update, create_engine, event, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session, sessionmaker

from bench.plain_rules import Asked, CheckInAnswer, CheckInBody, Door, setting
from bench.plain_tables import POINTS, Account, Activity, AnsweredKey, LedgerRow, Member, SignedIn, Visit

POOL = {"pool_size": 15, "max_overflow": 0, "pool_timeout": 60}
"""What SQLAlchemy allows unless told otherwise: 5 connections kept and 10 more, here kept as well."""


def caller(asked: Asked) -> Select[Member]:
    """Who is signed in."""
    return (
        select(Member)
        .join(SignedIn, SignedIn.member_id == Member.id)
        .where(SignedIn.token_hash == asked.token_hash)
        .where(SignedIn.idle_until > asked.seconds, SignedIn.ends > asked.seconds)
    )


def credited(member: UUID) -> Update[Any]:
    """The balance, raised by one check-in; gives the account."""
    raised = update(Account).where(Account.member_id == member).values(balance=Account.balance + POINTS)
    return raised.returning(Account.id).execution_options(synchronize_session=False)


def answered(asked: Asked, member: UUID) -> Select[AnsweredKey]:
    """The key as it was answered before."""
    return select(AnsweredKey).where(AnsweredKey.member_id == member, AnsweredKey.key == asked.key)


def require(member: Member | None, activity: Activity | None, asked: Asked) -> Member:
    """The caller, when caller and activity allow a check-in now."""
    if member is None:
        raise NotAuthorizedException("sign in")
    if activity is None:
        raise NotFoundException("no such activity")
    if member.suspended:
        raise ClientException("suspended", status_code=409)
    if not activity.opens_at <= asked.seconds <= activity.closes_at:
        raise ClientException("the door is not open", status_code=409)
    return member


def later_rows(visit: Visit, account: int, asked: Asked) -> list[LedgerRow | AnsweredKey]:
    """What is written once the check-in has its number."""
    return [
        LedgerRow(account_id=account, check_in_id=visit.id, amount=POINTS, at=asked.now),
        AnsweredKey(member_id=visit.member_id, key=asked.key, digest=asked.digest, check_in_id=visit.id),
    ]


def told(visit: Visit, code: str = "checked-in") -> CheckInAnswer:
    """The answer about a check-in."""
    seen = visit.seen if visit.seen.tzinfo else visit.seen.replace(tzinfo=UTC)
    return CheckInAnswer(code, {"activity": visit.activity_id, "member": visit.member_id}, {"seen": seen}, visit.id)


def repeated(visit: Visit, key: AnsweredKey | None, asked: Asked) -> CheckInAnswer:
    """The answer to a check-in that is there already: a replay of the same key, or a second scan."""
    if key is not None and key.digest != asked.digest:
        raise ClientException("the key came with another body", status_code=422)
    return told(visit, "checked-in" if key is not None else "already-in")


def first_visit(asked: Asked, member: UUID) -> Select[Visit]:
    """The check-in that is in the way of a second one."""
    return select(Visit).where(Visit.activity_id == asked.activity, Visit.member_id == member)


@post("/v1/check-ins", status_code=200, sync_to_thread=True)
def check_in(request: Request[Any, Any, Any], data: CheckInBody, body: bytes) -> CheckInAnswer:
    """Check the caller in, in a thread of Litestar's pool."""
    asked = request.app.state.door.asked(request, data, body)
    with request.app.state.sessions() as session:
        found = session.scalars(caller(asked)).one_or_none()
        member = require(found, session.get(Activity, asked.activity), asked).id
        visit = Visit(activity_id=asked.activity, member_id=member, seen=asked.now)
        try:
            session.add(visit)
            session.flush()
            session.add_all(later_rows(visit, session.scalars(credited(member)).one(), asked))
            session.commit()
        except IntegrityError:
            session.rollback()
            key = session.scalars(answered(asked, member)).one_or_none()
            return repeated(session.scalars(first_visit(asked, member)).one(), key, asked)
        return told(visit)


@post("/v1/check-ins", status_code=200)
async def check_in_async(request: Request[Any, Any, Any], data: CheckInBody, body: bytes) -> CheckInAnswer:
    """Check the caller in, on the event loop."""
    asked = request.app.state.door.asked(request, data, body)
    async with request.app.state.sessions() as session:
        found = (await session.scalars(caller(asked))).one_or_none()
        member = require(found, await session.get(Activity, asked.activity), asked).id
        visit = Visit(activity_id=asked.activity, member_id=member, seen=asked.now)
        try:
            session.add(visit)
            await session.flush()
            session.add_all(later_rows(visit, (await session.scalars(credited(member))).one(), asked))
            await session.commit()
        except IntegrityError:
            await session.rollback()
            key = (await session.scalars(answered(asked, member))).one_or_none()
            return repeated((await session.scalars(first_visit(asked, member))).one(), key, asked)
        return told(visit)


@get("/ready", sync_to_thread=False)
def ready() -> dict[str, bool]:
    """Whether it answers."""
    return {"ready": True}


def prepared_sqlite(engine: Any) -> None:
    """Durable, and with one writer at a time from BEGIN on, as SQLAlchemy's documentation shows it."""

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "busy_timeout = 30000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


@asynccontextmanager
async def running(app: Litestar) -> AsyncGenerator[None]:
    """The engine, its sessions and the door, as long as the service runs."""
    door = app.state.door = Door(Path(setting("HOME")), setting("LIMITS_URL"))
    if setting("MODE") == "async":
        engine = create_async_engine(setting("URL"), **POOL)
        app.state.sessions = async_sessionmaker(engine, class_=AsyncSession, expire_on_commit=False)
    else:
        engine = create_engine(setting("URL"), **POOL)
        app.state.sessions = sessionmaker(engine, class_=Session, expire_on_commit=False)
    if engine.dialect.name == "sqlite":
        prepared_sqlite(getattr(engine, "sync_engine", engine))
    yield
    door.stop()


def application() -> Litestar:
    """The service from its environment's settings."""
    handler = check_in_async if setting("MODE") == "async" else check_in
    return Litestar([handler, ready], lifespan=[running], openapi_config=None)
