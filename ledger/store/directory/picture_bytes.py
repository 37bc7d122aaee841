"""A photo as it may be kept: the picture and nothing that the camera wrote beside it (place, time, device, thumbnail).

Segments and chunks are copied or left out; no pixel is touched, so no picture library has to be trusted with what
strangers send. Only the orientation is written anew, as a picture of a face must not lie on its side.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final
from zlib import crc32

from ledger.kernel.refusal import Refusal

PHOTO_BYTES_MAX: Final = 2 * 1024 * 1024
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT: Final = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD"})
_WEBP_KEPT: Final = frozenset({b"VP8 ", b"VP8L", b"ALPH"})
_JPEG_KEPT: Final = frozenset({0xDB, 0xC4, 0xDD, 0xEE, *range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xD0)})
"""Tables, frames, restarts and the colours of Adobe; no other APPn, no comment."""
_ORIENTATION: Final = 0x0112


@dataclass(eq=False)
class PhotoNotGenuine(Refusal):
    """The file is no whole JPEG, PNG or WebP picture."""

    code: ClassVar[str] = "photo-not-genuine"
    remembered: ClassVar[bool] = False


@dataclass(eq=False)
class PhotoTooLarge(Refusal):
    """A photo of a face needs no more than `bytes_max` bytes."""

    code: ClassVar[str] = "photo-too-large"
    remembered: ClassVar[bool] = False

    bytes_max: int = PHOTO_BYTES_MAX


def plain_picture(content: bytes) -> tuple[str, bytes]:
    """The media type that the first bytes tell, and the picture alone. Refuses with PhotoTooLarge, PhotoNotGenuine."""
    if len(content) > PHOTO_BYTES_MAX:
        raise PhotoTooLarge
    try:
        if content.startswith(b"\xff\xd8\xff"):
            return "image/jpeg", b"\xff\xd8" + b"".join(_jpeg(content)) + b"\xff\xd9"
        if content.startswith(_PNG):
            return "image/png", _PNG + b"".join(_png(content))
        if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
            chunks = b"".join(_webp(content))
            return "image/webp", b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WEBP" + chunks
    except (IndexError, ValueError, struct.error):
        pass
    raise PhotoNotGenuine


def _jpeg(content: bytes) -> Iterator[bytes]:
    """The segments that make the picture up. What follows its end is left out: telephones hide whole files there."""
    at, has_scan = 2, False
    while content[at] == 0xFF and content[at + 1] != 0xD9:
        marker, (size,) = content[at + 1], struct.unpack(">H", content[at + 2 : at + 4])
        end = at + 2 + size
        if marker == 0xE1 and (turned := _orientation(content[at + 4 : end])):
            yield _turned(turned)
        elif marker == 0xE0 or marker in _JPEG_KEPT:
            yield content[at:end] if marker != 0xE0 else _JFIF
        elif marker == 0xDA:
            has_scan, end = True, _end_of_scan(content, end)
            yield content[at:end]
        at = end
    if not has_scan or content[at] != 0xFF:
        raise PhotoNotGenuine


_JFIF: Final = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
"""The usual head, without the thumbnail that may lie in it."""


def _end_of_scan(content: bytes, at: int) -> int:
    """Where the next marker stands; FF00 and the restarts D0 to D7 belong to the scan."""
    while (at := content.index(b"\xff", at)) and (content[at + 1] == 0 or 0xD0 <= content[at + 1] <= 0xD7):
        at += 2
    return at


def _orientation(segment: bytes) -> int | None:
    """How the camera was held (2 to 8), from the EXIF data of a JPEG; None for upright or where it is not said."""
    tiff = segment[6:]
    if not segment.startswith(b"Exif\0\0") or tiff[:2] not in {b"II", b"MM"}:
        return None
    order = "<" if tiff[:2] == b"II" else ">"
    (start,) = struct.unpack(order + "I", tiff[4:8])
    (entries,) = struct.unpack(order + "H", tiff[start : start + 2])
    for number in range(entries):
        entry = tiff[start + 2 + 12 * number :][:12]
        if struct.unpack(order + "H", entry[:2]) == (_ORIENTATION,):
            (held,) = struct.unpack(order + "H", entry[8:10])
            return held if 2 <= held <= 8 else None
    return None


def _turned(held: int) -> bytes:
    """An EXIF segment that says how the camera was held, and nothing else."""
    tiff = b"MM\x00\x2a" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, 3, 1, held, 0, 0)
    return b"\xff\xe1" + struct.pack(">H", len(tiff) + 8) + b"Exif\0\0" + tiff


def _png(content: bytes) -> Iterator[bytes]:
    at = len(_PNG)
    while True:
        size, kind = struct.unpack(">I4s", content[at : at + 8])
        end = at + 12 + size
        (found,) = struct.unpack(">I", content[end - 4 : end])
        if found != crc32(content[at + 4 : end - 4]):
            raise PhotoNotGenuine
        if kind in _PNG_KEPT:
            yield content[at:end]
        if kind == b"IEND":
            return
        at = end


def _webp(content: bytes) -> Iterator[bytes]:
    """The chunks of a still picture; an animation is no photo of a person."""
    at, has_picture = 12, False
    while at + 8 <= len(content):
        kind, size = struct.unpack("<4sI", content[at : at + 8])
        end = at + 8 + size + size % 2
        if end > len(content):
            raise PhotoNotGenuine
        if kind == b"VP8X":
            yield content[at : at + 8] + bytes([content[at + 8] & 0x10]) + content[at + 9 : end]
        elif kind in _WEBP_KEPT:
            has_picture = has_picture or kind != b"ALPH"
            yield content[at:end]
        at = end
    if not has_picture:
        raise PhotoNotGenuine
