"""Links that directives make: to lessons, to terms of the glossary."""

from __future__ import annotations

from docutils import nodes
from sphinx import addnodes

from builders.book.context import docname_of
from builders.course import Lesson


def link_to_lesson(lesson: Lesson, page: str) -> addnodes.pending_xref:
    """Return a link from the document ``page`` to a lesson, named by its id's number and its title."""
    title = f"{lesson.id[1:].lstrip('0')} {lesson.title}"
    return _pending("doc", f"/{docname_of(lesson.path)}", title, page)


def link_to_term(term: str, page: str) -> addnodes.pending_xref:
    """Return a link from the document ``page`` to an entry of the glossary."""
    return _pending("term", term, term, page)


def link_to_part(name: str, page: str, title: str = "") -> addnodes.pending_xref:
    """Return a link from the document ``page`` to a numbered part, named by its title where none is given."""
    return _pending("ref", name.lower(), title or name, page, explicit=bool(title))


def _pending(kind: str, target: str, title: str, page: str, *, explicit: bool = True) -> addnodes.pending_xref:
    return addnodes.pending_xref(
        "",
        nodes.inline(title, title),
        refdomain="std",
        reftype=kind,
        reftarget=target,
        refexplicit=explicit,
        refwarn=True,
        refdoc=page,
    )
