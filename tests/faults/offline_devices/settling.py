"""A community with an activity for each device, members with cards, and registered devices; all by real commands."""

from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple
from uuid import UUID, uuid4

from ledger.activities.events import Session
from ledger.application.activities import (
    DRAFT_ACTIVITY,
    OPEN_ACTIVITY,
    PUBLISH_ACTIVITY,
    DraftActivity,
    OpenActivity,
    PublishActivity,
)
from ledger.application.devices import REGISTER_DEVICE, RegisterDevice
from ledger.application.members import (
    ISSUE_CARD,
    REVOKE_CARD,
    SUSPEND_MEMBER,
    IssueCard,
    RevokeCard,
    SuspendMember,
)
from ledger.kernel.ids import ActivityId, CardId, DeviceId, MemberId, SessionId
from ledger.store.databases import Databases
from ledger.store.directory import Directory
from ledger.store.keys import Keys
from ledger.store.migrations import migrate
from ledger.store.sessions import Sessions
from qr.tokens import MemberCard, Poster, sign
from tests.faults.kill_harness.town import token_keys
from tests.races.town import Town, call, writing

OPENED_BEFORE: Final = timedelta(hours=2)
ENDS_AFTER: Final = timedelta(hours=8)


class Card(NamedTuple):
    """What a scanner reads on the card of `member`."""

    member: MemberId
    text: str


class Door(NamedTuple):
    """Where one device stands, and the sign-in token of who carries it."""

    device: DeviceId
    activity: ActivityId
    session: SessionId
    token: str


class Place(NamedTuple):
    """Everything that devices meet. cards: of members in good standing. odd: codes by why a scan of them must wait."""

    doors: list[Door]
    cards: list[Card]
    odd: dict[str, str]


def settle(home: Path, url: str | None, *, devices: int, members: int) -> Place:
    """Make a deployment in `home`, at `url` on PostgreSQL, with so many devices, each at an activity of its own that
    all members come to.
    """
    keys = Keys.create_missing(home)
    with closing(Databases.open(home, url)) as databases:
        migrate(databases)
        town = Town()
        with writing(databases) as writer:
            town.settle(writer)
            directory = Directory(databases.directory, databases.directory_read, keys)
            cards = _cards(town, directory, home, town.new_members(members + 2))
            (suspended, revoked), good = cards[:2], cards[2:]
            town.do(SUSPEND_MEMBER, SuspendMember(suspended.member, "test"), town.clerk)
            lost = next(card for card, owner in directory.cards_of([revoked.member]).items() if owner == revoked.member)
            town.do(REVOKE_CARD, RevokeCard(revoked.member, lost, "lost"), town.clerk)
            doors = _doors(town, Sessions(databases.state, databases.state_read), devices)
    odd = {
        "member-suspended": suspended.text,
        "card-revoked": revoked.text,
        "code-of-nobody": sign(MemberCard(uuid4()), token_keys(home)),
        "code-not-readable": sign(Poster(uuid4()), token_keys(home)),
    }
    return Place(doors, good, odd)


def _cards(town: Town, directory: Directory, home: Path, members: Sequence[MemberId]) -> list[Card]:
    cards = {CardId(uuid4()): member for member in members}
    directory.bind_cards(cards)
    town.do_all([call(ISSUE_CARD, IssueCard(member, card), town.clerk) for card, member in cards.items()])
    keys = token_keys(home)
    return [Card(member, sign(MemberCard(card), keys)) for card, member in cards.items()]


def _doors(town: Town, sessions: Sessions, count: int) -> list[Door]:
    now = datetime.now(UTC)
    tokens = sessions.open_many([town.clerk] * count, "staff", now)
    doors = [Door(DeviceId(uuid4()), ActivityId(uuid4()), SessionId(uuid4()), token) for token in tokens]
    for door in doors:
        session = Session(door.session, now - OPENED_BEFORE, now + ENDS_AFTER)
        draft = DraftActivity(door.activity, town.community, town.clerk, (session,), ())
        town.do(REGISTER_DEVICE, RegisterDevice(door.device, town.community), town.clerk)
        town.do(DRAFT_ACTIVITY, draft, town.clerk)
        town.do(PUBLISH_ACTIVITY, PublishActivity(door.activity), town.clerk)
        town.do(OPEN_ACTIVITY, OpenActivity(door.activity), town.clerk)
    return doors


UNKNOWN_ACTIVITY: Final = UUID("00000000-0000-4000-8000-00000000dead")
