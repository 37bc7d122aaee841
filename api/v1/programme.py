"""The handlers of everything from an activity's door to the goods on the shelf, and of the log."""

from typing import Any

from api.v1 import (
    activities,
    activity_codes,
    activity_lists,
    award_lists,
    awards,
    check_ins,
    events,
    objections,
    redemption_lists,
    redemptions,
    reversals,
    rewards,
    rules,
    scans,
    settings,
    tallies,
    task_lists,
    tasks,
    vouchers,
)

HANDLERS: list[Any] = [
    *activities.HANDLERS,
    *activity_lists.HANDLERS,
    *activity_codes.HANDLERS,
    *tallies.HANDLERS,
    *check_ins.HANDLERS,
    *scans.HANDLERS,
    *rules.HANDLERS,
    *settings.HANDLERS,
    *awards.HANDLERS,
    *award_lists.HANDLERS,
    *objections.HANDLERS,
    *reversals.HANDLERS,
    *rewards.HANDLERS,
    *redemptions.HANDLERS,
    *redemption_lists.HANDLERS,
    *vouchers.HANDLERS,
    *tasks.HANDLERS,
    *task_lists.HANDLERS,
    *events.HANDLERS,
]
