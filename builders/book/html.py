"""How the site shows the parts of a lesson: a visitor for each node class.

Boxes are told apart by label and border, never by colour alone. A box is a labelled group, not a heading:
the outline of a page is its sections.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from docutils import nodes
from sphinx.writers.html5 import HTML5Translator

from builders.book import nodes as course
from builders.book.badges import bloom_badge, duration, tidy
from builders.book.context import Book, book_of
from builders.book.drawings import framed
from builders.book.records import visit_practice_item, visit_rubric
from builders.markup.svg import inline_svg

Visit = Callable[[HTML5Translator, Any], None]

LABELS: dict[type[nodes.Element], str] = {
    course.objectives_box: "objectives",
    course.worked_example: "worked-example",
    course.activity_box: "activity",
    course.exercise_box: "exercise",
    course.instructor_note: "instructor-note",
    course.key_concept: "key-concept",
    course.summary_box: "summary",
    course.practice_set: "practice-set",
}
"""The word that names each kind of box, and its class on the page."""


def facts_of(book: Book, node: nodes.Element) -> list[str]:
    """Return what stands beside the title of a box, as HTML: level, points, minutes."""
    found = [bloom_badge(book, node["bloom"])] if node.get("bloom") else []
    if node.get("points"):
        found.append(escape(book.words("book.points", n=tidy(node["points"]))))
    if node.get("minutes"):
        found.append(escape(duration(book, node["minutes"])))
    return found


def visit_box(self: HTML5Translator, node: nodes.Element) -> None:
    """Open a box with its label, title and facts."""
    kind = LABELS[type(node)]
    label = book_of(self.config).words(f"book.{kind}", number=node.get("number", ""))
    anchor, facts = node["ids"][0], facts_of(book_of(self.config), node)
    titled = bool(node.children) and isinstance(node[0], course.box_title)
    if not (titled or facts) and label == _heading_over(node):
        self.body.append(f'<div class="box box-{kind}" id="{anchor}" role="group" aria-label="{escape(label)}">\n')
        self.body.append(_more_ids(node))
        return
    self.body.append(
        f'<div class="box box-{kind}" id="{anchor}" role="group" aria-labelledby="{anchor}-head">\n'
        f'{_more_ids(node)}<p class="box-head" id="{anchor}-head"><span class="box-label">{escape(label)}</span>'
    )
    if not titled:
        _close_head(self, node)


def _more_ids(node: nodes.Element) -> str:
    """Return places for the other ids of a box, such as those of index entries that stand before it."""
    return "".join(f'<span id="{name}"></span>' for name in node["ids"][1:])


def _heading_over(node: nodes.Element) -> str:
    """Return the heading right above a box: what it says, the box need not say again."""
    section = node.parent
    index = section.index(node)
    above = section[index - 1] if index else None
    return above.astext() if isinstance(above, nodes.title) else ""


def visit_title(self: HTML5Translator, node: nodes.Element) -> None:
    """Open the title in the head of a box."""
    self.body.append(' <span class="box-title">')


def depart_title(self: HTML5Translator, node: nodes.Element) -> None:
    """Close the title and the head."""
    self.body.append("</span>")
    _close_head(self, node.parent)


def _close_head(self: HTML5Translator, node: nodes.Element) -> None:
    facts = facts_of(book_of(self.config), node)
    if facts:
        self.body.append(' <span class="box-facts">' + '<span class="dot" aria-hidden="true"> · </span>'.join(facts))
        self.body.append("</span>")
    title = escape(book_of(self.config).words("book.link-here"))
    self.body.append(f'<a class="headerlink" href="#{node["ids"][0]}" aria-label="{title}"></a></p>\n')


def depart_box(self: HTML5Translator, node: nodes.Element) -> None:
    """Close a box."""
    self.body.append("</div>\n")


def visit_group(self: HTML5Translator, node: nodes.Element) -> None:
    """Open the objectives of a level, under its badge."""
    self.body.append(f'<div class="bloom-group">\n<p>{bloom_badge(book_of(self.config), node["bloom"])}</p>\n')


def visit_entry(self: HTML5Translator, node: nodes.Element) -> None:
    """Open an objective: its id (a link to the page of objectives, where there is one) and badge."""
    badge = "" if isinstance(node.parent, course.bloom_group) else bloom_badge(book_of(self.config), node["bloom"])
    anchor = f' id="{node["ids"][0]}"' if node["ids"] else ""
    self.body.append(
        f'<div class="objective"{anchor}><p class="objective-head">{_objective_id(self, node)} {badge}</p>'
        f'<div class="objective-body">\n'
    )


def _objective_id(self: HTML5Translator, node: nodes.Element) -> str:
    name, page = escape(node["objective"]), self.docnames[-1]
    docname, anchor, _ = self.builder.env.domains.standard_domain.labels.get(f"objective-{name.lower()}", ("", "", ""))
    if not docname or docname == page:
        return f'<span class="objective-id">{name}</span>'
    return f'<a class="objective-id" href="{self.builder.get_relative_uri(page, docname)}#{anchor}">{name}</a>'


def depart_entry(self: HTML5Translator, node: nodes.Element) -> None:
    """Name the facets that the lesson teaches, and close the objective."""
    if node["facets"]:
        text = book_of(self.config).words("book.in-this-lesson", facets=", ".join(node["facets"]))
        self.body.append(f'<p class="objective-facets">{escape(text)}</p>\n')
    self.body.append("</div></div>\n")


def visit_details(self: HTML5Translator, node: nodes.Element) -> None:
    """Open a hint or an answer, folded up until the reader asks for it."""
    kind = type(node).__name__.removesuffix("_box")
    audience = node.get("audience", "")
    label = book_of(self.config).words(f"book.{kind}-{audience}" if audience else f"book.{kind}")
    self.body.append(f'<details class="{kind}{" " + audience if audience else ""}">')
    self.body.append(f'<summary>{escape(label)}</summary>\n<div class="details-body">\n')


def depart_details(self: HTML5Translator, node: nodes.Element) -> None:
    """Close a hint or an answer."""
    self.body.append("</div></details>\n")


def visit_space(self: HTML5Translator, node: nodes.Element) -> None:
    """Draw the room to write: a text field for lines, else a sheet of the stated height."""
    words = book_of(self.config).words
    label = escape(words("book.your-answer", number=node["number"]))
    name = nodes.make_id(f"write-{node['part'] or node['number']}")
    if node["kind"] == "lines":
        self.body.append(
            f'<div class="space"><label for="{name}">{label}</label>'
            f'<textarea id="{name}" rows="{node["amount"]}" data-part="{escape(str(node["part"]))}" '
            f'autocomplete="off"></textarea></div>\n'
        )
    else:
        what = escape(words(f"book.space-{node['kind']}"))
        self.body.append(
            f'<div class="space"><p class="space-label">{what}</p>'
            f'<div class="sheet sheet-{node["kind"]}" style="height:{node["amount"]}mm"></div></div>\n'
        )
    raise nodes.SkipNode


def visit_cell(self: HTML5Translator, node: nodes.Element) -> None:
    """Draw a text field in an empty cell."""
    label, part = escape(node["label"]), escape(str(node["part"]))
    self.body.append(
        f'<textarea class="cell" rows="1" aria-label="{label}" data-part="{part}" data-cell="{node["index"]}" '
        f'autocomplete="off"></textarea>'
    )
    raise nodes.SkipNode


def visit_query(self: HTML5Translator, node: nodes.Element) -> None:
    """Open a query with its result."""
    dataset = f' data-dataset="{escape(node["dataset"])}"' if node["hide"] != "sql" else ""
    self.body.append(f'<div class="query"{dataset}>\n')


def visit_more(self: HTML5Translator, node: nodes.Element) -> None:
    """Open the line that says how many rows are left out."""
    self.body.append('<p class="more-rows">')


def depart_more(self: HTML5Translator, node: nodes.Element) -> None:
    """Close that line."""
    self.body.append("</p>\n")


def visit_null(self: HTML5Translator, node: nodes.Element) -> None:
    """Open a NULL."""
    self.body.append('<span class="null">')


def visit_fact(self: HTML5Translator, node: nodes.Element) -> None:
    """Open a computed number."""
    self.body.append('<span class="fact">')


def depart_span(self: HTML5Translator, node: nodes.Element) -> None:
    """Close a span."""
    self.body.append("</span>")


BOX: tuple[Visit, Visit] = (visit_box, depart_box)


def visit_drawing(self: HTML5Translator, node: course.drawing) -> None:
    """Put a drawing into the page."""
    self.body.append(framed(inline_svg(node["svg"], node["alt"], node["ids"][0])))
    raise nodes.SkipNode


VISITORS: dict[type[nodes.Element], tuple[Visit, Visit | None]] = {
    **dict.fromkeys(LABELS, BOX),
    course.box_title: (visit_title, depart_title),
    course.objective_entry: (visit_entry, depart_entry),
    course.bloom_group: (visit_group, depart_box),
    course.writing_space: (visit_space, None),
    course.writing_cell: (visit_cell, None),
    course.hint_box: (visit_details, depart_details),
    course.answer_box: (visit_details, depart_details),
    course.practice_item: (visit_practice_item, None),
    course.rubric_sheet: (visit_rubric, None),
    course.query_result: (visit_query, depart_box),
    course.more_rows: (visit_more, depart_more),
    course.null_value: (visit_null, depart_span),
    course.fact_value: (visit_fact, depart_span),
    course.drawing: (visit_drawing, None),
}
"""Visit and depart functions, for ``app.add_node(node, html=…)``."""
