"""Codes as pictures, for pages, screens and print. Drawn off the event loop; never kept by anybody on the way."""

from litestar import Response

from qr import rendering

NO_STORE = {"Cache-Control": "no-store"}


def svg_picture(text: str) -> Response[bytes]:
    """The QR code of `text` as SVG."""
    return Response(rendering.svg(text).encode(), headers=NO_STORE, media_type="image/svg+xml")


def png_picture(text: str) -> Response[bytes]:
    """The QR code of `text` as PNG."""
    return Response(rendering.png(text), headers=NO_STORE, media_type="image/png")
