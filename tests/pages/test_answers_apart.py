"""Every answer a scanner can get differs from every other in its colour, its sign and its word, in both languages."""

import re

import pytest

from api.languages import said
from api.pages.rendering import ENVIRONMENT, TEMPLATES
from api.pages.telling import ADVICE, LOOKS, WORDS, look_of
from api.sentences import FAULT_STATUSES, STATUSES
from ledger.kernel.refusal import all_refusals

CSS = (TEMPLATES.parent / "static" / "linli.css").read_text(encoding="utf-8")
_COLOURS = re.compile(r"\.answer\.([a-z-]+) { --tone: (#[0-9a-f]{6}); --ground: (#[0-9a-f]{6}); }")
COLOURS = {name: (tone, ground) for name, tone, ground in _COLOURS.findall(CSS)}
UNCOLOURED = {"refused"}
"""Every other refusal: the plain grey of an answer that has no colour of its own."""


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio as WCAG 2.2 defines it."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_every_answer_has_a_colour_of_its_own() -> None:
    assert COLOURS.keys() == WORDS.keys() - UNCOLOURED
    assert len({tone for tone, _ in COLOURS.values()}) == len(COLOURS)


@pytest.mark.parametrize("name", COLOURS)
def test_every_answer_can_be_read_on_its_ground(name: str) -> None:
    tone, ground = COLOURS[name]

    assert contrast(tone, ground) >= 4.5
    assert contrast(tone, "#ffffff") >= 4.5  # the sign is white on the tone
    assert contrast("#1c2420", ground) >= 7


def test_every_answer_has_a_sign_of_its_own() -> None:
    signs = ENVIRONMENT.get_template("signs.html").module
    drawn = {name: str(signs.sign(name)) for name in WORDS}

    assert len(set(drawn.values())) == len(WORDS)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_answer_has_a_word_of_its_own(language: str) -> None:
    words = [said(word, language) for name, word in WORDS.items() if name != "member-suspended"]

    assert len(set(words)) == len(words)


def test_looks_and_advice_are_of_answers_there_are() -> None:
    assert set(LOOKS.values()) <= WORDS.keys()
    assert ADVICE.keys() <= WORDS.keys() | STATUSES.keys() | FAULT_STATUSES.keys()


def test_every_refusal_has_a_look() -> None:
    assert {look_of(refusal.code) for refusal in all_refusals()} <= WORDS.keys()


@pytest.mark.parametrize("word", ["银行", "存款", "利息", "余额", "账户", "欠"])
def test_no_page_speaks_of_finance(word: str) -> None:
    pages = TEMPLATES.parent

    for file in [*pages.rglob("*.py"), *pages.rglob("*.html")]:
        assert word not in file.read_text(encoding="utf-8"), file.name
