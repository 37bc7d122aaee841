"""Fitting requests about what is kept of people: their details, their photos, and who finds and reads them."""

from struct import pack
from zlib import compress, crc32

from .town import Fitting, Village


def _chunk(kind: bytes, content: bytes) -> bytes:
    return pack(">I", len(content)) + kind + content + pack(">I", crc32(kind + content))


PHOTO = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + _chunk(b"IDAT", compress(b"\0\0"))
    + _chunk(b"IEND", b"")
)
"""A picture of one black point."""


def about_directory(village: Village) -> dict[str, Fitting]:
    """Details and photos of newcomers, and a search among all."""
    village.house.deployment.finder.make()
    member, resident = str(village.newcomer()), village.person("resident")
    for path in (f"/v1/members/{member}/photo?basis=seen-in-person", "/v1/members/me/photo"):
        by = village.person("staff") if member in path else resident
        sent = by.client.post(path, content=PHOTO, headers=by.headers() | {"Content-Type": "image/png"})
        assert sent.status_code == 201, sent.text
    community, living = village.community, str(village.newcomer())
    formed = {"organisation": community, "members": [living]}
    household = village.made("staff", "/v1/households", formed, "household")
    words = {"member": living, "label": "x", "address": "x", "basis": "seen-in-person"}
    details = {
        "phone": "13800000001",
        "identity_number": "360426199101010071",
        "address": "x",
        "birth_date": "1991-01-01",
        "basis": "identity-card",
    }
    return {
        "get_details": Fitting("staff", {"member": member}),
        "correct_details": Fitting("staff", {"member": member}, details | {"name": "x"}),
        "read_details": Fitting("staff", {"member": member}, {"purpose": "contact", "fields": ["phone"]}),
        "keep_photo": Fitting("staff", {"member": member}, PHOTO, {"basis": "seen-in-person"}, "image/png"),
        "read_member_photo": Fitting("staff", {"member": member}, {"purpose": "contact"}),
        "get_my_photo": Fitting("resident"),
        "list_my_reads": Fitting("resident"),
        "describe_household": Fitting("staff", {"household": household}, words),
        "get_household": Fitting("staff", {"household": household}),
        "search_members": Fitting("staff", body={"query": "新来的"}),
    }
