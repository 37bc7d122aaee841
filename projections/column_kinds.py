"""How a value of a read model's row is kept: its column, and its form for each driver.

Ids are native uuid on PostgreSQL and 16 bytes on SQLite; instants are timestamptz or fixed ISO text in UTC, days are
date or ISO text; both sort as time does. Text sorts by code point on both.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, Literal, NamedTuple, NewType, Union, cast, get_args, get_origin
from uuid import UUID

import msgspec
from sqlalchemy import BigInteger, Boolean, Date, DateTime, Dialect, LargeBinary, Text, Uuid
from sqlalchemy.types import TypeDecorator, TypeEngine

from ledger.kernel.units import Unit

Change = Callable[[Any], Any] | None
"""How one value that is not None changes form; None where it stays as it is."""


class Id(TypeDecorator[UUID]):
    """A column of ids. Values are UUIDs on both databases."""

    impl = LargeBinary(16)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Native where there is a native type."""
        return dialect.type_descriptor(Uuid() if dialect.name == "postgresql" else LargeBinary(16))

    def process_bind_param(self, value: UUID | None, dialect: Dialect) -> Any:
        """To 16 bytes on SQLite."""
        return value.bytes if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> UUID | None:
        """From 16 bytes on SQLite."""
        return UUID(bytes=value) if value is not None and dialect.name == "sqlite" else value


class Instant(TypeDecorator[datetime]):
    """A column of instants. Values are aware and in UTC on both databases."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Native where there is a native type that knows the zone."""
        return dialect.type_descriptor(DateTime(timezone=True) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """To text of one length on SQLite."""
        return _instant_text(value) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """From text on SQLite; PostgreSQL answers in the session's zone."""
        if value is None:
            return None
        return datetime.fromisoformat(value) if dialect.name == "sqlite" else value.astimezone(UTC)


class UnitName(TypeDecorator[Unit]):
    """A column of units, kept as their names."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text in the order of code points."""
        return dialect.type_descriptor(_text(dialect.name))

    def process_bind_param(self, value: Unit | None, dialect: Dialect) -> str | None:  # noqa: ARG002 (the name is SQLAlchemy's)
        """The plain name: a driver may take an enumeration for something else."""
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Unit | None:  # noqa: ARG002
        """The unit of that name."""
        return None if value is None else Unit(value)


class Plain(TypeDecorator[str]):
    """A column of codes: text in the order of code points on both databases."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """PostgreSQL would sort by the server's language."""
        return dialect.type_descriptor(_text(dialect.name))


class Json(TypeDecorator[Any]):
    """A column of small lists or Structs, kept as JSON and read back as the annotated type."""

    impl = Text
    cache_ok = False

    def __init__(self, annotation: Any = None) -> None:
        super().__init__()
        self._decode = msgspec.json.Decoder(annotation).decode

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:  # noqa: ARG002
        """To JSON."""
        return _json_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002
        """From JSON."""
        return None if value is None else self._decode(value)


class Kind(NamedTuple):
    """What a column holds. `postgres`: its type there; the four changes turn values into and from a driver's form."""

    type: TypeEngine[Any]
    postgres: str
    to_sqlite: Change = None
    from_sqlite: Change = None
    to_postgres: Change = None
    from_postgres: Change = None


class ColumnKind(NamedTuple):
    """A column of a row: its kind, and whether it may be None."""

    name: str
    kind: Kind
    nullable: bool


def column_kind(name: str, annotation: Any) -> ColumnKind:
    """The column for a field of a row. Fails for types no read model needs."""
    kept, nullable = _without_none(_plain(annotation))
    return ColumnKind(name, _kind(kept), nullable)


def _kind(annotation: Any) -> Kind:
    if get_origin(annotation) is list or _is_struct(annotation):
        decode = msgspec.json.Decoder(annotation).decode
        return Kind(Json(annotation), "text", _json_text, decode, _json_text, decode)
    if get_origin(annotation) is Literal:
        return _KINDS[str]
    return _KINDS[annotation]


def _is_struct(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, msgspec.Struct)


def _plain(annotation: Any) -> Any:
    while isinstance(annotation, NewType):
        annotation = annotation.__supertype__
    return annotation


def _without_none(annotation: Any) -> tuple[Any, bool]:
    if get_origin(annotation) not in (Union, UnionType):
        return annotation, False
    (kept,) = (_plain(one) for one in get_args(annotation) if one is not NoneType)
    return kept, True


def _text(dialect: str) -> Text:
    return Text(collation="C") if dialect == "postgresql" else Text()


def _json_text(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _instant_text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


def _id_of(kept: bytes) -> UUID:
    return UUID(bytes=kept)


_KINDS: dict[Any, Kind] = {
    UUID: Kind(Id(), "uuid", cast(Change, attrgetter("bytes")), _id_of),
    int: Kind(BigInteger(), "bigint"),
    str: Kind(Plain(), "text"),
    Unit: Kind(UnitName(), "text", str, Unit, str, Unit),
    bool: Kind(Boolean(), "boolean", None, bool),
    date: Kind(Date(), "date", date.isoformat, date.fromisoformat),
    datetime: Kind(Instant(), "timestamptz", _instant_text, datetime.fromisoformat, None, _utc),
}
