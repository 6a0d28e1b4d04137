"""MyST text, items and rubrics as HTML: once, for papers, keys, the site, the workbook, cards and exports.

Texts: `render` (blocks), `render_inline` (one line), `render_tight` (a list item or cell), `find_problems`. All need a
`Context`; what cannot be rendered as written raises `MarkupError`, whose ``problems`` name the place and the remedy by
the codes of `RULES`.

Items: `item_html` in a `View`, `printed_key`, `orderable`, `shuffled`, `writing_lines`. Rubrics: `rubric_html` in a
`Layout`. The printed letters come only from the order a caller gives, so a paper, its key and its exports agree.
A computed item is rendered as an instance (`builders.data.instances`), with nothing left to compute.

Print styles are the file `ITEMS_CSS`, applied after ``templates/print/base.css``.

Classes of texts
    highlight k c s       a listing; in it keywords, comments, strings
    language-sql …        the <code> of a listing
    number center         a column of a table: flush right, centred
    formula formula-block an <svg> on the line; the paragraph of a displayed one
    drawing               an <svg> from a file
    term                  a link to the glossary

Classes of items
    item                  a question; beside it item-KIND, item-VIEW, and item-part for a part of a case
    item-head item-label item-points    its heading, whose id is PREFIXqNUMBER (a part's: PREFIXqNUMBER-a); beside
                          item-points perhaps item-minutes, both in item-size
    item-stimulus item-stem item-instruction item-meta
    options               a list of options; beside it options-1, -2 or -4 (columns), options-one or -many (marks)
    steps matching matching-prompts matching-answers
    option                an option, step, prompt or answer; in it option-mark or letter-box (drawn), option-letter,
                          option-text
    gap gap-20 … gap-80   a gap of a cloze text, with its width in millimetres; in it gap-number; cloze around it
    number-answer number-rule    where a number is written
    writing writing-start writing-line    lines to write on; the first three stay together
    option-right option-key option-note   of a key: the right option, its word, what is said about an option
    misconception misconception-id        of a key: what a wrong answer betrays
    data-area             of a paper: q3-B, q5-2, q7-value, q8-gap1, q9-writing are places to answer; q3-options,
                          and q13-a, a part of a case, are blocks
    screen-options screen-matching screen-steps screen-number screen-cloze screen-open
                          of a question to answer on a screen without a script: its fields
    gap-filled key-note   of a key: a filled gap, a remark on scoring
    key-block key-label   of a key: a labelled block; beside it key-why, -model, -scoring, -errors, -mutants, -tests
    scoring scoring-points errors mutant
    answer-key answer-pair answer-steps answer-why    of an answer at the back of the book
    rubric                a table; beside it rubric-analytic, -single-point, -holistic; in it rubric-level, -weight,
                          -objective, -score, -standard, -space, -criteria

Practice on the site: ``<form class="item item-practice">`` works without a script (the answer opens from a
``<details class="practice-answer">``); its parts for a script, which need no other knowledge of kinds, are
    data-practice         KIND, on the form and on every part of a case: what is checked on its own
    data-item data-part data-points
    data-right data-wrong on the form: what to say in each ``practice-result`` (a status, empty at first)
    practice-check        the submit button, hidden until a script shows it; in practice-actions
    practice-feedback     hidden until it applies; data-for says to what
    choice, multiple-response, true-false   <input value=INDEX data-key="true|false"> in practice-options;
                          data-for=INDEX: shown when the option is chosen
    matching              <select data-key=INDEX>, option values are the INDEX of answers, in practice-matching;
                          data-for=INDEX: shown when that answer is chosen; prompt-NUMBER: when that prompt is wrong
    ordering              <select data-key=POSITION> in practice-steps; data-for="wrong"
    numeric               <input data-key=NUMBER data-margin=NUMBER> in practice-number with its unit; right within
                          the margin, decimal point or comma; data-for=NUMBER: shown for that number
    cloze                 <input class="gap" data-key=JSON-LIST> in practice-cloze; data-for=NUMBER: shown when that
                          gap is wrong
    sql, python, short-answer, essay, task   <textarea> (class code where code is written) in practice-open;
                          nothing to check: open the answer, whose scoring points are <input data-points> to tick
"""

from builders.markup.context import Context, Embed, MarkupError, fact_values, practice_values
from builders.markup.item import item_html, printed_key
from builders.markup.kinds import RENDERERS
from builders.markup.opened import writing_lines
from builders.markup.order import orderable, shuffled
from builders.markup.question import View
from builders.markup.rubrics import Layout, rubric_html
from builders.markup.templates import ITEMS_CSS
from builders.markup.text import RULES, find_problems, render, render_inline, render_tight

__all__ = [
    "ITEMS_CSS",
    "RENDERERS",
    "RULES",
    "Context",
    "Embed",
    "Layout",
    "MarkupError",
    "View",
    "fact_values",
    "find_problems",
    "item_html",
    "orderable",
    "practice_values",
    "printed_key",
    "render",
    "render_inline",
    "render_tight",
    "rubric_html",
    "shuffled",
    "writing_lines",
]
