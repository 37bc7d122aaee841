"""The printed form of a token, `https://HOST/Q/TOKEN`, and how a token is found again in whatever a scanner read.

The host of a scanned link is not looked at: hosts change while posters hang for years, and the signature decides.
"""

import re
import unicodedata
from typing import Final
from urllib.parse import urlsplit

from qr.refusals import NotOurCode

_HOST: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?", re.ASCII)
_TOKEN: Final = re.compile(r"(?:https?://[^/?#\s]+/Q/)?([A-Z2-7]+)/?(?:[?#].*)?", re.ASCII | re.IGNORECASE)
_SCANNED_CHARACTERS_MAX: Final = 1024


def printed_link(token: str, public_url: str) -> str:
    """What the QR code of `token` contains, under the deployment's `public_url`: see `printed_origin`."""
    return f"{printed_origin(public_url)}/Q/{token.upper()}"


def printed_origin(public_url: str) -> str:
    """`public_url` as printed: scheme in lower case, host (and port) in upper case, for QR's denser alphanumeric mode.

    Some phones do not open a link whose scheme is in capitals. Raises ValueError unless `public_url` is https, or http
    in the demonstration, with an ASCII host name or IPv4 address, and nothing else: no path, query, fragment or user.
    """
    parts = urlsplit(public_url)
    if parts.scheme not in ("https", "http"):
        raise ValueError(f"the public URL must begin with https:// (or http:// in a demonstration): {public_url!r}")
    if parts.path not in ("", "/") or any(mark in public_url for mark in "?#@"):
        raise ValueError(f"the public URL must end after the host and port: {public_url!r}")
    if parts.hostname is None or not _HOST.fullmatch(parts.hostname):
        raise ValueError(f"the public URL needs a plain host name, non-ASCII names as xn--…: {public_url!r}")
    host = parts.hostname if parts.port is None else f"{parts.hostname}:{parts.port}"
    return f"{parts.scheme}://{host.upper()}"


def token_in(scanned: str) -> str:
    """The text of the token in what a scanner, scan gun or keyboard gave: a bare token or a link, in any case.

    White space around it, a query that a messenger added and full-width signs from a Chinese keyboard are passed over.
    Refuses with NotOurCode what cannot contain a token; whether it is genuine is for `read` to say.
    """
    if len(scanned) > _SCANNED_CHARACTERS_MAX:
        raise NotOurCode
    found = _TOKEN.fullmatch(unicodedata.normalize("NFKC", scanned).strip())
    if found is None:
        raise NotOurCode
    return found[1].upper()
