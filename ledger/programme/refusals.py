"""Why settings say no."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from ledger.kernel.ids import MemberId
from ledger.kernel.refusal import Refusal


@dataclass(eq=False)
class SettingsOutOfBounds(Refusal):
    """A setting is too small or too large. field: its name."""

    code: ClassVar[str] = "settings-out-of-bounds"

    field: str
    asked: int
    smallest: int
    largest: int


@dataclass(eq=False)
class SettingsVersionUnknown(Refusal):
    """The programme has no such version."""

    code: ClassVar[str] = "settings-version-unknown"

    asked: int
    newest: int


@dataclass(eq=False)
class SettingsAlreadyPublished(Refusal):
    """The version was published before."""

    code: ClassVar[str] = "settings-already-published"

    version: int
    valid_from: date


@dataclass(eq=False)
class SettingsByDrafter(Refusal):
    """Who wrote a version does not publish it."""

    code: ClassVar[str] = "settings-by-drafter"

    drafted_by: MemberId


@dataclass(eq=False)
class SettingsInThePast(Refusal):
    """Settings hold from today on at the earliest: what happened under the old ones stays as it was decided."""

    code: ClassVar[str] = "settings-in-the-past"

    valid_from: date
    earliest: date
