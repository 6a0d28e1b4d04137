"""The parts of a lesson as docutils nodes: one class a concept, with semantic fields.

Directives make them, builders render them: the site in `builders.book.html`, the printed book in its
own builder. No class here knows what it looks like. A builder whose ``format`` is ``html`` inherits
the visitors of the site; one with another ``format`` gives its own.

Fields are node attributes (``node["minutes"]``); absent options are None. A box that has a title holds
it as its first child, a `box_title`, with its inline markup; ``node["title"]`` is the same as plain text.
"""

from __future__ import annotations

from docutils import nodes


class course_node(nodes.General, nodes.Element):
    """The base of all parts; ``ids`` are set wherever a part can be linked to."""


class box_title(nodes.General, nodes.TextElement):
    """The title of a box, with inline markup."""


class objectives_box(course_node):
    """What a lesson teaches: `objective_entry` children. Fields: ``lesson`` (id), ``minutes``."""


class objective_entry(course_node):
    """An objective in the author's words.

    Fields: ``objective`` (id), ``bloom`` (a value of `Bloom`), ``facets`` (ids, those of the lesson),
    ``text``. The children are paragraphs: the wording, then on the objectives page topics and lessons.
    """


class bloom_group(course_node):
    """The objectives of one Bloom level: `objective_entry` children. Fields: ``bloom``."""


class worked_example(course_node):
    """A solved case. Fields: ``part`` (the author's id, or None), ``number`` ("5.2.1"), ``title``."""


class activity_box(course_node):
    """Something to do with guidance. Fields: ``part``, ``number``, ``title``, ``minutes``, ``lab`` (its id)."""


class exercise_box(course_node):
    """A workbook exercise: title, prompt, one `writing_space` (none for ``table``), hints, answers.

    Fields: ``part`` (id), ``number`` ("5.2.1"), ``title``, ``objective``, ``bloom``, ``facets``,
    ``points``, ``minutes``, ``space`` (kind). With space ``table`` the empty cells of the tables in the
    prompt hold a `writing_cell`.
    """


class writing_space(course_node):
    """Room to write. Fields: ``kind`` (lines, grid, dots, box), ``amount`` (lines, else mm), ``part``, ``number``."""


class writing_cell(course_node):
    """Room to write in a table. Fields: ``label`` (its column and row heading), ``part``, ``index`` (from 1)."""


class hint_box(course_node):
    """Help before the answer. Fields: ``number`` of its exercise, ``index`` (from 1)."""


class answer_box(course_node):
    """An answer. Fields: ``audience`` (learner, instructor), ``number`` and ``part`` of its exercise.

    Those for the instructor exist only in the doctrees of the instructor edition.
    """


class practice_set(course_node):
    """Self-check items: `practice_item` children."""


class practice_item(course_node):
    """One practice item, rendered from its record. Fields: ``item`` (id), ``number`` ("5.2.1")."""


class instructor_note(course_node):
    """A note that only the instructor edition holds. Fields: ``title`` (or None)."""


class key_concept(course_node):
    """A boxed idea or definition. Fields: ``title`` (or None)."""


class summary_box(course_node):
    """What to take away."""


class query_result(course_node):
    """A query that ran at build time: a ``literal_block`` and a ``table``, either may be hidden.

    Fields: ``sql``, ``dataset``, ``shown`` and ``total`` (rows), ``hide`` (None, "sql" or "result"). After the table a
    `more_rows` says how many rows are left out.
    """


class more_rows(nodes.General, nodes.TextElement):
    """The line below a result that is shortened or empty. Fields: ``rows`` (how many are not shown)."""


class null_value(nodes.inline):
    """The word NULL in a result table."""


class rubric_sheet(course_node):
    """The rubric of a performance task, rendered from its record. Fields: ``task`` (id)."""


class fact_value(nodes.inline):
    """A computed number in running text. Fields: ``fact`` (id)."""


class drawing(nodes.General, nodes.Element):
    """A drawing made while the page is read. Fields: ``svg`` (its source), ``alt`` (what it says in words)."""


NODES: tuple[type[nodes.Element], ...] = (
    box_title,
    objectives_box,
    objective_entry,
    bloom_group,
    worked_example,
    activity_box,
    exercise_box,
    writing_space,
    writing_cell,
    hint_box,
    answer_box,
    practice_set,
    practice_item,
    instructor_note,
    key_concept,
    summary_box,
    query_result,
    more_rows,
    null_value,
    rubric_sheet,
    fact_value,
    drawing,
)
"""All node classes, for builders that register their visitors."""
