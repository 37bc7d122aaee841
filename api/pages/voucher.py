"""A voucher, scanned where goods are handed out: what, how many, for whom, and one large button for the keeper."""

import asyncio
from typing import Any, Final
from uuid import UUID

from litestar import Request, Response

from api.answers import outcome_of
from api.calls import submit
from api.deployment import Deployment
from api.languages import marked, said
from api.pages.forms import key_of
from api.pages.rendering import home, language_of, page, press
from api.pages.telling import Reply, refusal, tell
from api.readers import Reader
from ledger.application.authority import Permission
from ledger.application.masking import mask_name
from ledger.application.ports import Answer
from ledger.application.redemptions import HAND_OVER, HandOver
from ledger.kernel.ids import MemberId, RedemptionId
from ledger.redemption.redemption_state import FINISHED
from projections import people, redemptions
from projections.redemptions import RedemptionRow
from qr.tokens import Voucher

_NOT_YET: Final = {"requested": marked("还没有通过审核"), "approved": marked("已通过，还没有备好")}


def show(request: Request[Any, Any, Any], token: Voucher, here: str, reader: Reader) -> Response[str]:
    """The goods, to who may hand them over; the member's own voucher says who scans it; others learn nothing."""
    language = language_of(request)
    row = redemptions.redemption(reader.connection, token.redemption)
    if row is None or not (row.member == reader.member or reader.may(Permission.HAND_OVER, row.organisation)):
        line = said(marked("这是领东西用的码，只有发放点的工作人员能扫。"), language)
        return tell(request, Reply("for-staff", (line,), link=home(language)))
    if row.status in FINISHED:
        return tell(request, _finished(reader, row, language))
    return page(request, "voucher.html", _facts(reader, row, here, language))


async def do(request: Request[Any, Any, Any], token: Voucher, fields: dict[str, str]) -> Reply:
    """Hand the goods over: of any number of presses and people, once."""
    redemption = RedemptionId(token.redemption)
    answer = await submit(request, HAND_OVER, HandOver(redemption), key=key_of(fields))
    return await asyncio.to_thread(_handed_over, request, answer)


def by_whom(deployment: Deployment, facts: dict[str, Any], language: str) -> str:
    """Who handed it over before, masked; empty where it is not known."""
    who = str(facts.get("handed_over_by") or "")
    if not who:
        return ""
    found = deployment.directory.read([MemberId(UUID(who))], "name")
    return said(marked("经手人 {name}"), language, name=mask_name(next(iter(found.values()), "")))


def _facts(reader: Reader, row: RedemptionRow, here: str, language: str) -> dict[str, Any]:
    is_own = row.member == reader.member
    may_press = row.status == "ready" and not is_own
    holder = people.member(reader.connection, row.member)
    return {
        "goods": reader.texts([row.reward])[row.reward],
        "pieces": row.pieces,
        "name": reader.names([row.member])[row.member],
        "not_yet": said(_NOT_YET[row.status], language) if row.status in _NOT_YET else "",
        "is_suspended": holder is not None and holder.status == "suspended",
        "is_own": is_own,
        "presses": (press(here, said(marked("交给本人"), language)),) if may_press else (),
        "here": here,
    }


def _finished(reader: Reader, row: RedemptionRow, language: str) -> Reply:
    """As the ledger would refuse it, before anybody presses anything."""
    if row.handed_reward is None:
        return refusal("redemption-finished", {"state": row.status}, language, link=home(language))
    facts = {"handed_over_at": row.ended_at, "handed_over_by": row.ended_by}
    told = refusal("already-handed-over", facts, language, link=home(language))
    return Reply(told.code, (*told.lines, by_whom(reader.deployment, facts, language)), link=told.link)


def _handed_over(request: Request[Any, Any, Any], answer: Answer) -> Reply:
    deployment: Deployment = request.app.state.deployment
    outcome, language = outcome_of(answer), language_of(request)
    reward, member = outcome.ids["reward"], outcome.ids["member"]
    names = deployment.directory.read([reward, member], "name")
    goods = said(
        marked("{goods}，{pieces} 件"), language, goods=names.get(reward, ""), pieces=outcome.figures["pieces"]
    )
    to = said(marked("交给 {name}"), language, name=mask_name(names.get(member, "")))
    return Reply(outcome.code, (goods, to), link=home(language))
