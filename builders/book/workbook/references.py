"""Links that print the page they lead to: as slots to be stamped, as literal numbers, or as the renderer counts.

A part of the body must not depend on where the others lie: its links leave room for a number, which is stamped when
every page is known. What is laid out last prints its numbers itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from builders.book.workbook.setting import Setting
from builders.pdf.joining import PAGED, XREF

LINK = re.compile(
    r'<a class="(?P<classes>[^"]*)"(?P<id> id="[^"]*")? href="#(?P<target>[^"]+)"(?P<more>[^>]*)>(?P<words>.*?)</a>',
    re.DOTALL,
)
PUNCTUATION = ".,;:!?)”’…"
"""Before these, what is spare in the room of a number is left before the number, else behind it."""

ROOM = re.compile("0+")
"""What keeps room for a page number: as many noughts as the numbers of the book have figures."""


def is_paged(match: re.Match[str]) -> bool:
    """Whether a link prints its page."""
    return "ref" in match["classes"].split()


def room_html(match: re.Match[str], setting: Setting, room: str, attribute: str) -> str:
    """Return room for what a link prints, in an element with an attribute: in a line of contents the number alone."""
    words = "\u00a0" + setting.word("page-ref", page=room).replace(" ", "\u00a0")
    shown = room if "toc" in match["classes"].split() else words
    return f'<span class="page-slot" {attribute}><span class="unseen">{shown}</span></span>'


def beginning(match: re.Match[str]) -> str:
    """Return the attribute of a room whose number stands close to the words before it, not to what follows."""
    follows = match.string[match.end() : match.end() + 1]
    return "" if "toc" in match["classes"].split() or follows in tuple(PUNCTUATION) else " data-begins"


def _rewrite(html: str, write: Callable[[re.Match[str], str], str]) -> str:
    def mend(match: re.Match[str]) -> str:
        name, more = match["id"] or "", match["more"]
        return write(match, f'<a class="{match["classes"]}"{name}{more}')

    return LINK.sub(mend, html)


def slotted(html: str, setting: Setting, room: str) -> str:
    """Return a part of the book whose links lead out of it, each with room for its page."""

    def write(match: re.Match[str], opening: str) -> str:
        target = match["target"]
        if not is_paged(match):
            return f'{opening} href="{XREF}{target}">{match["words"]}</a>'
        slot = room_html(match, setting, room, f'data-slot="{target}"{beginning(match)}')
        return f'{opening} href="{PAGED}{target}">{match["words"]}{slot}</a>'

    return _rewrite(html, write)


def apart(html: str, pages: Mapping[str, object]) -> str:
    """Return a part of the book whose links lead out of it, each with its page as a literal number."""

    def write(match: re.Match[str], opening: str) -> str:
        target = match["target"]
        if target not in pages:
            return match[0]
        scheme = PAGED if is_paged(match) else XREF
        return f'{opening} href="{scheme}{target}" data-page="{pages[target]}">{match["words"]}</a>'

    return _rewrite(html, write)


def counted(html: str, setting: Setting, room: str) -> str:
    """Return HTML whose links stay inside: the renderer counts their pages, in as much room as a slot has."""

    def write(match: re.Match[str], opening: str) -> str:
        target = match["target"]
        if not is_paged(match):
            return f'{opening} href="#{target}">{match["words"]}</a>'
        slot = room_html(match, setting, room, f'data-page="#{target}"{beginning(match)}')
        return f'{opening} href="#{target}">{match["words"]}{slot}</a>'

    return _rewrite(html, write)


def find_references(html: str) -> list[tuple[str, str]]:
    """Return id and target of every link of a part that prints a page."""
    pattern = re.compile(rf'<a class="([^"]*)" id="([^"]+)"[^>]* href="(?:#|{PAGED})([^"]+)"')
    return [(name, target) for classes, name, target in pattern.findall(html) if "ref" in classes.split()]
