"""What a simulated day is played on: the line of commands, what residents can see, the town, and wall-clock time."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Protocol
from uuid import UUID

from msgspec import Struct

from demonstration.community import Town
from demonstration.sending import Sender
from ledger.application.ports import Ledger
from ledger.application.sweeps import DueList
from ledger.kernel.clock import COMMUNITY_ZONE
from ledger.kernel.ids import OrganisationId, RedemptionId


class Figures(Protocol):
    """What the simulated residents can see: the read models, once they have caught up."""

    def catch_up(self) -> None: ...

    def available_points(self, members: list[UUID]) -> dict[UUID, int]: ...


class Stage(Struct, frozen=True):
    """What a day is played on. waiting: redemptions whose owners come tomorrow, by community."""

    sender: Sender
    ledger: Ledger
    figures: Figures
    due: DueList
    names: Callable[[list[tuple[UUID, dict[str, str]]]], None]
    town: Town
    waiting: dict[OrganisationId, list[RedemptionId]]


def instant(day: date, hour: int, minute: int = 0) -> datetime:
    """The UTC instant of a wall-clock time in the community."""
    return datetime.combine(day, time(hour, minute), COMMUNITY_ZONE).astimezone(UTC)
