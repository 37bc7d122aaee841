"""`/me/security`: what one signs in with, and where one is signed in."""

import asyncio
from typing import Any, Final, NamedTuple
from uuid import UUID

from litestar import HttpMethod, Request, Response, post, route

from api.deployment import CredentialKind, Deployment
from api.identity import SIGNED_IN, UnknownId, needs
from api.languages import marked, said
from api.pages.forms import FORM_BYTES_MAX, form_of, id_of
from api.pages.rendering import language_of, page, redirect
from api.readers import Reader, reading
from api.sentences.readable import instant
from api.sign_ins import has_role

NAMES: Final[dict[CredentialKind, str]] = {
    "pin": marked("密码（6 位数字）"),
    "password": marked("口令"),
    "totp": marked("动态码"),
    "recovery_codes": marked("恢复码"),
}
PATHS: Final[dict[CredentialKind, str]] = {
    "pin": "/me/security/pin",
    "password": "/me/security/password",
    "totp": "/me/security/totp",
    "recovery_codes": "/me/security/recovery-codes",
}


class _Held(NamedTuple):
    """One thing to sign in with. since: empty where it is not set. path: where it is set or changed."""

    name: str
    since: str
    path: str


class _Session(NamedTuple):
    """Where one is signed in. device: by which it is ended. is_this: the one that looks."""

    device: UUID
    opened: str
    seen: str
    is_this: bool


@route("/me/security", http_method=[HttpMethod.GET, HttpMethod.HEAD], opt=needs(SIGNED_IN), sync_to_thread=True)
def security(request: Request[Any, Any, Any]) -> Response[str]:
    """What is set, and where one is signed in."""
    language = language_of(request)
    with reading(request) as reader:
        facts = {"held": _held(reader, language), "sessions": _sessions(reader, language)}
    return page(request, "security.html", facts)


@post("/me/security/sessions", opt=needs(SIGNED_IN), request_max_body_size=FORM_BYTES_MAX, status_code=303)
async def end_session(request: Request[Any, Any, Any]) -> Response[str]:
    """End one of one's own sessions everywhere at once."""
    device = id_of(await form_of(request), "device")
    await asyncio.to_thread(_end, request, device)
    return redirect("/me/security")


def _held(reader: Reader, language: str) -> list[_Held]:
    deployment = reader.deployment
    held = {one.kind: one for one in deployment.credentials.held(reader.member)}
    is_staff = has_role(deployment, reader.member, deployment.clock.now())
    wanted: tuple[CredentialKind, ...] = ("password", "totp", "recovery_codes", "pin") if is_staff else ("pin",)
    return [_Held(said(NAMES[kind], language), _since(held.get(kind), language), PATHS[kind]) for kind in wanted]


def _since(one: Any, language: str) -> str:
    if one is None:
        return ""
    since = said(marked("{time} 设的"), language, time=instant(one.changed, language))
    left = "" if one.left is None else said(marked("还剩 {count} 个"), language, count=one.left)
    return f"{since} {left}".strip()


def _sessions(reader: Reader, language: str) -> list[_Session]:
    found = reader.deployment.sessions.of(reader.member, reader.deployment.clock.now())
    times = [(instant(one.opened, language), instant(one.last_seen, language)) for one in found]
    return [
        _Session(one.device, opened, seen, one.device == reader.device)
        for one, (opened, seen) in zip(found, times, strict=True)
    ]


def _end(request: Request[Any, Any, Any], device: UUID) -> None:
    deployment: Deployment = request.app.state.deployment
    with reading(request) as reader:
        if not deployment.sessions.close_device(reader.member, device):
            raise UnknownId
        deployment.audit_log.record("signed_out", deployment.clock.now(), actor=reader.member)


HANDLERS: Final = [security, end_session]
