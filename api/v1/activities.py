"""Activities: plan, show, open, close, call off; sign-ups and waiting lists."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from api.answers import answers, outcome_of, written
from api.calls import on_behalf, submit
from api.decoding import Strict
from api.identity import SIGNED_IN, needs
from api.v1.body_fields import Instant, Margin, Title, Words
from api.v1.commanding import commanding
from api.v1.texts import Wording, new_with_texts
from ledger.activities.activity import CAPACITY_MAX, SESSIONS_MAX
from ledger.activities.events import Session
from ledger.application.activities import (
    CANCEL_ACTIVITY,
    CLOSE_ACTIVITY,
    DRAFT_ACTIVITY,
    OPEN_ACTIVITY,
    PUBLISH_ACTIVITY,
    SIGN_UP,
    WITHDRAW_SIGN_UP,
    CancelActivity,
    CloseActivity,
    DraftActivity,
    OpenActivity,
    PublishActivity,
    SignUp,
    WithdrawSignUp,
)
from ledger.application.authority import Permission
from ledger.application.bases import Basis
from ledger.application.vocabulary import Reason, Skill
from ledger.kernel.ids import ActivityId, CommandId, MemberId, OrganisationId, RuleId, SessionId, TeamId, derived


class SessionBody(Struct, frozen=True, forbid_unknown_fields=True):
    """One meeting. early_minutes before the start and late_minutes after the end still count."""

    starts_at: Instant
    ends_at: Instant
    early_minutes: Margin = 15
    late_minutes: Margin = 15


class ActivityBody(Struct, frozen=True, forbid_unknown_fields=True):
    """An activity to be planned. leader left out: the caller. capacity: places per session, left out for no limit.

    rules: which earning rules apply. poster_check_in: the printed poster may check people in. skill: what whoever signs
    up must be able to do, a code. team: whose activity it is; its leader may scan its members.
    """

    title: Title
    place: Title
    organisation: UUID
    sessions: Annotated[tuple[SessionBody, ...], Meta(min_length=1, max_length=SESSIONS_MAX)]
    rules: Annotated[tuple[UUID, ...], Meta(max_length=10)] = ()
    leader: UUID | None = None
    description: Words = ""
    capacity: Annotated[int, Meta(ge=1, le=CAPACITY_MAX)] | None = None
    sign_up_required: bool = False
    poster_check_in: bool = False
    skill: Skill | None = None
    team: UUID | None = None


class CancelBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Why it is called off: a code."""

    reason: Reason


class SignUpBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Which session, and for whom: left out, the caller; staff name somebody without a phone, and on what basis."""

    session: UUID
    member: UUID | None = None
    basis: Basis = "asked-in-person"


class Drafted(Struct, frozen=True):
    """The new activity and its sessions, in the order they were sent."""

    code: str
    ids: dict[str, UUID]
    sessions: tuple[UUID, ...]


@post(
    "/activities",
    opt=needs(Permission.RUN_ACTIVITIES),
    dto=Strict[ActivityBody],
    return_dto=None,
    responses=answers(Drafted, 201),
    tags=["activities"],
)
async def draft_activity(request: Request[Any, Any, Any], data: JSONBody[ActivityBody]) -> Response[bytes]:
    """Write an activity down; nobody but staff sees it until it is published."""
    texts = {"title": data.title, "place": data.place, "description": data.description}
    wording = Wording(data.organisation, Permission.RUN_ACTIVITIES, texts)
    new = await new_with_texts(request, "activity", wording)
    sessions = _sessions(data, new.command)
    asked = DraftActivity(
        activity=ActivityId(new.id),
        organisation=OrganisationId(data.organisation),
        leader=MemberId(data.leader) if data.leader else new.actor,
        sessions=sessions,
        rules=tuple(map(RuleId, data.rules)),
        capacity=data.capacity,
        sign_up_required=data.sign_up_required,
        poster_check_in=data.poster_check_in,
        skill=data.skill,
        team=TeamId(data.team) if data.team else None,
    )
    answer = await submit(request, DRAFT_ACTIVITY, asked)
    outcome = outcome_of(answer)
    return written(answer, Drafted(outcome.code, outcome.ids, tuple(one.session for one in sessions)), status=201)


@commanding("/activities/{activity:str}/publish", Permission.RUN_ACTIVITIES, "activities")
async def publish_activity(request: Request[Any, Any, Any], activity: FromPath[UUID]) -> Response[bytes]:
    """Show the draft to residents."""
    return written(await submit(request, PUBLISH_ACTIVITY, PublishActivity(ActivityId(activity))))


@commanding("/activities/{activity:str}/open", Permission.RUN_ACTIVITIES, "activities")
async def open_activity(request: Request[Any, Any, Any], activity: FromPath[UUID]) -> Response[bytes]:
    """Open the door: codes check people in."""
    return written(await submit(request, OPEN_ACTIVITY, OpenActivity(ActivityId(activity))))


@commanding("/activities/{activity:str}/close", Permission.RUN_ACTIVITIES, "activities")
async def close_activity(request: Request[Any, Any, Any], activity: FromPath[UUID]) -> Response[bytes]:
    """Shut the door; people may still check out."""
    return written(await submit(request, CLOSE_ACTIVITY, CloseActivity(ActivityId(activity))))


@commanding("/activities/{activity:str}/cancel", Permission.RUN_ACTIVITIES, "activities", body=CancelBody)
async def cancel_activity(
    request: Request[Any, Any, Any], activity: FromPath[UUID], data: JSONBody[CancelBody]
) -> Response[bytes]:
    """Call off an activity whose door was never open."""
    return written(await submit(request, CANCEL_ACTIVITY, CancelActivity(ActivityId(activity), data.reason)))


@commanding("/activities/{activity:str}/sign-ups", SIGNED_IN, "activities", body=SignUpBody)
async def sign_up(
    request: Request[Any, Any, Any], activity: FromPath[UUID], data: JSONBody[SignUpBody]
) -> Response[bytes]:
    """Take a place in a session; where all are taken, wait for one: the figure `position` is 1 for the next."""
    behalf = on_behalf(data.member, data.basis)
    asked = SignUp(ActivityId(activity), SessionId(data.session), behalf and behalf.member)
    return written(await submit(request, SIGN_UP, asked, behalf=behalf))


@commanding("/activities/{activity:str}/sign-ups/withdraw", SIGNED_IN, "activities", body=SignUpBody)
async def withdraw_sign_up(
    request: Request[Any, Any, Any], activity: FromPath[UUID], data: JSONBody[SignUpBody]
) -> Response[bytes]:
    """Give a place back, or wait no more. The first who waits gets the place at once: the figure `promoted`."""
    behalf = on_behalf(data.member, data.basis)
    asked = WithdrawSignUp(ActivityId(activity), SessionId(data.session), behalf and behalf.member)
    return written(await submit(request, WITHDRAW_SIGN_UP, asked, behalf=behalf))


def _sessions(data: ActivityBody, command: CommandId) -> tuple[Session, ...]:
    return tuple(
        Session(
            SessionId(derived(command, "session", str(number))),
            one.starts_at,
            one.ends_at,
            one.early_minutes,
            one.late_minutes,
        )
        for number, one in enumerate(data.sessions, start=1)
    )


HANDLERS = [
    draft_activity,
    publish_activity,
    open_activity,
    close_activity,
    cancel_activity,
    sign_up,
    withdraw_sign_up,
]
