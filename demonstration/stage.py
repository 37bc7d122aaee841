"""What a simulated day is played on: the line of commands, what residents can see, the town, and wall-clock time."""

from datetime import UTC, date, datetime, time
from typing import Protocol

from msgspec import Struct

from demonstration.community import Names, Town
from demonstration.sending import Sender
from ledger.application.ports import Ledger
from ledger.application.sweeps import DueList
from ledger.kernel.clock import COMMUNITY_ZONE
from ledger.kernel.ids import OrganisationId, RedemptionId


class Figures(Protocol):
    """The read models, which the nightly sweep looks at."""

    def catch_up(self) -> object: ...


class Stage(Struct, frozen=True):
    """What a day is played on. waiting: redemptions whose owners come tomorrow, by community."""

    sender: Sender
    ledger: Ledger
    figures: Figures
    due: DueList
    names: Names
    town: Town
    waiting: dict[OrganisationId, list[RedemptionId]]


def instant(day: date, hour: int, minute: int = 0) -> datetime:
    """The UTC instant of a wall-clock time in the community."""
    return datetime.combine(day, time(hour, minute), COMMUNITY_ZONE).astimezone(UTC)
