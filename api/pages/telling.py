"""The page after pressing a button: one answer, told apart from every other by its colour, its sign and its word.

The colour and the sign go by the answer's name in the stylesheet and in `signs.html`.
"""

from collections.abc import Mapping
from typing import Any, Final

from litestar import Request, Response
from msgspec import Struct

from api.languages import marked, said
from api.pages.rendering import Link, Press, language_of, page
from api.sentences import FAULT_STATUSES, STATUSES, detail, sentence

WORDS: Final[Mapping[str, str]] = {
    "checked-in": marked("已签到"),
    "checked-out": marked("已签退"),
    "already-in": marked("已经签到过了"),
    "already-out": marked("已经签退过了"),
    "signed-up": marked("报名好了"),
    "already-signed-up": marked("已经报过名了"),
    "handed-over": marked("已交给本人"),
    "already-handed-over": marked("已经领走了"),
    "not-signed-up": marked("还没有报名"),
    "not-checked-in": marked("还没有签到"),
    "session-full": marked("名额已满"),
    "too-early": marked("还没到时间"),
    "too-late": marked("时间已过"),
    "not-open": marked("活动没有开放"),
    "code-expired": marked("码已过期"),
    "ticket-expired": marked("等得太久了"),
    "not-a-code-of-ours": marked("不是我们的码"),
    "typed-code-slip": marked("码输错了"),
    "card-revoked": marked("这张卡已作废"),
    "card-replaced": marked("这张旧卡已作废"),
    "member-merged": marked("登记已合并"),
    "member-suspended": marked("已经暂停"),
    "slow-down": marked("请慢一点"),
    "busy": marked("现在很忙"),
    "for-staff": marked("请给工作人员扫"),
    "refused": marked("没有办成"),
}
"""Every answer a page can give, by name."""

LOOKS: Final[Mapping[str, str]] = {
    "redemption-handed-over": "handed-over",
    "activity-not-open": "not-open",
    "ledger-busy": "busy",
    "database-unavailable": "busy",
    "storage-full": "busy",
    "storage-read-only": "busy",
    "clock-wrong": "busy",
    "outcome-unknown": "busy",
    "too-many-attempts": "slow-down",
    "too-many-tries": "slow-down",
    "session-over": "too-late",
    "put-on-waiting-list": "session-full",
    "already-waiting": "session-full",
}
"""Codes that look like an answer of another name; a code that is neither here nor in `WORDS` looks like `refused`."""

ADVICE: Final[Mapping[str, str]] = {
    "already-handed-over": marked("请不要再发。"),
    "not-signed-up": marked("请先报名，再签到。"),
    "not-checked-in": marked("请先签到。"),
    "session-full": marked("请看看别的场次。"),
    "too-early": marked("请晚点再扫。"),
    "too-late": marked("请找活动负责人。"),
    "not-open": marked("请找活动负责人。"),
    "code-expired": marked("请扫屏幕上的新码。"),
    "ticket-expired": marked("请再扫一次。"),
    "not-a-code-of-ours": marked("请扫活动现场的码。"),
    "typed-code-slip": marked("请看着屏幕再输一次。"),
    "card-revoked": marked("请到社区服务台换一张新卡。"),
    "card-replaced": marked("已经发了新卡，请用新卡。捡到的旧卡请交回社区。"),
    "member-suspended": marked("请找社区工作人员。"),
    "slow-down": marked("请过一会儿再试。"),
    "busy": marked("什么都没有改变，请再试一次。"),
    "outcome-unknown": marked("不知道办成了没有，请再试一次，不会重复办理。"),
    "idempotency-key-reused": marked("这一页已经用过了，请从头再来一次。"),
}
"""What to do, where the word says already what happened; elsewhere the refusal's own sentence is shown."""


class Reply(Struct, frozen=True):
    """An answer and its page. lines: what there is to add. presses: what can be done now, the main one first."""

    code: str
    lines: tuple[str, ...] = ()
    presses: tuple[Press, ...] = ()
    link: Link | None = None
    status: int = 200


def refusal(
    code: str, facts: Mapping[str, Any], language: str, *, presses: tuple[Press, ...] = (), link: Link | None = None
) -> Reply:
    """The reply to a refusal or fault: its sentence, and what its facts add."""
    more, advice = detail(code, facts, language), ADVICE.get(code) or ADVICE.get(look_of(code))
    told = said(advice, language) if advice else sentence(code, language)
    lines = (told, *((more,) if more else ()))
    return Reply(code, lines, presses, link, STATUSES.get(code) or FAULT_STATUSES.get(code, 409))


def look_of(code: str) -> str:
    """The name under which the answer's colour, sign and word are found."""
    look = LOOKS.get(code, code)
    return look if look in WORDS else "refused"


def tell(request: Request[Any, Any, Any], reply: Reply) -> Response[str]:
    """The page of `reply`."""
    look = look_of(reply.code)
    facts = {
        "look": look,
        "word": said(WORDS[look], language_of(request)),
        "lines": reply.lines,
        "presses": reply.presses,
        "link": reply.link,
    }
    return page(request, "answer.html", facts, status=reply.status)
