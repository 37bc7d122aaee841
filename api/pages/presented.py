"""A member's card, or the live code on a member's phone, scanned by somebody at the door.

Only who may scan at an activity that is open now, or may read members there, is told whose code it is.
"""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from litestar import Request, Response

from api.calls import submit
from api.deployment import Deployment
from api.identity import NotAllowed, UnknownId, proof_of
from api.languages import marked, said
from api.pages.door import door_reply
from api.pages.forms import direction_of, id_of, key_of
from api.pages.gatherings import Gathering, gathering, visit_of
from api.pages.rendering import Press, home, language_of, page, press
from api.pages.telling import Reply, tell
from api.readers import Reader
from api.v1.visibility import activity_for
from ledger.application.authority import ALLOWED, Permission
from ledger.application.check_ins import SCAN_MEMBER, ScanMember
from ledger.application.scans import SCAN_CARD, ScanCard
from ledger.kernel.ids import ActivityId, CardId, MemberId
from projections import activity_roll, people
from projections.activity_roll import ActivityRow
from qr.refusals import NotOurCode
from qr.tickets import issue_ticket, read_ticket
from qr.tokens import LiveMemberCode, MemberCard

Presented = MemberCard | LiveMemberCode
_AROUND: Final = timedelta(hours=2)
"""Activities are offered from two hours before their first to two hours after their last session."""
_STATUS_WORDS: Final = {
    "registered": marked("已登记，还没有核实身份"),
    "verified": marked("身份已核实"),
    "suspended": marked("已暂停"),
    "left": marked("已退出"),
    "deceased": marked("已登记去世"),
    "merged": marked("已并入同一个人的另一份登记"),
}


class _Choice(NamedTuple):
    """An activity the member can be scanned into, and its buttons."""

    gathering: Gathering
    when: str
    presses: tuple[Press, ...]


def show(request: Request[Any, Any, Any], token: Presented, here: str, reader: Reader) -> Response[str]:
    """Whose code it is and where it can be used now; to anybody else only that staff scan it."""
    member = member_of(reader.deployment, token)
    row = people.member(reader.connection, member)
    if row is None:
        raise NotOurCode
    language = language_of(request)
    if member == reader.member:
        return tell(request, Reply("for-staff", (said(marked("这是您自己的码。"), language),), link=home(language)))
    open_now = list(_open_now(reader))
    if not open_now and not reader.may(Permission.READ_MEMBERS, row.home):
        line = said(marked("这是居民的码，只有活动现场的工作人员能扫。"), language)
        return tell(request, Reply("for-staff", (line,), link=home(language)))
    facts = {
        "name": reader.names([member])[member],
        "status": said(_STATUS_WORDS[row.status], language),
        "is_good": row.status in ("registered", "verified"),
        "choices": [_choice(request, one, member, here=here, token=token) for one in open_now],
    }
    return page(request, "presented.html", facts)


async def do(request: Request[Any, Any, Any], token: Presented, fields: dict[str, str]) -> Reply:
    """Record that the member came or went."""
    deployment: Deployment = request.app.state.deployment
    seen_at = _seen_at(request, token, fields.get("ticket", ""))
    member = await asyncio.to_thread(member_of, deployment, token)
    scan = ScanMember(
        activity=ActivityId(id_of(fields, "activity")),
        member=member,
        seen_at=seen_at,
        basis="card" if isinstance(token, MemberCard) else "live_code",
        direction=direction_of(fields),
    )
    key = key_of(fields)
    if isinstance(token, MemberCard):
        answer = await submit(request, SCAN_CARD, ScanCard(scan, CardId(token.card)), key=key)
    else:
        answer = await submit(request, SCAN_MEMBER, scan, key=key)
    reply = await asyncio.to_thread(door_reply, request, answer)
    return Reply(reply.code, reply.lines, link=home(language_of(request)))


def member_of(deployment: Deployment, token: Presented) -> MemberId:
    """Whose code it is. Refuses with NotOurCode what leads to nobody; whether a card is good, only the ledger says."""
    if isinstance(token, MemberCard):
        member = deployment.directory.member_of_card(token.card)
    else:
        member = deployment.sessions.member_of_device(token.device, deployment.clock.now())
    if member is None:
        raise NotOurCode
    return member


def open_activities(reader: Reader, permission: Permission, *, around: timedelta = _AROUND) -> Iterator[ActivityRow]:
    """What is on about now in the places of the reader's roles and directly below, as far as `permission` reaches."""
    now = reader.deployment.clock.now()
    places = {role.organisation for role in reader.roles if role.role in ALLOWED[permission]}
    below = [
        node.organisation
        for one in places
        for node in people.organisations_below(reader.connection, one, day=reader.today)
    ]
    for place in [*places, *(one for one in below if one not in places)]:
        for row in activity_roll.of_organisation(
            reader.connection, place, ending_after=now - around, starting_before=now + around
        ):
            if _reaches(reader, permission, row.activity):
                yield row


def _open_now(reader: Reader) -> Iterator[ActivityRow]:
    return (row for row in open_activities(reader, Permission.SCAN_OTHERS) if row.status == "open")


def _reaches(reader: Reader, permission: Permission, activity: UUID) -> bool:
    try:
        activity_for(reader, permission, activity)
    except (NotAllowed, UnknownId):
        return False
    return True


def _choice(
    request: Request[Any, Any, Any], row: ActivityRow, member: MemberId, *, here: str, token: Presented
) -> _Choice:
    deployment: Deployment = request.app.state.deployment
    language = language_of(request)
    shown = gathering(deployment, row.activity)
    assert shown is not None
    visit = visit_of(deployment, member, shown)
    words = {"in": said(marked("来了，签到"), language), "out": said(marked("走了，签退"), language)}
    ticket = _ticket(request, token)
    directions = ("out", "in") if visit.inside_since else ("in",)
    presses = tuple(
        press(here, words[one], ticket=ticket, activity=str(row.activity), direction=one) for one in directions
    )
    return _Choice(shown, shown.when(language), presses)


def _ticket(request: Request[Any, Any, Any], token: Presented) -> str:
    deployment: Deployment = request.app.state.deployment
    return issue_ticket(_id(token), deployment.clock.now(), session=_session(request), keys=deployment.tokens)


def _seen_at(request: Request[Any, Any, Any], token: Presented, text: str) -> datetime:
    """When this session saw this code: a live one may be too old by the time the page was read."""
    deployment: Deployment = request.app.state.deployment
    now = deployment.clock.now()
    ticket = read_ticket(text, session=_session(request), now=now, keys=deployment.tokens)
    if ticket.activity != _id(token):
        raise NotOurCode
    return ticket.seen_at


def _id(token: Presented) -> UUID:
    return token.card if isinstance(token, MemberCard) else token.device


def _session(request: Request[Any, Any, Any]) -> bytes:
    """Bound to its purpose too: a ticket for a person's code is none for an activity's."""
    return b"presented " + proof_of(request).token_hash
