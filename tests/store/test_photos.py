"""Photos of people: nothing of what a camera writes beside the picture is kept, and all lies under the person's key."""

import random
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image, ImageChops, PngImagePlugin

from ledger.kernel.ids import MemberId
from ledger.store.databases import Databases
from ledger.store.directory import Directory, Picture
from ledger.store.directory.picture_bytes import PHOTO_BYTES_MAX, PhotoNotGenuine, PhotoTooLarge, plain_picture
from ledger.store.directory.tables import SUBJECT_KEYS
from ledger.store.keys import Keys

SECRET = b"Suzhou garden 3-501"
ORIENTATION, DESCRIPTION, GPS = 0x0112, 0x010E, 0x8825


def face(mode: str = "RGB") -> Image.Image:
    """A picture in which turning would be seen."""
    found = Image.new(mode, (48, 32), 200 if mode == "L" else (200, 120, 90, 255)[: len(mode)])
    found.paste(0 if mode == "L" else (10, 20, 30, 255)[: len(mode)], (0, 0, 12, 6))
    return found


def exif(held: int = 1) -> Any:
    found = Image.Exif()
    found[ORIENTATION], found[DESCRIPTION] = held, SECRET.decode()
    found.get_ifd(GPS).update({1: "N", 2: (31.0, 18.0, 0.5), 3: "E", 4: (120.0, 37.0, 0.0)})
    return found


def saved(picture: Image.Image, form: str, **more: Any) -> bytes:
    out = BytesIO()
    picture.save(out, form, **more)
    return out.getvalue()


def with_text() -> Any:
    found = PngImagePlugin.PngInfo()
    found.add_text("Comment", SECRET.decode())
    found.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    return found


PHOTOS = {
    "jpeg": ("image/jpeg", saved(face(), "JPEG", exif=exif(), comment=SECRET, quality=95) + SECRET),
    "progressive jpeg": ("image/jpeg", saved(face(), "JPEG", exif=exif(), progressive=True, optimize=True)),
    "grey jpeg": ("image/jpeg", saved(face("L"), "JPEG", exif=exif(), restart_marker_rows=1)),
    "jpeg of a printer": ("image/jpeg", saved(face("CMYK"), "JPEG", comment=SECRET)),
    "png": ("image/png", saved(face("RGBA"), "PNG", exif=exif(), pnginfo=with_text()) + SECRET),
    "webp": ("image/webp", saved(face(), "WEBP", exif=exif(), xmp=SECRET, lossless=True)),
    "webp with alpha": ("image/webp", saved(face("RGBA"), "WEBP", exif=exif(), quality=80)),
}


def opened(content: bytes) -> Image.Image:
    found = Image.open(BytesIO(content))
    found.load()
    return found


@pytest.mark.parametrize(("media_type", "content"), PHOTOS.values(), ids=PHOTOS)
def test_the_picture_stays_and_all_that_was_written_beside_it_goes(media_type: str, content: bytes) -> None:
    assert SECRET in content

    told, kept = plain_picture(content)

    before, after = opened(content), opened(kept)
    assert told == media_type
    assert ImageChops.difference(before.convert("RGBA"), after.convert("RGBA")).getbbox() is None
    assert SECRET not in kept
    assert (dict(after.getexif()), after.getexif().get_ifd(GPS)) == ({}, {})
    assert plain_picture(kept) == (told, kept)


@pytest.mark.parametrize("held", [3, 6, 8])
def test_how_the_camera_was_held_is_all_that_stays_of_its_notes(held: int) -> None:
    _, kept = plain_picture(saved(face(), "JPEG", exif=exif(held)))
    assert dict(opened(kept).getexif()) == {ORIENTATION: held}
    assert plain_picture(kept) == ("image/jpeg", kept)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a" + bytes(40),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7",
        b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\x04\0\0\0WEBP",
        saved(face(), "JPEG")[:200],
        saved(face(), "PNG")[:-12],
        saved(face(), "PNG").replace(b"IDAT", b"IDAX"),
        saved(face(), "WEBP")[:-5],
    ],
)
def test_what_is_no_whole_picture_is_refused(content: bytes) -> None:
    with pytest.raises(PhotoNotGenuine):
        plain_picture(content)


def test_a_photo_larger_than_allowed_is_refused() -> None:
    with pytest.raises(PhotoTooLarge) as refused:
        plain_picture(saved(face(), "JPEG") + bytes(PHOTO_BYTES_MAX))
    assert refused.value.facts() == {"bytes_max": PHOTO_BYTES_MAX}


def test_damaged_pictures_are_taken_or_refused_and_never_break() -> None:
    chance = random.Random(7)
    for _ in range(2_000):
        content = bytearray(chance.choice([content for _, content in PHOTOS.values()]))
        for _ in range(3):
            content[chance.randrange(min(len(content), 400))] = chance.randrange(256)
        try:
            _, kept = plain_picture(bytes(content))
        except PhotoNotGenuine:
            continue
        assert len(kept) <= len(content) + 40


@pytest.fixture
def directory(databases: Databases, tmp_path: Any) -> Directory:
    return Directory(databases.directory, databases.directory_read, Keys.create_missing(tmp_path / "secrets"))


def test_one_photo_is_kept_and_the_one_before_is_gone(directory: Directory, databases: Databases) -> None:
    member, first, second = MemberId(uuid4()), Picture("image/png", b"first"), Picture("image/jpeg", b"second")
    assert directory.photo(member) is None
    directory.keep_photo(member, first)
    assert directory.photo(member) == first
    directory.keep_photo(member, second)
    assert directory.photo(member) == second
    with databases.directory.begin() as connection:
        connection.execute(SUBJECT_KEYS.delete())
    assert directory.photo(member) is None


def test_a_photo_can_be_taken_away(directory: Directory) -> None:
    member = MemberId(uuid4())
    directory.keep_photo(member, Picture("image/png", b"first"))
    directory.drop_photo(member)
    assert directory.photo(member) is None
