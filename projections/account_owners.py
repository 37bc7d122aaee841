"""Whose account it is: entries name the account only, so each read model of accounts keeps this table of its own."""

from uuid import UUID

from msgspec import Struct

from ledger.accounts.events import AccountOpened
from ledger.application.ports import Notice
from ledger.kernel.units import Unit
from projections.projection import Handler
from projections.rows import Rowset
from projections.view_tables import ViewTable


class AccountOwner(Struct, gc=False):
    """An account of `owner` in `unit`, kept by `organisation`."""

    account: UUID
    owner: UUID
    unit: Unit
    organisation: UUID


def owners_table(name: str) -> ViewTable[AccountOwner]:
    """A table of owners for one read model."""
    return ViewTable(AccountOwner, name)


def remembering(owners: ViewTable[AccountOwner]) -> Handler:
    """The handler of `AccountOpened` that fills `owners`."""

    def opened(rows: Rowset, notice: Notice, event: AccountOpened) -> None:
        rows[owners].put(AccountOwner(notice.stream, event.owner, event.unit, event.organisation))

    return opened
