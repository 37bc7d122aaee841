"""A small town on a real deployment, and a paper with all that people need to act in it from another process.

Those who act are not the town's first residents, and those whose awards are approved exchange nothing: what time alone
does to either (lapses, credits) changes no balance that the judge reckons with.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import uuid4

import msgspec
from msgspec import Struct

from api.settings import Settings
from api.wiring import open_deployment
from ledger.activities.events import Session
from ledger.application.activities import (
    DRAFT_ACTIVITY,
    OPEN_ACTIVITY,
    PUBLISH_ACTIVITY,
    DraftActivity,
    OpenActivity,
    PublishActivity,
)
from ledger.kernel.ids import ActivityId, AwardId, MemberId, RewardId, SessionId
from ledger.store.databases import Databases
from ledger.store.keys import Keys
from ledger.store.migrations import migrate
from ledger.store.sessions import Sessions
from qr.keys import TokenKeys
from qr.tokens import Poster, sign
from tests.races import stored
from tests.races.town import POINTS_A_DEED, Town, writing

RESIDENTS: Final = 40
PRICE: Final = 3
STOCK: Final = 100_000
AWARDS_AT_ONCE: Final = 4
SESSIONS_EACH: Final = 20
"""Sessions of each person, used in turn: asking again and again counts against a session's limit of tries a minute."""


class Paper(Struct, frozen=True):
    """Who can do what. start: the position after settling; each of `residents` has `points`, the shelf `STOCK` pieces.

    posters: a code for each activity that all may visit. awards: groups to be approved at once. tokens: of sessions.
    """

    start: int
    residents: list[MemberId]
    approver: MemberId
    keeper: MemberId
    reward: RewardId
    points: int
    posters: list[str]
    awards: list[list[AwardId]]
    tokens: dict[MemberId, list[str]]

    @classmethod
    def read(cls, file: Path) -> "Paper":
        return msgspec.json.decode(file.read_bytes(), type=cls)

    def write(self, file: Path) -> None:
        file.write_bytes(msgspec.json.encode(self))

    def people(self) -> set[MemberId]:
        """Everybody who asks for anything."""
        return {*self.residents, self.approver, self.keeper}


def token_keys(home: Path) -> TokenKeys:
    """The keys under which the town's codes are signed."""
    keys = Keys.open(home)
    return TokenKeys(keys.token_key_current, keys.tokens)


def settle(home: Path, url: str | None, *, activities: int, deeds: int) -> Paper:
    """Make a deployment with a town in it. activities: open ones. deeds: hour's tasks awaiting approval, for all."""
    Keys.create_missing(home)
    databases = Databases.open(home, url)
    try:
        migrate(databases)
        town = Town()
        with writing(databases) as writer:
            town.settle(writer)
            paper = _write(town, databases, home, activities=activities, deeds=deeds)
    finally:
        databases.close()
    _build_read_models(home, url)
    return paper


def _write(town: Town, databases: Databases, home: Path, *, activities: int, deeds: int) -> Paper:
    residents, workers = town.new_members(RESIDENTS), town.new_members(RESIDENTS)
    town.give_points(residents)
    awards = [award for _ in range(deeds) for award in town.proposed(workers)]
    people = [*residents, town.approver, town.keeper]
    return Paper(
        residents=residents,
        approver=town.approver,
        keeper=town.keeper,
        reward=town.listed(stock=STOCK, price=PRICE),
        points=POINTS_A_DEED,
        posters=[sign(Poster(one), token_keys(home)) for one in _open_activities(town, activities)],
        awards=[awards[first : first + AWARDS_AT_ONCE] for first in range(0, len(awards), AWARDS_AT_ONCE)],
        tokens=_sessions(databases, people),
        start=stored.head(databases),
    )


def _open_activities(town: Town, count: int) -> list[ActivityId]:
    """Activities that go on for the next hours, whose printed poster checks people in."""
    now = datetime.now(UTC)
    made = [ActivityId(uuid4()) for _ in range(count)]
    for activity in made:
        session = Session(SessionId(uuid4()), now - timedelta(hours=1), now + timedelta(hours=8))
        draft = DraftActivity(activity, town.community, town.clerk, (session,), (), poster_check_in=True)
        town.do(DRAFT_ACTIVITY, draft, town.clerk)
        town.do(PUBLISH_ACTIVITY, PublishActivity(activity), town.clerk)
        town.do(OPEN_ACTIVITY, OpenActivity(activity), town.clerk)
    return made


def _sessions(databases: Databases, people: Sequence[MemberId]) -> dict[MemberId, list[str]]:
    sessions = Sessions(databases.state, databases.state_read)
    opened = sessions.open_many([one for one in people for _ in range(SESSIONS_EACH)], "member", datetime.now(UTC))
    parts = range(0, len(opened), SESSIONS_EACH)
    return {one: opened[first : first + SESSIONS_EACH] for one, first in zip(people, parts, strict=True)}


def _build_read_models(home: Path, url: str | None) -> None:
    deployment = open_deployment(Settings(home, url))
    try:
        deployment.figures.prepare()
        deployment.figures.catch_up()
    finally:
        deployment.close()
