"""From minutes to an amount, with every step that mattered, so that a person can read why 3 and not 4.

Pure arithmetic on whole minutes and whole units. It knows a rule's terms and one deed; it decides nothing.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import assert_never

from msgspec import Struct

from ledger.awards.events import Span, Step, StepCode, Terms

MINUTE = timedelta(minutes=1)
Spans = tuple[Span, ...]


class Deed(Struct, frozen=True):
    """What is reckoned, in whole minutes and, for what was used before, in units of the award.

    minutes_overlapping: of minutes_seen, those that already counted in this unit.
    used_day, used_month: units already reserved by the member for the service day and month.
    """

    minutes_planned: int
    minutes_seen: int
    minutes_overlapping: int = 0
    used_day: int = 0
    used_month: int = 0


class Reckoned(Struct, frozen=True):
    """The result: minutes credited, amount in the terms' unit (0 when nothing is earned), and why."""

    minutes_credited: int
    amount: int
    explanation: tuple[Step, ...]


def reckon(terms: Terms, deed: Deed) -> Reckoned:
    """What `deed` earns under `terms`. Never refuses; a deed that earns nothing gives 0 and says why.

    The steps, in this order, each from the figure before; one that changes nothing is left out of the explanation:
    1. `seen`: the minutes the deed lasted; always explained.
    2. `overlap`: minutes that already counted for this member in this unit do not count again.
    3. `below_floor`: less than `floor_percent` of the planned minutes is left, so nothing is credited, and that is all.
    4. `over_ceiling`: more than `ceiling_minutes` are bounded by it.
    5. `rounded_down` to a multiple of `rounding_minutes`; what is left are the minutes credited.
    6. The rate, always explained: `per_hour` pays `rate` for each full hour credited (90 minutes at 1 are 1, because
       the rulebooks speak of full hours; parts of an hour are not added up over deeds), `per_minute` pays `rate` for
       each minute credited, `per_attendance` pays `rate` once for a deed with any minutes after step 3.
    7. `cap_activity`, `cap_day`, `cap_month`: what the deed, the service day and the service month have room for.
    """
    steps = [Step("seen", deed.minutes_seen)]
    minutes = _counting_minutes(terms, deed, steps)
    if not minutes:
        return Reckoned(0, 0, tuple(steps))
    credited = _credited_minutes(terms, minutes, steps)
    amount = _paid(terms, credited)
    steps.append(Step(terms.basis, amount, terms.rate))
    return Reckoned(credited, _capped(terms, deed, amount, steps), tuple(steps))


def whole_minutes(spans: Iterable[Span]) -> int:
    """The whole minutes in `spans` taken together; they must not overlap each other."""
    length = sum((span.ends_at - span.starts_at for span in spans), timedelta())
    return length // MINUTE


def joined(spans: Iterable[Span]) -> Spans:
    """The same time as spans that neither overlap nor touch, in order."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda span: span.starts_at):
        if span.ends_at <= span.starts_at:
            continue
        if merged and span.starts_at <= merged[-1].ends_at:
            merged[-1] = Span(merged[-1].starts_at, max(merged[-1].ends_at, span.ends_at))
        else:
            merged.append(span)
    return tuple(merged)


def not_yet_counted(spans: Iterable[Span], counted: Iterable[Span]) -> Spans:
    """What is left of `spans` without the time in `counted`, joined."""
    left = joined(spans)
    for used in joined(counted):
        left = tuple(part for span in left for part in _outside(span, used))
    return left


def _outside(span: Span, used: Span) -> Iterable[Span]:
    before = Span(span.starts_at, min(span.ends_at, used.starts_at))
    after = Span(max(span.starts_at, used.ends_at), span.ends_at)
    return (part for part in (before, after) if part.starts_at < part.ends_at)


def _counting_minutes(terms: Terms, deed: Deed, steps: list[Step]) -> int:
    minutes = deed.minutes_seen - deed.minutes_overlapping
    if deed.minutes_overlapping:
        steps.append(Step("overlap", minutes, deed.minutes_overlapping))
    floor = _percent_rounded_up(deed.minutes_planned, terms.floor_percent)
    if minutes < floor:
        steps.append(Step("below_floor", 0, floor))
        return 0
    return minutes


def _percent_rounded_up(minutes: int, percent: int) -> int:
    return -(-minutes * percent // 100)


def _credited_minutes(terms: Terms, minutes: int, steps: list[Step]) -> int:
    if terms.ceiling_minutes is not None and minutes > terms.ceiling_minutes:
        minutes = terms.ceiling_minutes
        steps.append(Step("over_ceiling", minutes, terms.ceiling_minutes))
    if rest := minutes % terms.rounding_minutes:
        minutes -= rest
        steps.append(Step("rounded_down", minutes, terms.rounding_minutes))
    return minutes


def _paid(terms: Terms, minutes_credited: int) -> int:
    match terms.basis:
        case "per_hour":
            return terms.rate * (minutes_credited // 60)
        case "per_minute":
            return terms.rate * minutes_credited
        case "per_attendance":
            return terms.rate
        case _:
            assert_never(terms.basis)


def _capped(terms: Terms, deed: Deed, amount: int, steps: list[Step]) -> int:
    caps: tuple[tuple[StepCode, int | None, int], ...] = (
        ("cap_activity", terms.cap_deed, 0),
        ("cap_day", terms.cap_day, deed.used_day),
        ("cap_month", terms.cap_month, deed.used_month),
    )
    for code, cap, used in caps:
        if cap is not None and amount > (room := max(0, cap - used)):
            amount = room
            steps.append(Step(code, amount, cap))
    return amount
