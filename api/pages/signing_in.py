"""Signing in: with a number and a PIN, with a code from staff or the phone, or as staff; and out again.

Whatever was tried, the answer to who is not let in is the same, and nothing that was typed is shown again but the way
to where the person was going.
"""

import asyncio
import re
from typing import Any, Final
from urllib.parse import urlencode

from litestar import HttpMethod, Request, Response, post, route

from api.deployment import Deployment
from api.identity import PUBLIC, needs, proof_of, token_of
from api.languages import marked, said
from api.pages.cookies import may_sign_in_here, signed_in, with_token
from api.pages.forms import FORM_BYTES_MAX, form_of
from api.pages.problems_said import Said, said_here
from api.pages.rendering import language_of, page, redirect
from api.sign_ins import SecondFactor, SignedIn, open_session, sign_in_as_staff, sign_in_with_pin
from ledger.kernel.refusal import Refusal

CODE_CHARACTERS_MAX: Final = 64
_NAME_CHARACTERS_MAX: Final = 1024
SECRET_CHARACTERS_MAX: Final = 512
_OWN_PATH: Final = re.compile(
    r"/|/me|/me/code|/me/security(/(pin|password|totp|recovery-codes))?|/typed|/me/vouchers/[0-9a-f-]{36}"
    r"|/Q/[A-Z2-7]{1,128}|/staff/slips|/staff/members(/[0-9a-f-]{36})?|/me/reads|/me/data(/file)?"
    r"|/staff/activities/[0-9a-f-]{36}/kiosk"
)


@route("/sign-in", http_method=[HttpMethod.GET, HttpMethod.HEAD], opt=needs(PUBLIC), sync_to_thread=True)
def sign_in_form(request: Request[Any, Any, Any]) -> Response[str]:
    """Asks for one of the three."""
    return _form(request, next_path=own_path(request.query_params.get("next", "/")))


@post("/sign-in", opt=needs(PUBLIC), request_max_body_size=FORM_BYTES_MAX, status_code=200)
async def sign_in(request: Request[Any, Any, Any]) -> Response[str]:
    """Open a new session, and go where the person was going."""
    return await asyncio.to_thread(_sign_in, request, await form_of(request))


@post("/sign-out", opt=needs(PUBLIC), request_max_body_size=FORM_BYTES_MAX, status_code=303, sync_to_thread=True)
def sign_out(request: Request[Any, Any, Any]) -> Response[str]:
    """End this session everywhere at once."""
    close_session(request)
    deployment: Deployment = request.app.state.deployment
    return with_token(redirect("/"), deployment.settings, "", seconds=0)


def own_path(text: str) -> str:
    """`text` if it is the path of one of our pages, else the first page: nobody is led to another site."""
    return text if _OWN_PATH.fullmatch(text) else "/"


def close_session(request: Request[Any, Any, Any]) -> None:
    """Whoever was signed in here before is not any more."""
    deployment: Deployment = request.app.state.deployment
    now = deployment.clock.now()
    if not token_of(request):
        return
    session = deployment.sessions.lookup_any(proof_of(request).token_hash, now)
    if session is not None:
        deployment.sessions.close(proof_of(request).token_hash)
        deployment.audit_log.record("signed_out", now, actor=session.member)


def unencrypted(request: Request[Any, Any, Any]) -> Said | None:
    """Why nobody can sign in here; None where they can."""
    deployment: Deployment = request.app.state.deployment
    if may_sign_in_here(deployment.settings):
        return None
    return Said(said(marked("这里的连接没有加密，不能登录。请告诉管理员。"), language_of(request)), 403)


def _sign_in(request: Request[Any, Any, Any], fields: dict[str, str]) -> Response[str]:
    next_path = own_path(fields.get("next", "/"))
    problem = unencrypted(request)
    if problem is not None:
        return _form(request, next_path=next_path, problem=problem)
    try:
        opened = _opened(request, fields)
    except Refusal as refused:
        return _form(request, next_path=next_path, problem=said_here(request, refused))
    close_session(request)
    if opened.kind == "enrolment":
        return signed_in(request, opened, "/set-up?" + urlencode({"next": next_path}))
    return signed_in(request, opened, next_path)


def _opened(request: Request[Any, Any, Any], fields: dict[str, str]) -> SignedIn:
    if "code" in fields:
        return open_session(request, fields["code"][:CODE_CHARACTERS_MAX])
    who = fields.get("who", "")[:_NAME_CHARACTERS_MAX]
    if "password" in fields:
        totp, recovery = (fields.get(name, "")[:CODE_CHARACTERS_MAX] for name in ("totp", "recovery"))
        second = SecondFactor(totp, recovery)
        return sign_in_as_staff(request, who, fields["password"][:SECRET_CHARACTERS_MAX], second)
    return sign_in_with_pin(request, who, fields.get("pin", "")[:CODE_CHARACTERS_MAX])


def _form(request: Request[Any, Any, Any], *, next_path: str, problem: Said | None = None) -> Response[str]:
    facts = {"next": next_path, "problem": problem.sentence if problem else ""}
    return page(request, "sign_in.html", facts, status=problem.status if problem else 200)


HANDLERS: Final = [sign_in_form, sign_in, sign_out]
