"""Prepares the demonstration once and keeps it: what was interrupted goes on, what is complete is left as it is."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import msgspec
from msgspec import Struct

from demonstration.community import Community, Names, Town, first_id, found
from demonstration.sending import Sender
from demonstration.stage import Figures, Stage, instant
from demonstration.year import play
from ledger.activities.events import Session
from ledger.application.activities import (
    DRAFT_ACTIVITY,
    OPEN_ACTIVITY,
    PUBLISH_ACTIVITY,
    DraftActivity,
    OpenActivity,
    PublishActivity,
)
from ledger.application.ports import Ledger
from ledger.application.sweeps import DueList
from ledger.kernel.ids import ActivityId, SessionId, derived

SEED = 20250101
DAYS = 365
REMEMBERED = ("demonstration.json", "town.json")
"""Files in the data folder: how far the demonstration is, and its town."""
SHOWN = "老城社区居委会"


class Kept(Struct, frozen=True):
    """What the demonstration remembers of itself. first: its first day; days: how many; complete: all were played."""

    first: date
    days: int
    complete: bool = False


class World(NamedTuple):
    """The parts of a deployment that the demonstration uses."""

    ledger: Ledger
    figures: Figures
    due: DueList
    names: Names


def may_be_prepared(home: Path, first: UUID | None) -> bool:
    """Whether the ledger is empty or one that the demonstration of `home` began. first: the stream of its first event.

    What `home` remembers of a ledger that is empty now is forgotten: the demonstration begins anew.
    """
    if first is None:
        for name in REMEMBERED:
            (home / name).unlink(missing_ok=True)
        return True
    return first == first_id(SEED) and (home / REMEMBERED[0]).exists()


def prepare(world: World, home: Path, *, today: date, days: int, progress: Callable[[int, int], None]) -> Town:
    """Found the town and play `days` days up to yesterday, unless that was done before; gives the town."""
    file = home / REMEMBERED[0]
    kept = _kept(file) or Kept(today - timedelta(days=days), days)
    sender = Sender(world.ledger)
    if kept.complete:
        return msgspec.json.decode((home / REMEMBERED[1]).read_bytes(), type=Town)
    file.write_bytes(msgspec.json.encode(kept))
    town = found(sender, world.names, seed=SEED, day=kept.first - timedelta(days=1))
    stage = Stage(sender, world.ledger, world.figures, world.due, world.names, town, {})
    last = kept.first + timedelta(days=kept.days - 1)
    play(stage, seed=SEED, first=kept.first, last=last, progress=progress)
    (home / REMEMBERED[1]).write_bytes(msgspec.json.encode(town))
    file.write_bytes(msgspec.json.encode(Kept(kept.first, kept.days, complete=True)))
    return town


def open_today(world: World, town: Town, *, today: date) -> ActivityId:
    """The activity that is open all of today in the community shown; opened now unless it is already."""
    shown = shown_community(town)
    activity = ActivityId(derived(shown.organisation, "open", today.isoformat()))
    session = Session(
        SessionId(derived(activity, "session")), instant(today, 0, 30), instant(today, 23, 0), late_minutes=59
    )
    world.names.write_many([(activity, {"title": "清洁家园志愿日", "place": "社区广场"})], key_owner=shown.organisation)
    sender, early = Sender(world.ledger, scope=f"demonstration {today.isoformat()}"), instant(today, 0, 5)
    asked = DraftActivity(activity, shown.organisation, shown.leaders[0], (session,), (town.points_rule,))
    sender.send(DRAFT_ACTIVITY, asked, actor=shown.staff, at=early)
    sender.send(PUBLISH_ACTIVITY, PublishActivity(activity), actor=shown.staff, at=early)
    sender.send(OPEN_ACTIVITY, OpenActivity(activity), actor=shown.staff, at=early)
    sender.wait()
    return activity


def shown_community(town: Town) -> Community:
    """The community whose people the printed links sign in."""
    return next(community for community in town.communities if community.name == SHOWN)


def _kept(file: Path) -> Kept | None:
    return msgspec.json.decode(file.read_bytes(), type=Kept) if file.exists() else None
