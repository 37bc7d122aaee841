"""What is undone in one commit when somebody is no longer there: goods asked for, places, claims, roles, cards.

Which things are open a read model says; the ledger decides on each again, and finds in the accounts whether a hold was
missed.
"""

from dataclasses import dataclass
from typing import ClassVar, Final

from ledger.accounts.account import ACCOUNT, account_id
from ledger.accounts.commands import ExpireDueLot
from ledger.activities.activity import ACTIVITY
from ledger.activities.places import GiveUpPlace
from ledger.application.setting_aside import give_back
from ledger.application.teams import end_team_memberships
from ledger.application.work import Work
from ledger.kernel.decider import Request
from ledger.kernel.ids import AccountId, ActivityId, MemberId, RedemptionId, SessionId, TaskId
from ledger.kernel.refusal import Refusal
from ledger.kernel.units import Unit
from ledger.membership.household import HOUSEHOLD, Release
from ledger.membership.member import MEMBER, DropConsent, End, LeaveSeat, MoveOut, Revoke
from ledger.redemption.redemption import REDEMPTION
from ledger.redemption.redemption_commands import CancelRedemption
from ledger.redemption.redemption_state import OPEN
from ledger.tasks.decide import TASK, GiveBack

OPEN_THINGS_MAX: Final = 60
"""Our default: one commit over more streams than that would keep everybody else waiting; staff clear some first."""


class Place(Request, frozen=True):
    """A place in a session, or one on its waiting list."""

    activity: ActivityId
    session: SessionId


class OpenThings(Request, frozen=True):
    """What a read model found open. What is over by now, or somebody else's, is passed over."""

    redemptions: tuple[RedemptionId, ...] = ()
    places: tuple[Place, ...] = ()
    tasks: tuple[TaskId, ...] = ()

    @property
    def count(self) -> int:
        """How many they are."""
        return len(self.redemptions) + len(self.places) + len(self.tasks)


@dataclass(eq=False)
class TooMuchOpen(Refusal):
    """More is open than one commit undoes; some of it must be cancelled first. Facts: how many of each."""

    code: ClassVar[str] = "too-much-open"

    redemptions: int
    places: int
    tasks: int
    open_max: int = OPEN_THINGS_MAX


@dataclass(eq=False)
class StillHeld(Refusal):
    """Something was asked for a moment ago and holds `held` of `unit`: try again, and it is cancelled, too."""

    code: ClassVar[str] = "still-held"

    unit: str
    held: int


def wind_up(work: Work, member: MemberId, found: OpenThings, *, reason: str) -> dict[str, int]:
    """Undo all that is open for `member`, who is still on record as there; gives how much of each. reason: a code.

    Refuses with TooMuchOpen, and with StillHeld where an account holds something all the same.
    """
    if found.count > OPEN_THINGS_MAX:
        raise TooMuchOpen(len(found.redemptions), len(found.places), len(found.tasks))
    undone = {
        "redemptions_cancelled": sum(_cancel(work, member, one) for one in found.redemptions),
        "places_given_up": sum(_give_up(work, member, one) for one in found.places),
        "claims_given_back": sum(_give_back_claim(work, member, one) for one in found.tasks),
    }
    for unit in Unit:
        held = work.state(ACCOUNT, account_id(member, unit)).held
        if held:
            raise StillHeld(unit.value, held)
    return undone | _strip(work, member, reason)


def expire_due(work: Work, account: AccountId) -> None:
    """Enter the expiry of every lot of the account that is due, so that what is left is worth something."""
    for lot in dict.fromkeys(part.lot for part in work.state(ACCOUNT, account).lots):
        work.act(ACCOUNT, account, ExpireDueLot(lot, work.today))


def _cancel(work: Work, member: MemberId, redemption: RedemptionId) -> bool:
    state = work.state(REDEMPTION, redemption)
    if state.request is None or state.request.member != member or state.status not in OPEN:
        return False
    work.correlate(redemption)
    work.act(REDEMPTION, redemption, CancelRedemption(work.actor))
    give_back(work, redemption, state.request)
    work.correlate(None)
    return True


def _give_up(work: Work, member: MemberId, place: Place) -> bool:
    activity = work.state(ACTIVITY, place.activity)
    session = activity.session(place.session)
    has_it = member in activity.signed_up(place.session) or member in activity.waiting(place.session)
    if session is None or not has_it or activity.stage not in ("published", "open") or work.now >= session.ends_at:
        return False
    work.act(ACTIVITY, place.activity, GiveUpPlace(place.session, member, work.now))
    return True


def _give_back_claim(work: Work, member: MemberId, task: TaskId) -> bool:
    """What was reported stays: the work is done, and whoever accepts it decides what it was worth."""
    claim = work.state(TASK, task).claim_of(member)
    if claim is None or claim.minutes is not None:
        return False
    work.act(TASK, task, GiveBack(member))
    return True


def _strip(work: Work, member: MemberId, reason: str) -> dict[str, int]:
    state = work.state(MEMBER, member)
    if state.has_left:
        return {}
    for role in state.roles:
        work.act(MEMBER, member, End(role.role_id))
    for card in sorted(state.cards):
        work.act(MEMBER, member, Revoke(card, reason))
    # What was agreed to was for the time of being a member: nobody who is gone stands on a board.
    for consent in state.consents:
        work.act(MEMBER, member, DropConsent(consent.purpose))
    for seat in state.seats:
        if seat.is_open:
            work.act(MEMBER, member, LeaveSeat(seat.organisation, max(work.today, seat.from_day)))
    if state.household is not None:
        work.act(MEMBER, member, MoveOut(until_day=work.today))
        work.act(HOUSEHOLD, state.household, Release(member, work.today))
    teams = end_team_memberships(work, member)
    return {"roles_ended": len(state.roles), "cards_revoked": len(state.cards), "teams_left": teams}
