"""Reads a built site as a browser would find it on a disk: its links, and what its pages load."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup

LOADED = {
    "script": ("src",),
    "img": ("src", "srcset"),
    "iframe": ("src",),
    "source": ("src", "srcset"),
    "video": ("src", "poster"),
    "audio": ("src",),
    "object": ("data",),
    "embed": ("src",),
    "use": ("href", "xlink:href"),
    "image": ("href", "xlink:href"),
    "form": ("action",),
}
"""Elements whose attributes name what a page loads or sends to."""
LOADING_LINKS = {"stylesheet", "icon", "shortcut", "preload", "prefetch", "modulepreload", "preconnect", "dns-prefetch"}
CSS = re.compile(r"url\(\s*['\"]?([^'\")]+)['\"]?\s*\)|@import\s+['\"]([^'\"]+)['\"]")
REMOTE = re.compile(r"^(https?:)?//", re.IGNORECASE)


@cache
def soup(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def pages(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


def resources(path: Path) -> Iterator[str]:
    """Yield the address of everything that a page loads by itself."""
    for name, attributes in LOADED.items():
        for element in soup(path).find_all(name):
            yield from (str(element[attribute]) for attribute in attributes if element.get(attribute))
    for link in soup(path).find_all("link"):
        if LOADING_LINKS & set(link.get("rel") or ()):
            yield str(link["href"])
    for style in soup(path).find_all("style"):
        yield from in_css(style.get_text())
    for element in soup(path).select("[style]"):
        yield from in_css(str(element["style"]))


def in_css(text: str) -> Iterator[str]:
    for match in CSS.finditer(text):
        yield match[1] or match[2]


def dead_links(site: Path) -> Iterator[str]:
    """Yield each link to a file or a place on a page that is not there."""
    for page in pages(site):
        for element in soup(page).select("a[href], link[href], area[href]"):
            yield from dead(site, page, str(element["href"]))
        for address in resources(page):
            yield from dead(site, page, address)
    for sheet in sorted(site.rglob("*.css")):
        for address in in_css(sheet.read_text(encoding="utf-8")):
            yield from dead(site, sheet, address)


def dead(site: Path, page: Path, address: str) -> Iterator[str]:
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return
    target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    name = f"{page.relative_to(site)}: {address}"
    if not target.is_file() or not target.is_relative_to(site.resolve()):
        yield f"{name}: no such file"
    elif parts.fragment and target.suffix == ".html" and not soup(target).find(id=unquote(parts.fragment)):
        yield f"{name}: no such place"
