"""Numbers: lesson L05.2 is "5.2", its first figure is "Figure 5.2.1".

Sphinx numbers by position in the table of contents; a course numbers by the ids of modules and lessons,
so that a figure keeps its number when a module is built alone or an earlier one is not written yet. What stands
in notes and answers is numbered after all else, so that learners and instructors read of the same figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from docutils import nodes

from builders.book.context import book_of
from builders.book.nodes import answer_box, instructor_note

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment


Figures = dict[str, dict[str, tuple[int, ...]]]
"""By kind and id, the number of each figure, table and listing with a caption."""


@dataclass(frozen=True)
class Ids:
    """What numbering must know of a page: the id of its title, the ids inside notes and answers.

    ``figures`` are those of a page outside the table of contents, which is all that Sphinx walks.
    """

    title: str
    hidden: frozenset[str]
    figures: Figures | None


def note_ids(app: Sphinx, doctree: nodes.document) -> None:
    """Keep what numbering must know of a page that was read, so that no page is loaded again for it."""
    env = app.env
    section = next(doctree.findall(nodes.section), None)
    title = section["ids"][0] if section is not None else ""
    figures = count_figures(env, doctree) if "orphan" in env.metadata[env.docname] else None
    ids_of(env)[env.docname] = Ids(title, frozenset(hidden_ids(doctree)), figures)


def ids_of(env: BuildEnvironment) -> dict[str, Ids]:
    """Return what is known of the pages read so far, by document."""
    if not hasattr(env, "coursepack_ids"):
        env.coursepack_ids = {}  # type: ignore[attr-defined]
    return cast("dict[str, Ids]", env.coursepack_ids)  # type: ignore[attr-defined]


def number_pages(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Number the titles of modules and lessons, and the figures, tables and listings in all pages.

    Returns the documents whose figures changed their numbers; they must be written again.
    """
    for docname in env.titles:
        if number := book_of(app.config).number_of(docname):
            number_title(env, docname, number)
    old: dict[str, object] = getattr(env, "coursepack_numbers", {})
    ids = {docname: ids for docname, ids in ids_of(env).items() if docname in env.found_docs}
    env.toc_fignumbers |= {docname: dict(one.figures) for docname, one in ids.items() if one.figures is not None}
    for docname, kinds in env.toc_fignumbers.items():
        prefix, hidden = book_of(app.config).number_of(docname), ids[docname].hidden
        for kind, numbers in kinds.items():
            order = sorted(numbers, key=lambda anchor: anchor in hidden)
            kinds[kind] = {anchor: (*prefix, index) for index, anchor in enumerate(order, start=1)}
    env.coursepack_numbers = dict(env.toc_fignumbers)  # type: ignore[attr-defined]
    return [docname for docname, kinds in env.toc_fignumbers.items() if old.get(docname) != kinds]


def count_figures(env: BuildEnvironment, doctree: nodes.document) -> Figures:
    """Return the figures, tables and listings with a caption of one document."""
    standard = env.domains.standard_domain
    found: Figures = {}
    for node in doctree.findall(nodes.Element):
        kind = standard.get_enumerable_node_type(node)
        if kind and kind != "section" and node["ids"] and standard.get_numfig_title(node):
            numbers = found.setdefault(kind, {})
            numbers[node["ids"][0]] = (len(numbers) + 1,)
    return found


def hidden_ids(doctree: nodes.document) -> set[str]:
    """Return the ids inside notes and answers."""
    hidden = [*doctree.findall(instructor_note), *doctree.findall(answer_box)]
    elements = (element for part in hidden for element in part.findall(nodes.Element))
    return {anchor for element in elements for anchor in element["ids"]}


def number_title(env: BuildEnvironment, docname: str, number: tuple[int, ...]) -> None:
    """Number a page in its heading, in menus and in links to it; its sections stay without numbers."""
    env.titles[docname]["secnumber"] = number
    entry = next(env.tocs[docname].findall(nodes.reference), None)
    if entry is not None:
        entry["secnumber"] = number
    title = ids_of(env)[docname].title
    if title:
        env.toc_secnumbers[docname] = {f"#{title}": number}
