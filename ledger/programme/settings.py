"""How small and how large the numbers may be that a community's rulebook sets."""

from typing import NamedTuple

from ledger.kernel.units import AMOUNT_MAX
from ledger.programme.events import Settings
from ledger.programme.refusals import SettingsOutOfBounds


class Bound(NamedTuple):
    """The smallest and the largest value of one setting."""

    field: str
    smallest: int
    largest: int


BOUNDS = (
    Bound("hold_days", 1, 90),
    Bound("grace_days", 0, 90),
    Bound("return_days", 0, 90),
    Bound("confirm_days", 0, 31),
    Bound("undo_minutes", 0, 24 * 60),
    Bound("clock_tolerance_minutes", 1, 60),
    Bound("other_keeper_above", 0, AMOUNT_MAX),
    Bound("slip_by_two_above", 0, AMOUNT_MAX),
    Bound("counter_total_max", 0, AMOUNT_MAX),
    Bound("automatic_approval_total_max", 0, AMOUNT_MAX),
    Bound("two_approvers_above", 0, AMOUNT_MAX),
    Bound("debt_max", 0, AMOUNT_MAX),
    Bound("counter_recheck_percent", 0, 100),
    Bound("freeze_days_max", 1, 90),
    Bound("objection_working_days", 1, 60),
    Bound("opening_notice_working_days", 0, 60),
    Bound("gift_year_max", 1, AMOUNT_MAX),
    Bound("manual_week_minutes_max", 0, 7 * 24 * 60),
    Bound("paper_week_minutes_max", 0, 40 * 7 * 24 * 60),
    Bound("exchanges_per_member_quarter", 1, 1_000),
    Bound("exchanges_per_household_quarter", 1, 1_000),
)
"""What settings may say; one that is None is not bounded."""
EXPIRY_NOTICE_DAYS_MAX = 366
EXPIRY_NOTICES_MAX = 4


def check_bounds(settings: Settings) -> None:
    """Refuses with settings-out-of-bounds for the first setting that is too small or too large."""
    for bound in BOUNDS:
        asked: int | None = getattr(settings, bound.field)
        if asked is not None and not bound.smallest <= asked <= bound.largest:
            raise SettingsOutOfBounds(bound.field, asked, bound.smallest, bound.largest)
    days = settings.expiry_notice_days
    if len(days) > EXPIRY_NOTICES_MAX:
        raise SettingsOutOfBounds("expiry_notice_days", len(days), 0, EXPIRY_NOTICES_MAX)
    for day in days:
        if not 1 <= day <= EXPIRY_NOTICE_DAYS_MAX:
            raise SettingsOutOfBounds("expiry_notice_days", day, 1, EXPIRY_NOTICE_DAYS_MAX)
