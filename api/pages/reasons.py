"""Why an award is as large as it is: each step of its reckoning as half a sentence, in the order it was taken."""

from collections.abc import Iterable, Mapping
from typing import Final

from api.languages import marked, said
from api.pages.amounts import amount
from ledger.awards.events import Step, StepCode
from ledger.kernel.units import Unit

_IN_MINUTES: Final[Mapping[StepCode, str]] = {
    "seen": marked("在场 {value} 分钟"),
    "overlap": marked("其中 {limit} 分钟别处已经算过，剩 {value} 分钟"),
    "below_floor": marked("不到要求的 {limit} 分钟，这次不记"),
    "over_ceiling": marked("一次最多算 {limit} 分钟"),
    "rounded_down": marked("每 {limit} 分钟算一段，算 {value} 分钟"),
}
_IN_UNITS: Final[Mapping[StepCode, str]] = {
    "per_hour": marked("每满 1 小时记 {limit}，应记 {value}"),
    "per_attendance": marked("来一次记 {limit}，应记 {value}"),
    "per_minute": marked("每分钟记 {limit}，应记 {value}"),
    "cap_activity": marked("一次最多记 {limit}，这次记 {value}"),
    "cap_day": marked("一天最多记 {limit}，当天先前记的也算在内，这次记 {value}"),
    "cap_month": marked("一个月最多记 {limit}，当月先前记的也算在内，这次记 {value}"),
}
SENTENCES: Final[Mapping[StepCode, str]] = {**_IN_MINUTES, **_IN_UNITS}


def explained(steps: Iterable[Step], unit: Unit, language: str) -> str:
    """The whole explanation as one sentence; empty where there are no steps."""
    parts = [_part(step, unit, language) for step in steps]
    if not parts:
        return ""
    return "; ".join(parts) + "." if language == "en" else "；".join(parts) + "。"


def _part(step: Step, unit: Unit, language: str) -> str:
    if step.code in _IN_MINUTES:
        return said(_IN_MINUTES[step.code], language, value=step.value, limit=step.limit)
    limit = amount(step.limit or 0, unit, language)
    return said(_IN_UNITS[step.code], language, value=amount(step.value, unit, language), limit=limit)
