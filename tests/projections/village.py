"""A village whose random but plausible history the read models are tried on: same seed, same history.

Everything it does a ledger could have done; accounts are decided on by their own rules.
"""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from uuid import UUID

from ledger.accounts.account import Account, account_id
from ledger.accounts.commands import (
    CarryAccountForward,
    CreditLot,
    ExpireDueLot,
    HoldPoints,
    OpenAccount,
    ReleaseHold,
    ReverseCredit,
    SpendHold,
)
from ledger.accounts.events import CreditReversed
from ledger.activities import events as activities
from ledger.awards import events as awards
from ledger.kernel.clock import business_day
from ledger.kernel.ids import derived
from ledger.kernel.units import Unit
from ledger.membership import events as membership
from ledger.redemption import events as redemption
from ledger.tasks import events as tasks

from . import account_deeds
from .log import Log


class Village:
    """One street with two communities. `live` lets a number of things happen."""

    def __init__(self, seed: int, *, people: int = 8) -> None:
        self.log = Log()
        self.random = Random(seed)
        self.street = self.id()
        self.communities = [self.id(), self.id()]
        self.members = [self.id() for _ in range(people)]
        self.rules = {unit: self.id() for unit in (Unit.POINTS, Unit.CARE_MINUTES)}
        self.reward = self.id()
        self.device, self.numbers = self.id(), list(range(1, 3_000))
        self.visits: list[tuple[UUID, UUID, UUID]] = []
        self.finished: list[tuple[UUID, UUID, UUID]] = []
        self.reported: list[tuple[UUID, UUID]] = []
        self.proposed: list[tuple[UUID, awards.AwardProposed]] = []
        self.approved: list[tuple[UUID, awards.AwardProposed]] = []
        self.credited: list[tuple[UUID, awards.AwardProposed]] = []
        self.asked: list[tuple[UUID, redemption.RedemptionRequested]] = []
        self.grids: list[UUID] = []
        self.seats: set[tuple[UUID, UUID]] = set()
        self._settle()

    def id(self) -> UUID:
        """A random id of this village's own."""
        return UUID(int=self.random.getrandbits(128), version=4)

    @property
    def today(self) -> date:
        """The community's day."""
        return business_day(self.log.now)

    def live(self, deeds: int) -> Log:
        """Let `deeds` things happen, and give the log."""
        doings: list[Callable[[], None]] = [
            *[self._gather] * 2,
            *[self._leave, self._tally] * 6,
            *[self._help, self._accept] * 2,
            *[self._decide, self._credit] * 8,
            *[self._ask, self._finish] * 4,
            *[self._object, self._take_back] * 2,
            self._expire,
            self._carry,
            self._change_mind,
            self._wait,
            self._recut,
            self._sit,
            *[self._scan_offline] * 2,
            *account_deeds.deeds(self),
        ]
        for _ in range(deeds):
            self.random.choice(doings)()
        return self.log

    def _settle(self) -> None:
        happen, staff = self.log.happen, self.members[0]
        happen(self.street, membership.OrganisationRegistered("street", self.today))
        for place in self.communities:
            happen(place, membership.OrganisationRegistered("community", self.today, self.street))
        for member in self.members:
            happen(member, membership.MemberRegistered(self.random.choice(self.communities)))
            happen(member, membership.MemberVerified("known-in-person", staff))
            if self.random.random() < 0.7:
                happen(member, membership.ConsentGiven("boards", "1"))
        happen(staff, membership.RoleGranted(self.id(), "staff", self.street, self.today))
        for unit, rule in self.rules.items():
            terms = awards.Terms(unit, "per_minute" if unit is Unit.CARE_MINUTES else "per_hour", 1)
            happen(rule, awards.RuleDrafted(self.street, 1, terms, staff))
            happen(rule, awards.RulePublished(1, self.today, self.members[1]))
        listed = redemption.RewardListed(self.communities[0], self.id(), Unit.POINTS, 2, staff)
        happen(self.device, activities.DeviceRegistered(self.street, staff))
        happen(self.reward, listed, redemption.StockReceived(500, staff))

    def _gather(self) -> None:
        activity, session, leader = self.id(), self.id(), self.random.choice(self.members)
        place, happen = self.random.choice(self.communities), self.log.happen
        start = self.log.later(hours=1)
        meeting = activities.Session(session, start, start + timedelta(hours=2))
        rules = tuple(self.rules.values())
        happen(activity, activities.ActivityDrafted(place, leader, leader, (meeting,), rules, capacity=20))
        happen(activity, activities.ActivityPublished())
        for member in self.random.sample(self.members, 3):
            happen(activity, activities.SignedUp(session, member))
        happen(activity, activities.SignUpWithdrawn(session, member), activities.ActivityOpened())
        for member in self.random.sample(self.members, self.random.randrange(1, min(len(self.members), 12))):
            visit, basis = derived(activity, session, member), self.random.choice(["kiosk", "poster", "card"])
            happen(visit, activities.CheckedIn(activity, session, member, self.log.later(seconds=7), basis))
            self.visits.append((activity, session, member))
        happen(activity, activities.ActivityClosed())

    def _leave(self) -> None:
        if not self.visits:
            return
        visit = self._pick(self.visits)
        stream = derived(*visit)
        if self.random.random() < 0.8:
            self.log.happen(stream, activities.CheckedOut(self.log.later(minutes=9), "kiosk"))
        else:
            self.log.happen(stream, activities.AutomaticallyCheckedOut(self.log.now))
            self.log.happen(stream, activities.StayConfirmed(self.log.now, self.members[0]))
        self.finished.append(visit)

    def _tally(self) -> None:
        if not self.finished:
            return
        activity, session, member = self._pick(self.finished)
        source, minutes = derived(activity, session, member), self.random.randrange(10, 130)
        self.log.happen(source, activities.AttendanceTallied(minutes))
        for unit in self.rules:
            self._propose(source, "attendance", member=member, unit=unit, minutes=minutes)
        if self.random.random() < 0.1:
            self.log.happen(activity, activities.ActivityTallied(1))

    def _help(self) -> None:
        task, member, happen = self.id(), self.random.choice(self.members[1:]), self.log.happen
        until = self.log.now + timedelta(days=3)
        rules = (self.rules[Unit.POINTS],)
        posted = tasks.TaskPosted(
            self.random.choice(self.communities), self.members[0], 2, 60, until, rules, self.today
        )
        happen(task, posted, tasks.TaskClaimed(member), tasks.TaskReported(member, 70, self.today))
        self.reported.append((task, member))

    def _accept(self) -> None:
        if not self.reported:
            return
        task, member = self._pick(self.reported)
        if self.random.random() < 0.2:
            returned = tasks.TaskReportReturned(member, self.members[0], "unclear")
            self.log.happen(task, returned, tasks.TaskClaimWithdrawn(member), tasks.TaskClosed("cancelled"))
            return
        self.log.happen(task, tasks.TaskReportAccepted(member, 60, self.today, self.members[0]))
        self._propose(derived(task, "claim", member), "task", member=member, unit=Unit.POINTS, minutes=60)

    def _propose(self, source: UUID, kind: awards.SourceKind, *, member: UUID, unit: Unit, minutes: int) -> None:
        amount = minutes if unit is Unit.CARE_MINUTES else minutes // 30
        award = derived(source, "award", member, unit.value)
        proposal = awards.AwardProposed(
            source,
            kind,
            member,
            self.random.choice(self.communities),
            unit,
            self.rules[unit],
            1,
            self.today,
            60,
            minutes,
            minutes,
            0,
            0,
            amount,
            self.random.choice([0, 5]),
            (awards.Step("seen", minutes), awards.Step("per_hour", amount, 1)),
            self.members[0],
            self.random.choice([None, 1]),
        )
        self.log.happen(award, proposal)
        self.proposed.append((award, proposal))

    def _decide(self) -> None:
        if not self.proposed:
            return
        award, proposal = self._pick(self.proposed)
        if self.random.random() < 0.1:
            self.log.happen(award, awards.AwardRefused(self.members[1], "not-there"))
            return
        until = self.today + timedelta(days=proposal.notice_working_days)
        self.log.happen(award, awards.AwardApproved(self.members[1], until))
        if proposal.amount:
            self.approved.append((award, proposal))

    def _credit(self) -> None:
        if not self.approved:
            return
        award, proposal = self._pick(self.approved)
        account, lot = account_id(proposal.member, proposal.unit), derived(award, "lot")
        if account not in self.log.accounts:
            self.log.act(account, OpenAccount(proposal.member, proposal.unit, proposal.organisation))
        expires = None if proposal.expiry_months is None else self.today + timedelta(days=30)
        self.log.act(account, CreditLot(lot, proposal.amount, proposal.organisation, award, self.today, expires))
        self.log.happen(award, awards.AwardCredited(account, lot, self.today))
        self.credited.append((award, proposal))

    def _object(self) -> None:
        """Somebody objects to an award on notice; it is refused, goes on, or waits for the street for ever."""
        if not self.approved:
            return
        award, proposal = self._pick(self.approved)
        until, outcome = self.today + timedelta(days=7), self.random.choice(["upheld", "rejected"])
        self.log.happen(award, awards.AwardObjected(self.random.choice(self.members), "was-not-there", until))
        self.log.happen(award, awards.ObjectionDecided(self.members[2], outcome, "list-checked", until))
        if self.random.random() < 0.3:
            self.log.happen(award, awards.ObjectionEscalated(self.members[3], self.street, until))
        elif outcome == "rejected":
            self.approved.append((award, proposal))

    def _take_back(self) -> None:
        """A reversal of what was credited is proposed, and done or refused."""
        if not self.credited:
            return
        award, proposal = self._pick(self.credited)
        spent = self.random.choice(["other_lots", "owe", "write_off"])
        self.log.happen(award, awards.ReversalProposed("wrong-member", spent, self.members[0]))
        if self.random.random() < 0.3:
            self.log.happen(award, awards.ReversalRefused(self.members[1], "was-right"))
            return
        self.log.happen(award, awards.ReversalApproved(self.members[1], 1))
        account, lot = account_id(proposal.member, proposal.unit), derived(award, "lot")
        amount, issuer = proposal.amount, proposal.organisation
        self.log.act(account, ReverseCredit(lot, amount, issuer, spent, 100, award, self.today))
        entry = next(one.event for one in reversed(self.log.notices) if isinstance(one.event, CreditReversed))
        own = sum(take.amount for take in entry.takes if take.lot == lot)
        others = sum(take.amount for take in entry.takes) - own
        figures = own, others, entry.owed, entry.written_off, entry.expired or 0
        self.log.happen(award, awards.AwardReversed(self.members[1], *figures, self.today))

    def _ask(self) -> None:
        member = self.random.choice(self.members)
        account = account_id(member, Unit.POINTS)
        state = self.log.accounts.get(account, Account())
        if state.available(self.today) < 4:
            return
        pieces = self.random.choice([1, 2])
        asked, hold = self.id(), self.id()
        lapses = self.log.now + timedelta(days=7)
        request = redemption.RedemptionRequested(
            member,
            self.reward,
            self.communities[0],
            self.id(),
            Unit.POINTS,
            pieces,
            2,
            2 * pieces,
            account,
            hold,
            lapses,
            member,
        )
        self.log.happen(self.reward, redemption.StockReserved(asked, pieces, member, f"{self.today:%Y-%m}"))
        self.log.act(account, HoldPoints(hold, 2 * pieces, asked, self.today))
        self.log.happen(asked, request)
        self.asked.append((asked, request))

    def _finish(self) -> None:
        if not self.asked:
            return
        stream, asked = self._pick(self.asked)
        end = self.random.choice(["over", "over", "over", "rejected", "cancelled", "lapsed"])
        if end == "over":
            steps = redemption.RedemptionApproved(self.members[1]), redemption.RedemptionReady(self.members[2])
            self.log.happen(stream, *steps, redemption.RedemptionHandedOver(self.members[3], self.log.now))
            self.log.happen(self.reward, redemption.StockHandedOver(stream, asked.pieces))
            self.log.act(asked.account, SpendHold(asked.hold, asked.organisation, stream, self.today))
            return
        endings = {
            "rejected": redemption.RedemptionRejected(self.members[1], "out-of-stock"),
            "cancelled": redemption.RedemptionCancelled(asked.member),
            "lapsed": redemption.RedemptionLapsed(),
        }
        self.log.happen(stream, endings[end])
        self.log.happen(self.reward, redemption.StockReturned(stream, asked.pieces))
        self.log.act(asked.account, ReleaseHold(asked.hold, stream, self.today, grace_days=7))

    def _scan_offline(self) -> None:
        """A device tells of a scan, in any order and with gaps; one of three waits, most are decided on."""
        waits = self.random.random() < 0.3
        number, clerk, now = self._pick(self.numbers), self.members[0], self.log.now
        scan = activities.ScanRecorded(
            device=self.device,
            sequence=number,
            content=f"{number:032x}",
            organisation=self.street,
            activity=self.id(),
            direction=self.random.choice(["in", "out"]),
            seen_at=now,
            sent_at=now + timedelta(seconds=self.random.randrange(100)),
            uploaded_by=clerk,
            outcome="for_review" if waits else "accepted",
            reason="card-revoked" if waits else "checked-in",
        )
        stream = derived(self.device, "scan", str(number))
        self.log.happen(stream, scan)
        if waits and self.random.random() < 0.7:
            self.log.happen(stream, activities.ScanReviewed("dismissed", clerk, "never-there"))

    def _expire(self) -> None:
        self.log.later(days=1)
        for account, state in list(self.log.accounts.items()):
            for lot in {part.lot for part in state.lots}:
                self.log.act(account, ExpireDueLot(lot, self.today))

    def _carry(self) -> None:
        if self.log.accounts:
            self.log.act(self.random.choice(sorted(self.log.accounts)), CarryAccountForward(self.today))

    def _change_mind(self) -> None:
        member = self.random.choice(self.members)
        change = self.random.choice([membership.ConsentGiven("boards", "1"), membership.ConsentWithdrawn("boards")])
        self.log.happen(member, change)

    def _wait(self) -> None:
        self.log.later(days=self.random.choice([1, 9]))

    def _recut(self) -> None:
        """A grid comes and lies elsewhere from another day on, or follows one that ends."""
        grid, day = self.id(), self.today + timedelta(days=self.random.randrange(3))
        place = self.random.choice(self.communities)
        self.log.happen(grid, membership.OrganisationRegistered("grid", self.today, place))
        if self.random.random() < 0.5:
            self.log.happen(grid, membership.OrganisationMoved(self.random.choice(self.communities), day))
        elif self.grids:
            followers = (grid, *self.random.sample(self.grids, self.random.randrange(2)))
            self.log.happen(self._pick(self.grids), membership.OrganisationEnded(day, "re-cut", followers))
        self.grids.append(grid)

    def _sit(self) -> None:
        if not self.grids:
            return
        member, grid = self.random.choice(self.members), self.random.choice(self.grids)
        if (member, grid) in self.seats:
            self.seats.remove((member, grid))
            self.log.happen(member, membership.SeatLeft(grid, self.today))
        else:
            self.seats.add((member, grid))
            self.log.happen(member, membership.SeatTaken(grid, self.today))

    def _pick(self, things: list) -> object:
        return things.pop(self.random.randrange(len(things)))
