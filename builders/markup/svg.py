"""SVG inside HTML: only shapes and words pass; ids and styles stay inside the drawing."""

from __future__ import annotations

import re
from html import escape
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import tinycss2  # type: ignore[import-untyped]

NAMESPACE = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}"

ELEMENTS = frozenset(
    "svg g defs symbol use path rect circle ellipse line polyline polygon text tspan textPath title desc style marker"
    " linearGradient radialGradient stop clipPath mask pattern".split()
)
FORBIDDEN = frozenset("script foreignObject iframe image a animate animateMotion animateTransform set handler".split())
SILENT = frozenset("title desc metadata".split())
"""Left out without a word: our own title takes their place, and editors' notes are nobody's business."""

REPLACED = frozenset({"id", "viewBox", "width", "height", "class"})
"""Attributes of the root that we write ourselves."""

URL = re.compile(r"url\(\s*['\"]?([^)'\"]*)['\"]?\s*\)", re.IGNORECASE)
UNSAFE_CSS = re.compile(r"@import|expression\s*\(|javascript:|image-set|src\s*\(|</|\\", re.IGNORECASE)
"""A backslash could spell any of the others."""

ROOT_SELECTOR = re.compile(r"(svg|:root)(?![\w-])")


class SvgError(ValueError):
    """A drawing that is broken or could do harm; the message says what to do."""


def inline_svg(source: str, alt: str, name: str) -> str:
    """Return a drawing as an inline ``<svg>`` with ``alt`` as its text; its ids begin with ``name``.

    :raises SvgError: for scripts, events, foreign content, outside addresses, and what is no SVG.
    """
    name = re.sub(r"[^\w-]", "-", name)
    root = _parse(source)
    view = root.get("viewBox") or _view_of(root)
    title = f"<title>{escape(alt)}</title>"
    attributes = _attributes(root, name, skip=REPLACED)
    size = _size(root, view)
    inner = "".join(_content(root, name))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" id="{escape(name)}" class="drawing" viewBox="{escape(view)}"{size} '
        f'role="img" aria-label="{escape(alt)}"{attributes}>{title}{inner}</svg>'
    )


def _parse(source: str) -> Element:
    if "<!DOCTYPE" in source or "<!ENTITY" in source:
        raise SvgError("it declares a document type; delete the <!DOCTYPE …> line")
    try:
        root = ElementTree.fromstring(source)
    except ElementTree.ParseError as error:
        raise SvgError(f"it is not well-formed ({error}); save it again from a drawing program") from error
    if root.tag != f"{NAMESPACE}svg":
        raise SvgError('its root is not <svg xmlns="http://www.w3.org/2000/svg">; save it as plain SVG')
    return root


def _number(text: str | None) -> float | None:
    match = re.fullmatch(r"\s*([\d.]+)\s*(px)?\s*", text or "")
    return float(match[1]) if match else None


def _view_of(root: Element) -> str:
    width, height = _number(root.get("width")), _number(root.get("height"))
    if not width or not height:
        raise SvgError("it has neither a viewBox nor a size; add viewBox to its root")
    return f"0 0 {width:g} {height:g}"


def _size(root: Element, view: str) -> str:
    """Return width and height attributes, taken from the view where the file gives none."""
    numbers = re.split(r"[\s,]+", view.strip())
    if len(numbers) != 4:
        raise SvgError(f"its viewBox '{view}' is not four numbers; write viewBox=\"0 0 WIDTH HEIGHT\"")
    width = _number(root.get("width")) or float(numbers[2])
    height = _number(root.get("height")) or float(numbers[3])
    return f' width="{width:g}" height="{height:g}"'


def _content(element: Element, name: str) -> list[str]:
    parts = [escape(element.text or "", quote=False)]
    for child in element:
        parts += [_element(child, name), escape(child.tail or "", quote=False)]
    return parts


def _element(element: Element, name: str) -> str:
    if not isinstance(element.tag, str) or not element.tag.startswith(NAMESPACE):
        return ""  # comments, and what drawing programs keep for themselves
    tag = element.tag.removeprefix(NAMESPACE)
    if tag in SILENT:
        return ""
    if tag not in ELEMENTS:
        advice = "it could do harm" if tag in FORBIDDEN else "only shapes and words are allowed"
        raise SvgError(f"it holds <{tag}>; {advice}, remove it")
    if tag == "style":
        return f"<style>{escape(_scoped(element.text or '', name), quote=False)}</style>"
    return f"<{tag}{_attributes(element, name)}>{''.join(_content(element, name))}</{tag}>"


def _attributes(element: Element, name: str, skip: frozenset[str] = frozenset()) -> str:
    parts = []
    for key, value in element.attrib.items():
        key = key.removeprefix(XLINK)
        if key.lower().startswith("on"):
            raise SvgError(f"it holds the event '{key}'; remove it")
        if key not in skip and not key.startswith(("{", "data-", "aria-", "role", "tabindex")):
            parts.append(f' {key}="{escape(_value(key, value, name))}"')
    return "".join(parts)


def _value(key: str, value: str, name: str) -> str:
    if key == "id":
        return f"{name}-{value}"
    if key == "href":
        return _reference(value, name)
    return _checked_css(value, name)


def _reference(address: str, name: str) -> str:
    if not address.startswith("#"):
        raise SvgError(f"it points to '{address}'; a drawing may only point into itself, write #id")
    return f"#{name}-{address[1:]}"


def _checked_css(text: str, name: str) -> str:
    if UNSAFE_CSS.search(text):
        raise SvgError(f"it holds '{text.strip()[:60]}'; remove it")
    return URL.sub(lambda match: f"url({_reference(match[1].strip(), name)})", text)


def _scoped(css: str, name: str) -> str:
    """Return the rules with every selector inside the drawing, so that its styles do not reach the page."""
    rules = tinycss2.parse_stylesheet(_checked_css(css, name), skip_comments=True, skip_whitespace=True)
    return "".join(_scoped_rule(rule, name) for rule in rules)


def _scoped_rule(rule: tinycss2.ast.Node, name: str) -> str:
    if rule.type != "qualified-rule":
        raise SvgError("its <style> holds an @-rule or a slip; keep plain rules such as .line { stroke: black }")
    selectors = tinycss2.serialize(rule.prelude).split(",")
    scoped = ",".join(_own(selector.strip(), name) for selector in selectors)
    return f"{scoped}{{{tinycss2.serialize(rule.content).strip()}}}"


def _own(selector: str, name: str) -> str:
    """Return a selector that matches inside the drawing only; ``svg`` and ``:root`` are the drawing itself."""
    own = re.sub(r"#([\w-]+)", rf"#{name}-\1", selector)
    root = ROOT_SELECTOR.match(own)
    return f"#{name}{own[root.end() :]}" if root else f"#{name} {own}"
