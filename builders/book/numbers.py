"""Numbers of figures and tables: "Figure 5.2.1" is the first figure of lesson L05.2.

Sphinx numbers by position in the table of contents; a course numbers by lesson, so that a figure keeps
its number when a chapter is built alone or an earlier one is still missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from builders.book.context import book_of

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment


def number_figures(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Replace Sphinx's numbers; return the documents whose numbers changed and must be written again."""
    old: dict[str, object] = getattr(env, "coursepack_numbers", {})
    book = book_of(app.config)
    for docname, kinds in env.toc_fignumbers.items():
        prefix = book.number_of(docname)
        for kind, numbers in kinds.items():
            kinds[kind] = {anchor: (*prefix, index) for index, anchor in enumerate(numbers, start=1)}
    env.coursepack_numbers = dict(env.toc_fignumbers)  # type: ignore[attr-defined]
    return [docname for docname, kinds in env.toc_fignumbers.items() if old.get(docname) != kinds]
