"""The five stores as schemas of one PostgreSQL database: how they are reached, and which settings they must have.

Each engine has one schema as its whole search path. Writing sessions are READ COMMITTED, so that what is read after the
append lock was got is what the last holder left; a stricter level would read what was before the wait.
"""

from importlib.util import find_spec
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError

from ledger.store.refused_settings import DatabaseMissing, UnsafeSettings

DRIVER = "postgresql+psycopg"
SCHEMAS = ("ledger", "directory", "views", "state", "audit")
SCHEMA_LOCK = 0x6C696E6C_69000001
LOCK_TIMEOUT_MS = 1_000
IDLE_IN_TRANSACTION_MS = 15_000
POOL_TIMEOUT_SECONDS = 5.0

_SAFE: dict[str, tuple[str, ...]] = {
    "fsync": ("on",),
    "full_page_writes": ("on",),
    "server_encoding": ("UTF8",),
    "transaction_isolation": ("read committed",),
}
_LOCKED = ("ledger", "audit")
"""Who appends waits for a lock that another may hold, and must not hold it while idle."""
_DURABLE = {"synchronous_commit": ("on", "remote_apply")}


def address(url: str) -> URL:
    """The address in SQLAlchemy's form; `postgres://`, `postgresql://` and `postgresql+psycopg://` mean the same."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise DatabaseMissing("the database's address cannot be read; it looks like postgresql://HOST/NAME") from error
    if parsed.drivername not in ("postgres", "postgresql", DRIVER):
        raise DatabaseMissing(f"only PostgreSQL has an address, not {parsed.drivername!r}; SQLite needs none")
    if find_spec("psycopg") is None:
        raise DatabaseMissing("PostgreSQL needs the extra `postgres`: pip install 'linli[postgres]'")
    return parsed.set(drivername=DRIVER)


def write_engine(url: URL, schema: str) -> Engine:
    """Sessions that write `schema`. Only the views, which can be rebuilt, commit without waiting for the disk."""
    settings = {"synchronous_commit": "on"}
    if schema in _LOCKED:
        settings |= {
            "lock_timeout": str(LOCK_TIMEOUT_MS),
            "idle_in_transaction_session_timeout": str(IDLE_IN_TRANSACTION_MS),
        }
    if schema == "views":
        settings["synchronous_commit"] = "off"
    required = _SAFE if schema == "views" else _SAFE | _DURABLE
    return _engine(url, schema, settings, required, pool_size=2)


def read_engine(url: URL, schema: str) -> Engine:
    """Sessions that refuse to write `schema`."""
    read_only = {"default_transaction_read_only": "on"}
    return _engine(url, schema, read_only, _SAFE | {"transaction_read_only": ("on",)}, pool_size=4)


def prepare(url: URL) -> None:
    """Make the schemas that are missing; safe when several start at once."""
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            present = set(connection.scalars(text("SELECT nspname::text FROM pg_namespace")))
            if not present.issuperset(SCHEMAS):
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": SCHEMA_LOCK})
                for schema in SCHEMAS:
                    connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {schema}"))
    finally:
        engine.dispose()


def _engine(
    url: URL, schema: str, settings: dict[str, str], required: dict[str, tuple[str, ...]], *, pool_size: int
) -> Engine:
    session = {"search_path": schema, "default_transaction_isolation": r"read\ committed", "timezone": "UTC"}
    given = url.query.get("options", "")
    options = [f"-c{name}={value}" for name, value in (session | settings).items()]
    options += [given] if isinstance(given, str) else list(given)
    engine = create_engine(
        url.difference_update_query(["options"]),
        connect_args={"options": " ".join(options)},
        pool_size=pool_size,
        max_overflow=3 * pool_size,
        pool_timeout=POOL_TIMEOUT_SECONDS,
        pool_pre_ping=True,  # connections do not outlive a restart of the server, our processes do
    )
    event.listen(engine, "connect", _checking({**required, "search_path": (schema,)}))
    return engine


def _checking(required: dict[str, tuple[str, ...]]) -> Any:
    columns = ", ".join(f"current_setting('{name}')" for name in required)

    def check_connection(connection: Any, _record: object) -> None:
        found = connection.execute(f"SELECT {columns}").fetchone()
        connection.rollback()
        wrong = [
            f"{name} is {value!r}, not {allowed[0]!r}"
            for (name, allowed), value in zip(required.items(), found, strict=True)
            if value not in allowed
        ]
        if wrong:
            raise UnsafeSettings(f"PostgreSQL: {'; '.join(wrong)}")

    return check_connection
