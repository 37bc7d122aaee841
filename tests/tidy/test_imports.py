"""Imports point inwards: kernel, contexts, application; then store, projections and qr side by side; then the edge."""

import pytest

from .import_rules import OWN_PACKAGES, breaches, imports
from .project_tree import ROOT, SourceFile, python_files

FORBIDDEN = [
    ("ledger/kernel/x.py", "from ledger.accounts import events"),
    ("ledger/kernel/x.py", "import sqlalchemy"),
    ("ledger/accounts/x.py", "from ledger.awards.events import Proposed"),
    ("ledger/accounts/x.py", "from ..awards import events"),
    ("ledger/accounts/x.py", "from ledger.application.work import Work"),
    ("ledger/accounts/x.py", "def f():\n    from eventsourcing.persistence import StoredEvent"),
    ("ledger/application/x.py", "from ledger.store import writer"),
    ("ledger/application/x.py", "from qrcode import QRCode"),
    ("ledger/application/x.py", "from litestar.exceptions import HTTPException"),
    ("ledger/store/x.py", "import projections.engine"),
    ("projections/x.py", "from ledger.accounts.account import ACCOUNT"),
    ("projections/x.py", "from ledger.accounts import account"),
    ("projections/x.py", "from ledger.store.feed import LogFeed"),
    ("qr/x.py", "import projections"),
    ("demonstration/x.py", "from ledger.store.tables import events"),
    ("demonstration/x.py", "from api.v1 import sessions"),
    ("api/v1/x.py", "from ledger.store.sessions import Sessions"),
    ("api/v1/x.py", "import sqlalchemy as sa"),
    ("api/pages/x.py", "from sqlalchemy import select"),
    ("api/identity.py", "from ledger.store import sessions"),
    ("api/wiring.py", "import demonstration"),
]
PERMITTED = [
    ("ledger/accounts/x.py", "from ledger.kernel.ids import derived"),
    ("ledger/accounts/x.py", "from .events import Credited"),
    ("ledger/application/x.py", "from ledger.accounts.account import ACCOUNT"),
    ("ledger/store/x.py", "from eventsourcing.persistence import StoredEvent"),
    ("projections/x.py", "from ledger.accounts.events import Credited"),
    ("projections/x.py", "from ledger.accounts import events"),
    ("projections/x.py", "import sqlalchemy"),
    ("demonstration/x.py", "from api.wiring import Wiring"),
    ("api/wiring.py", "from ledger.store.writer import Writer"),
    ("api/commands/verify.py", "from ledger.store import recorder"),
    ("api/v1/x.py", "from projections.balances import balance_of"),
    ("bench/x.py", "from ledger.store.writer import Writer"),
]


def test_no_import_goes_against_the_direction() -> None:
    found = [breach for file in python_files() for breach in breaches(file)]

    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize(("path", "line"), FORBIDDEN)
def test_an_import_against_the_direction_is_reported(path: str, line: str) -> None:
    assert len(list(breaches(SourceFile(path, line)))) == 1


@pytest.mark.parametrize(("path", "line"), PERMITTED)
def test_an_import_in_the_direction_is_not_reported(path: str, line: str) -> None:
    assert not list(breaches(SourceFile(path, line)))


def test_relative_imports_are_read_as_the_modules_they_name() -> None:
    inside_a_package = SourceFile(
        "ledger/accounts/__init__.py", "from . import events\nfrom ..kernel.ids import derived"
    )

    assert [one.target for one in imports(inside_a_package)] == ["ledger.accounts.events", "ledger.kernel.ids.derived"]


def test_import_linter_knows_every_package_and_context() -> None:
    contracts = (ROOT / ".importlinter").read_text(encoding="utf-8")
    contexts = [path.parent.name for path in ROOT.glob("ledger/*/__init__.py")]
    missing = [name for name in (*OWN_PACKAGES, *(f"ledger.{one}" for one in contexts)) if name not in contracts]

    assert not missing
