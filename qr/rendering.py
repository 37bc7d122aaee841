"""A text as a QR code: SVG for pages and print, PNG for everything else, half blocks for a terminal.

Error correction M (15 % may be scratched or dirty), quiet zone of four modules as the standard asks (ISO/IEC 18004).
Up to 28 token bytes behind 25 characters of host stay at version 4, 33 modules wide: coarse enough for any phone.
"""

import struct
import zlib
from itertools import groupby
from typing import Final

import qrcode
from qrcode.constants import ERROR_CORRECT_M

QUIET_ZONE_MODULES: Final = 4
_SEGMENT_CHARACTERS_MIN: Final = 20
"""Only runs this long get a denser mode of their own: `https` stays bytes, host, path and token become alphanumeric."""
_HALF_BLOCKS: Final = {(False, False): "█", (False, True): "▀", (True, False): "▄", (True, True): " "}
"""Upper and lower module (True is dark), drawn in light ink on a dark screen."""


def matrix(text: str) -> list[list[bool]]:
    """Rows of modules, True is dark, quiet zone included. Version 4 is 41 rows: 33 and twice the quiet zone."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=QUIET_ZONE_MODULES)
    code.add_data(text, optimize=_SEGMENT_CHARACTERS_MIN)
    return [[bool(module) for module in row] for row in code.get_matrix()]


def svg(text: str) -> str:
    """One `<svg>` element of any size (set it by CSS), black on its own white ground, without script, style or ids."""
    rows = matrix(text)
    size = len(rows)
    bars = "".join(_bars(row, top) for top, row in enumerate(rows))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path d="{bars}"/></svg>'
    )


def png(text: str, *, module_pixels: int = 8) -> bytes:
    """A PNG of one bit a pixel; version 4 is 328 pixels wide at 8 pixels a module (1 or more)."""
    rows = matrix(text)
    width = len(rows) * module_pixels
    lines = b"".join(_packed(row, module_pixels) * module_pixels for row in rows)
    header = struct.pack(">IIBBBBB", width, width, 1, 0, 0, 0, 0)  # one bit of grey, no interlace (RFC 2083, §4.1.1)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(lines, level=9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, content) for name, content in chunks)


def terminal(text: str) -> str:
    """Lines of half blocks for light text on a dark screen, two modules high each: 21 lines of 41 for version 4."""
    rows = matrix(text)
    if len(rows) % 2:
        rows.append([False] * len(rows))
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return "\n".join("".join(_HALF_BLOCKS[pair] for pair in zip(upper, lower, strict=True)) for upper, lower in pairs)


def _packed(row: list[bool], module_pixels: int) -> bytes:
    """One line of pixels, white is 1, behind the byte that says it is not filtered."""
    bits = "".join("01"[not dark] * module_pixels for dark in row)
    bits += "0" * (-len(bits) % 8)
    return b"\0" + int(bits, 2).to_bytes(len(bits) // 8, "big")


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def _bars(row: list[bool], top: int) -> str:
    bars, left = "", 0
    for dark, run in groupby(row):
        width = len(list(run))
        if dark:
            bars += f"M{left} {top}h{width}v1h-{width}z"
        left += width
    return bars
