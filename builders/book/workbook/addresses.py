"""Where a link leads in print: from a document and an anchor of Sphinx to an id of the book."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

SCHEME = "doc:"
"""Begins the addresses that the builder gives to documents: ``doc:05-sql/01-rows#anchor``."""

GLOSSARY = "glossary"
ABOUT = "about-course"


def join_id(*parts: str) -> str:
    """Return an id made of parts, with nothing in it that a link would have to escape."""
    return "--".join(re.sub(r"[^\w.-]+", "-", part) for part in parts if part)


@dataclass(frozen=True)
class Addresses:
    """The documents in the book, each with the beginning of its ids, and those that other chapters stand for.

    ``instead`` maps a page of the site to a chapter made from records: the glossary, the course description.
    ``on_site`` are the pages that say ``print: false``: links to them name the site.
    """

    prefixes: Mapping[str, str]
    instead: Mapping[str, str]
    on_site: tuple[str, ...] = ()

    def find(self, uri: str) -> str | None:
        """Return the id that an address of Sphinx leads to; None where the book does not hold it."""
        docname, anchor = split_address(uri)
        if docname in self.instead:
            return anchor if anchor.startswith(("term-", "objective-")) else self.instead[docname]
        if docname not in self.prefixes:
            return None
        return join_id(self.prefixes[docname], anchor)

    def is_on_site(self, uri: str) -> bool:
        """Whether an address leads to a page that is read on the site only."""
        return split_address(uri)[0] in self.on_site


def split_address(uri: str) -> tuple[str, str]:
    """Return document and anchor of an address."""
    docname, _, anchor = uri.removeprefix(SCHEME).partition("#")
    return docname, anchor
