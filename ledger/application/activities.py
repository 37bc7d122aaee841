"""Use cases of activities: plan, show, open, close, call off, and sign-up for a session."""

from collections.abc import Iterable
from typing import Final, Protocol
from uuid import UUID

from ledger.activities.activity import ACTIVITY, Cancel, Close, Draft, Open, Publish
from ledger.activities.events import Session
from ledger.activities.places import GiveUpPlace, TakePlace
from ledger.application.authority import (
    Permission,
    UnknownId,
    require_as_leader,
    require_counting,
    require_known_member,
    require_over_activity,
)
from ledger.application.rule_choice import require_rules_of
from ledger.application.skills import require_skilled
from ledger.application.teams import require_team_of
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.kernel.decider import Request
from ledger.kernel.ids import ActivityId, MemberId, OrganisationId, RuleId, SessionId, TeamId
from ledger.membership.member import MEMBER


class DraftActivity(Request, frozen=True):
    """Write an activity down. leader: who runs its door. rules: earning rules for each attendance, one per unit.

    capacity: places per session, for sign-ups only; None: no limit. sign_up_required: only people with a place check
    themselves in. poster_check_in: the printed poster checks people in, subject to the leader's confirmation. skill:
    what whoever signs up must be able to do, a code. team: whose activity it is; its leader may scan its members.
    """

    activity: ActivityId
    organisation: OrganisationId
    leader: MemberId
    sessions: tuple[Session, ...]
    rules: tuple[RuleId, ...]
    capacity: int | None = None
    sign_up_required: bool = False
    poster_check_in: bool = False
    skill: str | None = None
    team: TeamId | None = None


class PublishActivity(Request, frozen=True):
    """Show the draft to residents."""

    activity: ActivityId


class OpenActivity(Request, frozen=True):
    """Open the door: codes check people in."""

    activity: ActivityId


class CloseActivity(Request, frozen=True):
    """Shut the door; people may still check out."""

    activity: ActivityId


class CancelActivity(Request, frozen=True):
    """Call off an activity whose door was never open. reason: a code such as `weather`."""

    activity: ActivityId
    reason: str


class SignUp(Request, frozen=True):
    """Take a place in the session, or wait for one where all are taken. member None: the actor."""

    activity: ActivityId
    session: SessionId
    member: MemberId | None = None


class WithdrawSignUp(Request, frozen=True):
    """Give the place in the session back, or wait no more. member None: the actor. The first who waits gets it."""

    activity: ActivityId
    session: SessionId
    member: MemberId | None = None


class _OnActivity(Protocol):
    @property
    def activity(self) -> ActivityId: ...


def _draft(work: Work, request: DraftActivity) -> Outcome:
    require_as_leader(work, Permission.RUN_ACTIVITIES, request.organisation, request.leader)
    require_counting(work, request.organisation)
    require_known_member(work, request.leader)
    require_rules_of(work, request.organisation, request.rules)
    require_team_of(work, request.organisation, request.team)
    command = Draft(
        organisation=request.organisation,
        drafted_by=work.actor,
        leader=request.leader,
        sessions=request.sessions,
        rules=request.rules,
        capacity=request.capacity,
        sign_up_required=request.sign_up_required,
        poster_check_in=request.poster_check_in,
        skill=request.skill,
        team=request.team,
    )
    work.act(ACTIVITY, request.activity, command)
    return Outcome("activity-drafted", ids={"activity": request.activity})


def _publish(work: Work, request: PublishActivity) -> Outcome:
    return _change(work, request.activity, Publish(), "activity-published")


def _open(work: Work, request: OpenActivity) -> Outcome:
    return _change(work, request.activity, Open(), "activity-opened")


def _close(work: Work, request: CloseActivity) -> Outcome:
    return _change(work, request.activity, Close(), "activity-closed")


def _cancel(work: Work, request: CancelActivity) -> Outcome:
    return _change(work, request.activity, Cancel(request.reason), "activity-cancelled")


def _change(work: Work, activity: ActivityId, command: Publish | Open | Close | Cancel, code: str) -> Outcome:
    require_over_activity(work, Permission.RUN_ACTIVITIES, activity)
    work.act(ACTIVITY, activity, command)
    return Outcome(code, ids={"activity": activity})


def _sign_up(work: Work, request: SignUp) -> Outcome:
    """figures: position, on the waiting list, 1 for the next to get a place; left out for who has one."""
    member = _subject(work, request)
    require_known_member(work, member)
    before = work.state(ACTIVITY, request.activity)
    require_skilled(work, member, before.skill)
    after = work.act(ACTIVITY, request.activity, TakePlace(request.session, member, work.now))
    waiting = after.waiting(request.session)
    if member in waiting:
        code = "put-on-waiting-list" if after != before else "already-waiting"
        return _place(request, member, code, {"position": waiting.index(member) + 1})
    return _place(request, member, "signed-up" if after != before else "already-signed-up")


def _withdraw_sign_up(work: Work, request: WithdrawSignUp) -> Outcome:
    """figures: promoted, how many who waited have a place now."""
    member = _subject(work, request)
    before = work.state(ACTIVITY, request.activity).waiting(request.session)
    after = work.act(ACTIVITY, request.activity, GiveUpPlace(request.session, member, work.now))
    if member in before:
        return _place(request, member, "waiting-list-left")
    return _place(request, member, "sign-up-withdrawn", {"promoted": len(before) - len(after.waiting(request.session))})


def _subject(work: Work, request: SignUp | WithdrawSignUp) -> MemberId:
    if request.member is None or request.member == work.actor:
        if not work.exists(ACTIVITY, request.activity):
            raise UnknownId(request.activity)
        return work.actor
    require_over_activity(work, Permission.RUN_ACTIVITIES, request.activity)
    return request.member


def _place(
    request: SignUp | WithdrawSignUp, member: MemberId, code: str, figures: dict[str, int] | None = None
) -> Outcome:
    ids: dict[str, UUID] = {"activity": request.activity, "session": request.session, "member": member}
    return Outcome(code, ids=ids, figures=figures or {})


def _reads(request: _OnActivity, actor: MemberId) -> Iterable[Stream]:
    return (Stream(MEMBER, actor), Stream(ACTIVITY, request.activity))


DRAFT_ACTIVITY: Final = UseCase[DraftActivity]("activities.draft", _draft, _reads)
PUBLISH_ACTIVITY: Final = UseCase[PublishActivity]("activities.publish", _publish, _reads)
OPEN_ACTIVITY: Final = UseCase[OpenActivity]("activities.open", _open, _reads)
CLOSE_ACTIVITY: Final = UseCase[CloseActivity]("activities.close", _close, _reads)
CANCEL_ACTIVITY: Final = UseCase[CancelActivity]("activities.cancel", _cancel, _reads)
SIGN_UP: Final = UseCase[SignUp]("activities.sign_up", _sign_up, _reads)
WITHDRAW_SIGN_UP: Final = UseCase[WithdrawSignUp]("activities.withdraw_sign_up", _withdraw_sign_up, _reads)
