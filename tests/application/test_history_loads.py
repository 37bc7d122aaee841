"""The law that history always loads: whatever events a stream holds, in whatever order, they fold."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from types import NoneType, UnionType
from typing import Any, Literal, NewType, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.activities.activity import ACTIVITY
from ledger.activities.attendance import ATTENDANCE
from ledger.application.work import AnyDecider
from ledger.kernel.decider import fold
from ledger.kernel.units import Unit
from ledger.membership.household import HOUSEHOLD
from ledger.membership.member import MEMBER
from ledger.membership.organisation import ORGANISATION
from ledger.tasks.decide import TASK

FEW = st.sampled_from([UUID(int=number) for number in range(3)])
"""Few ids, so that events of a sequence meet."""
START = datetime(2025, 1, 1, tzinfo=UTC)
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    UUID: FEW,
    str: st.sampled_from(["a", "b"]),
    int: st.integers(-(10**9), 10**9),
    bool: st.booleans(),
    NoneType: st.none(),
    Unit: st.sampled_from(list(Unit)),
    date: st.dates(date(1990, 1, 1), date(2090, 1, 1)),
    datetime: st.integers(-(10**6), 10**6).map(lambda minutes: START + timedelta(minutes=minutes)),
}


def of(hint: Any) -> st.SearchStrategy[Any]:
    """Values of a field's type."""
    if isinstance(hint, NewType):
        return of(hint.__supertype__)
    if hint in PLAIN:
        return PLAIN[hint]
    if get_origin(hint) is Literal:
        return st.sampled_from(get_args(hint))
    if get_origin(hint) in (Union, UnionType):
        return st.one_of([of(one) for one in get_args(hint)])
    if get_origin(hint) is tuple:
        return st.lists(of(get_args(hint)[0]), max_size=3).map(tuple)
    return structs(hint)


def structs(kind: type[msgspec.Struct]) -> st.SearchStrategy[Any]:
    build: Callable[..., Any] = kind
    return st.builds(build, **{name: of(hint) for name, hint in get_type_hints(kind).items() if name[0] != "_"})


DECIDERS = (ORGANISATION, MEMBER, HOUSEHOLD, TASK, ACTIVITY, ATTENDANCE)
HISTORIES: dict[str, st.SearchStrategy[list[Any]]] = {
    decider.name: st.lists(st.one_of([structs(event) for event in decider.events]), max_size=12) for decider in DECIDERS
}


@pytest.mark.parametrize("decider", DECIDERS, ids=lambda decider: decider.name)
@settings(deadline=None)
@given(data=st.data())
def test_any_sequence_of_events_folds_step_by_step_as_at_once(decider: AnyDecider, data: st.DataObject) -> None:
    events = data.draw(HISTORIES[decider.name])

    state = decider.initial
    for event in events:
        state = decider.evolve(state, event)

    assert state == fold(decider, events)
