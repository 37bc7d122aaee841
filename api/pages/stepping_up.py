"""`/step-up`: asked again who one is, before what cannot be taken back; and then on to where one was going."""

import asyncio
from typing import Any, Final

from litestar import HttpMethod, Request, Response, post, route

from api.identity import SIGNED_IN, needs
from api.pages.cookies import signed_in
from api.pages.forms import FORM_BYTES_MAX, form_of
from api.pages.problems_said import Said, said_here
from api.pages.rendering import page
from api.pages.signing_in import CODE_CHARACTERS_MAX, SECRET_CHARACTERS_MAX, own_path
from api.readers import reading
from api.sign_ins import has_role, step_up
from ledger.kernel.refusal import Refusal


@route("/step-up", http_method=[HttpMethod.GET, HttpMethod.HEAD], opt=needs(SIGNED_IN), sync_to_thread=True)
def step_up_form(request: Request[Any, Any, Any]) -> Response[str]:
    """Asks for the PIN, or of staff for a code of the authenticator."""
    return _form(request, own_path(request.query_params.get("next", "/")))


@post("/step-up", opt=needs(SIGNED_IN), request_max_body_size=FORM_BYTES_MAX, status_code=200)
async def stepped_up(request: Request[Any, Any, Any]) -> Response[str]:
    """Go on under a new token."""
    return await asyncio.to_thread(_stepped_up, request, await form_of(request))


def _stepped_up(request: Request[Any, Any, Any], fields: dict[str, str]) -> Response[str]:
    next_path = own_path(fields.get("next", "/"))
    password = fields.get("password", "")[:SECRET_CHARACTERS_MAX]
    totp, pin = (fields.get(name, "")[:CODE_CHARACTERS_MAX] for name in ("totp", "pin"))
    try:
        opened = step_up(request, password=password, totp=totp, pin=pin)
    except Refusal as refused:
        return _form(request, next_path, said_here(request, refused))
    return signed_in(request, opened, next_path)


def _form(request: Request[Any, Any, Any], next_path: str, problem: Said | None = None) -> Response[str]:
    with reading(request) as reader:
        is_staff = has_role(reader.deployment, reader.member, reader.deployment.clock.now())
    facts = {"next": next_path, "is_staff": is_staff, "problem": problem.sentence if problem else ""}
    return page(request, "step_up.html", facts, status=problem.status if problem else 200)


HANDLERS: Final = [step_up_form, stepped_up]
