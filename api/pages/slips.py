"""`/staff/slips`: staff hand out activation slips, and confirm those of colleagues where it takes two.

The slip is a page that is printed (one A6 sheet) or copied by hand; its code is shown this once.
"""

import asyncio
from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from litestar import HttpMethod, Request, Response, post, route
from markupsafe import Markup

from api.deployment import Deployment
from api.identity import SIGNED_IN, NotAllowed, UnknownId, needs
from api.languages import marked
from api.pages.forms import FORM_BYTES_MAX, form_of, id_of
from api.pages.rendering import language_of, page
from api.readers import Reader, reading
from api.sentences.readable import instant
from api.v1.slips import Slip, asked, confirmed, waiting
from ledger.application.authority import ALLOWED, Permission
from qr import rendering

_HERE: Final = "/staff/slips"
BASES: Final = {
    "identity-card": marked("看了身份证"),
    "household-register": marked("看了户口本"),
    "known-in-person": marked("认识本人"),
}
"""How staff recognise somebody, as a code for the audit log and as a word."""
_GROUPS_OF: Final = 4


@route(_HERE, http_method=[HttpMethod.GET, HttpMethod.HEAD], opt=needs(SIGNED_IN), sync_to_thread=True)
def slips(request: Request[Any, Any, Any]) -> Response[str]:
    """Asks for whom, and lists what waits for a second member of staff."""
    language = language_of(request)
    with reading(request) as reader:
        gives = _has(reader, Permission.ISSUE_SIGN_IN_CODES) or _has(reader, Permission.ISSUE_STAFF_CODES)
        confirms = _has(reader, Permission.CONFIRM_SLIPS)
        if not (gives or confirms):
            raise NotAllowed
        facts = {
            "gives": gives,
            "bases": BASES,
            "waiting": [
                {"slip": one.slip, "name": one.name, "by": one.asked_by_name, "basis": BASES.get(one.basis, one.basis)}
                | {"until": instant(one.expires_at, language)}
                for one in (waiting(reader) if confirms else ())
            ],
        }
    return page(request, "slips.html", facts)


@post(_HERE, opt=needs(SIGNED_IN), request_max_body_size=FORM_BYTES_MAX, status_code=200)
async def give_slip(request: Request[Any, Any, Any]) -> Response[str]:
    """The slip, or that a colleague has to confirm it."""
    fields = await form_of(request)
    basis = fields.get("basis", "")
    if basis not in BASES:
        raise UnknownId
    return await asyncio.to_thread(_shown, request, lambda: asked(request, _member(request, fields), basis))


@post(f"{_HERE}/confirm", opt=needs(SIGNED_IN), request_max_body_size=FORM_BYTES_MAX, status_code=200)
async def confirm(request: Request[Any, Any, Any]) -> Response[str]:
    """The slip that a colleague asked for."""
    fields = await form_of(request)
    return await asyncio.to_thread(_shown, request, lambda: confirmed(request, id_of(fields, "slip")))


def _member(request: Request[Any, Any, Any], fields: dict[str, str]) -> UUID:
    deployment: Deployment = request.app.state.deployment
    found = deployment.directory.find("member_number", fields.get("number", ""))
    if not found:
        raise UnknownId
    return found[0]


def _shown(request: Request[Any, Any, Any], make: Callable[[], Slip]) -> Response[str]:
    slip = make()
    until = instant(slip.expires_at, language_of(request))
    if slip.sign_in_code is None or slip.link is None:
        return page(request, "slip_waits.html", {"name": slip.name, "until": until})
    code = slip.sign_in_code
    facts = {
        "name": slip.name,
        "groups": [code[place : place + _GROUPS_OF] for place in range(0, len(code), _GROUPS_OF)],
        # Markup: drawn by ourselves from our own link, so there is nothing in it to escape.
        "picture": Markup(rendering.svg(slip.link)),
        "address": slip.link.rpartition("/")[0],
        "until": until,
    }
    return page(request, "slip.html", facts)


def _has(reader: Reader, permission: Permission) -> bool:
    return any(role.role in ALLOWED[permission] for role in reader.roles)


HANDLERS: Final = [slips, give_slip, confirm]
