"""Use cases about who is no longer here: leaving with a choice about the balance, coming back, dying, moving home.

Whoever leaves decides it alone. What is decided about somebody who is not there takes two people.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final, Protocol

from ledger.accounts.account import ACCOUNT, account_id
from ledger.accounts.commands import TakeOutLots
from ledger.accounts.events import Counter, Debited
from ledger.accounts.refusals import PointsOwed
from ledger.application.authority import (
    Permission,
    UnknownId,
    refuse_merged,
    require_over_member,
    same_household,
)
from ledger.application.cards import require_good_card
from ledger.application.placing import require_home
from ledger.application.seats import leave_seats_outside
from ledger.application.winding_up import OpenThings, expire_due, wind_up
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.awards.award import AWARD
from ledger.kernel.decider import Request
from ledger.kernel.ids import AwardId, CardId, MemberId, OrganisationId
from ledger.kernel.refusal import Refusal
from ledger.kernel.units import Unit
from ledger.membership import endings
from ledger.membership.ending_refusals import OwnHouseholdStanding
from ledger.membership.events import BalanceChoice
from ledger.membership.member import MEMBER

COMING: Final = ("proposed", "on_notice", "objected")
"""How an award stands that may still be credited."""
DONATED: Final = (Unit.POINTS, Unit.CARE_MINUTES)
"""What can be given to the programme. Party members' points are seen by the branch only and rest."""


class LeaveMembership(Request, frozen=True):
    """End a membership. member None: the actor. found: what is open; coming: awards that are not credited yet."""

    balance: BalanceChoice
    member: MemberId | None = None
    found: OpenThings = OpenThings()
    coming: tuple[AwardId, ...] = ()


class ProposeReturn(Request, frozen=True):
    """Somebody who left, or was wrongly put down as dead, is here again. basis: what showed who it is, a code."""

    member: MemberId
    basis: str


class ApproveReturn(Request, frozen=True):
    """Agree that the person is here again, as somebody else than who proposed it."""

    member: MemberId


class ReportDeath(Request, frozen=True):
    """Put down that a member has died. basis: what shows it, a code such as `death-certificate`."""

    member: MemberId
    basis: str


class ConfirmDeath(Request, frozen=True):
    """Confirm it, as somebody else than who put it down. found: what is open for the member."""

    member: MemberId
    found: OpenThings = OpenThings()


class WithdrawDeathReport(Request, frozen=True):
    """Take a report back that nobody confirmed."""

    member: MemberId


class MoveHome(Request, frozen=True):
    """Let the member be at home in `home` from `from_day`, today or before. basis: how the person agreed, a code.

    has_shown: the person's own code was there to be scanned, on `card` or, where that is None, on their phone.
    """

    member: MemberId
    home: OrganisationId
    from_day: date
    basis: str
    has_shown: bool = False
    card: CardId | None = None


@dataclass(eq=False)
class BalanceNotSettled(Refusal):
    """There is something left: `posted` of `unit`, or `coming` awards not credited yet. It can be donated or rest."""

    code: ClassVar[str] = "balance-not-settled"

    unit: str | None
    posted: int
    coming: int


class _OfMember(Protocol):
    @property
    def member(self) -> MemberId | None: ...


def _leave(work: Work, request: LeaveMembership) -> Outcome:
    member = _leaving(work, request.member)
    figures = wind_up(work, member, request.found, reason="left")
    match request.balance:
        case "donate":
            figures |= {f"{unit.value}_donated": donate(work, member, unit) for unit in DONATED}
        case "settle":
            _require_settled(work, member, request.coming)
        case "dormant":
            pass
    work.act(MEMBER, member, endings.Leave(request.balance))
    return Outcome("member-left", ids={"member": member}, figures=figures)


def _leaving(work: Work, member: MemberId | None) -> MemberId:
    """Staff end a membership for a person without a phone; not that of their own household."""
    if member is None or member == work.actor:
        if work.state(MEMBER, work.actor).home is None:
            raise UnknownId(work.actor)
        refuse_merged(work, work.actor)
        return work.actor
    require_over_member(work, Permission.END_MEMBERSHIPS, member)
    if same_household(work, work.actor, member):
        raise OwnHouseholdStanding
    return member


def donate(work: Work, member: MemberId, unit: Unit) -> int:
    """Give all that is free in the member's account to the programme; how much it was, in `unit`.

    Refuses with points-owed (there is nothing to give while something is owed) and account-frozen.
    """
    account = account_id(member, unit)
    keeper = work.state(ACCOUNT, account).keeper
    if keeper is None:
        return 0
    if owed := work.state(ACCOUNT, account).owed:
        raise PointsOwed(owed)
    expire_due(work, account)
    before = len(work.pending)
    work.act(ACCOUNT, account, TakeOutLots(Counter("donated", keeper.organisation), work.command, work.today))
    return sum(one.event.amount for one in work.pending[before:] if isinstance(one.event, Debited))


def _require_settled(work: Work, member: MemberId, coming: Iterable[AwardId]) -> None:
    awards = [work.state(AWARD, award) for award in coming]
    waiting = sum(one.proposal is not None and one.proposal.member == member and one.status in COMING for one in awards)
    for unit in DONATED:
        account = account_id(member, unit)
        expire_due(work, account)
        if posted := work.state(ACCOUNT, account).posted:
            raise BalanceNotSettled(unit.value, posted, waiting)
    if waiting:
        raise BalanceNotSettled(None, 0, waiting)


def _propose_return(work: Work, request: ProposeReturn) -> Outcome:
    near = _near(work, request.member)
    work.act(MEMBER, request.member, endings.ProposeReturn(work.actor, request.basis, near))
    return Outcome("return-proposed", ids={"member": request.member})


def _approve_return(work: Work, request: ApproveReturn) -> Outcome:
    work.act(MEMBER, request.member, endings.ApproveReturn(work.actor, _near(work, request.member)))
    rested = {unit.value: work.state(ACCOUNT, account_id(request.member, unit)).available(work.today) for unit in Unit}
    return Outcome("member-returned", ids={"member": request.member}, figures=rested)


def _report_death(work: Work, request: ReportDeath) -> Outcome:
    near = _near(work, request.member)
    work.act(MEMBER, request.member, endings.ReportDeath(work.actor, request.basis, near))
    return Outcome("death-reported", ids={"member": request.member})


def _confirm_death(work: Work, request: ConfirmDeath) -> Outcome:
    """Everything open is undone first, and only then is the person no longer there."""
    command = endings.ConfirmDeath(work.actor, _near(work, request.member))
    MEMBER.decide(work.state(MEMBER, request.member), command)
    figures = wind_up(work, request.member, request.found, reason="deceased")
    work.act(MEMBER, request.member, command)
    return Outcome("death-confirmed", ids={"member": request.member}, figures=figures)


def _withdraw_death(work: Work, request: WithdrawDeathReport) -> Outcome:
    require_over_member(work, Permission.END_MEMBERSHIPS, request.member)
    work.act(MEMBER, request.member, endings.WithdrawDeathReport(work.actor))
    return Outcome("death-report-withdrawn", ids={"member": request.member})


def _move_home(work: Work, request: MoveHome) -> Outcome:
    """The receiving community writes it down, for who is there with a code of their own. Without one it takes somebody
    who answers for the old home too: nobody pulls in a person, and reads about them, by an id. Accounts stay.
    """
    require_home(work, Permission.MOVE_MEMBERS, request.home)
    state = work.state(MEMBER, request.member)
    if state.home is None:
        raise UnknownId(request.member)
    if not request.has_shown:
        require_over_member(work, Permission.MOVE_MEMBERS, request.member)
    elif request.card is not None:
        require_good_card(work, request.member, request.card)
    refuse_merged(work, request.member)
    near = same_household(work, work.actor, request.member)
    command = endings.MoveHome(request.home, request.from_day, request.basis, work.actor, near, work.today)
    work.act(MEMBER, request.member, command)
    leave_seats_outside(work, request.member, request.home, from_day=request.from_day)
    return Outcome("home-moved", ids={"member": request.member, "home": request.home, "from": state.home})


def _near(work: Work, member: MemberId) -> bool:
    require_over_member(work, Permission.END_MEMBERSHIPS, member)
    return same_household(work, work.actor, member)


def _reads(request: _OfMember, actor: MemberId) -> Iterable[Stream]:
    return (Stream(MEMBER, actor), Stream(MEMBER, request.member or actor))


LEAVE_MEMBERSHIP: Final = UseCase[LeaveMembership]("members.leave", _leave, _reads)
PROPOSE_RETURN: Final = UseCase[ProposeReturn]("members.propose_return", _propose_return, _reads)
APPROVE_RETURN: Final = UseCase[ApproveReturn]("members.approve_return", _approve_return, _reads)
REPORT_DEATH: Final = UseCase[ReportDeath]("members.report_death", _report_death, _reads)
CONFIRM_DEATH: Final = UseCase[ConfirmDeath]("members.confirm_death", _confirm_death, _reads)
WITHDRAW_DEATH_REPORT: Final = UseCase[WithdrawDeathReport]("members.withdraw_death_report", _withdraw_death, _reads)
MOVE_HOME: Final = UseCase[MoveHome]("members.move_home", _move_home, _reads)
