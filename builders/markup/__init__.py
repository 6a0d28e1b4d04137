"""MyST text, items and rubrics as HTML: once, for papers, keys, the site, the workbook, cards and exports.

Texts: `render` (blocks), `render_inline` (one line), `render_tight` (a list item or cell), `find_problems`. All need a
`Context`; what cannot be rendered as written raises `MarkupError`, whose ``problems`` name the place and the remedy.

Items: `item_html` in a `View`, `printed_key`, `orderable`, `shuffled`, `writing_lines`. Rubrics: `rubric_html` in a
`Layout`. The printed letters come only from the order a caller gives, so a paper, its key and its exports agree.

Print styles are the file `ITEMS_CSS`, to be applied after ``templates/print/base.css``.
"""

from builders.markup.context import Context, MarkupError, fact_values
from builders.markup.item import item_html, printed_key
from builders.markup.kinds import RENDERERS
from builders.markup.opened import writing_lines
from builders.markup.order import orderable, shuffled
from builders.markup.question import View
from builders.markup.rubrics import Layout, rubric_html
from builders.markup.templates import ITEMS_CSS
from builders.markup.text import find_problems, render, render_inline, render_tight

__all__ = [
    "ITEMS_CSS",
    "RENDERERS",
    "Context",
    "Layout",
    "MarkupError",
    "View",
    "fact_values",
    "find_problems",
    "item_html",
    "orderable",
    "printed_key",
    "render",
    "render_inline",
    "render_tight",
    "rubric_html",
    "shuffled",
    "writing_lines",
]
