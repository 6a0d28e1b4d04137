"""Drawings and frames of the site's pages: what is wider than its place scrolls, and stays readable."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

from builders.markup.svg import SvgError, inline_svg

logger = logging.getLogger(__name__)
WIDTH = re.compile(r'viewBox="[-\d.]+[ ,]+[-\d.]+[ ,]+([\d.]+)')
LETTERS = re.compile(r'font-size[=:]\s*"?\s*([\d.]+)')
SMALLEST = 10.5
"""The least height of letters, in pixels of the screen, to which a drawing may shrink."""


def framed(drawing: str) -> str:
    """Return an inline drawing in a frame that scrolls where the letters would become too small."""
    width, letters = WIDTH.search(drawing), [float(size) for size in LETTERS.findall(drawing) if float(size)]
    if width and letters:
        least = float(width[1]) * min(1, SMALLEST / min(letters))
        drawing = drawing.replace("<svg ", f'<svg style="min-width:{least:.0f}px" ', 1)
    return f'<div class="drawing-frame">{drawing}</div>'


class Frames(SphinxPostTransform):
    """Mends the frames that Furo draws around tables and formulas: an id stands once, and no block in a paragraph."""

    default_priority = 510
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Clear the frames of tables; take those of formulas away."""
        for frame in list(self.document.findall(nodes.container)):
            if "table-wrapper" in frame["classes"]:
                frame["ids"], frame["names"], frame["classes"] = [], [], ["table-wrapper"]
            elif "math-wrapper" in frame["classes"]:
                frame.replace_self(frame.children)


class Drawings(SphinxPostTransform):
    """Puts SVG drawings into the page, where they have its typeface and their text can be found and read aloud."""

    default_priority = 520
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Replace each SVG image by its drawing; an unsafe or broken one is reported and left out."""
        for number, image in enumerate(list(self.document.findall(nodes.image)), start=1):
            path = Path(self.env.srcdir) / image["uri"]
            if path.suffix.lower() == ".svg" and path.is_file():
                image.replace_self(self._drawing(image, path, f"drawing-{number}"))

    def _drawing(self, image: nodes.image, path: Path, name: str) -> nodes.raw:
        try:
            html = inline_svg(path.read_text(encoding="utf-8"), image.get("alt", ""), name)
        except (SvgError, UnicodeDecodeError) as error:
            message = f"the image '{image['uri']}': {error}"
            logger.warning(message, location=image, type="coursepack", subtype="image")
            return nodes.raw("", "", format="html")
        block = isinstance(image.parent, nodes.figure | nodes.section)
        return nodes.raw("", framed(html) if block else html, format="html")
