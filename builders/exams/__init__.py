"""Blueprint, bank and seed become forms; forms become papers, keys and marking guides; tasks become rubric sheets.

    forms = assemble(course, blueprint, forms=2, seed=5)    # parallel forms, or the problems that prevent them
    problems, files = build_exams(course, out, blueprint="midterm", paper="letter", progress=print)
    problems, files = build_rubrics(course, out)
    form = read_form(path)                                  # a form again, or the problems of a changed file

`Form` is the only source: one record gives the paper, its key and its marking guide, and is kept as ``form.json``.
"""

from builders.exams.assemble import assemble, find_unequal
from builders.exams.build import build_exams
from builders.exams.exposure import keep_form, read_kept
from builders.exams.forms import form_text, item_of, parse_form, read_form
from builders.exams.rubrics import build_rubrics
from builders.exams.tables import totals, two_way

__all__ = [
    "assemble",
    "build_exams",
    "build_rubrics",
    "find_unequal",
    "form_text",
    "item_of",
    "keep_form",
    "parse_form",
    "read_form",
    "read_kept",
    "totals",
    "two_way",
]
