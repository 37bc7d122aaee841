"""What a database's owner did to the ledger or to a figure is named by `linli verify`, on PostgreSQL as on SQLite."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import RowMapping, text

from ledger.accounts.events import Credited
from ledger.store.databases import Databases
from ledger.store.leaves import stored_leaf
from tests.commands.conftest import Terminal

from . import stored
from .conftest import Settled


class Intruder:
    """Somebody who owns the database, and has put its guards out of the way."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases
        with databases.ledger.begin() as connection:
            if databases.dialect == "postgresql":
                connection.execute(text("DROP TRIGGER events_refuse_change ON events"))
            else:
                for verb in ("update", "delete"):
                    connection.execute(text(f"DROP TRIGGER events_refuse_{verb}"))
        self.log = list(stored.events(databases))
        self.middle, self.last = len(self.log) // 2, len(self.log)

    def change(self, statement: str, **values: Any) -> None:
        """One statement on the ledger, which must find what it changes."""
        with self._databases.ledger.begin() as connection:
            assert connection.execute(text(statement), values).rowcount > 0

    def row(self, position: int) -> RowMapping:
        """One stored event."""
        with self._databases.ledger_read.connect() as connection:
            return connection.execute(text(f"SELECT * FROM events WHERE position = {position}")).mappings().one()

    def swap(self, first: int, second: int) -> None:
        """Let two events change places; all else of them stays as it is."""
        for before, after in ((first, 0), (second, first), (0, second)):
            self.change(f"UPDATE events SET position = {after} WHERE position = {before}")

    def neighbours(self, *, one_stream: bool, one_command: bool) -> tuple[int, int]:
        """The last two neighbours in the log that are alike, or not, in these ways."""
        for left, right in reversed(list(zip(self.log, self.log[1:], strict=False))):
            if (left.stream == right.stream) == one_stream and (left.command == right.command) == one_command:
                return left.position, right.position
        raise AssertionError("there are no such neighbours")


Deed = Callable[[Intruder], list[str]]
"""What was done; gives what `linli verify` must say."""


def changed_byte(intruder: Intruder) -> list[str]:
    state = intruder.row(intruder.middle)["state"]
    changed = state[:-2] + bytes([state[-2] ^ 1]) + state[-1:]
    intruder.change("UPDATE events SET state = :new WHERE position = :at", new=changed, at=intruder.middle)
    return [f"leaf-differs  position {intruder.middle} "]


def changed_name(intruder: Intruder) -> list[str]:
    intruder.change("UPDATE events SET name = 'membership.member_left.1' WHERE position = 3")
    return ["leaf-differs  position 3 "]


def changed_stream(intruder: Intruder) -> list[str]:
    """The last event becomes another member's first."""
    other = intruder.row(1)["stream"]
    intruder.change(
        "UPDATE events SET stream = :other, version = 2 WHERE position = :at", other=other, at=intruder.last
    )
    return [f"leaf-differs  position {intruder.last} "]


def changed_version(intruder: Intruder) -> list[str]:
    intruder.change("UPDATE events SET version = version + 1 WHERE position = :at", at=intruder.last)
    return [f"leaf-differs  position {intruder.last} ", "version-out-of-order"]


def removed_first(intruder: Intruder) -> list[str]:
    intruder.change("DELETE FROM events WHERE position = 1")
    return ["position-missing  position 1 "]


def removed_middle(intruder: Intruder) -> list[str]:
    intruder.change("DELETE FROM events WHERE position = :at", at=intruder.middle)
    return [f"position-missing  position {intruder.middle} "]


def removed_last(intruder: Intruder) -> list[str]:
    intruder.change("DELETE FROM events WHERE position = :at", at=intruder.last)
    return [f"command-ahead  command {intruder.log[-1].command}"]


def cut_off_with_its_answer(intruder: Intruder) -> list[str]:
    """The last command never was, as far as the ledger tells; only what was read from it remembers."""
    first = min(one.position for one in intruder.log if one.command == intruder.log[-1].command)
    intruder.change("DELETE FROM events WHERE position >= :at", at=first)
    intruder.change("DELETE FROM commands WHERE position >= :at", at=first)
    return [f"view-ahead  view balances  has seen position {intruder.last}, the log ends at {first - 1}"]


def swapped_in_a_stream(intruder: Intruder) -> list[str]:
    first, second = intruder.neighbours(one_stream=True, one_command=False)
    intruder.swap(first, second)
    return [
        f"version-out-of-order  stream {intruder.log[first - 1].stream}",
        f"position {first} ",
        f"position {second}",
    ]


def swapped_between_streams(intruder: Intruder) -> list[str]:
    """Every event is whole and every stream in order: only what stood where is another."""
    first, second = intruder.neighbours(one_stream=False, one_command=False)
    intruder.swap(first, second)
    return [f"command-elsewhere  position {position} " for position in (first, second)]


def swapped_contents(intruder: Intruder) -> list[str]:
    """Two events of one name change bytes and hashes, not their streams."""
    alike = [one.position for one in intruder.log if type(one.event) is type(intruder.log[-1].event)][:2]
    rows = [intruder.row(position) for position in alike]
    for position, row in zip(alike, reversed(rows), strict=True):
        intruder.change(
            "UPDATE events SET state = :s, leaf = :l WHERE position = :at", s=row["state"], l=row["leaf"], at=position
        )
    return [f"leaf-differs  position {position} " for position in alike]


def a_right_hash_over_a_wrong_amount(intruder: Intruder) -> list[str]:
    """The log alone looks whole; every figure made of it is another."""
    credited = next(one for one in intruder.log if type(one.event) is Credited)
    row = intruder.row(credited.position)
    state = row["state"].replace(b'"amount":10000', b'"amount":99999')
    leaf = stored_leaf(credited.stream.bytes, row["version"], row["name"].encode(), state)
    intruder.change("UPDATE events SET state = :s, leaf = :l WHERE position = :at", s=state, l=leaf, at=row["position"])
    return [f"figure-differs  balances {credited.stream} posted", "figure-differs  lots", "figure-differs  audit_log"]


ON_BOTH: tuple[Deed, ...] = (
    changed_stream,
    changed_version,
    removed_first,
    cut_off_with_its_answer,
    swapped_in_a_stream,
    swapped_between_streams,
    swapped_contents,
    a_right_hash_over_a_wrong_amount,
)
ON_POSTGRES: tuple[Deed, ...] = (changed_byte, changed_name, removed_middle, removed_last)
"""On SQLite these are told at the command line's own tests."""


def require_named(place: Settled, expected: list[str]) -> None:
    result = Terminal(place.home, place.url).run("verify")
    assert result.exit_code == 1
    assert [snippet for snippet in expected if snippet not in result.output] == [], result.output


@pytest.mark.parametrize("deed", ON_BOTH, ids=lambda deed: deed.__name__)
def test_what_was_done_to_the_log_is_named(place: Settled, databases: Databases, deed: Deed) -> None:
    require_named(place, deed(Intruder(databases)))


@pytest.mark.postgres
@pytest.mark.parametrize("place", ["postgresql"], indirect=True)
@pytest.mark.parametrize("deed", ON_POSTGRES, ids=lambda deed: deed.__name__)
def test_what_was_done_to_the_log_on_postgres_is_named(place: Settled, databases: Databases, deed: Deed) -> None:
    require_named(place, deed(Intruder(databases)))


def test_no_rebuild_hides_what_was_done_to_the_log(place: Settled, databases: Databases) -> None:
    named = swapped_between_streams(Intruder(databases))

    assert Terminal(place.home, place.url).run("rebuild").exit_code == 0

    require_named(place, named)


FIGURES: dict[str, tuple[str, list[str]]] = {
    "a balance": (
        "UPDATE balances SET posted = posted + 1 WHERE posted = 9997",
        ["balances", "posted：现为 9998，应为 9997"],
    ),
    "a line of a statement": ("DELETE FROM statement WHERE number = 2", ["statement", "现为 None，应为"]),
    "the shelf": ("UPDATE rewards SET free = 20", ["rewards", "free：现为 20，应为 17"]),
    "the audit itself": (
        "UPDATE audit_sides SET amount = 0 WHERE kind = 'redeemed'",
        ["audit_sides", "amount：现为 0，应为 6"],
    ),
}


@pytest.mark.parametrize("figure", FIGURES)
def test_a_changed_figure_is_named(place: Settled, databases: Databases, figure: str) -> None:
    statement, expected = FIGURES[figure]
    with databases.views.begin() as connection:
        assert connection.execute(text(statement)).rowcount > 0

    require_named(place, ["figure-differs", *expected])


def test_an_untouched_town_is_found_right(place: Settled, databases: Databases) -> None:
    assert Terminal(place.home, place.url).run("verify").exit_code == 0
