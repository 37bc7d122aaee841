"""After the activity: its visits become proposed awards, a few at a time, and then the activity counts as tallied."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, Literal, NamedTuple
from uuid import UUID

from litestar import Request, Response
from litestar.params import FromPath

from api.answers import outcome_of, told, written
from api.deployment import Deployment
from api.readers import LIST_MAX, Reader, newest, reading
from api.v1.commanding import commanding
from api.v1.pieces import Piece, cut, submit_piece
from api.v1.settings import settings_at
from api.v1.visibility import activity_for
from ledger.activities.activity_refusals import ActivityNotClosed
from ledger.activities.visit_decisions import confirm_until
from ledger.application.authority import Permission
from ledger.application.awards import FINISH_TALLY, TALLY_VISITS, VISITS_MAX, FinishTally, TallyVisits, Visit
from ledger.application.ports import Answer
from ledger.application.programme import DEFAULTS
from ledger.application.work import Outcome
from ledger.kernel.ids import ActivityId, MemberId, SessionId
from projections import activity_roll
from projections.activity_rows import AttendanceRow

Place = Literal["ready", "tallied", "own", "open", "unconfirmed", "lapsed", "disputed"]
WAITING: Final = ("own", "open", "unconfirmed", "disputed", "without_rule")
"""Visits that can still come to count, so that the tally is not finished."""


class _Roll(NamedTuple):
    """The visits of an activity. ready: to be sent to the ledger, those tallied before too, so that the parts of a
    request sent again are the same. counts: how many stand where; tallied means before this request."""

    ready: list[Visit]
    counts: Counter[str]


@commanding("/activities/{activity:str}/tally", Permission.PROPOSE_AWARDS, "activities")
async def tally_activity(request: Request[Any, Any, Any], activity: FromPath[UUID]) -> Response[bytes]:
    """Propose the awards of a closed activity's visits. Cut off and sent again with the same key, it does the rest.

    Figures: tallied (visits in all), proposed (awards), own (the caller's visits, for somebody else), open (not gone
    yet), unconfirmed (a leader can still confirm them), disputed (somebody must decide), without_rule (no rule holds on
    their day, until one is published that does), lapsed (nobody confirmed in time). While any but lapsed are left, the
    code is `visits-tallied` and the activity stays closed, so that a later tally finds them; then `tally-finished`.
    """
    roll = await asyncio.to_thread(_roll, request, activity)
    figures = Counter(roll.counts)
    done: list[Answer] = []
    for part in cut(roll.ready, VISITS_MAX):
        answer = await _tally_part(request, activity, part)
        found = outcome_of(answer).figures
        figures["proposed"] += found["proposed"]
        figures["tallied"] += 0 if answer.replayed else found["tallied"]
        figures["without_rule"] += found["without_rule"]
        done.append(answer)
    if any(figures[reason] for reason in WAITING):
        return _answered("visits-tallied", activity, figures=figures, done=done)
    asked = FinishTally(ActivityId(activity), figures["tallied"])
    done.append(await submit_piece(request, FINISH_TALLY, Piece("finish", asked)))
    return _answered(outcome_of(done[-1]).code, activity, figures=figures, done=done)


async def _tally_part(request: Request[Any, Any, Any], activity: UUID, part: Sequence[Visit]) -> Answer:
    """A part is named by its visits: sent again it is the same command, and with other visits it is another."""
    name = sha256(b"".join(visit.session.bytes + visit.member.bytes for visit in part)).hexdigest()
    asked = TallyVisits(ActivityId(activity), tuple(part))
    return await submit_piece(request, TALLY_VISITS, Piece(f"visits {name}", asked))


def _answered(code: str, activity: UUID, *, figures: Counter[str], done: Sequence[Answer]) -> Response[bytes]:
    outcome = Outcome(code, ids={"activity": activity}, figures=dict(figures))
    if not done:
        return told(outcome)
    together = done[-1]._replace(
        result=outcome,
        position=max(answer.position for answer in done),
        replayed=all(answer.replayed for answer in done),
    )
    return written(together)


def _roll(request: Request[Any, Any, Any], activity: UUID) -> _Roll:
    """As of the newest event. Refuses with ActivityNotClosed where only waiting visits are left to say so."""
    deployment: Deployment = request.app.state.deployment
    now = deployment.clock.now()
    with reading(request, newest(request)) as reader:
        row = activity_for(reader, Permission.PROPOSE_AWARDS, activity)
        visits = _visits(reader, activity)
        actor = reader.member
        held = settings_at(reader, row.organisation)
        confirm_days = (held.settings if held else DEFAULTS).confirm_days
    roll = _Roll([], Counter({"tallied": 0, "proposed": 0, **dict.fromkeys((*WAITING, "lapsed"), 0)}))
    for visit in visits:
        place = _place(visit, actor, now, confirm_days=confirm_days)
        if place == "ready" or (place == "tallied" and visit.member != actor):
            roll.ready.append(Visit(SessionId(visit.session), MemberId(visit.member)))
        if place != "ready":
            roll.counts[place] += 1
    if not roll.ready and row.status in ("draft", "published", "open", "cancelled"):
        raise ActivityNotClosed(row.status)
    return roll


def _visits(reader: Reader, activity: UUID) -> list[AttendanceRow]:
    found: list[AttendanceRow] = []
    while page := activity_roll.attendances(
        reader.connection, activity, after=found[-1].attendance if found else None, limit=LIST_MAX
    ):
        found += page
    return [visit for visit in found if visit.in_at is not None]


def _place(visit: AttendanceRow, actor: UUID, now: datetime, *, confirm_days: int) -> Place:
    """Where the visit stands in a tally by `actor`."""
    if visit.minutes_seen is not None:
        return "tallied"
    if visit.status == "disputed":
        return "disputed"
    if visit.out_at is None:
        return "open"
    if visit.awaits_confirmation:
        return "unconfirmed" if now <= confirm_until(visit.out_at, confirm_days) else "lapsed"
    return "own" if visit.member == actor else "ready"


HANDLERS = [tally_activity]
