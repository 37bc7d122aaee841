"""The one cookie that keeps somebody signed in on these pages; scripts cannot read it.

Over https it is `__Host-` and Secure; plain http is for the demonstration only, under another name.
"""

from typing import Any

from litestar import Request, Response

from api.deployment import Deployment
from api.identity import cookie_name
from api.pages.rendering import redirect
from api.settings import Settings
from api.sign_ins import SignedIn


def signed_in(request: Request[Any, Any, Any], opened: SignedIn, path: str) -> Response[str]:
    """Go to `path`, one of our own, in the session that was opened."""
    deployment: Deployment = request.app.state.deployment
    seconds = int((opened.expires_at - deployment.clock.now()).total_seconds())
    return with_token(redirect(path), deployment.settings, opened.token, seconds=seconds)


def with_token(response: Response[str], settings: Settings, token: str, *, seconds: int) -> Response[str]:
    """Told to keep `token` for so long; 0 forgets it."""
    name, secure = cookie_name(settings), settings.secure
    response.set_cookie(name, token, max_age=seconds, path="/", secure=secure, httponly=True, samesite="lax")
    return response


def may_sign_in_here(settings: Settings) -> bool:
    """Whether what is typed is encrypted on its way, or made up for the demonstration."""
    return settings.secure or settings.demonstration
