"""`/activate`, `/set-up` and the pages below `/me/security`: setting what one signs in with.

A slip or a code leads through `/activate` to `/set-up`, which asks for what is still missing and then opens a session.
Later changes ask again who one is (`/step-up`).
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Final
from urllib.parse import urlencode

from litestar import HttpMethod, Request, Response, post, route
from litestar.params import FromPath
from markupsafe import Markup

from api.deployment import PASSWORD_CHARACTERS_MIN, CredentialKind, Deployment, SessionInfo
from api.enrolling import owner, owner_who_may_set, to_set, went_on
from api.identity import ENROLLING, PUBLIC, UnknownId, needs
from api.pages.cookies import signed_in
from api.pages.forms import FORM_BYTES_MAX, form_of
from api.pages.problems_said import Said, said_here
from api.pages.rendering import page, redirect
from api.pages.security import PATHS
from api.pages.signing_in import CODE_CHARACTERS_MAX, SECRET_CHARACTERS_MAX, close_session, own_path, unencrypted
from api.sign_ins import open_session
from api.v1.credentials import begun_totp, new_codes
from ledger.kernel.refusal import Refusal
from qr import rendering

_GET: Final = [HttpMethod.GET, HttpMethod.HEAD]
_GROUPS_OF: Final = 4
_TEMPLATES: Final[dict[CredentialKind, str]] = {
    "pin": "set_pin.html",
    "password": "set_password.html",
    "totp": "set_totp.html",
    "recovery_codes": "recovery_codes.html",
}


_MORE: Final[dict[CredentialKind, dict[str, Any]]] = {
    "pin": {},
    "password": {"characters_min": PASSWORD_CHARACTERS_MIN},
    "totp": {"picture": "", "groups": ()},
    "recovery_codes": {"codes": ()},
}


@dataclass(eq=False)
class TypedDifferently(Refusal):
    """The two fields of a form do not say the same."""

    code: ClassVar[str] = "typed-differently"
    remembered: ClassVar[bool] = False


@route("/activate", http_method=_GET, opt=needs(PUBLIC), sync_to_thread=True)
def activate_form(request: Request[Any, Any, Any]) -> Response[str]:
    """Asks for the code."""
    return _activate_form(request, "")


@route("/activate/{code:str}", http_method=_GET, opt=needs(PUBLIC), sync_to_thread=True)
def activate_from_slip(request: Request[Any, Any, Any], code: FromPath[str]) -> Response[str]:
    """The same, with the code that the slip's picture carried. Opening the page uses nothing up."""
    return _activate_form(request, code[:CODE_CHARACTERS_MAX])


@post("/activate", opt=needs(PUBLIC), request_max_body_size=FORM_BYTES_MAX, status_code=200)
async def activate(request: Request[Any, Any, Any]) -> Response[str]:
    """Use the code up, and go on to setting the PIN."""
    fields = await form_of(request)
    return await asyncio.to_thread(_activated, request, fields.get("code", "")[:CODE_CHARACTERS_MAX])


@route("/set-up", http_method=_GET, opt=needs(ENROLLING), sync_to_thread=True)
def set_up(request: Request[Any, Any, Any]) -> Response[str]:
    """Leads to what is still missing, one thing after the other, and then to where the person was going."""
    deployment: Deployment = request.app.state.deployment
    missing, next_path = to_set(deployment, owner(request)), own_path(request.query_params.get("next", "/"))
    if not missing:
        return redirect(next_path)
    return redirect(f"{PATHS[missing[0]]}?{urlencode({'next': next_path})}")


@route("/me/security/{name:str}", http_method=_GET, opt=needs(ENROLLING), sync_to_thread=True)
def setting_form(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[str]:
    """Asks for something new, of who showed just now who they are."""
    owner_who_may_set(request)
    return _form(request, _kind(name), own_path(request.query_params.get("next", "/me/security")))


@post("/me/security/{name:str}", opt=needs(ENROLLING), request_max_body_size=FORM_BYTES_MAX, status_code=200)
async def setting(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[str]:
    """Set it."""
    fields = await form_of(request)
    return await asyncio.to_thread(_set, request, _kind(name), fields)


def _activate_form(request: Request[Any, Any, Any], code: str, problem: Said | None = None) -> Response[str]:
    facts = {"code": code, "problem": problem.sentence if problem else ""}
    return page(request, "activate.html", facts, status=problem.status if problem else 200)


def _activated(request: Request[Any, Any, Any], code: str) -> Response[str]:
    problem = unencrypted(request)
    if problem is not None:
        return _activate_form(request, "", problem)
    try:
        opened = open_session(request, code)
    except Refusal as refused:
        return _activate_form(request, "", said_here(request, refused))
    close_session(request)
    return signed_in(request, opened, "/set-up" if opened.kind == "enrolment" else PATHS["pin"])


def _kind(name: str) -> CredentialKind:
    for kind, path in PATHS.items():
        if path.rpartition("/")[2] == name:
            return kind
    raise UnknownId


def _form(
    request: Request[Any, Any, Any], kind: CredentialKind, next_path: str, *, problem: Said | None = None, **facts: Any
) -> Response[str]:
    told = {"next": next_path, "here": PATHS[kind], "problem": problem.sentence if problem else ""}
    return page(request, _TEMPLATES[kind], told | _MORE[kind] | facts, status=problem.status if problem else 200)


def _set(request: Request[Any, Any, Any], kind: CredentialKind, fields: dict[str, str]) -> Response[str]:
    session, next_path = owner_who_may_set(request), own_path(fields.get("next", "/me/security"))
    if kind == "recovery_codes":
        return _form(request, kind, next_path, codes=new_codes(request))
    if kind == "totp" and "totp" not in fields:
        return _form(request, kind, next_path, **_begun(request, session))
    try:
        _SETTERS[kind](request, session, fields)
    except Refusal as refused:
        return _form(request, kind, next_path, problem=said_here(request, refused))
    done = went_on(request, session, kind)
    if done.session is None:
        return redirect(f"/set-up?{urlencode({'next': next_path})}")
    return signed_in(request, done.session, next_path)


def _set_pin(request: Request[Any, Any, Any], session: SessionInfo, fields: dict[str, str]) -> None:
    deployment: Deployment = request.app.state.deployment
    deployment.credentials.set_pin(session.member, _typed_twice(fields, CODE_CHARACTERS_MAX), deployment.clock.now())


def _set_password(request: Request[Any, Any, Any], session: SessionInfo, fields: dict[str, str]) -> None:
    deployment: Deployment = request.app.state.deployment
    password = _typed_twice(fields, SECRET_CHARACTERS_MAX)
    deployment.credentials.set_password(session.member, password, deployment.clock.now())


def _confirm_totp(request: Request[Any, Any, Any], session: SessionInfo, fields: dict[str, str]) -> None:
    deployment: Deployment = request.app.state.deployment
    code = fields.get("totp", "")[:CODE_CHARACTERS_MAX]
    deployment.credentials.confirm_totp(session.member, code, deployment.clock.now())


def _typed_twice(fields: dict[str, str], characters_max: int) -> str:
    new, again = (fields.get(name, "")[:characters_max] for name in ("new", "again"))
    if new != again:
        raise TypedDifferently
    return new


def _begun(request: Request[Any, Any, Any], session: SessionInfo) -> dict[str, Any]:
    """The new secret, to be scanned or typed; told this once."""
    new = begun_totp(request, session.member)
    # Markup: drawn by ourselves from the secret's address, so there is nothing in it to escape.
    picture = Markup(rendering.svg(new.address))
    groups = [new.secret[place : place + _GROUPS_OF] for place in range(0, len(new.secret), _GROUPS_OF)]
    return {"picture": picture, "groups": groups}


_SETTERS: Final[dict[CredentialKind, Callable[[Request[Any, Any, Any], SessionInfo, dict[str, str]], None]]] = {
    "pin": _set_pin,
    "password": _set_password,
    "totp": _confirm_totp,
}

HANDLERS: Final = [activate_form, activate_from_slip, activate, set_up, setting_form, setting]
