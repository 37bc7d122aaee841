"""How many minutes one author has written in in one week: the caps that keep entry without a scan small.

Reserved in the commit that enters them and given back when lines are refused. Manual hours and paper sheets are capped
apart: a sheet is read off a list that was kept at the door, and one has more minutes than a week of manual hours.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final, assert_never

from msgspec import Struct

from ledger.activities.events import AuthorWeekEvent, ManualMinutesReleased, ManualMinutesReserved, SheetKind
from ledger.activities.sheet_refusals import WeekMinutesNotReserved, WeekMinutesUsedUp
from ledger.kernel.decider import Decider, Request
from ledger.kernel.ids import AuthorWeekId, MemberId, SheetId, derived

PAPER_WEEK_MINUTES: Final = 12_000
"""Most minutes of paper sheets that one author enters in a week where the programme says nothing: five sheets of forty
lines, an hour each. More than a power cut makes; what is beyond it, a second clerk enters. Our choice."""

_LABELS: Final[Mapping[SheetKind, str]] = {"manual_hours": "manual hours", "paper_sheet": "paper sheets"}


class AuthorWeek(Struct, frozen=True):
    """What counts, one entry a sheet: a few dozen a week at most, for every sheet takes a minute at least."""

    taken: tuple[tuple[SheetId, int], ...] = ()

    @property
    def minutes(self) -> int:
        """The minutes of all sheets together."""
        return sum(minutes for _, minutes in self.taken)

    def of(self, sheet: SheetId) -> int:
        """The minutes that `sheet` takes."""
        return sum(minutes for one, minutes in self.taken if one == sheet)


class TakeMinutes(Request, frozen=True):
    """Let `sheet` take `minutes` (> 0) where the week's sum then is at most `minutes_max`, the programme's setting."""

    sheet: SheetId
    minutes: int
    minutes_max: int


class GiveBackMinutes(Request, frozen=True):
    """Give back `minutes` (> 0) of what `sheet` took."""

    sheet: SheetId
    minutes: int


AuthorWeekCommand = TakeMinutes | GiveBackMinutes


def week_of(day: date) -> str:
    """The ISO week of the community's day `day`, as `YYYY-Www`; the year is the week's, not the day's."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def author_week_id(author: MemberId, week: str, kind: SheetKind = "manual_hours") -> AuthorWeekId:
    """The stream of `author` and `week` (`YYYY-Www`) for hours of that kind."""
    return AuthorWeekId(derived(author, _LABELS[kind], week))


def decide(state: AuthorWeek, command: AuthorWeekCommand) -> tuple[AuthorWeekEvent, ...]:
    """Taking refuses with WeekMinutesUsedUp, giving back with WeekMinutesNotReserved."""
    match command:
        case TakeMinutes():
            if state.minutes + command.minutes > command.minutes_max:
                raise WeekMinutesUsedUp(command.minutes, state.minutes, command.minutes_max)
            return (ManualMinutesReserved(command.sheet, command.minutes),)
        case GiveBackMinutes():
            if command.minutes > state.of(command.sheet):
                raise WeekMinutesNotReserved(command.sheet)
            return (ManualMinutesReleased(command.sheet, command.minutes),)
        case _:
            assert_never(command)


def evolve(state: AuthorWeek, event: AuthorWeekEvent) -> AuthorWeek:
    """The week after `event`."""
    match event:
        case ManualMinutesReserved():
            left = state.of(event.sheet) + event.minutes
        case ManualMinutesReleased():
            left = state.of(event.sheet) - event.minutes
        case _:
            assert_never(event)
    others = tuple(one for one in state.taken if one[0] != event.sheet)
    return AuthorWeek((*others, (event.sheet, left)) if left else others)


AUTHOR_WEEK: Final = Decider(
    name="author_week",
    initial=AuthorWeek(),
    decide=decide,
    evolve=evolve,
    events=(ManualMinutesReserved, ManualMinutesReleased),
)
