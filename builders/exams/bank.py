"""The bank as a page to browse: every item as on paper, with its key, its use in forms, and what the rules found."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from builders.checks import apply_rules
from builders.checks.databases import Progress
from builders.checks.instances import Wanted, make_instances
from builders.course import Bloom, Course, Item, Problem, Severity, write_atomic
from builders.course.items import Kind, Pool, Status
from builders.data import DatasetError
from builders.data.instances import combinations
from builders.exams.exposure import item_ids, read_kept
from builders.exams.forms import read_form
from builders.exams.frame import misconceptions_of
from builders.exams.printing import Printing, read_style
from builders.markup import ITEMS_CSS, View, item_html

PAGE = Path("instructor/bank/index.html")
FORMS = Path("instructor/exams")


@dataclass(frozen=True, order=True)
class Use:
    """A question of a form that holds an item; ``day`` (ISO date) where the form was given, else it was printed."""

    day: str
    blueprint: str
    letter: str
    number: int

    @property
    def form(self) -> str:
        """The form's name."""
        return f"{self.blueprint} {self.letter}"


@dataclass(frozen=True)
class Remark:
    """What a rule says about an item; ``reason`` where a waiver excuses it."""

    problem: Problem
    reason: str = ""


@dataclass(frozen=True)
class Listed:
    """An item as the page shows it; ``item`` is its first draw on the practice data."""

    item: Item
    level: Bloom
    draws: int
    paper: Markup
    key: Markup
    misconceptions: tuple[str, ...]
    uses: tuple[Use, ...]
    remarks: tuple[Remark, ...]

    @property
    def facets(self) -> str:
        """What the filter of facets compares: names of facets belong to an objective."""
        return "|".join(f"{self.item.objective} {facet}" for facet in self.item.facets)

    @property
    def used(self) -> str:
        """What the filter of use compares."""
        found = {"given" if use.day else "printed" for use in self.uses} or {"never"}
        return "|".join(sorted(found | ({"found"} if self.remarks else set())))


@dataclass(frozen=True)
class Choice:
    """An entry of a filter, and how many items it shows; ``group`` puts entries under a heading."""

    value: str
    text: str
    count: int
    group: str = ""


def build_bank(course: Course, out: Path, progress: Progress = lambda note: None) -> tuple[list[Problem], list[Path]]:
    """Write ``out/instructor/bank/index.html``; return problems and files. ``course`` is loaded with its secrets.

    An item that cannot be made or rendered is a problem, and the page stays as it was. A form that cannot be read is
    a warning.
    """
    printing = Printing(course)
    uses, unread = find_uses(course, out)
    made = make_shown(course, progress)
    if isinstance(made, list):
        return made, []
    progress(f"{len(made)} items")
    listed = list(_listed(printing, made, uses, remarks_by_item(course.items, find_remarks(course))))
    html = bank_html(listed, printing)
    if printing.problems:
        return sorted(set(printing.problems)), []
    write_atomic(out / PAGE, html)
    return unread, [out / PAGE]


def make_shown(course: Course, progress: Progress) -> list[Problem] | tuple[Item, ...]:
    """Return all items as they are on the practice data, in their first draw; or why they cannot be made."""
    try:
        made = make_instances(course, [Wanted(item) for item in course.items], progress)
    except DatasetError as error:
        return [Problem(course.about.at, "DS01", f"the data of the items cannot be made: {error}; run coursepack data")]
    problems = sorted({problem for one in made if isinstance(one, list) for problem in one})
    return problems or tuple(one for one in made if not isinstance(one, list))


# ---- What is known of items: their use in forms, and findings ----


def find_uses(course: Course, out: Path) -> tuple[dict[str, list[Use]], list[Problem]]:
    """Return the uses of each item in the forms that were built and kept, and warnings of forms that are unreadable."""
    uses: defaultdict[str, list[Use]] = defaultdict(list)
    problems: list[Problem] = []
    kept = read_kept(course.root)
    problems += kept if isinstance(kept, list) else []
    forms = [(one.day, one.form) for one in ([] if isinstance(kept, list) else kept)]
    for path in sorted((out / FORMS).glob("*/*/form.json")):
        form = read_form(path)
        if isinstance(form, list):
            problems += form
        else:
            forms.append(("", form))
    for day, form in forms:
        for entry, name in zip(form.entries, item_ids(form), strict=True):
            uses[name].append(Use(day, form.blueprint, form.letter, entry.number))
    return uses, [Problem(own.place, own.rule, own.message, Severity.WARNING) for own in problems]


def find_remarks(course: Course) -> list[Remark]:
    """Return what the rules say about a course, and what waivers excuse."""
    report = apply_rules(course)
    excused = [Remark(own.problem, own.reason) for own in report.excused]
    return [Remark(problem) for problem in report.problems] + excused


def remarks_by_item(items: Iterable[Item], remarks: Iterable[Remark]) -> dict[str, list[Remark]]:
    """Return the remarks whose place lies in an item, by its id: from its line to that of the next item."""
    files: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for item in items:
        files[item.at.path].append((item.at.line, item.id))
    found: defaultdict[str, list[Remark]] = defaultdict(list)
    for remark in sorted(remarks, key=lambda remark: remark.problem):
        lines = sorted(files.get(remark.problem.place.path, []))
        above = bisect_right(lines, remark.problem.place.line, key=lambda line: line[0])
        if above:
            found[lines[above - 1][1]].append(remark)
    return found


# ---- The page ----


def _listed(
    printing: Printing,
    items: tuple[Item, ...],
    uses: Mapping[str, list[Use]],
    remarks: Mapping[str, list[Remark]],
) -> Iterator[Listed]:
    written = printing.course.items_by_id
    for item in items:
        yield Listed(
            item,
            printing.course.bloom_of(item),
            combinations(written[item.id]),
            _view(item, View.PAPER, printing),
            _view(item, View.KEY, printing),
            tuple(dict.fromkeys(misconceptions_of(item))),
            tuple(sorted(uses.get(item.id, ()))),
            tuple(remarks.get(item.id, ())),
        )


def _view(item: Item, view: View, printing: Printing) -> Markup:
    """Return an item in a view; its ids are unlike those of the other view."""
    place = printing.place_of(item)
    context = printing.context(place, f"{view}-")
    return printing.attempt(
        place, item_html, item, view, number=item.id, words=printing.words, context=context, heading=2
    )


def bank_html(listed: list[Listed], printing: Printing) -> str:
    """Return the page: complete in itself, and readable without its script."""
    words = printing.words
    return "<!doctype html>\n" + printing.fill(
        "bank.html",
        w=lambda key, **values: words(f"bank.{key}", **values),
        listed=listed,
        filters=dict(_filters(listed, printing)),
        topics={topic.id: topic.title for topic in printing.course.spine.topics},
        style=Markup(ITEMS_CSS.read_text("utf-8").replace("#000", "currentColor") + read_style("bank.css")),
        script=Markup(read_style("bank.js")),
    )


def _filters(listed: list[Listed], printing: Printing) -> Iterator[tuple[str, list[Choice]]]:
    """Yield each filter's name and entries. What the course declares and no item has is listed with a count of 0."""
    words, course = printing.words, printing.course
    counts = _counts(listed)
    spine = course.spine.objectives
    yield (
        "objective",
        [Choice(own.id, f"{own.id} {own.text}", counts["objective", own.id]) for own in spine],
    )
    yield (
        "facet",
        [
            Choice(f"{own.id} {facet}", facet, counts["facet", f"{own.id} {facet}"], own.id)
            for own in spine
            for facet in own.facet_ids
        ],
    )
    for name, values, prefix in (
        ("level", Bloom, "items."),
        ("kind", Kind, "exams.kind-"),
        ("pool", Pool, "bank.pool-"),
        ("status", Status, "bank.status-"),
        ("use", ("never", "printed", "given", "found"), "bank.use-"),
    ):
        yield name, [Choice(str(value), words(f"{prefix}{value}"), counts[name, str(value)]) for value in values]
    register = sorted(course.misconceptions, key=lambda own: own.title.casefold())
    yield "misconception", [Choice(own.id, own.title, counts["misconception", own.id]) for own in register]


def _counts(listed: list[Listed]) -> Counter[tuple[str, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    for own in listed:
        item = own.item
        single = {"objective": item.objective, "level": own.level, "kind": item.kind, "status": item.status}
        counts.update({(name, str(value)) for name, value in single.items()} | {("pool", str(item.pool))})
        counts.update({("facet", name) for name in own.facets.split("|")})
        counts.update({("use", name) for name in own.used.split("|")})
        counts.update({("misconception", name) for name in own.misconceptions})
    return counts
