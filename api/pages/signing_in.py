"""Signing in with a code from staff, and out again. The session lives in one cookie that scripts cannot read.

Over https the cookie is `__Host-` and Secure; plain http is for the demonstration only, under another name.
"""

import asyncio
import re
from typing import Any, Final

from litestar import HttpMethod, Request, Response, post, route

from api.deployment import Deployment
from api.identity import PUBLIC, cookie_name, needs, proof_of, token_of
from api.languages import marked, said
from api.pages.forms import FORM_BYTES_MAX, form_of
from api.pages.rendering import language_of, page, redirect
from api.sentences import STATUSES, detail, sentence
from api.settings import Settings
from api.v1.sessions import SignedIn, open_session
from ledger.kernel.refusal import Refusal

_CODE_CHARACTERS_MAX: Final = 64
_OWN_PATH: Final = re.compile(
    r"/|/me|/me/code|/typed|/me/vouchers/[0-9a-f-]{36}|/Q/[A-Z2-7]{1,128}|/staff/activities/[0-9a-f-]{36}/kiosk"
)


@route("/sign-in", http_method=[HttpMethod.GET, HttpMethod.HEAD], opt=needs(PUBLIC), sync_to_thread=True)
def sign_in_form(request: Request[Any, Any, Any]) -> Response[str]:
    """Asks for the code."""
    return _form(request, next_path=own_path(request.query_params.get("next", "/")))


@post("/sign-in", opt=needs(PUBLIC), request_max_body_size=FORM_BYTES_MAX, status_code=200)
async def sign_in(request: Request[Any, Any, Any]) -> Response[str]:
    """Exchange the code for a new session, and go where the person was going."""
    return await asyncio.to_thread(_sign_in, request, await form_of(request))


@post("/sign-out", opt=needs(PUBLIC), request_max_body_size=FORM_BYTES_MAX, status_code=303, sync_to_thread=True)
def sign_out(request: Request[Any, Any, Any]) -> Response[str]:
    """End this session everywhere at once."""
    _close(request)
    deployment: Deployment = request.app.state.deployment
    return _with_cookie(redirect("/"), deployment.settings, "", seconds=0)


def own_path(text: str) -> str:
    """`text` if it is the path of one of our pages, else the first page: nobody is led to another site."""
    return text if _OWN_PATH.fullmatch(text) else "/"


def _sign_in(request: Request[Any, Any, Any], fields: dict[str, str]) -> Response[str]:
    deployment: Deployment = request.app.state.deployment
    language, next_path = language_of(request), own_path(fields.get("next", "/"))
    if not (deployment.settings.secure or deployment.settings.demonstration):
        problem = said(marked("这里的连接没有加密，不能登录。请告诉管理员。"), language)
        return _form(request, next_path=next_path, problem=problem, status=403)
    try:
        opened = open_session(request, fields.get("code", "")[:_CODE_CHARACTERS_MAX])
    except Refusal as refused:
        more = detail(refused.code, refused.facts(), language) or ""
        problem = f"{sentence(refused.code, language)} {more}".strip()
        return _form(request, next_path=next_path, problem=problem, status=STATUSES[refused.code])
    _close(request)
    return _signed_in(deployment, opened, next_path)


def _form(request: Request[Any, Any, Any], *, next_path: str, problem: str = "", status: int = 200) -> Response[str]:
    return page(request, "sign_in.html", {"next": next_path, "problem": problem}, status=status)


def _signed_in(deployment: Deployment, opened: SignedIn, next_path: str) -> Response[str]:
    seconds = int((opened.expires_at - deployment.clock.now()).total_seconds())
    return _with_cookie(redirect(next_path), deployment.settings, opened.token, seconds=seconds)


def _with_cookie(response: Response[str], settings: Settings, token: str, *, seconds: int) -> Response[str]:
    """Told to keep `token` for so long; 0 forgets it."""
    name, secure = cookie_name(settings), settings.secure
    response.set_cookie(name, token, max_age=seconds, path="/", secure=secure, httponly=True, samesite="lax")
    return response


def _close(request: Request[Any, Any, Any]) -> None:
    """Whoever was signed in here before is not any more."""
    deployment: Deployment = request.app.state.deployment
    if token_of(request):
        deployment.sessions.close(proof_of(request).token_hash)


HANDLERS: Final = [sign_in_form, sign_in, sign_out]
