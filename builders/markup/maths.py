"""Formulas: LaTeX to SVG outlines, without a browser and without TeX."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from html import escape
from types import ModuleType

SIZE = 12.0
"""Units an em while a formula is laid out; the page scales it by its own font size."""

UNKNOWN = re.compile(r"<m[io][^>]*>(\\\w+)")
"""How MathML shows a command that the converter passed on as it was."""

ROOT = re.compile(r"<svg[^>]*>")


class MathsError(ValueError):
    """LaTeX that the renderer does not read."""


@cache
def _renderer() -> ModuleType:
    """Return the renderer, imported when the first formula is met: it takes long, and most commands draw none."""
    import ziamath.zmath
    from ziafont.config import config

    config.svg2 = False  # outlines drawn in place: symbols would carry ids that two formulas share
    return ziamath.zmath


@lru_cache(maxsize=2048)
def formula(latex: str, display: bool) -> str:
    """Return a formula as inline SVG, sized in em and standing on the baseline; its LaTeX is its text.

    :raises MathsError: where the LaTeX is not understood.
    """
    _check(latex)
    try:
        drawing = _renderer().Math.fromlatex(latex, size=SIZE, inline=not display, margin=0.5)
        svg = drawing.svg()
    except Exception as error:  # the parser raises whatever it stumbles over
        raise MathsError(_named(error)) from error
    return _framed(svg, latex, display)


@lru_cache(maxsize=2048)
def mathml(latex: str, display: bool) -> str:
    """Return a formula as MathML for a browser; its LaTeX is its text where a reader knows no MathML.

    :raises MathsError: where the LaTeX is not understood.
    """
    _check(latex)
    tree = str(_renderer().tex2mml(latex)).strip()
    tree = tree.replace('display="block"', f'display="{"block" if display else "inline"}"', 1)
    return tree.replace("<math ", f'<math alttext="{escape(latex)}" ', 1)


def _check(latex: str) -> None:
    """Find what the renderer would draw wrongly without a word: open braces and commands it does not know."""
    braces = re.sub(r"\\[{}]", "", latex)
    if braces.count("{") != braces.count("}"):
        raise MathsError("its braces do not match")
    try:
        unknown = UNKNOWN.search(_renderer().tex2mml(latex))
    except Exception as error:
        raise MathsError(_named(error)) from error
    if unknown:
        raise MathsError(f"{unknown[1]} is unknown")


def _named(error: Exception) -> str:
    """Return what an error says, or its name in words: ``DoubleSubscriptsError`` is "double subscripts"."""
    name = type(error).__name__.removesuffix("Error")
    return str(error) or re.sub(r"(?<!^)(?=[A-Z])", " ", name).lower()


def _framed(svg: str, latex: str, display: bool) -> str:
    """Replace the root tag: sizes in em, a name for those who cannot see, no foreign attributes."""
    match = ROOT.search(svg)
    assert match is not None, "ziamath writes an svg element"
    box = [float(number) for number in re.search(r'viewBox="([^"]*)"', match[0])[1].split()]  # type: ignore[index]
    width, height, below = box[2] / SIZE, box[3] / SIZE, (box[1] + box[3]) / SIZE
    name = escape(latex)
    style = f"width:{width:.3f}em;height:{height:.3f}em;vertical-align:{-below:.3f}em"
    root = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="formula" viewBox="{" ".join(f"{n:g}" for n in box)}" '
        f'role="img" aria-label="{name}" style="{style}"><title>{name}</title>'
    )
    inline = root + svg[match.end() :].strip()
    return f'<p class="formula-block">{inline}</p>\n' if display else inline
