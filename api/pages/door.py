"""The door of an activity: what its screen's code and its poster show, and what pressing their button does.

Showing changes nothing. The screen's code was seen when the page was made: a ticket says so for five minutes.
"""

import asyncio
from datetime import datetime
from typing import Any, Final, NamedTuple

from litestar import Request, Response

from api.answers import outcome_of
from api.calls import count_try, submit
from api.decoding import MalformedBody
from api.deployment import SELF_CHECK_INS, Deployment
from api.identity import UnknownId, proof_of
from api.languages import marked, said
from api.pages.amounts import clock_time, span
from api.pages.forms import direction_of, id_of, key_of
from api.pages.gatherings import Gathering, Visit, gathering, visit_of
from api.pages.rendering import Link, Press, language_of, page, press
from api.pages.telling import Reply
from api.readers import Reader
from api.v1.codes import count_bad_code
from ledger.activities.activity import Direction
from ledger.application.activities import SIGN_UP, SignUp
from ledger.application.check_ins import CHECK_IN, CheckIn
from ledger.application.masking import mask_name
from ledger.application.ports import Answer
from ledger.kernel.ids import ActivityId, SessionId
from projections import activity_roll
from qr.refusals import NotOurCode
from qr.tickets import issue_ticket, read_ticket
from qr.tokens import KioskCode, Poster

MINE: Final = Link("/me", marked("看我的积分"))
_WORDS: Final[dict[Direction, str]] = {"in": marked("我来了，签到"), "out": marked("我走了，签退")}
_SESSIONS_OFFERED: Final = 5
_TIMES: Final = {
    "seen": marked("时间 {time}"),
    "first": marked("第一次签到是 {time}"),
    "out": marked("{time} 签退"),
}


class _Seen(NamedTuple):
    """What the code proves. ticket: "" for the poster, which needs none."""

    at: datetime
    basis: Any
    ticket: str


def show(request: Request[Any, Any, Any], token: KioskCode | Poster, here: str, reader: Reader | None) -> Response[str]:
    """The activity, and the one thing to press."""
    deployment: Deployment = request.app.state.deployment
    shown = gathering(deployment, token.activity)
    if shown is None:
        raise UnknownId
    visit = visit_of(deployment, reader.member, shown) if reader else Visit()
    language = language_of(request)
    presses: tuple[Press, ...] = ()
    if visit.left_at is not None and shown.row.status != "open":
        presses = ()
    elif reader is not None and isinstance(token, KioskCode):
        presses = _door_presses(here, visit, language, ticket=_ticket(request, token))
    elif reader is not None:
        presses = _poster_presses(reader, here, shown, visit, language)
    facts = {
        "gathering": shown,
        "when": shown.when(language),
        "member_name": reader.names([reader.member])[reader.member] if reader else "",
        "signed_in": reader is not None,
        "is_poster": isinstance(token, Poster),
        "has_place": reader is not None and _has_place(reader, shown),
        "here": here,
        "presses": presses,
        "inside_since": visit.inside_since and clock_time(visit.inside_since),
        "left_at": visit.left_at and clock_time(visit.left_at),
    }
    return page(request, "landing.html", facts)


async def do(request: Request[Any, Any, Any], token: KioskCode | Poster, here: str, fields: dict[str, str]) -> Reply:
    """Check in or out, or sign up, as the button said."""
    if "action" in fields:
        return await _sign_up(request, token, here, fields)
    seen = await _seen(request, token, fields)
    count_try(request, "check-in", SELF_CHECK_INS)
    asked = CheckIn(ActivityId(token.activity), seen.at, seen.basis, direction_of(fields))
    answer = await submit(request, CHECK_IN, asked, key=key_of(fields))
    return await asyncio.to_thread(door_reply, request, answer)


def next_presses(
    code: str, here: str, fields: dict[str, str], facts: dict[str, Any], language: str
) -> tuple[Press, ...]:
    """What to press after a refusal, each under a new key: the same again where that can help, or what is missing."""
    kept = {name: fields[name] for name in ("ticket", "direction") if name in fields}
    match code:
        case "not-signed-up":
            sign_up = {"ticket": kept.get("ticket", ""), "action": "sign-up", "session": str(facts.get("session"))}
            return (press(here, said(marked("报名"), language), **sign_up),)
        case "not-checked-in":
            return (press(here, said(_WORDS["in"], language), **kept | {"direction": "in"}),)
        case "activity-not-open" | "too-many-attempts":
            return (press(here, said(marked("再试一次"), language), **kept),)
        case _:
            return ()


def _ticket(request: Request[Any, Any, Any], token: KioskCode) -> str:
    deployment: Deployment = request.app.state.deployment
    session = proof_of(request).token_hash
    return issue_ticket(token.activity, deployment.clock.now(), session=session, keys=deployment.tokens)


def _door_presses(here: str, visit: Visit, language: str, **fields: str) -> tuple[Press, ...]:
    """In; or, for somebody who is inside, out first and in as the second. Who left may come back."""
    if visit.left_at is not None:
        return (press(here, said(marked("我又回来了，签到"), language), direction="in", **fields),)
    directions: tuple[Direction, ...] = ("out", "in") if visit.inside_since else ("in",)
    return tuple(press(here, said(_WORDS[one], language), direction=one, **fields) for one in directions)


def _poster_presses(reader: Reader, here: str, shown: Gathering, visit: Visit, language: str) -> tuple[Press, ...]:
    if shown.row.status == "open" and shown.row.poster_check_in:
        return _door_presses(here, visit, language)
    if shown.row.status not in ("published", "open"):
        return ()
    taken = {one.session for one in activity_roll.sign_ups_of(reader.connection, reader.member)}
    if visit != Visit():
        taken.add(shown.session.session)
    now = reader.deployment.clock.now()
    free = [one for one in shown.sessions if one.session not in taken and now < one.ends_at][:_SESSIONS_OFFERED]
    word = said(marked("报名") if len(shown.sessions) == 1 else marked("报名 {when}"), language)
    return tuple(
        press(
            here,
            word.format(when=span(one.starts_at, one.ends_at, language, today=shown.today)),
            action="sign-up",
            session=str(one.session),
        )
        for one in free
    )


def _has_place(reader: Reader, shown: Gathering) -> bool:
    return any(
        one.activity == shown.row.activity for one in activity_roll.sign_ups_of(reader.connection, reader.member)
    )


async def _seen(request: Request[Any, Any, Any], token: KioskCode | Poster, fields: dict[str, str]) -> _Seen:
    deployment: Deployment = request.app.state.deployment
    now = deployment.clock.now()
    if isinstance(token, Poster):
        return _Seen(now, "poster", "")
    text = fields.get("ticket", "")
    try:
        ticket = read_ticket(text, session=proof_of(request).token_hash, now=now, keys=deployment.tokens)
    except NotOurCode:
        await count_bad_code(request, now)
        raise
    if ticket.activity != token.activity:
        raise NotOurCode
    return _Seen(ticket.seen_at, "kiosk", text)


async def _sign_up(
    request: Request[Any, Any, Any], token: KioskCode | Poster, here: str, fields: dict[str, str]
) -> Reply:
    if fields["action"] != "sign-up":
        raise MalformedBody("bad-request", 400, "no such action")
    asked = SignUp(ActivityId(token.activity), SessionId(id_of(fields, "session")))
    answer = await submit(request, SIGN_UP, asked, key=key_of(fields))
    language, ticket, outcome = language_of(request), fields.get("ticket"), outcome_of(answer)
    link = Link(MINE.url, said(MINE.word, language))
    if (position := outcome.figures.get("position")) is not None:
        place = said(marked("候补第 {position} 位"), language, position=position)
        return Reply(outcome.code, (place, said(marked("有人退出时会自动补上，请到“我的”里看。"), language)), link=link)
    if isinstance(token, KioskCode) and ticket:
        return Reply(outcome.code, (), _door_presses(here, Visit(), language, ticket=ticket))
    line = said(marked("到时请带手机来，扫门口屏幕上的码签到。"), language)
    return Reply(outcome.code, (line,), link=link)


def door_reply(request: Request[Any, Any, Any], answer: Answer) -> Reply:
    """What happened, where and when. For a second scan: when the first one was, and who made it."""
    deployment: Deployment = request.app.state.deployment
    outcome, language = outcome_of(answer), language_of(request)
    activity, scanned_by = outcome.ids["activity"], outcome.ids.get("scanned_by")
    texts = deployment.directory.read_all(activity)
    lines = [" · ".join(texts[field] for field in ("title", "place") if texts.get(field))]
    for name, sentence in _TIMES.items():
        if name in outcome.times:
            lines.append(said(sentence, language, time=clock_time(outcome.times[name])))
    if scanned_by is not None:
        name = mask_name(deployment.directory.read([scanned_by], "name").get(scanned_by, ""))
        lines.append(said(marked("那次由工作人员 {name} 扫码"), language, name=name))
    if outcome.code == "checked-in":
        lines.append(said(marked("走的时候请再扫一次。"), language))
    return Reply(outcome.code, tuple(filter(None, lines)), link=Link(MINE.url, said(MINE.word, language)))
