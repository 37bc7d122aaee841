"""Every picture of a code is read by a decoder that is not ours, at the size and density that phones can take."""

import io
import xml.etree.ElementTree as ET
from uuid import UUID

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from qr.keys import TokenKeys
from qr.links import printed_link
from qr.rendering import matrix, png, svg, terminal
from qr.tokens import Certificate, DoorCode, HomeCard, KioskCode, MemberCard, Poster, Token, Voucher, read, sign

VERSION_4_AND_QUIET_ZONE = 33 + 2 * 4


def decoded(picture: Image.Image) -> zxingcpp.Barcode:
    (found,) = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    return found


def drawn_from_svg(text: str, module_pixels: int = 6) -> Image.Image:
    """Draws the bars of our SVG; any other path command fails."""
    root = ET.fromstring(text)
    size = int(root.attrib["viewBox"].split()[2])
    picture = Image.new("L", (size * module_pixels, size * module_pixels), "white")
    draw = ImageDraw.Draw(picture)
    _, dark = root
    for bar in dark.attrib["d"].removesuffix("z").split("z"):
        move, width = bar.removeprefix("M").removesuffix(f"v1h-{bar.rsplit('-', 1)[1]}").split("h")
        left, top = (int(number) * module_pixels for number in move.split())
        draw.rectangle((left, top, left + int(width) * module_pixels - 1, top + module_pixels - 1), fill="black")
    return picture


def drawn_from_terminal(lines: str, cell_pixels: int = 6) -> Image.Image:
    """Draws half blocks in white on black, as a dark terminal does."""
    rows = lines.split("\n")
    picture = Image.new("L", (len(rows[0]) * cell_pixels, len(rows) * 2 * cell_pixels), "black")
    draw = ImageDraw.Draw(picture)
    for top, row in enumerate(rows):
        for left, sign_ in enumerate(row):
            for half in {"█": (0, 1), "▀": (0,), "▄": (1,), " ": ()}[sign_]:
                x, y = left * cell_pixels, (2 * top + half) * cell_pixels
                draw.rectangle((x, y, x + cell_pixels - 1, y + cell_pixels - 1), fill="white")
    return picture


def test_a_printed_code_is_read_from_png_svg_and_terminal(token: Token, keys: TokenKeys) -> None:
    link = printed_link(sign(token, keys), "https://linli.example.cn")
    for picture in (Image.open(io.BytesIO(png(link))), drawn_from_svg(svg(link)), drawn_from_terminal(terminal(link))):
        found = decoded(picture)
        assert found.text == link
        assert found.ec_level == "M"
        assert read(found.text.rsplit("/", 1)[1], keys) == token


@pytest.mark.parametrize("make", [Poster, MemberCard, Voucher, HomeCard, DoorCode, Certificate])
def test_28_token_bytes_behind_25_characters_of_host_fit_version_4(
    make: type[Poster], keys: TokenKeys, object_id: UUID
) -> None:
    link = printed_link(sign(make(object_id), keys), f"https://{'w' * 22}.cn")
    assert len(matrix(link)) == VERSION_4_AND_QUIET_ZONE


def test_a_kiosk_code_behind_23_characters_of_host_fits_version_4(keys: TokenKeys, object_id: UUID) -> None:
    link = printed_link(sign(KioskCode(object_id, 117_274_560), keys), f"https://{'w' * 20}.cn")
    assert len(matrix(link)) == VERSION_4_AND_QUIET_ZONE


def test_everything_but_the_scheme_is_in_alphanumeric_mode() -> None:
    # Given the 512 data bits of version 4-M: "https" in byte mode takes 4 + 8 + 5 × 8, and n alphanumeric characters
    # take 4 + 9 + 5.5 n, so 81 fit behind it; in byte mode all the way only 62 characters would fit in all.
    longest = "https" + "://" + "W" * 30 + "/Q/" + "A" * 45
    assert len(longest) == 5 + 81
    assert len(matrix(longest)) == VERSION_4_AND_QUIET_ZONE
    assert len(matrix(longest + "A")) > VERSION_4_AND_QUIET_ZONE
    assert len(matrix(longest.lower()[:62])) == VERSION_4_AND_QUIET_ZONE
    assert len(matrix(longest.lower()[:63])) > VERSION_4_AND_QUIET_ZONE


def test_the_quiet_zone_is_four_modules_of_white() -> None:
    rows = matrix("https://LINLI.EXAMPLE.CN/Q/A")
    border = [*rows[:4], *rows[-4:], *(row[:4] for row in rows), *(row[-4:] for row in rows)]
    assert not any(any(modules) for modules in border)
    assert all(rows[4][4:11])


def test_an_svg_stands_in_any_page_without_script_style_or_ids() -> None:
    text = svg("https://LINLI.EXAMPLE.CN/Q/A")
    root = ET.fromstring(text)
    assert {element.tag.rpartition("}")[2] for element in root.iter()} == {"svg", "path"}
    assert not {name for element in root.iter() for name in element.attrib} & {"id", "style", "class", "onload"}
    assert len(text) < 12_000


@given(text=st.text(alphabet=st.characters(codec="ascii", exclude_categories=["Cc"]), min_size=1, max_size=60))
@settings(max_examples=25, deadline=None)
def test_any_text_survives_being_drawn(text: str) -> None:
    assert decoded(Image.open(io.BytesIO(png(text, module_pixels=4)))).text == text


@pytest.mark.parametrize("module_pixels", [1, 3, 8, 10])
def test_a_png_has_one_pixel_for_each_part_of_a_module(module_pixels: int) -> None:
    rows = matrix("https://LINLI.EXAMPLE.CN/Q/A")
    picture = Image.open(io.BytesIO(png("https://LINLI.EXAMPLE.CN/Q/A", module_pixels=module_pixels)))
    picture.verify()
    picture = Image.open(io.BytesIO(png("https://LINLI.EXAMPLE.CN/Q/A", module_pixels=module_pixels)))
    assert (picture.mode, picture.size) == ("1", (len(rows) * module_pixels,) * 2)
    for y in range(picture.height):
        for x in range(picture.width):
            assert (picture.getpixel((x, y)) == 0) == rows[y // module_pixels][x // module_pixels]
