"""Towns whose tree is cut anew at random by the use cases themselves, and facts recorded in it meanwhile."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import date, timedelta
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import StaticPool

from ledger.activities import events as activities
from ledger.application.authority import line_of
from ledger.application.founding import FOUND_ADMINISTRATOR, FoundAdministrator
from ledger.application.memory import MemoryLedger
from ledger.application.organisations import REGISTER_ORGANISATION, RegisterOrganisation
from ledger.application.recutting import (
    END_ORGANISATION,
    MERGE_ORGANISATIONS,
    MOVE_ORGANISATION,
    SPLIT_ORGANISATION,
    EndOrganisation,
    MergeOrganisations,
    MoveOrganisation,
    SplitOrganisation,
    Successor,
)
from ledger.application.seats import SEAT_MEMBER, SeatMember
from ledger.application.standing import REGISTER_MEMBER, RegisterMember
from ledger.application.work import Work
from ledger.awards import events as awards
from ledger.kernel.calendar import WeekdaysOnly
from ledger.kernel.clock import business_day
from ledger.kernel.envelope import Envelope
from ledger.kernel.ids import SYSTEM, CommandId, MemberId, OrganisationId, derived
from ledger.kernel.refusal import Refusal
from ledger.kernel.units import Unit
from ledger.membership.organisation import ORGANISATION
from projections import activity_roll, organisations, seats
from projections import awards as award_rows
from projections.projection import Views
from projections.rebuild import Build, silent

from .log import START, Log

PROJECTIONS = (organisations.PROJECTION, seats.PROJECTION, activity_roll.PROJECTION, award_rows.PROJECTION)


class Done(NamedTuple):
    """A fact as it was recorded. minutes and points: of an award, 0 for a visit."""

    node: OrganisationId
    member: MemberId
    day: date
    is_visit: bool
    minutes: int = 0
    points: int = 0


class RecutTown:
    """A street of communities and grids. What happens is decided by the ledger and told to the log as it happens."""

    def __init__(self, seed: int) -> None:
        self.random, self.now = Random(seed), START
        self.ledger, self.log, self._told = MemoryLedger(), Log(), 0
        self.nodes: list[OrganisationId] = []
        self.done: list[Done] = []
        self.street = self.node("street", None)
        self.communities = [self.node("community", self.street) for _ in range(3)]
        for place in self.communities:
            self.node("grid", place)
            self.node("grid", place)
        self.chief = MemberId(self.id())
        self.run(FOUND_ADMINISTRATOR, FoundAdministrator(self.chief, self.street), SYSTEM)
        self.members = [self._member() for _ in range(5)]

    def id(self) -> UUID:
        return UUID(int=self.random.getrandbits(128), version=4)

    @property
    def today(self) -> date:
        return business_day(self.now)

    def run(self, use_case: Any, request: Any, actor: MemberId | None = None) -> None:
        """Run it; what is refused is let be."""
        try:
            self.ledger.run(use_case, request, actor=actor or self.chief, at=self.now, command=self.id())
        except Refusal:
            return
        self.log.now = self.now
        for stream, event in self.ledger.log[self._told :]:
            self.log.happen(stream, event)
        self._told = len(self.ledger.log)

    def node(self, level: Any, parent: OrganisationId | None) -> OrganisationId:
        made = OrganisationId(self.id())
        self.run(REGISTER_ORGANISATION, RegisterOrganisation(made, level, self.today, parent), SYSTEM)
        if self.ledger.load(ORGANISATION, made).version:
            self.nodes.append(made)
        return made

    def live(self, deeds: int) -> "RecutTown":
        """Let `deeds` things happen."""
        doings: list[Callable[[], None]] = [
            *[self._visit, self._award] * 4, *[self._grow, self._move] * 2, self._merge, self._split, self._end,
            *[self._sit, self._wait] * 2,
        ]  # fmt: skip
        for _ in range(deeds):
            self.random.choice(doings)()
        return self

    def line(self, node: UUID, day: date) -> list[UUID]:
        """The node and those above it on `day`, as the ledger knows them; a merged one only as its successor."""
        envelope = Envelope(at=self.now, actor=SYSTEM, command=CommandId(self.id()))
        work = Work(self.ledger, envelope, WeekdaysOnly())
        return [one for one in line_of(work, OrganisationId(node), day) if not self._was_merged(one, day)]

    def is_split(self, node: UUID) -> bool:
        return len(self.ledger.load(ORGANISATION, node).state.successors) > 1

    @contextmanager
    def told(self) -> Generator[Connection]:
        """Read models that have seen everything."""
        memory = create_engine("sqlite://", poolclass=StaticPool)
        Build(Views(memory, memory), PROJECTIONS, prefix="").run(self.log, silent)
        with memory.connect() as connection:
            yield connection
        memory.dispose()

    def _was_merged(self, node: OrganisationId, day: date) -> bool:
        state = self.ledger.load(ORGANISATION, node).state
        return state.last_day is not None and state.last_day < day and len(state.successors) == 1

    def _member(self) -> MemberId:
        member = MemberId(self.id())
        home = self.random.choice(self.communities)
        self.run(REGISTER_MEMBER, RegisterMember(member, home))
        return member

    def _pick(self) -> OrganisationId:
        return self.random.choice(self.nodes)

    def _peers(self, node: OrganisationId) -> list[OrganisationId]:
        """The nodes of its level, itself too."""
        level = self.ledger.load(ORGANISATION, node).state.level
        states = {one: self.ledger.load(ORGANISATION, one).state for one in self.nodes}
        alike = [one for one, state in states.items() if state.level == level]
        return [one for one in alike if states[one].last_day is None] or alike

    def _soon(self) -> date:
        return self.today + timedelta(days=self.random.randrange(4))

    def _wait(self) -> None:
        self.now += timedelta(days=self.random.randrange(1, 5))

    def _standing(self) -> OrganisationId:
        """A node whose end nobody decided; any where there is none."""
        found = [node for node in self.nodes if self.ledger.load(ORGANISATION, node).state.last_day is None]
        return self.random.choice(found[1:] or self.nodes)

    def _grow(self) -> None:
        self.node("grid", self.random.choice(self.communities))

    def _move(self) -> None:
        self.run(MOVE_ORGANISATION, MoveOrganisation(self._standing(), self._standing(), self._soon()))

    def _new(self) -> Successor:
        """Registered only if the command is accepted; else nothing is ever recorded there that would count."""
        parent = self.random.choice([self.street, *self.communities])
        children = (self._pick(),) if self.random.random() < 0.3 else ()
        return Successor(OrganisationId(self.id()), parent, children=children)

    def _merge(self) -> None:
        peers = self._peers(self._standing())
        ending = tuple(self.random.sample(peers, min(2, len(peers))))
        successor = self.random.choice([self._new(), Successor(self.random.choice(peers))])
        self.run(MERGE_ORGANISATIONS, MergeOrganisations(ending, successor, self._soon(), "re-cut"))
        self._note(successor)

    def _split(self) -> None:
        node = self._standing()
        followed = self._new(), self.random.choice([self._new(), Successor(self.random.choice(self._peers(node)))])
        self.run(SPLIT_ORGANISATION, SplitOrganisation(node, followed, self._soon(), "re-cut"))
        for successor in followed:
            self._note(successor)

    def _note(self, successor: Successor) -> None:
        known = self.ledger.load(ORGANISATION, successor.organisation).version
        if known and successor.organisation not in self.nodes:
            self.nodes.append(successor.organisation)

    def _end(self) -> None:
        self.run(END_ORGANISATION, EndOrganisation(self._standing(), self._soon(), "dissolved"))

    def _sit(self) -> None:
        self.run(SEAT_MEMBER, SeatMember(self.random.choice(self.members), self._standing(), self.today))

    def _visit(self) -> None:
        activity, session, node, member = self.id(), self.id(), self._pick(), self.random.choice(self.members)
        starts = self.now - timedelta(days=self.random.randrange(3))
        meeting = activities.Session(session, starts, starts + timedelta(hours=1))
        self.log.happen(activity, activities.ActivityDrafted(node, self.chief, self.chief, (meeting,), ()))
        visit = derived(activity, session, member)
        self.log.happen(visit, activities.CheckedIn(activity, session, member, starts, "kiosk"))
        if self.random.random() < 0.2:
            self.log.happen(visit, activities.VisitAnnulled(self.chief, "wrong-member"))
        else:
            self.done.append(Done(node, member, business_day(starts), is_visit=True))

    def _award(self) -> None:
        node, member, source = self._pick(), self.random.choice(self.members), self.id()
        day = self.today - timedelta(days=self.random.randrange(3))
        minutes, points = self.random.randrange(15, 120), self.random.randrange(1, 9)
        for unit, amount in ((Unit.POINTS, points), (Unit.CARE_MINUTES, minutes)):
            award = derived(source, "award", member, unit.value)
            self.log.happen(
                award,
                awards.AwardProposed(
                    source, "task", member, node, unit, self.id(), 1, day, 60, minutes, minutes, 0, 0, amount, 0, (),
                    self.chief,
                ),
                awards.AwardApproved(self.chief, day),
                awards.AwardCredited(self.id(), self.id(), day),
            )  # fmt: skip
        self.done.append(Done(node, member, day, is_visit=False, minutes=minutes, points=points))
