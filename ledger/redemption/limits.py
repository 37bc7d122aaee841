"""How many pieces of a reward one member or household may have in a month, a quarter or a year.

Only the newest period of each limit is kept: older ones no longer matter, and a clock set back gives no second limit.
"""

from collections.abc import Mapping
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from ledger.kernel.ids import HouseholdId, MemberId
from ledger.redemption.events import Limit

Taken = Mapping[int, Mapping[UUID, int]]
"""Pieces that each member or household has reserved or received in the newest period, by shelf mark (`_mark`).

In two steps, because an event must leave the tally before it as it was: what is copied then stays small, however many
took something. A whole town's shelf is read again from its first event at every start.
"""
MARKS = 1_024


class Tally(Struct, frozen=True):
    """What counts towards one limit in the newest period in which anybody asked.

    label: of that period, such as `2025-10`, `2025-Q4` or `2025`.
    """

    limit: Limit
    label: str = ""
    taken: Taken = {}

    def used(self, owner: UUID, label: str) -> int:
        """Pieces that count for `owner` in the period `label`; one before the newest counts as the newest."""
        if label > self.label:
            return 0
        return self.taken.get(_mark(owner), {}).get(owner, 0)


Tallies = tuple[Tally, ...]


def label_of(limit: Limit, month: str) -> str:
    """The period of `limit` that holds `month` (`YYYY-MM`)."""
    match limit.period:
        case "month":
            return month
        case "quarter":
            return quarter_of(month)
        case "year":
            return month[:4]


def quarter_of(month: str) -> str:
    """The quarter that holds `month` (`YYYY-MM`), as `YYYY-Qn`."""
    return f"{month[:4]}-Q{(int(month[5:]) + 2) // 3}"


def owner_of(limit: Limit, member: MemberId, household: HouseholdId | None) -> UUID:
    """Whom the pieces count for; who lives in no household counts as one of one."""
    return household if limit.per == "household" and household is not None else member


def changed(tally: Tally, owner: UUID, label: str, pieces: int) -> Tally:
    """The tally after `pieces` more (or fewer) for `owner` in the period `label`; an older period changes nothing."""
    if label < tally.label:
        return tally
    taken: Taken = tally.taken if label == tally.label else {}
    mark = _mark(owner)
    near = dict(taken.get(mark, {}))
    had = near.pop(owner, 0)
    if had + pieces > 0:
        near[owner] = had + pieces
    return replace(tally, label=label, taken={**taken, mark: near})


def _mark(owner: UUID) -> int:
    """The last bits of an id are as good as drawn, for ids of people and households are."""
    return owner.int % MARKS
