"""The screen at the door: the code that turns, the code to type, and how many are inside. It reloads itself."""

from typing import Any, Final
from uuid import UUID

from litestar import HttpMethod, Request, Response, route
from litestar.params import FromPath
from markupsafe import Markup

from api.deployment import Deployment
from api.identity import UnknownId, needs
from api.pages.gatherings import gathering
from api.pages.rendering import language_of, page
from api.readers import reading
from api.v1.visibility import activity_for
from ledger.application.authority import Permission
from qr import rendering
from qr.links import printed_link
from qr.tokens import KioskCode, seconds_until_next_step, sign, step_at
from qr.typed_codes import spaced, typed_code, typed_step_at

REFRESH_SECONDS_MIN: Final = 2
"""A code is good for the step after its own too, so the screen may be this late and must not be reloaded in a rush."""


@route(
    "/staff/activities/{activity:uuid}/kiosk",
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    opt=needs(Permission.SCAN_OTHERS),
    sync_to_thread=True,
)
def kiosk(request: Request[Any, Any, Any], activity: FromPath[UUID]) -> Response[str]:
    """For a wall screen or tablet. Anybody who may scan there may show it."""
    deployment: Deployment = request.app.state.deployment
    with reading(request) as reader:
        activity_for(reader, Permission.SCAN_OTHERS, activity)
        shown = gathering(deployment, activity)
    if shown is None:
        raise UnknownId
    now = deployment.clock.now()
    typed = typed_code(activity, typed_step_at(now), keys=deployment.tokens)
    facts = {
        "gathering": shown,
        "when": shown.when(language_of(request)),
        "is_open": shown.row.status == "open",
        "code": _picture(deployment, activity),
        "typed_code": spaced(typed),
        "inside": shown.inside,
        "refresh_seconds": max(REFRESH_SECONDS_MIN, seconds_until_next_step(now)),
    }
    return page(request, "kiosk.html", facts)


def _picture(deployment: Deployment, activity: UUID) -> Markup:
    token = sign(KioskCode(activity, step_at(deployment.clock.now())), deployment.tokens)
    # Markup: drawn by ourselves from a signed token, so there is nothing in it to escape.
    return Markup(rendering.svg(printed_link(token, deployment.settings.origin)))


HANDLERS: Final = [kiosk]
