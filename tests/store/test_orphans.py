"""What no event ever spoke of is gone after a day, and nothing else is."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, update

from ledger.kernel.ids import OrganisationId
from ledger.store.databases import Databases
from ledger.store.directory import Directory
from ledger.store.directory.tables import EVIDENCE, SUBJECT_KEYS
from ledger.store.keys import Keys
from ledger.store.orphans import Orphans
from ledger.store.tables import EVENTS

NOW = datetime(2026, 3, 4, tzinfo=UTC)


class Kept:
    """A directory whose rows were made when a test says so."""

    def __init__(self, databases: Databases, directory: Directory) -> None:
        self.databases, self.directory, self.orphans = databases, directory, Orphans(databases)

    def somebody(self, *, ago: timedelta, position: int | None = None) -> UUID:
        """position: of the event that speaks of them; None where none came."""
        subject, made = uuid4(), int((NOW - ago).timestamp())
        self.directory.write(subject, {"name": "张三", "phone": "13800138000"})
        with self.databases.directory.begin() as connection:
            connection.execute(update(SUBJECT_KEYS).where(SUBJECT_KEYS.c.subject == subject).values(made=made))
        if position is not None:
            row = {"position": position, "stream": subject, "version": 1, "name": "n", "state": b"{}", "leaf": b"l"}
            with self.databases.ledger.begin() as connection:
                connection.execute(insert(EVENTS), row)
        return subject

    def picture(self, content: bytes, *, ago: timedelta) -> str:
        digest = self.directory.keep_evidence(OrganisationId(uuid4()), "image/png", content)
        kept = update(EVIDENCE).where(EVIDENCE.c.digest == bytes.fromhex(digest))
        with self.databases.directory.begin() as connection:
            connection.execute(kept.values(kept=int((NOW - ago).timestamp())))
        return digest

    def known(self, *subjects: UUID) -> list[bool]:
        return [bool(self.directory.read_all(one)) for one in subjects]


@pytest.fixture
def kept(databases: Databases, tmp_path: Path) -> Kept:
    keys = Keys.create_missing(tmp_path / "secrets")
    return Kept(databases, Directory(databases.directory, databases.directory_read, keys))


def test_whoever_no_event_spoke_of_is_gone_after_a_day(kept: Kept) -> None:
    orphan, young = kept.somebody(ago=timedelta(hours=25)), kept.somebody(ago=timedelta(hours=23))
    registered = kept.somebody(ago=timedelta(hours=25), position=1)

    assert kept.orphans.drop_subjects(NOW) == 1

    assert kept.known(orphan, young, registered) == [False, True, True]
    assert kept.directory.find("phone", "13800138000") == tuple(sorted([young, registered]))


def test_who_was_too_young_is_looked_at_later(kept: Kept) -> None:
    young = kept.somebody(ago=timedelta(hours=23))
    kept.orphans.drop_subjects(NOW)

    assert kept.orphans.drop_subjects(NOW + timedelta(hours=2)) == 1
    assert kept.known(young) == [False]


def test_nobody_is_looked_at_twice(kept: Kept) -> None:
    kept.orphans.drop_subjects(NOW)
    late = kept.somebody(ago=timedelta(days=3))

    assert kept.orphans.drop_subjects(NOW) == 0
    assert kept.known(late) == [True]


def test_a_picture_that_no_event_names_is_gone_after_a_day(kept: Kept) -> None:
    old, used = (kept.picture(content, ago=timedelta(hours=25)) for content in (b"old", b"used"))
    young = kept.picture(b"young", ago=timedelta(hours=1))

    def named(asked: Collection[str]) -> set[str]:
        return {used} & set(asked)

    assert kept.orphans.drop_evidence(NOW, named) == 1
    owners = [bool(kept.directory.owners_of_evidence(one)) for one in (old, used, young)]
    assert owners == [False, True, True]
