"""Style sheets are read once for all documents of a process, with the fonts that they name.

WeasyPrint would read them again for each document: on a short one that takes longer than its pages. They are read as
one, since every element is compared with every sheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from builders.pdf.fetch import Fetcher
from builders.pdf.findings import Finding
from builders.pdf.fonts import BASE_CSS, make_font_configuration
from builders.pdf.log import collect_log
from builders.pdf.system import FontsMissing, weasyprint

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
FONT_FACE = "@font-face"
REMEMBERED = 32
"""How many combinations of style sheets are kept in memory."""


@dataclass(frozen=True)
class Styles:
    """What documents with the same styles share: the sheet as WeasyPrint reads it, its fonts, and what is wrong."""

    sheet: Any
    fonts: Any
    findings: tuple[Finding, ...]


def read_styles(css: Sequence[str], base_url: Path) -> Styles:
    """Return ``base.css`` and then these texts as one style sheet; addresses in it are looked up in ``base_url``.

    :raises SetupMissing: when Pango or a font is not installed.
    """
    return _read_styles(tuple(css), base_url)


@lru_cache(maxsize=REMEMBERED)
def _read_styles(css: tuple[str, ...], base_url: Path) -> Styles:
    fonts = font_configuration(tuple(text for text in css if FONT_FACE in text))
    fetcher = Fetcher(base_url, TEMPLATES)
    with collect_log() as log:
        sheet = weasyprint().CSS(
            string="\n".join((BASE_CSS.read_text("utf-8"), *css)),
            base_url=f"{base_url.resolve()}/",
            url_fetcher=fetcher,
            font_config=fonts,
        )
    if fetcher.missing_fonts:
        raise FontsMissing(fetcher.missing_fonts[0])
    return Styles(sheet, fonts, tuple(log.findings))


@cache
def font_configuration(_faces: tuple[str, ...]) -> Any:
    """Return the fonts of documents whose style sheets declare the same ones beside those of ``base.css``.

    It is kept to the end of the process: the fonts are files for as long as it lives.
    """
    return make_font_configuration()
