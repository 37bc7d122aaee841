"""`/forgotten-pin`: both ways back in, for who has a phone at hand and for who has none."""

import asyncio
from typing import Any, Final

from litestar import HttpMethod, Request, Response, post, route

from api.deployment import Deployment
from api.identity import PUBLIC, needs
from api.pages.forms import FORM_BYTES_MAX, form_of
from api.pages.problems_said import Said, said_here
from api.pages.rendering import language_of, page
from api.v1.forgotten_pins import promised
from ledger.application.short_messages import NotCarried
from ledger.kernel.refusal import Refusal

_HERE: Final = "/forgotten-pin"
_WHO_CHARACTERS_MAX: Final = 32


@route(_HERE, http_method=[HttpMethod.GET, HttpMethod.HEAD], opt=needs(PUBLIC), sync_to_thread=True)
def forgotten(request: Request[Any, Any, Any]) -> Response[str]:
    """The way by message where one can be sent, and the way over the counter."""
    return _ways(request)


@post(_HERE, opt=needs(PUBLIC), request_max_body_size=FORM_BYTES_MAX, status_code=200)
async def send(request: Request[Any, Any, Any]) -> Response[str]:
    """Said to everybody: if we know the person and their phone, a message is on its way."""
    fields = await form_of(request)
    return await asyncio.to_thread(_sent, request, fields.get("who", "")[:_WHO_CHARACTERS_MAX])


def _sent(request: Request[Any, Any, Any], who: str) -> Response[str]:
    try:
        sending = promised(request, who, language_of(request))
    except Refusal as refused:
        return _ways(request, said_here(request, refused))
    response = page(request, "message_promised.html", {})
    response.background = sending
    return response


def _ways(request: Request[Any, Any, Any], problem: Said | None = None) -> Response[str]:
    deployment: Deployment = request.app.state.deployment
    try:
        deployment.carrier.check()
    except NotCarried:
        by_message = False
    else:
        by_message = True
    facts = {"by_message": by_message, "problem": problem.sentence if problem else ""}
    return page(request, "forgotten.html", facts, status=problem.status if problem else 200)


HANDLERS: Final = [forgotten, send]
