"""What is kept of who may sign in and how, and of what people wrote: read from the files, past the product."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from .town import Village

KEPT: Final[Mapping[str, tuple[str, ...]]] = {
    "state.db": (
        "SELECT digest FROM one_time_codes WHERE used IS NULL",
        "SELECT token_hash, stepped_up FROM sessions",
        "SELECT id FROM slip_requests",
    ),
    "directory.db": (
        "SELECT member, kind, version FROM credentials",
        "SELECT subject, field, version FROM fields",
        "SELECT card FROM cards",
    ),
}
"""What each file is asked. Not when a session was last seen, nor how often something was tried, nor for codes that were
used: the first chores after a start remove them while a test runs."""
READING: Final = frozenset(
    {"personal_fields_read", "personal_file_read", "searched", "exported", "audit_read", "refused"}
)
"""What the audit log may say of who only reads."""


def kept(home: Path) -> dict[str, frozenset[tuple[object, ...]]]:
    """The rows, by question."""
    found: dict[str, frozenset[tuple[object, ...]]] = {}
    for name, questions in KEPT.items():
        with closing(sqlite3.connect(f"file:{home / name}?mode=ro", uri=True)) as connection:
            found |= {question: frozenset(connection.execute(question)) for question in questions}
    return found


@contextmanager
def unmoved(found: Village) -> Iterator[None]:
    """Fails when meanwhile the ledger moved, the ways to sign in changed, or more than reading was done."""
    house = found.house
    home = house.deployment.settings.home
    before, position, heard = kept(home), house.position(), house.deployment.audit_log.head().sequence
    yield
    after = kept(home)
    assert {question: after[question] ^ rows for question, rows in before.items() if after[question] != rows} == {}
    assert house.position() == position
    told = house.deployment.audit_log.page(heard, 1_000)
    assert {one.kind for one in told} <= READING
