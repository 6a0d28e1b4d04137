"""What Sphinx loads: settings, nodes, directives, roles and events of a course."""

from __future__ import annotations

from typing import TYPE_CHECKING

from builders.book import html
from builders.book.columns import NumberColumns
from builders.book.context import STUDENT
from builders.book.directives import DIRECTIVES
from builders.book.directives.data import FactRole
from builders.book.drawings import Drawings, Frames
from builders.book.flashcards import card_page, link_cards
from builders.book.labs import LabTasks
from builders.book.nodes import NODES
from builders.book.numbers import note_ids, number_pages
from builders.book.outdated import find_outdated
from builders.book.pruning import Prune, left_out
from builders.book.records import visit_math, visit_math_block
from builders.book.settings import configure
from builders.book.shortcuts import shortcut_pages
from builders.book.site import (
    CONSOLE,
    add_console,
    add_context,
    add_parts,
    leave_search,
    site_pages,
)
from builders.book.study import study_pages
from builders.book.workbook.builder import WorkbookBuilder

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

SCRIPTS = ("site.js", "search.js", "practice.js", CONSOLE, "progress.js", "study.js", "overview.js", "review.js")
"""The scripts of the site; a page leaves out those that it has no use for."""


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register everything with Sphinx."""
    app.add_config_value("coursepack_edition", STUDENT, "env", types=(str,))
    app.add_config_value("coursepack_coverage", "", "", types=(str,))
    app.add_config_value("coursepack_booklets", "", "", types=(str,))
    for node in NODES:
        app.add_node(node, html=html.VISITORS[node])
    for name, directive in DIRECTIVES.items():
        app.add_directive(name, directive, override=True)  # docutils has a hint and a rubric of its own
    app.add_role("fact", FactRole())
    app.add_html_math_renderer("coursepack", (visit_math, None), (visit_math_block, None))
    app.add_builder(WorkbookBuilder)
    app.add_node(left_out)
    app.add_transform(Prune)
    app.add_transform(NumberColumns)
    app.add_post_transform(Frames)
    app.add_post_transform(Drawings)
    app.add_post_transform(LabTasks)
    for sheet in ("fonts.css", "site.css"):
        app.add_css_file(sheet, priority=900)
    for script in SCRIPTS:
        app.add_js_file(script, loading_method="defer")
    app.connect("doctree-resolved", link_cards)
    app.connect("html-page-context", add_context, priority=900)
    app.connect("html-page-context", add_console, priority=910)
    app.connect("html-collect-pages", study_pages)
    app.connect("html-collect-pages", shortcut_pages)
    app.connect("html-collect-pages", card_page)
    app.connect("html-collect-pages", site_pages)
    app.connect("builder-inited", leave_search)
    app.connect("build-finished", add_parts)
    app.connect("config-inited", configure, priority=100)
    app.connect("env-get-outdated", find_outdated)
    app.connect("doctree-read", note_ids, priority=900)
    app.connect("env-get-updated", number_pages, priority=900)
    return {"version": "1", "env_version": 1, "parallel_read_safe": False, "parallel_write_safe": False}
