"""Credentials as one process has them, on whatever databases a file's stories are about."""

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest

from ledger.kernel.ids import MemberId
from ledger.store.credentials import Credentials
from ledger.store.databases import Databases
from ledger.store.directory import Directory
from ledger.store.keys import Keys
from ledger.store.limits import Limits
from ledger.store.slow_hash import Cost

from .credential_stories import QUICK


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys.create_missing(tmp_path / "secrets")


@pytest.fixture
def directory(databases: Databases, keys: Keys) -> Directory:
    return Directory(databases.directory, databases.directory_read, keys)


@pytest.fixture
def opened(databases: Databases, keys: Keys, directory: Directory) -> Callable[[Cost], Credentials]:
    """Credentials at some cost of their hashes."""
    return lambda cost: Credentials(databases, keys, directory, Limits(databases.state, keys.limits), cost=cost)


@pytest.fixture
def credentials(opened: Callable[[Cost], Credentials]) -> Credentials:
    return opened(QUICK)


@pytest.fixture
def member(directory: Directory) -> MemberId:
    """Somebody with a name, and so with a key."""
    member = MemberId(uuid4())
    directory.write(member, {"name": "张三"})
    return member
