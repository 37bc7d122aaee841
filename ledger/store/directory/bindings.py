"""What leads to a subject without naming anybody: random card ids, official division codes, running numbers."""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, Table, select, update
from sqlalchemy.dialects import postgresql, sqlite

from ledger.kernel.ids import CardId, MemberId, OrganisationId
from ledger.store.directory.tables import CARDS, DIVISION_CODES, SEQUENCES

IDS_A_QUERY: Final = 1_000


def insert_into(connection: Connection, table: Table) -> Any:
    """An INSERT of the connection's own dialect, for its ON CONFLICT."""
    return (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)


def pieces(ids: Iterable[Any]) -> Iterable[list[Any]]:
    """`ids` in their order, in lists short enough for one statement."""
    every = list(ids)
    return (every[start : start + IDS_A_QUERY] for start in range(0, len(every), IDS_A_QUERY))


def bind_cards(connection: Connection, cards: Mapping[CardId, MemberId]) -> None:
    """Add the cards that are not known yet; a known card keeps its member."""
    rows = [{"card": card, "member": member} for card, member in cards.items()]
    if rows:
        connection.execute(insert_into(connection, CARDS).on_conflict_do_nothing(), rows)


def member_of_card(connection: Connection, card: UUID) -> MemberId | None:
    """Whose card it is, revoked or not; None when it is not known."""
    return connection.execute(select(CARDS.c.member).where(CARDS.c.card == card)).scalar_one_or_none()


def members_of_cards(connection: Connection, cards: Iterable[UUID]) -> dict[UUID, MemberId]:
    """Whose cards these are, revoked or not; those that are not known are left out."""
    found: dict[UUID, MemberId] = {}
    for piece in pieces(dict.fromkeys(cards)):
        rows = connection.execute(select(CARDS.c.card, CARDS.c.member).where(CARDS.c.card.in_(piece)))
        found |= dict(rows.all())
    return found


def cards_of(connection: Connection, members: Iterable[MemberId]) -> dict[CardId, MemberId]:
    """All cards ever bound to `members`."""
    found: dict[CardId, MemberId] = {}
    for piece in pieces(members):
        rows = connection.execute(select(CARDS.c.card, CARDS.c.member).where(CARDS.c.member.in_(piece)))
        found |= dict(rows.all())
    return found


def bind_codes(connection: Connection, codes: Mapping[str, OrganisationId]) -> None:
    """Add the codes that are not known yet; a known code keeps its organisation, and an organisation its code."""
    rows = [{"code": code, "organisation": organisation} for code, organisation in codes.items()]
    if rows:
        connection.execute(insert_into(connection, DIVISION_CODES).on_conflict_do_nothing(), rows)


def organisation_ids(connection: Connection, codes: Iterable[str]) -> dict[str, OrganisationId]:
    """The organisations of those `codes` that are known."""
    found: dict[str, OrganisationId] = {}
    columns = DIVISION_CODES.c
    for piece in pieces(codes):
        rows = connection.execute(select(columns.code, columns.organisation).where(columns.code.in_(piece)))
        found |= dict(rows.all())
    return found


def lock_sequence(connection: Connection, name: str) -> int:
    """The last number given under `name` (0 before the first); nobody else gets one until this transaction ends."""
    connection.execute(insert_into(connection, SEQUENCES).on_conflict_do_nothing(), {"name": name, "last": 0})
    last = select(SEQUENCES.c.last).where(SEQUENCES.c.name == name).with_for_update()
    return connection.execute(last).scalar_one()


def set_sequence(connection: Connection, name: str, last: int) -> None:
    """Record that all numbers up to `last` are given."""
    connection.execute(update(SEQUENCES).where(SEQUENCES.c.name == name).values(last=last))
