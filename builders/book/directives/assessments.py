"""Practice items and rubrics, shown in a lesson from their records."""

from __future__ import annotations

from docutils import nodes

from builders.book.directives.base import BookDirective
from builders.book.nodes import practice_item, practice_set, rubric_sheet
from builders.course import Pool, nearest


class PracticeDirective(BookDirective):
    """``{practice} ITEM-ID …``: self-check items, answered in place; those of a diagnostic test may be shown too."""

    has_content = False

    def run(self) -> list[nodes.Node]:
        """Return the items that exist; warn of the others."""
        known = {item.id for item in self.book.course.pool(Pool.PRACTICE, Pool.DIAGNOSTIC)}
        names = self.argument.split()
        if not names:
            self.warn("no item is named; write the ids of practice items after {practice}", "practice")
        result = practice_set()
        self.set_source_info(result)
        self.anchor(result, f"practice-{self.count('practice-set')}")
        for name in names:
            if name in known:
                result += self._item(name)
            else:
                self.warn(f"no practice item '{name}'" + nearest(name, known), "practice")
        return [result] if result.children else []

    def _item(self, name: str) -> practice_item:
        node = practice_item(item=name, number=self.number("practice"))
        self.anchor(node, f"practice-{name}")
        return node


class RubricDirective(BookDirective):
    """``{rubric} PT04``: the rubric of a performance task, public as all rubrics are."""

    has_content = False
    optional_arguments = 0
    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the rubric, or nothing but a warning where no task has this id."""
        known = [task.id for task in self.book.course.tasks]
        if self.argument not in known:
            self.warn(f"no performance task '{self.argument}'" + nearest(self.argument, known), "rubric")
            return []
        node = rubric_sheet(task=self.argument)
        self.anchor(node, f"rubric-{self.argument}")
        self.set_source_info(node)
        title = self.book.words("book.task", id=self.argument)
        standard = self.env.domains.standard_domain
        standard.note_hyperlink_target(f"task-{self.argument.lower()}", self.env.docname, node["ids"][0], title)
        return [node]
