"""Labs, shown in a lesson from their records: what to do, how to start, how to check."""

from __future__ import annotations

from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.typing import OptionSpec

from builders.book.directives.base import BookDirective
from builders.book.nodes import activity_box, box_title, writing_space
from builders.course import Lab, LabTask, Space, nearest
from builders.markup.text import VALUE


class LabDirective(BookDirective):
    """``{lab} SQL-1``: an activity at the computer, with its tasks; ``:space: lines 3`` gives each room to write."""

    has_content = False
    optional_arguments = 0
    required_arguments = 1
    option_spec: ClassVar[OptionSpec] = {"space": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        """Return the box, or nothing but a warning where no lab has this id."""
        known = self.book.course.labs_by_id
        lab = known.get(self.argument)
        if lab is None:
            self.warn(f"no lab '{self.argument}'" + nearest(self.argument, known), "lab")
            return []
        node = activity_box(minutes=lab.minutes)
        self.set_source_info(node)
        self.label(node, "activity")
        title = self.book.words("labs.lab", id=lab.id, title=lab.title)
        node += box_title(title, title)
        node["title"], node["lab"] = title, lab.id
        node.extend(self._content(lab))
        return [node]

    def _content(self, lab: Lab) -> list[nodes.Node]:
        words = self.book.words
        values = self.book.values
        intro = VALUE.sub(lambda match: values.get(match[1], match[0]), lab.intro)
        tasks = nodes.enumerated_list("", *(self._task(lab, task) for task in lab.tasks), enumtype="arabic")
        start = words("labs.box-start", start=f"make lab LAB={lab.id}", file=lab.file_name)
        check = words("labs.box-check", check=f"make lab-check FILE={lab.file_name}")
        return [*self._parsed(intro), tasks, *self._parsed(start), *self._parsed(check)]

    def _task(self, lab: Lab, task: LabTask) -> nodes.list_item:
        text = f"{task.title} ({self.book.words('labs.points', n=task.points)})"
        item = nodes.list_item("", nodes.paragraph(text, text), task=task.id)
        if "space" in self.options:
            item.extend(self._room(lab, task))
        return item

    def _room(self, lab: Lab, task: LabTask) -> list[nodes.Node]:
        try:
            space = Space.parse(self.options["space"])
        except ValueError as error:
            self.warn(str(error), "space")
            return []
        name = f"{lab.id}-{task.id}"
        return [writing_space(kind=space.kind, amount=space.amount, part=name, number=name)]

    def _parsed(self, text: str) -> list[nodes.Node]:
        return self.parse_text_to_nodes(text)
