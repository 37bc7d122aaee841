"""Every table outside the ledger that names a person is emptied of who is erased, or says why it need not be."""

from uuid import uuid4

from sqlalchemy import Column, Table, select

from ledger.kernel.ids import MemberId
from ledger.store.databases import Databases
from ledger.store.directory.tables import DIRECTORY
from ledger.store.erasure_places import PLACES
from ledger.store.id_type import Id
from ledger.store.state_tables import STATE

KEPT: dict[str, str] = {
    "changes.subject": "that something changed, under a random id: by it every process forgets the person",
    "division_codes.organisation": "an organisation",
    "erasures.member": "the erasure itself",
    "evidence.organisation": "an organisation",
    "legal_holds.member": "nobody is erased under a hold",
    "legal_holds.set_by": "the auditor who set it, until it is lifted",
    "slip_requests.asked_by": "the member of staff, for half an hour",
}
"""Columns of ids that stay, and why."""
NOT_A_PERSON = frozenset({"cards.card", "sessions.device", "slip_requests.id"})


def person_columns(table: Table) -> list[Column[object]]:
    return [one for one in table.c if isinstance(one.type, Id) and f"{table.name}.{one.name}" not in NOT_A_PERSON]


def filled(databases: Databases, member: MemberId) -> dict[str, tuple[str, Column[object]]]:
    """A row about `member` in every table, for each column that names somebody."""
    made: dict[str, tuple[str, Column[object]]] = {}
    for store, tables in (("directory", DIRECTORY), ("state", STATE)):
        for table in tables.tables.values():
            for column in person_columns(table):
                with getattr(databases, store).begin() as connection:
                    connection.execute(table.insert(), _row(table, column, member))
                made[f"{table.name}.{column.name}"] = (store, column)
    return made


def _row(table: Table, column: Column[object], member: MemberId) -> dict[str, object]:
    row: dict[str, object] = {}
    for one in table.c:
        if isinstance(one.type, Id):
            row[one.name] = member if one is column else MemberId(uuid4())
        elif one.type.python_type is bytes:
            row[one.name] = uuid4().bytes
        elif one.type.python_type is str:
            row[one.name] = uuid4().hex
        else:
            row[one.name] = uuid4().int % 2**31
    return row


def test_nothing_that_names_a_person_is_left_but_what_says_why(databases: Databases) -> None:
    member, other = MemberId(uuid4()), MemberId(uuid4())
    made, others = filled(databases, member), filled(databases, other)

    for forget in PLACES.values():
        forget(databases, [member])

    left = {name for name, (store, column) in made.items() if _is_there(databases, store, column, member)}
    assert left == KEPT.keys() & made.keys()
    assert all(_is_there(databases, store, column, other) for store, column in others.values())


def test_every_place_may_be_asked_again(databases: Databases) -> None:
    assert [forget(databases, [MemberId(uuid4())]) for forget in PLACES.values()] == [0] * len(PLACES)


def _is_there(databases: Databases, store: str, column: Column[object], member: MemberId) -> bool:
    with getattr(databases, f"{store}_read").connect() as connection:
        return connection.execute(select(column).where(column == member)).first() is not None
