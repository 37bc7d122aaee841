"""Values for every kind of event, from its annotations: generated ones for laws, and fixed ones for the golden file."""

from datetime import UTC, date, datetime
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, Literal, NewType, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from hypothesis import strategies as st
from msgspec import NODEFAULT, Struct
from msgspec.structs import fields

from ledger.kernel.decider import Event

WHOLE = st.integers(-(2**63), 2**63 - 1)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
INSTANTS = st.datetimes(datetime(1970, 1, 1), datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001 zone follows


def any_value(annotation: Any) -> st.SearchStrategy[Any]:
    """Every value that a field of this annotation may hold."""
    if isinstance(annotation, NewType):
        return any_value(annotation.__supertype__)
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return st.sampled_from(inner)
    if origin in (Union, UnionType):
        return st.one_of([any_value(each) for each in inner])
    if origin is tuple:
        assert inner[1] is Ellipsis
        return st.lists(any_value(inner[0]), max_size=4).map(tuple)
    return _any_plain(annotation)


def any_event(kind: type[Event]) -> st.SearchStrategy[Event]:
    """Every event of one type."""
    return any_value(kind)


def _any_plain(kind: type) -> st.SearchStrategy[Any]:
    if issubclass(kind, Struct):
        return st.builds(kind, **{name: any_value(hint) for name, hint in get_type_hints(kind).items()})
    if issubclass(kind, StrEnum):
        return st.sampled_from(list(kind))
    plain: dict[type, st.SearchStrategy[Any]] = {
        bool: st.booleans(),
        int: WHOLE,
        str: TEXT,
        UUID: st.uuids(),
        datetime: INSTANTS,
        date: st.dates(),
        NoneType: st.none(),
    }
    return plain[kind]


def full(kind: type[Event]) -> Event:
    """The event with every field filled; the same for ever."""
    return _fixed(kind)


def least(kind: type[Event]) -> Event:
    """The event with only the fields it must have."""
    hints = get_type_hints(kind)
    required = [field.name for field in fields(kind) if field.default is NODEFAULT]
    return kind(**{name: _fixed(hints[name]) for name in required})


def _fixed(annotation: Any) -> Any:
    if isinstance(annotation, NewType):
        return _fixed(annotation.__supertype__)
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return inner[-1]
    if origin in (Union, UnionType):
        return _fixed(inner[0])
    if origin is tuple:
        return (_fixed(inner[0]),) * 2
    return _fixed_plain(annotation)


def _fixed_plain(kind: type) -> Any:
    if issubclass(kind, Struct):
        return kind(**{name: _fixed(hint) for name, hint in get_type_hints(kind).items()})
    if issubclass(kind, StrEnum):
        return next(iter(kind))
    plain: dict[type, Any] = {
        bool: True,
        int: 45,
        str: "编码-1",
        UUID: UUID("5f0c954e-9d5c-4c6e-8d5b-0d7a9d3c2b1a"),
        datetime: datetime(2026, 3, 1, 4, 5, 6, 789, tzinfo=UTC),
        date: date(2026, 3, 1),
    }
    return plain[kind]
