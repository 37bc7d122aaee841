"""All read models there are: what the engine follows, rebuilds and verifies."""

from projections import (
    activity_roll,
    audit,
    awards,
    balances,
    care_hours,
    contested_awards,
    device_scans,
    leaderboards,
    lots,
    people,
    redemptions,
    reward_shelf,
    rules,
    settings,
    sheets,
    statement,
    tasks,
)
from projections.projection import Projection

PROJECTIONS: tuple[Projection, ...] = (
    people.PROJECTION,
    balances.PROJECTION,
    lots.PROJECTION,
    statement.PROJECTION,
    awards.PROJECTION,
    contested_awards.PROJECTION,
    rules.PROJECTION,
    settings.PROJECTION,
    activity_roll.PROJECTION,
    device_scans.PROJECTION,
    sheets.PROJECTION,
    tasks.PROJECTION,
    reward_shelf.PROJECTION,
    redemptions.PROJECTION,
    leaderboards.PROJECTION,
    care_hours.PROJECTION,
    audit.PROJECTION,
)
