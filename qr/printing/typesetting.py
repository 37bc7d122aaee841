"""Typst with one font and nothing from the machine, so that a page is the same everywhere.

Texts reach a template only as JSON data, never as markup: whatever a title contains is printed, not run.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Final

import msgspec

from qr.print_extra import PrintExtraMissing

if TYPE_CHECKING:
    from typst import Fonts

FONT_PACKAGE: Final = "manimgx-fonts-cjk"
FONT_FAMILY: Final = "Noto Sans CJK SC"
"""All weights in one variable font, with the Simplified Chinese forms of the characters (SIL Open Font License 1.1)."""


def typeset(template: str, data: Mapping[str, object]) -> bytes:
    """The PDF of `template`, a .typ file of this package, filled with `data` (JSON types only).

    The same data gives the same bytes. Raises PrintExtraMissing without the extra `print`.
    """
    try:
        from typst import Compiler
    except ModuleNotFoundError as missing:
        raise PrintExtraMissing("typst") from missing
    inputs = {"font": FONT_FAMILY, "data": msgspec.json.encode(data).decode()}
    with as_file(files("qr.printing")) as folder:
        compiler = Compiler(
            input=folder / template, root=folder, font_paths=fonts(), ignore_system_fonts=True, sys_inputs=inputs
        )
        pdf = compiler.compile(format="pdf")
    assert isinstance(pdf, bytes)
    return pdf


@cache
def fonts() -> "Fonts":
    """The one font, read once a process and shared. Raises PrintExtraMissing when its package is not installed."""
    from typst import Fonts

    try:
        package = files(FONT_PACKAGE.replace("-", "_"))
    except ModuleNotFoundError as missing:
        raise PrintExtraMissing(FONT_PACKAGE) from missing
    with as_file(package) as folder:
        return Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
