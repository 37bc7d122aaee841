"""Codes as pictures: an answer that nobody on the way may keep, for it is one person's."""

from litestar import Response

from api.identity import UnknownId
from qr import rendering


def picture(text: str, form: str) -> Response[bytes]:
    """The QR code of `text` as `svg` or `png`; UnknownId for any other form."""
    match form:
        case "svg":
            content, media_type = rendering.svg(text).encode(), "image/svg+xml"
        case "png":
            content, media_type = rendering.png(text), "image/png"
        case _:
            raise UnknownId
    return Response(content, headers={"Cache-Control": "no-store"}, media_type=media_type)
