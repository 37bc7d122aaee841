"""A photo of a person on its way to the one reader who may see it."""

from typing import Final

from litestar import Response

from api.deployment import Picture
from api.identity import UnknownId

FOR_THIS_READER: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}
"""What somebody sent is shown as a picture, is kept by nobody on the way, and can do nothing here."""


def picture(found: Picture | None) -> Response[bytes]:
    """The photo; UnknownId where there is none."""
    if found is None:
        raise UnknownId
    return Response(found.content, media_type=found.media_type, headers=FOR_THIS_READER)
