"""What every printed document of this package shares: words, contexts of texts, templates, styles and problems."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any, ParamSpec

from markupsafe import Markup

from builders.course import Course, FormEntry, Item, Place, Problem, Words, read_words
from builders.exams.forms import item_of
from builders.markup import ITEMS_CSS, Context, Embed, MarkupError, View, item_html, practice_values, render
from builders.markup.question import plain_number
from builders.markup.templates import templates
from builders.pdf import Finding, Format, Meta, Paper, Pdf
from builders.pdf.press import Document, Press

P = ParamSpec("P")
TEMPLATES = Path(__file__).resolve().parents[1] / "templates" / "exams"


@dataclass(frozen=True)
class Printing:
    """A course on its way to paper. Texts that cannot be rendered are noted in ``problems`` and left out.

    ``embed`` takes pictures and formulas where the output is not paper; ``quoted`` are facts that are known already.
    """

    course: Course
    paper: Paper = Paper.A4
    problems: list[Problem] = field(default_factory=list)
    press: Press = field(default_factory=Press)
    embed: Embed | None = None
    quoted: Mapping[str, str] | None = None

    @cached_property
    def words(self) -> Words:
        """The interface words in the course's language."""
        return read_words(self.course.about.language)

    def word(self, key: str, **values: Any) -> str:
        """Return a text of the catalogue ``exams``; numbers are written as the language writes them."""
        return self.words(f"exams.{key}", **{name: self.written(value) for name, value in values.items()})

    def count(self, key: str, number: float) -> str:
        """Return a text of any catalogue that counts something: ``3 points``, ``1 minute``."""
        return self.words(key, n=1 if number == 1 else self.written(number))

    def written(self, value: Any) -> Any:
        """Return a number as the language writes it; anything else as it is."""
        return plain_number(value, self.words) if isinstance(value, int | float) else value

    @cached_property
    def values(self) -> dict[str, str]:
        """The facts that texts may quote, with the values of each dataset's practice variant."""
        return practice_values(self.course) if self.quoted is None else dict(self.quoted)

    def context(self, place: Place, prefix: str = "", heading: int = 4) -> Context:
        """Return the context of a text of the file at ``place``."""
        root = self.course.root
        register = self.course.misconceptions_by_id
        folder = (root / place.path).parent if place.path else root
        return Context(
            root,
            folder,
            place,
            prefix,
            self.values,
            misconceptions=register,
            heading=heading,
            embed=self.embed,
        )

    def attempt(self, place: Place, write: Callable[P, str], *args: P.args, **options: P.kwargs) -> Markup:
        """Return the HTML that a function writes, or nothing where a text cannot be rendered: then that is noted."""
        try:
            return Markup(write(*args, **options))
        except MarkupError as error:
            self.note(error.problems, place)
            return Markup()

    def note(self, problems: Iterable[Problem], place: Place) -> None:
        """Add problems; those without a place get this one."""
        self.problems.extend(
            problem if problem.place.path else Problem(place, problem.rule, problem.message, problem.severity)
            for problem in problems
        )

    def text(self, source: str, context: Context) -> Markup:
        """Return a MyST text as HTML blocks, or nothing and a noted problem."""
        return self.attempt(context.place, render, source, context)

    def item(
        self,
        entry: FormEntry,
        view: View,
        heading: int,
        *,
        lines: Mapping[str, int] | None = None,
        minutes: float | None = None,
    ) -> Markup:
        """Return a question of a form in a view, with its number, its points and the order of its options.

        ``lines`` gives open questions more lines than they need; ``minutes`` are printed beside the points.
        """
        item = item_of(entry)
        place = self.place_of(item)
        return self.attempt(
            place,
            item_html,
            item,
            view,
            number=entry.number,
            words=self.words,
            context=self.context(place),
            order=entry.order,
            points=entry.points,
            heading=heading,
            lines=lines,
            minutes="" if minutes is None else self.count("items.minutes", minutes),
        )

    def place_of(self, item: Item) -> Place:
        """Return where an item of a form stands in the bank; nowhere if it is gone."""
        known = self.course.items_by_id.get(item.id)
        return known.at if known else item.at

    def fill(self, template: str, **values: Any) -> str:
        """Return a template of ``templates/exams`` filled in; ``p`` in it is this printing."""
        return templates(TEMPLATES).get_template(template).render(p=self, about=self.course.about, **values)

    def make_pdf(self, html: str, title: str, subject: str, *styles: str) -> Pdf:
        """Lay out a document with the styles of print, items, exams and the given sheets of ``templates/exams``."""
        return self.press.render(self.document(html, title, subject, *styles))

    def document(
        self, html: str, title: str, subject: str, *styles: str, large: bool = False, fillable: bool = False
    ) -> Document:
        """Return a document to lay out, with the styles of print, items, exams and the given sheets."""
        about = self.course.about
        meta = Meta(
            title=title,
            language=about.language,
            author=about.attribution,
            subject=subject,
            released=about.released,
        )
        css = (ITEMS_CSS.read_text("utf-8"), read_style("exams.css"), *map(read_style, styles), self._page_number())
        return Document(html, meta, self.course.root, css, Format(self.paper, large=large, fillable=fillable))

    def _page_number(self) -> str:
        """Return the rule that writes ``Page 3 of 8`` in the order of the language."""
        before, between, after = self.word("page", page="\0", pages="\0").split("\0")
        folio = f"{quoted(before)} counter(page) {quoted(between)} counter(pages) {quoted(after)}"
        return f"html {{ --folio: {folio}; }}"


def quoted(text: str) -> str:
    """Return a text as a CSS string."""
    escaped = "".join(f"\\{ord(letter):x} " if letter in '"\\\n' else letter for letter in text)
    return f'"{escaped}"'


def finding_problems(findings: Iterable[Finding], document: str, place: Place) -> Iterator[Problem]:
    """Yield what a finished document has to report, with the document's name."""
    for finding in findings:
        problem = finding.problem(place)
        yield Problem(problem.place, problem.rule, f"{document}: {problem.message}", problem.severity)


@cache
def read_style(name: str) -> str:
    """Return a style sheet of ``templates/exams``."""
    return (TEMPLATES / name).read_text("utf-8")
