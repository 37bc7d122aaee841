"""From scans to stays: when a member was there, whatever the order in which the scans were told. Pure arithmetic."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from ledger.kernel.ids import MemberId

Direction = Literal["in", "out"]
Out = Literal["none", "scanned", "automatic", "confirmed", "corrected", "entered"]
"""How a stay ended: not yet; at the door; by time alone, at the planned end; by the leader's word; by a supervisor's
correction; on paper, by two people."""


class Mark(Struct, frozen=True, omit_defaults=True):
    """One scan: seen at `at` (UTC), by whom (None: the member presented the activity's code)."""

    at: datetime
    direction: Direction
    scanned_by: MemberId | None = None


class Stay(Struct, frozen=True, omit_defaults=True):
    """From one in to the next out. scanned_by: who scanned the in. out_at None: still there."""

    in_at: datetime
    scanned_by: MemberId | None = None
    out: Out = "none"
    out_at: datetime | None = None


def with_mark(marks: tuple[Mark, ...], mark: Mark) -> tuple[Mark, ...]:
    """`marks`, which are in the order of time, with one more. At the same instant an in comes before an out."""
    if not marks or _order(marks[-1]) <= _order(mark):
        return (*marks, mark)
    return tuple(sorted((*marks, mark), key=_order))


def stays_of(fixed: tuple[Stay, ...], marks: tuple[Mark, ...], automatic_at: datetime | None) -> tuple[Stay, ...]:
    """The stays, oldest first: those that people have `fixed` by their word, then what the later marks say.

    An in while inside and an out while outside say nothing. automatic_at: where time alone ends what is still open.
    """
    stays = list(fixed)
    entered: Mark | None = None
    for mark in marks:
        if fixed and mark.at <= (fixed[-1].out_at or mark.at):
            continue
        if mark.direction == "in":
            entered = entered or mark
        elif entered is not None:
            stays.append(Stay(entered.at, entered.scanned_by, "scanned", mark.at))
            entered = None
    if entered is not None:
        stays.append(_open(entered, automatic_at))
    return tuple(stays)


def _open(entered: Mark, automatic_at: datetime | None) -> Stay:
    if automatic_at is None:
        return Stay(entered.at, entered.scanned_by)
    return Stay(entered.at, entered.scanned_by, "automatic", max(entered.at, automatic_at))


def _order(mark: Mark) -> tuple[datetime, bool]:
    return mark.at, mark.direction == "out"
