"""``{course-description}``: parts of the course description, taken from ``objectives.yaml`` and never typed again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.typing import OptionSpec

from builders.book.directives.base import BookDirective
from builders.book.directives.boxes import make_entry
from builders.book.directives.glossary import join
from builders.book.directives.links import link_to_lesson, link_to_part
from builders.book.flashcards import CARDS_OF
from builders.book.nodes import bloom_group, objective_entry
from builders.course import nearest
from builders.course.objectives import Objective
from builders.course.tasks import PerformanceTask


class DescriptionDirective(BookDirective):
    """One part of the course description; ``:links:`` adds to each objective where it is taught and judged."""

    has_content = False
    optional_arguments = 0
    required_arguments = 1
    option_spec: ClassVar[OptionSpec] = {"links": directives.flag}

    def run(self) -> list[nodes.Node]:
        """Return the part, or nothing but a warning where there is no such part."""
        self.env.note_reread()
        if self.argument not in PARTS:
            self.warn(f"the course description has no part '{self.argument}'" + nearest(self.argument, PARTS), "part")
            return []
        return PARTS[self.argument](self)

    def paragraphs(self, texts: Iterable[str]) -> list[nodes.Node]:
        """Return texts with their inline markup as paragraphs."""
        return [node for text in texts for node in self.parse_text_to_nodes(text)]

    def bullets(self, texts: Iterable[str]) -> list[nodes.Node]:
        """Return texts with their inline markup as a list."""
        items = [nodes.list_item("", *self.parse_text_to_nodes(text)) for text in texts]
        return [nodes.bullet_list("", *items, bullet="-")] if items else []

    def objectives(self) -> list[nodes.Node]:
        """Return the objectives under their Bloom levels, in the author's order."""
        found: list[nodes.Node] = []
        for level, objectives in groupby(self.book.course.spine.objectives, key=lambda objective: objective.bloom):
            found.append(bloom_group("", *(self._entry(objective) for objective in objectives), bloom=level.value))
        return found

    def _entry(self, objective: Objective) -> objective_entry:
        entry = make_entry(objective)
        if "links" in self.options:
            entry += self._links(objective)
            self.anchor(entry, f"objective-{objective.id}")
            title = f"{objective.id}: {objective.text}"
            standard = self.env.domains.standard_domain
            standard.note_hyperlink_target(
                f"objective-{objective.id.lower()}", self.env.docname, entry["ids"][0], title
            )
        return entry

    def _links(self, objective: Objective) -> list[nodes.Node]:
        """Return the topics of an objective, the lessons that teach it and the tasks that judge it."""
        course, page = self.book.course, self.env.docname
        topics = [topic.title for topic in course.spine.topics if topic.id in objective.topics]
        lessons = [lesson for lesson in course.lessons if objective.id in lesson.fields.objectives]
        exercises = [part for lesson in course.lessons for part in lesson.exercises if part.objective == objective.id]
        tasks = [self._task(task) for task in course.tasks if objective.id in task.objectives]
        cards = sum(card.objective == objective.id for card in course.cards)
        text = self.book.words("book.cards-tagged", n=cards, tag=f"{course.about.slug}::obj::{objective.id}")
        lines: dict[str, list[nodes.Node]] = {
            "topics": [nodes.Text("; ".join(topics))] if topics else [],
            "lessons": join((link_to_lesson(lesson, page) for lesson in lessons), "; "),
            "exercises": join((link_to_part(part.id, page) for part in exercises), "; "),
            "tasks": join(tasks, "; "),
            "cards": [nodes.inline("", text, classes=[CARDS_OF], objective=objective.id)] if cards else [],
        }
        if not lessons:
            lines["lessons"] = [nodes.Text(self.book.words("book.no-lesson-yet"))]
        return [self._line(word, content) for word, content in lines.items() if content]

    def _task(self, task: PerformanceTask) -> nodes.Node:
        """Return a link to where a lesson shows a task, or its name where none does."""
        title = f"{task.id} {task.title}"
        shown = any(
            block.argument.strip() == task.id for lesson in self.book.course.lessons for block in lesson.named("rubric")
        )
        return link_to_part(f"task-{task.id}", self.env.docname, title) if shown else nodes.Text(title)

    def _line(self, word: str, content: list[nodes.Node]) -> nodes.paragraph:
        label = self.book.words(f"book.{word}")
        return nodes.paragraph(
            "", "", nodes.strong(label, label), nodes.Text(" "), *content, classes=["objective-link"]
        )

    def terms(self) -> list[nodes.Node]:
        """Return the course's own definitions as a definition list."""
        items = [
            nodes.definition_list_item(
                "",
                nodes.term(term.term, term.term),
                nodes.definition("", nodes.paragraph(term.definition, term.definition)),
            )
            for term in self.book.course.spine.terms
        ]
        return [nodes.definition_list("", *items)] if items else []


PARTS: dict[str, Callable[[DescriptionDirective], list[nodes.Node]]] = {
    "audience": lambda d: d.paragraphs([d.book.course.about.audience]),
    "overview": lambda d: d.paragraphs(d.book.course.about.overview),
    "prerequisites": lambda d: d.bullets(d.book.course.about.prerequisites),
    "topics": lambda d: d.bullets(topic.title for topic in d.book.course.spine.topics),
    "excluded": lambda d: d.bullets(d.book.course.spine.excluded_topics),
    "objectives": DescriptionDirective.objectives,
    "terms": DescriptionDirective.terms,
    "outcomes": lambda d: d.bullets(f"**{o.title}** {o.text}" for o in d.book.course.spine.outcomes),
    "licence": lambda d: d.paragraphs([d.book.course.about.licence]),
    "attribution": lambda d: d.paragraphs([d.book.course.about.attribution]),
    "version": lambda d: d.paragraphs([version_text(d)]),
    "errors": lambda d: d.paragraphs([d.book.words("book.report-errors-to", to=d.book.course.about.report_errors_to)]),
}
"""What each part is made of."""


def version_text(directive: DescriptionDirective) -> str:
    """Return version and date of release in one sentence."""
    about = directive.book.course.about
    return directive.book.words("book.version-of", version=about.version, date=about.released.isoformat())
