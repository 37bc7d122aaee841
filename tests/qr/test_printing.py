"""Posters and cards: every code on paper is read by a decoder that is not ours, and every text is printed as given."""

import re
import sys
from uuid import UUID, uuid4

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from qr.keys import TokenKeys
from qr.links import printed_link, token_in
from qr.print_extra import PrintExtraMissing
from qr.printing import typesetting
from qr.printing.activity_poster import NO_PHONE, STEPS, PosterText, poster_pdf
from qr.printing.member_cards import CARDS_MAX, CardText, member_cards_pdf
from qr.tokens import MemberCard, Poster, read, sign

A4_POINTS = (595.28, 841.89)
POINTS_PER_MM = 72 / 25.4
HOSTILE = (
    '#panic("no")',
    "#set page(width: 1pt)",
    "$ 1 + 1 $",
    "*bold* _slanted_ `code`",
    "\\ \\n \\u{41}",
    "\"quoted\" 'single'",
    "] } ) ; // /* */ <label> @reference",
    "= heading - list + list / term: x",
    "{{ jinja }} ${shell} %s",
    "'); DROP TABLE members; --",
)


def pages(pdf: bytes, *, dots_per_inch: int = 150) -> list[tuple[str, Image.Image]]:
    """Text and picture of each page."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [
            (page.get_textpage().get_text_range(), page.render(scale=dots_per_inch / 72).to_pil()) for page in document
        ]


def codes(picture: Image.Image) -> set[str]:
    return {found.text for found in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)}


def squeezed(text: str) -> str:
    """Without spaces, line breaks and the invisible places where a long word may break."""
    return re.sub(r"[\s\u200b]", "", text)


@pytest.fixture
def poster(keys: TokenKeys, object_id: UUID) -> PosterText:
    return PosterText(
        programme="老城社区道德积分",
        title="重阳节敬老饺子宴志愿服务",
        place="老城社区活动中心一楼大厅",
        when="10月29日（星期三）上午 8:30 至 11:00",
        link=printed_link(sign(Poster(object_id), keys), "https://linli.example.cn"),
        contact="联系人：社区服务台 王老师",
    )


def card(number: int, keys: TokenKeys) -> CardText:
    return CardText(
        programme="老城社区道德积分",
        name=f"王*{'芳兰英梅'[number % 4]}",
        number=f"LC-{number:06d}",
        link=printed_link(sign(MemberCard(uuid4()), keys), "https://linli.example.cn"),
        return_to="老城社区居委会",
    )


def test_a_poster_is_one_a4_page_with_the_code_and_every_text(
    poster: PosterText, keys: TokenKeys, object_id: UUID
) -> None:
    pdf = poster_pdf(poster)
    with pypdfium2.PdfDocument(pdf) as document:
        assert document[0].get_size() == pytest.approx(A4_POINTS, abs=0.1)
        assert document.get_metadata_dict()["Title"] == poster.title
    ((text, picture),) = pages(pdf)
    assert codes(picture) == {poster.link}
    assert read(token_in(poster.link), keys) == Poster(object_id)
    fixed = [sentence for step in (*STEPS, NO_PHONE) for sentence in step]
    for sentence in (poster.programme, poster.title, poster.place, poster.when, poster.contact, *fixed):
        assert squeezed(sentence) in squeezed(text)


def test_a_poster_is_read_from_a_blurred_photo_of_a_tenth_of_its_size(poster: PosterText) -> None:
    ((_, picture),) = pages(poster_pdf(poster), dots_per_inch=40)
    assert codes(picture) == {poster.link}


def test_chinese_is_set_in_simplified_forms_from_the_font_that_was_brought_along(poster: PosterText) -> None:
    with pypdfium2.PdfDocument(poster_pdf(poster)) as document:
        fonts = {text.get_font().get_base_name() for text in document[0].get_objects([pypdfium2.raw.FPDF_PAGEOBJ_TEXT])}
    assert fonts
    assert all("NotoSansCJKsc" in name for name in fonts)


def test_a_character_that_is_printed_has_ink(poster: PosterText) -> None:
    # A missing glyph would be an empty box or nothing at all, and the same for every character.
    shapes = set()
    for character in "门骨直将没饺":
        ((_, picture),) = pages(poster_pdf(PosterText(character, "x", "x", "x", poster.link)), dots_per_inch=72)
        ink = picture.convert("L").crop((45, 35, 90, 72)).tobytes()
        assert min(ink) < 100
        shapes.add(ink)
    assert len(shapes) == 6


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_looks_like_markup_is_printed_and_never_run(hostile: str, poster: PosterText, keys: TokenKeys) -> None:
    ((text, picture),) = pages(poster_pdf(PosterText(hostile, hostile, hostile, hostile, poster.link, hostile)))
    assert squeezed(text).count(squeezed(hostile)) == 5
    assert codes(picture) == {poster.link}
    one = card(1, keys)
    ((text, picture),) = pages(member_cards_pdf([CardText(hostile, hostile, hostile, one.link, hostile)]))
    assert squeezed(text).count(squeezed(hostile)) == 4
    assert codes(picture) == {one.link}


@pytest.mark.parametrize(
    "long", ["很长的名称" * 60, "W" * 400, "two words " * 60, "\n" * 40, "", "🙂‍↕️" * 50, "\x00\x07\u202e" * 9]
)
def test_texts_of_any_length_never_push_a_code_off_its_page(long: str, poster: PosterText, keys: TokenKeys) -> None:
    ((_, picture),) = pages(poster_pdf(PosterText(long, long, long, long, poster.link, long)))
    assert codes(picture) == {poster.link}
    sheet = [CardText(long, long, long, card(number, keys).link, long) for number in range(10)]
    ((_, picture),) = pages(member_cards_pdf(sheet))
    assert codes(picture) == {one.link for one in sheet}


def test_a_long_title_ends_in_an_ellipsis(poster: PosterText) -> None:
    ((text, _),) = pages(poster_pdf(PosterText("邻里时光", "很长的名称" * 60, "x", "x", poster.link)))
    assert re.search(r"^(很长的名称){8,}很?长?的?名?…", squeezed(text).removeprefix("邻里时光"))


def test_ten_cards_fit_a_page_in_the_order_given(keys: TokenKeys) -> None:
    sheet = [card(number, keys) for number in range(23)]
    printed = pages(member_cards_pdf(sheet))
    assert [len(codes(picture)) for _, picture in printed] == [10, 10, 3]
    for number, (text, picture) in enumerate(printed):
        expected = sheet[10 * number : 10 * number + 10]
        assert codes(picture) == {one.link for one in expected}
        assert re.findall(r"LC-\d{6}", text) == [one.number for one in expected]
        assert squeezed(text).count("捡到请交回：老城社区居委会") == len(expected)
        assert all(one.name in text for one in expected)


def test_a_card_cut_along_its_marks_is_whole(keys: TokenKeys) -> None:
    # Given a full sheet at 10 dots a millimetre
    sheet = [card(number, keys) for number in range(10)]
    ((_, picture),) = pages(member_cards_pdf(sheet), dots_per_inch=254)
    left, top, width, height = 194, 135, 856, 540
    for number, one in enumerate(sheet):
        # When a card of ID-1 size (ISO/IEC 7810) is cut out
        x, y = left + number % 2 * width, top + number // 2 * height
        cut = picture.convert("L").crop((x, y, x + width, y + height))
        # Then its own code alone is on it, and inside the marks 2 to 3.5 mm from every edge are white
        assert codes(cut) == {one.link}
        x, y = width - 20, height - 20
        for strip in ((20, 20, x, 35), (20, y - 15, x, y), (20, 20, 35, y), (x - 15, 20, x, y)):
            assert min(cut.crop(strip).tobytes()) == 255


def test_the_same_texts_give_the_same_bytes(poster: PosterText, keys: TokenKeys) -> None:
    sheet = [card(number, keys) for number in range(3)]
    assert poster_pdf(poster) == poster_pdf(poster)
    assert member_cards_pdf(sheet) == member_cards_pdf(sheet)


@pytest.mark.parametrize("count", [0, CARDS_MAX + 1])
def test_no_cards_and_too_many_cards_are_not_printed(count: int, keys: TokenKeys) -> None:
    with pytest.raises(ValueError, match=f"1 to 500 cards .* not {count}"):
        member_cards_pdf([card(1, keys)] * count)


@pytest.mark.parametrize(("module", "package"), [("typst", "typst"), ("manimgx_fonts_cjk", "manimgx-fonts-cjk")])
def test_printing_without_the_print_extra_is_a_clear_fault(
    module: str, package: str, poster: PosterText, monkeypatch: pytest.MonkeyPatch
) -> None:
    typesetting.fonts.cache_clear()
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(PrintExtraMissing, match=r"is not installed.*linli\[print\]") as fault:
        poster_pdf(poster)
    assert (fault.value.code, fault.value.package) == ("print-extra-missing", package)
