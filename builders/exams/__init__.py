"""Blueprint, bank and seed become forms; forms become papers, keys and rubrics.

    forms = assemble(course, blueprint, forms=2, seed=5)   # parallel forms, or the problems that prevent them

`Form` is the only source: the same record gives the paper, its key and its rubric, and is kept as ``form.json``.
"""

from builders.exams.assemble import assemble, find_unequal
from builders.exams.forms import form_text, parse_form, read_form

__all__ = ["assemble", "find_unequal", "form_text", "parse_form", "read_form"]
