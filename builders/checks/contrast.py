"""Contrast of the texts in an SVG drawing, as WCAG 2.2 defines it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from xml.etree import ElementTree

NAMED = {
    "black": "#000000",
    "white": "#ffffff",
    "red": "#ff0000",
    "green": "#008000",
    "blue": "#0000ff",
    "gray": "#808080",
    "grey": "#808080",
    "silver": "#c0c0c0",
    "yellow": "#ffff00",
    "orange": "#ffa500",
    "navy": "#000080",
    "darkgray": "#a9a9a9",
    "lightgray": "#d3d3d3",
    "lightgrey": "#d3d3d3",
    "dimgray": "#696969",
}
HEX = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})")
MOVE = re.compile(r"translate\(\s*([-\d.]+)(?:[\s,]+([-\d.]+))?\s*\)")
SHAPES = frozenset({"path", "polygon"})
ENOUGH, ENOUGH_LARGE = 4.5, 3.0
LARGE, LARGE_BOLD = 24.0, 18.66
"""From this size on, in pixels, text is large; bold text earlier."""


@dataclass(frozen=True)
class Faint:
    """A text that does not stand out: its colour, the ground, their contrast and the contrast it needs."""

    text: str
    colour: str
    ground: str
    ratio: float
    wanted: float


@dataclass(frozen=True)
class _Style:
    """What an element inherits."""

    fill: str = "#000000"
    size: float = 16.0
    bold: bool = False
    right: float = 0.0
    down: float = 0.0
    plain: bool = True


@dataclass(frozen=True)
class _Ground:
    """A filled shape, by the box around it."""

    left: float
    top: float
    width: float
    height: float
    fill: str

    def holds(self, x: float, y: float) -> bool:
        return self.left <= x <= self.left + self.width and self.top <= y <= self.top + self.height


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def faint_texts(svg: str) -> Iterator[Faint]:
    """Yield the texts of a drawing that are too faint; none where it cannot be read as XML."""
    try:
        root = ElementTree.fromstring(svg)
    except ElementTree.ParseError:
        return
    grounds: list[_Ground] = []
    unclear: list[_Ground] = []
    for element, style in _walk(root, _Style()):
        name = element.tag.rpartition("}")[2]
        if name in SHAPES and style.fill not in ("none", "#ffffff"):
            unclear.append(_surroundings(element, style))
        elif name in ("rect", "circle", "ellipse") and style.plain and HEX.fullmatch(style.fill):
            grounds.append(_ground(element, name, style))
        elif name == "text":
            faint = _judged(element, style, grounds)
            if faint and not any(ground.holds(*_middle(element, style)) for ground in unclear):
                yield faint


def _walk(element: ElementTree.Element, inherited: _Style) -> Iterator[tuple[ElementTree.Element, _Style]]:
    style = _styled(element, inherited)
    yield element, style
    for child in element:
        yield from _walk(child, style)


def _styled(element: ElementTree.Element, inherited: _Style) -> _Style:
    own = dict(element.attrib)
    own |= dict(_declarations(own.get("style", "")))
    fill = own.get("fill", inherited.fill).strip().casefold()
    fill = NAMED.get(fill, fill)
    if HEX.fullmatch(fill) and len(fill) == 4:
        fill = "#" + "".join(2 * digit for digit in fill[1:])
    moved = MOVE.fullmatch(own.get("transform", "").strip())
    plain = inherited.plain and "class" not in own and (moved is not None or "transform" not in own)
    return replace(
        inherited,
        fill=fill,
        size=_number(own.get("font-size", ""), inherited.size),
        bold=own["font-weight"] in ("bold", "600", "700", "800", "900") if "font-weight" in own else inherited.bold,
        right=inherited.right + (float(moved[1]) if moved else 0.0),
        down=inherited.down + (float(moved[2] or 0) if moved else 0.0),
        plain=plain,
    )


def _declarations(style: str) -> Iterator[tuple[str, str]]:
    for declaration in style.split(";"):
        name, mark, value = declaration.partition(":")
        if mark:
            yield name.strip(), value.strip()


def _number(text: str, fallback: float) -> float:
    match = re.match(r"\s*-?\d+(?:\.\d+)?", text)
    return float(match[0]) if match else fallback


def _ground(element: ElementTree.Element, name: str, style: _Style) -> _Ground:
    def get(key: str) -> float:
        return _number(element.get(key, ""), 0.0)

    if name == "rect":
        full = element.get("width", "").endswith("%")
        width, height = (1e6, 1e6) if full else (get("width"), get("height"))
        return _Ground(get("x") + style.right, get("y") + style.down, width, height, style.fill)
    across, high = (get("r"), get("r")) if name == "circle" else (get("rx"), get("ry"))
    left, top = get("cx") - across + style.right, get("cy") - high + style.down
    return _Ground(left, top, 2 * across, 2 * high, style.fill)


def _surroundings(element: ElementTree.Element, style: _Style) -> _Ground:
    """Return the box around a path or polygon; everything where its points are not plain."""
    text = element.get("d") or element.get("points") or ""
    if not style.plain or re.search(r"[a-yAHV]", text):
        return _Ground(-1e6, -1e6, 2e6, 2e6, style.fill)
    numbers = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", text)]
    xs, ys = numbers[::2] or [0.0], numbers[1::2] or [0.0]
    left, top = min(xs) + style.right, min(ys) + style.down
    return _Ground(left, top, max(xs) - min(xs), max(ys) - min(ys), style.fill)


def _middle(element: ElementTree.Element, style: _Style) -> tuple[float, float]:
    """Return the point at which a text is anchored, at half the height of its small letters."""
    x, y = _number(element.get("x", ""), 0.0), _number(element.get("y", ""), 0.0)
    return x + style.right, y + style.down - style.size / 3


def _judged(element: ElementTree.Element, style: _Style, grounds: list[_Ground]) -> Faint | None:
    """Return a text that is too faint on the last ground drawn under the middle of its first line."""
    if not style.plain or not HEX.fullmatch(style.fill):
        return None
    under = [ground.fill for ground in grounds if ground.holds(*_middle(element, style))]
    ground = under[-1] if under else "#ffffff"
    wanted = ENOUGH_LARGE if style.size >= (LARGE_BOLD if style.bold else LARGE) else ENOUGH
    ratio = contrast(style.fill, ground)
    text = " ".join("".join(element.itertext()).split())
    return Faint(text[:40], style.fill, ground, ratio, wanted) if ratio < wanted and text else None
