"""Codes as a phone's camera meets them: pictures, read by a decoder that is not ours."""

import io
import re
import xml.etree.ElementTree as ET

import zxingcpp
from PIL import Image, ImageDraw

MODULE_PIXELS = 6
_BAR = re.compile(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z")
_HALF_BLOCKS = {"█": (0, 1), "▀": (0,), "▄": (1,), " ": ()}


def read_png(picture: bytes) -> str:
    """What the one code in the picture says."""
    return _read(Image.open(io.BytesIO(picture)))


def read_svg(drawing: str) -> str:
    """Draws the bars of the code, of which each is one run of dark modules, and reads the drawing."""
    root = ET.fromstring(drawing)
    side = int(root.attrib["viewBox"].split()[2]) * MODULE_PIXELS
    picture = Image.new("L", (side, side), "white")
    draw = ImageDraw.Draw(picture)
    _ground, dark = root
    for bar in _BAR.finditer(dark.attrib["d"]):
        left, top, width, _ = (int(number) * MODULE_PIXELS for number in bar.groups())
        draw.rectangle((left, top, left + width - 1, top + MODULE_PIXELS - 1), fill="black")
    return _read(picture)


def read_terminal(lines: list[str]) -> str:
    """Half blocks in light ink on a dark screen, two modules high each."""
    picture = Image.new("L", (len(lines[0]) * MODULE_PIXELS, len(lines) * 2 * MODULE_PIXELS), "black")
    draw = ImageDraw.Draw(picture)
    for row, line in enumerate(lines):
        for column, block in enumerate(line):
            for half in _HALF_BLOCKS[block]:
                left, top = column * MODULE_PIXELS, (2 * row + half) * MODULE_PIXELS
                draw.rectangle((left, top, left + MODULE_PIXELS - 1, top + MODULE_PIXELS - 1), fill="white")
    return _read(picture)


def _read(picture: Image.Image) -> str:
    (found,) = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    return found.text
