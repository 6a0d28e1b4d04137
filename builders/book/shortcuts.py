"""Short addresses of lessons, which print can name: ``5.2.html`` at the top of the site leads to the lesson's page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from builders.book.context import book_of, docname_of
from builders.course import Course

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def address_of(course: Course, number: str) -> str:
    """Return the short address of the lesson with a number on the published site; empty where there is no site."""
    return f"{course.about.site.rstrip('/')}/{number}.html" if course.about.site else ""


def shortcut_pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield a page for each lesson of a published course that sends its reader on to the lesson."""
    book = book_of(app.config)
    for lesson in book.course.lessons if book.course.about.site else ():
        docname = docname_of(lesson.path)
        number = ".".join(str(part) for part in book.number_of(docname))
        yield number, {"title": lesson.title, "target": f"{docname}.html"}, "shortcut.html"
