"""What the site adds to Sphinx's HTML: words and facts for its templates, search, fonts, editors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util import logging

from builders.book.booklets import FOLDER as BOOKLETS
from builders.book.booklets import booklets_of, copy_booklets
from builders.book.console import FOLDER, missing_parts
from builders.book.context import Book, book_of, docname_of
from builders.book.fonts import copy_fonts, missing_faces
from builders.book.nodes import activity_box, query_result
from builders.book.search import FILE as PASSAGES
from builders.book.slimming import prune, slim
from builders.book.study import SCRIPTS, as_script, items_of, review_page, study_data, terms_in
from builders.course import Lab, write_atomic

if TYPE_CHECKING:
    from sphinx.application import Sphinx

logger = logging.getLogger(__name__)
UNFOLD = re.compile(r'aria-label="Toggle navigation of ([^"]*)"')
DESIGN = re.compile(r"design|furo-extensions")
PLAIN = re.compile(r'<span class="(?:n|p|w)">([^<]*)</span>')
"""Names, punctuation and space in listings: both styles give them the colour of all text."""
EMPTY_HEAD = re.compile(r'<th class="head[^"]*">(?:<p></p>)?</th>')
LONG_NAME = re.compile(r'(?<=<span class="pre">)[^<]{12,}(?=</span>)')
JOINT = re.compile(r"(?<=\w)([_./])(?=\w)")
CONSOLE = f"{FOLDER}/console.js"
SLIM = ("site.js", "search.js", "practice.js", "progress.js", "study.js", CONSOLE)
PRUNED = ("styles/furo.css", "pygments.css")
UNUSED = (
    "documentation_options.js",
    "doctools.js",
    "sphinx_highlight.js",
    "searchtools.js",
    "language_data.js",
    "*-stemmer.js",
    "translations.js",
)
"""Scripts of Sphinx that no page loads: the site has a search of its own."""
SIDEBAR = ("brand", "search", "study", "scroll-start", "navigation", "scroll-end")


def add_context(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object) -> None:
    """Give a page's template the words of the course's language, the course, and the edition."""
    book = book_of(app.config)
    context["word"] = lambda key, **values: book.words(f"book.{key}", **values)
    context["course"] = book.course.about
    context["instructor"] = book.instructor
    add_study(book, pagename, context, app.config.coursepack_booklets)
    context["sidebars"] = [f"sidebar/{name}.html" for name in SIDEBAR]
    context["body"] = mend(context.get("body", ""))
    add_search(book, context, app.builder.get_target_uri(pagename) if doctree is not None else "")
    if tree := context.get("furo_navigation_tree"):
        unfold = partial(book.words, "book.unfold")
        tree = name_lessons(book, pagename, tree)
        context["furo_navigation_tree"] = UNFOLD.sub(lambda found: f'aria-label="{unfold(title=found[1])}"', mend(tree))
    if "sd-" not in context["body"]:  # nothing of sphinx-design on this page, so nothing for it either
        for name in ("css_files", "script_files"):
            context[name] = [asset for asset in context[name] if not DESIGN.search(str(asset.filename))]


def name_lessons(book: Book, pagename: str, tree: str) -> str:
    """Return the contents of the course with the id of its lesson on each link, for the marks of progress."""
    for lesson in book.course.lessons:
        docname = docname_of(lesson.path)
        address = "#" if docname == pagename else f"{docname}.html"
        tree = tree.replace(f'{address}">', f'{address}" data-lesson="{lesson.id}">')
    return tree


def add_study(book: Book, pagename: str, context: dict[str, Any], folder: str) -> None:
    """Give a page what the scripts of progress and review need, and a lesson its links; ``folder`` has the booklets."""
    lesson = book.lesson(pagename)
    module = book.course.module_of(lesson.id) if lesson else None
    context["lesson"] = lesson
    context["booklets"] = [
        (paper, f"{BOOKLETS}/{path.name}") for paper, path in (booklets_of(folder, lesson) if lesson else ())
    ]
    html = context.get("body", "") + "".join(entry["html"] for entry in context.get("entries", ()))
    context["study"] = study_data(book, lesson, terms_in(book, html))
    context["has_cards"] = bool(book.course.cards)
    context["has_review"] = any(items_of(book.course, part) for part in book.course.modules)
    context["review"] = review_page(module) if module and items_of(book.course, module) else ""
    unwanted = {script for page, script in SCRIPTS.items() if page != pagename}
    context["script_files"] = [
        file for file in context["script_files"] if Path(str(file.filename)).name not in unwanted
    ]


def add_search(book: Book, context: dict[str, Any], address: str) -> None:
    """Give a page the words of the search, and enter it under its address; a page without one is not searched."""
    prefix = "book.search-"
    words = {key.removeprefix(prefix): text for key, text in book.words.entries.items() if key.startswith(prefix)}
    context["search"] = as_script({"words": {"search": book.words("book.search"), **words}})
    context["script_files"] = [file for file in context["script_files"] if Path(str(file.filename)).name not in UNUSED]
    if address:
        book.search.add(address, context["body"])


def site_pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield the page of search results, and the one for addresses that are nowhere."""
    words = book_of(app.config).words
    yield "search", {"title": words("book.search")}, "search.html"
    yield "404", {"title": words("book.not-found")}, "404.html"


def leave_search(app: Sphinx) -> None:
    """Keep Sphinx from making an index and a page for its own search."""
    if app.builder.format == "html":
        app.builder.search = False  # type: ignore[attr-defined]  # of StandaloneHTMLBuilder


def add_console(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Give a page with queries or labs what their editors need; no other page loads the script."""
    book = book_of(app.config)
    datasets = console_data(book, doctree) if doctree is not None else None
    if datasets is None:
        context["script_files"] = [asset for asset in context["script_files"] if CONSOLE not in str(asset.filename)]
        return
    prefix = "book.console-"
    words = {key.removeprefix(prefix): text for key, text in book.words.entries.items() if key.startswith(prefix)}
    words |= {key: book.words.entries[f"labs.{key}"] for key in ("by-accident", "fails-other", "not-begun")}
    words["more-rows"] = book.words.entries["book.more-rows"]
    data = {"root": context["pathto"](f"_static/{FOLDER}/", 1), "datasets": datasets, "words": words}
    context["console"] = as_script(data)


def console_data(book: Book, doctree: nodes.document) -> dict[str, Any] | None:
    """Return the data that the editors of a page may load, by dataset; None where it has no editor."""
    labs = [lab for lab in labs_on(book, doctree) if book.consoles.lab(lab)]
    checked = {lab.dataset for lab in labs if lab.dataset}
    asked = {node["dataset"] for node in doctree.findall(query_result) if node["hide"] != "sql"}
    if not labs and not asked:
        return None
    return {name: book.consoles.dataset(name, every=name in checked) for name in sorted(checked | asked)}


def labs_on(book: Book, doctree: nodes.document) -> list[Lab]:
    """Return the labs that a page shows."""
    known = book.course.labs_by_id
    return [known[box["lab"]] for box in doctree.findall(activity_box) if box.get("lab") in known]


def mend(html: str) -> str:
    """Return HTML of Sphinx without headings of no level, header cells that say nothing, and marks without colour.

    Long names in code may break behind their joints, and header cells say whether they head a column or a row.
    """
    html = EMPTY_HEAD.sub("<td></td>", html.replace(' role="heading"', "").replace(' download=""', " download"))
    html = html.replace('<th class="head', '<th scope="col" class="head').replace(
        '<th class="stub', '<th scope="row" class="stub'
    )
    html = LONG_NAME.sub(lambda name: JOINT.sub(r"\1<wbr>", name[0]), html)
    return PLAIN.sub(r"\1", html)


def add_parts(app: Sphinx, failure: Exception | None) -> None:
    """Copy the typefaces, and what editors load, into the finished site."""
    if failure or app.builder.format != "html":
        return
    if missing := missing_faces():
        logger.warning(
            "the fonts %s are not installed; run: make setup", ", ".join(missing), type="coursepack", subtype="fonts"
        )
    copy_booklets(app.config.coursepack_booklets, book_of(app.config).course, Path(app.outdir))
    copy_fonts(Path(app.outdir) / "_static")
    for path in (path for name in UNUSED for path in (Path(app.outdir) / "_static").glob(name)):
        path.unlink()
    write_atomic(Path(app.outdir) / "_static" / PASSAGES, book_of(app.config).search.as_script())
    slim(Path(app.outdir) / "_static", SLIM)
    prune(Path(app.outdir), PRUNED)
    if absent := missing_parts():
        names = ", ".join(absent)
        logger.warning(
            "the packages %s are not installed; run: make setup", names, type="coursepack", subtype="console"
        )
        return
    book_of(app.config).consoles.write(Path(app.outdir) / "_static")
