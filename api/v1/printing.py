"""Pages to print: drawn only where it is settled what printed codes point to, since paper lives for years."""

from collections.abc import Callable
from typing import Any

from litestar import Request, Response

from api.problems import problem
from api.v1.pictures import NO_STORE
from qr.print_extra import PrintExtraMissing


def printed(request: Request[Any, Any, Any], draw: Callable[[], bytes]) -> Response[bytes]:
    """The PDF that `draw` makes; a problem where the public address or the extra `print` is missing."""
    settings = request.app.state.deployment.settings
    if settings.public_url is None and not settings.demonstration:
        return problem(request, "public-url-required", 503)
    try:
        return Response(draw(), headers=NO_STORE, media_type="application/pdf")
    except PrintExtraMissing:
        return problem(request, "print-extra-missing", 503)
