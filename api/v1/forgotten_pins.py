"""A forgotten PIN, and a phone that the directory knows: a code by short message, which opens one session.

The answer is the same whether there is such a person, a phone, or neither, and comes before anybody is looked up. Who
has a role gets no code this way, and neither does a person for whom two members of staff are needed at the counter:
else changing somebody's phone number would be a way around the second one. They are told so on their phone.
"""

import unicodedata
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Final, Literal

import structlog
from litestar import Request, Response, post
from litestar.background_tasks import BackgroundTask
from litestar.params import JSONBody
from msgspec import Meta, Struct

from api.answers import answers, told
from api.decoding import Strict
from api.deployment import CODES_BY_MESSAGE, DATABASE_FAULTS, MESSAGES_FROM_A_PLACE, Deployment, TooManyTries
from api.identity import PUBLIC, WITHOUT_KEY, needs
from api.languages import marked, preferred, said
from api.logs import trace
from api.messages import message_to
from api.tries import address_of
from api.worth import is_for_two
from ledger.application.short_messages import NotCarried
from ledger.kernel.clock import business_day
from ledger.kernel.ids import MemberId
from ledger.kernel.refusal import Refusal
from ledger.kernel.typed_by_hand import grouped
from projections import people

log = structlog.get_logger("linli.messages")

NAMED_BY: Final = ("member_number", "phone")
"""What people know by heart, in this order."""
_SHARED_MAX: Final = 6
"""A family shares a telephone; more people under one number are a mistake, or somebody's experiment."""


@dataclass(eq=False)
class MessageNotCarried(Refusal):
    """No message can be sent at the moment: the counter is open."""

    code: ClassVar[str] = "message-not-carried"
    remembered: ClassVar[bool] = False


class ForgottenPin(Struct, frozen=True, forbid_unknown_fields=True):
    """who: the member number or the phone number, as a person types it."""

    who: Annotated[str, Meta(min_length=1, max_length=32)]


class MessagePromised(Struct, frozen=True):
    """Said to everybody: if we know the person and their phone, a message is on its way."""

    code: str


@post(
    "/forgotten-pins",
    opt=needs(PUBLIC) | WITHOUT_KEY,
    dto=Strict[ForgottenPin],
    return_dto=None,
    status_code=202,
    sync_to_thread=True,
    responses=answers(MessagePromised, 202),
    tags=["sessions"],
)
def forgot_pin(request: Request[Any, Any, Any], data: JSONBody[ForgottenPin]) -> Response[bytes]:
    """Ask for a sign-in code on one's phone; three times an hour. It opens a session in which a new PIN is set."""
    sending = promised(request, data.who, preferred(request.headers.get("accept-language")))
    response = told(MessagePromised("message-promised"), status=202)
    response.background = sending
    return response


def promised(request: Request[Any, Any, Any], who: str, language: str) -> BackgroundTask:
    """What sends the messages, in `language`, once it was answered. Refuses with MessageNotCarried, TooManyTries."""
    deployment: Deployment = request.app.state.deployment
    try:
        deployment.carrier.check()
    except NotCarried:
        raise MessageNotCarried from None
    now, address = deployment.clock.now(), address_of(request)
    typed = "".join(one for one in unicodedata.normalize("NFKC", who).upper() if one.isalnum())
    counted = ((f"message-address:{address}", MESSAGES_FROM_A_PLACE), (f"message-typed:{typed}", CODES_BY_MESSAGE))
    for tried, rate in counted:
        wait = deployment.limits.hit(tried, rate, now)
        if wait is not None:
            raise TooManyTries(wait)
    return BackgroundTask(_send_codes, deployment, who, language)


def _send_codes(deployment: Deployment, who: str, language: str) -> None:
    """At the edge of its thread: the person was answered already, so what goes wrong is logged and not told."""
    try:
        for member in _members(deployment, who):
            _send_code(deployment, member, language)
    except NotCarried:
        log.error("message not carried")
    except DATABASE_FAULTS as error:
        log.error("fault", **trace(error))


def _members(deployment: Deployment, who: str) -> list[MemberId]:
    for kind in NAMED_BY:
        found = deployment.directory.find(kind, who)
        if found:
            return [MemberId(one) for one in found] if len(found) <= _SHARED_MAX else []
    return []


def _send_code(deployment: Deployment, member: MemberId, language: str) -> None:
    now = deployment.clock.now()
    phone = deployment.directory.read([member], "phone").get(member)
    if phone is None or deployment.limits.hit(f"message-member:{member.hex}", CODES_BY_MESSAGE, now) is not None:
        return
    answer = _answer_for(deployment, member)
    if answer is None:
        return
    deployment.audit_log.record("code_issued", now, subject=member, facts={"purpose": answer})
    if answer == "come_in_person":
        text = said(_IN_PERSON, language)
    else:
        code = deployment.sign_in_codes.issue(member, "message", now)
        number = deployment.directory.read([member], "member_number").get(member, "")
        text = said(_CODE, language, number=number, code=grouped(code, 4))
    message_to(deployment, member, answer, text, phone=phone)


def _answer_for(deployment: Deployment, member: MemberId) -> Literal["sign_in_code", "come_in_person"] | None:
    """None for who has left, and while the newest figures are not there to say who has a role and how much."""
    if not deployment.caught_up(deployment.feed.position()):
        log.error("message not sent", reason="figures behind")
        return None
    today = business_day(deployment.clock.now())
    with deployment.views() as connection:
        row = people.member(connection, member)
        if row is None or row.status in people.GONE:
            return None
        if people.roles_from(connection, member, day=today) or is_for_two(connection, row, today):
            return "come_in_person"
    return "sign_in_code"


_CODE: Final = marked("会员 {number} 的登录码 {code}，10 分钟内有效。不要告诉任何人。不是您要的，请告诉社区。")
_IN_PERSON: Final = marked("有人替您申请了登录码。您的账户要本人带证件到社区服务台办。不是您要的，请告诉社区。")

HANDLERS = [forgot_pin]
