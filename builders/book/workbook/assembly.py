"""The chapters of a manuscript, and those that the book adds, as HTML through the templates of ``templates/workbook``.

Each part of the book (`body_parts`, `front_html`, `index_html`, `leaves_html`) is made by itself and can be laid out
by itself; `references` mends the links between them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import groupby
from typing import Any

from docutils.nodes import make_id
from markupsafe import Markup

from builders.book.context import docname_of
from builders.book.directives.glossary import shown_aliases
from builders.book.shortcuts import address_of
from builders.book.workbook.choosing import cut_links
from builders.book.workbook.editions import Part, Printer
from builders.book.workbook.records import Caption, CaptionKind, Chapter, ChapterKind, Extract, Manuscript, TermUse
from builders.book.workbook.references import apart
from builders.book.workbook.setting import Setting, term_anchor
from builders.book.workbook.words import words_of
from builders.course.objectives import Definition, GlossaryTerm, Objective
from builders.markup import Context, render, render_inline, render_tight
from builders.markup.qr import qr_code

SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[^\W\d_a-z])")
"""Between two sentences: the next begins with a capital letter."""


LEAST_RATING, MOST_RATING, RATING_PAGE = 18, 60, 170
"""Millimetres to write beside an objective, and beside all objectives of a module together."""


@dataclass(frozen=True)
class BodyPart:
    """A part of the body, laid out by itself: it begins on a new page, on a right-hand one if ``right``.

    ``running`` is what the heads of its left pages say until its own first heading of the highest level, ``group`` the
    number of its module.
    """

    name: str
    html: str
    right: bool = False
    running: str = ""
    group: str = ""


def body_parts(manuscript: Manuscript, setting: Setting) -> tuple[BodyPart, ...]:
    """Return what has arabic page numbers, in order and part by part, without the index."""
    groups = (WRITERS[part](manuscript, setting) for part in setting.edition.parts if part in WRITERS)
    parts = [part for group in groups for part in group]
    if Part.STRIP in setting.edition.parts:
        parts[:1] = [replace(part, html=strip_html(manuscript, setting) + part.html, right=True) for part in parts[:1]]
    return tuple(parts)


def write_about(_: Manuscript, setting: Setting) -> list[BodyPart]:
    """Return the chapter about the course, from ``objectives.yaml``."""
    spine, about = setting.course.spine, setting.course.about
    blocks = setting.context(about.at, "about-")

    def lines(name: str, texts: Iterable[str]) -> list[Markup]:
        return [Markup(render_inline(text, blocks.within(f"{name}-{number}"))) for number, text in enumerate(texts)]

    chapter = {
        "overview": Markup("".join(render(text, blocks.within(f"o{n}")) for n, text in enumerate(about.overview))),
        "audience": Markup(render(about.audience, blocks.within("audience"))),
        "prerequisites": lines("prerequisites", about.prerequisites),
        "outcomes": lines("outcomes", (f"**{outcome.title}** {outcome.text}" for outcome in spine.outcomes)),
        "topics": [topic.title for topic in spine.topics],
        "excluded": spine.excluded_topics,
        "objectives": objectives_by_level(setting),
    }
    return [BodyPart("about", setting.fill("about.html", about=chapter), right=True)]


def objectives_by_level(setting: Setting) -> list[tuple[str, list[dict[str, str]]]]:
    """Return the objectives under their Bloom levels, in the author's order."""
    groups = groupby(setting.course.spine.objectives, key=lambda objective: objective.bloom)
    return [(setting.bloom(level), [objective_view(one, setting) for one in group]) for level, group in groups]


def objective_view(objective: Objective, setting: Setting) -> dict[str, str]:
    """Return an objective as templates print it."""
    anchor = make_id(f"objective-{objective.id}")
    return {"id": objective.id, "text": objective.text, "anchor": anchor, "level": setting.bloom(objective.bloom)}


def write_modules(manuscript: Manuscript, setting: Setting) -> list[BodyPart]:
    """Return every module with its lessons."""
    groups = (module_parts(module, lessons, setting) for module, lessons in manuscript.modules())
    return [part for group in groups for part in group]


def module_parts(module: Chapter, lessons: Sequence[Chapter], setting: Setting) -> list[BodyPart]:
    """Return a module: what opens it, and its lessons, each with its hints; or one lesson below its module's name."""
    running = running_head(module, setting)
    views = [lesson_view(lesson, setting) for lesson in lessons]
    pages = [BodyPart(view["id"], lesson_html(view, setting), running=running, group=module.number) for view in views]
    if Part.STRIP in setting.edition.parts:
        return pages
    opening = BodyPart(module.id, opening_html(module, views, setting), right=True, group=module.number)
    return [opening, *pages, *rating_parts(module, running, setting)]


def rating_parts(module: Chapter, running: str, setting: Setting) -> list[BodyPart]:
    """Return the page at the end of a module on which learners rate what they can do, with evidence and next step."""
    objectives = taught_in(module, setting)
    if not objectives:
        return []
    html = setting.fill(
        "rating.html",
        module=module,
        objectives=objectives,
        levels=rating_levels(setting),
        height=rating_height(len(objectives)),
    )
    return [BodyPart(f"{module.id}--rating", html, running=running, group=module.number)]


def rating_height(objectives: int) -> int:
    """Return the millimetres that each of some objectives has for evidence and next step: together most of a page."""
    return max(LEAST_RATING, min(MOST_RATING, RATING_PAGE // objectives))


def rating_levels(setting: Setting) -> list[str]:
    """Return what the ratings from 1 to 4 mean, as the site has them."""
    return [setting.words(f"book.study-rate-{level}") for level in range(1, 5)]


def taught_in(module: Chapter, setting: Setting) -> list[dict[str, str]]:
    """Return the objectives that the lessons of a module teach, in the author's order."""
    record = next(one for one in setting.course.modules if docname_of(one.path) == module.docname)
    taught = {name for lesson in record.lessons for name in lesson.fields.objectives}
    return [objective_view(one, setting) for one in setting.course.spine.objectives if one.id in taught]


def running_head(module: Chapter, setting: Setting) -> str:
    """Return the number and title of a module, as heads of pages have it."""
    return f"{setting.word('module', number=module.number)} {words_of(module.title)}"


def lesson_html(lesson: dict[str, Any], setting: Setting) -> str:
    """Return a lesson with its hints."""
    return setting.fill(
        "lesson.html",
        lesson=lesson,
        exercise_word=lambda number: setting.word("hint-for", number=number),
    )


def opening_html(module: Chapter, lessons: Sequence[dict[str, Any]], setting: Setting) -> str:
    """Return what opens a module: its own contents and objectives, and its page."""
    return setting.fill(
        "module.html",
        module=module,
        lessons=lessons,
        objectives=taught_in(module, setting),
        levels=rating_levels(setting),
        minutes=setting.word("minutes-in-all", n=setting.number(sum(lesson["minutes"] or 0 for lesson in lessons))),
    )


def lesson_view(lesson: Chapter, setting: Setting) -> dict[str, Any]:
    """Return a lesson as templates print it."""
    time = setting.word("lesson-minutes", n=setting.number(lesson.minutes)) if lesson.minutes else ""
    names = ("id", "number", "title", "html", "minutes", "hints", "end")
    return {**{name: getattr(lesson, name) for name in names}, "time": time, "code": site_code(lesson, setting)}


def site_code(lesson: Chapter, setting: Setting) -> dict[str, Any]:
    """Return where a lesson is on the site, with its QR code; nothing for a course without an address."""
    address = address_of(setting.course, lesson.number)
    if not address:
        return {}
    shown = address.partition("://")[2]
    code = qr_code(address, setting.word("site-code-alt", address=shown))
    return {"address": address, "shown": shown, "code": Markup(code)}


def strip_html(manuscript: Manuscript, setting: Setting) -> str:
    """Return the head of an edition that has no cover: what it is, and where its reader writes a name."""
    modules = manuscript.of_kind(ChapterKind.MODULE)
    return setting.fill(
        "strip.html",
        **titles(setting),
        scope=scope_name(manuscript, setting),
        modules=modules,
        how=[own_text(name, setting) for name in own_texts(setting)],
    )


def write_exercises(manuscript: Manuscript, setting: Setting) -> list[BodyPart]:
    """Return the exercises and questions, lesson by lesson."""
    return [
        BodyPart(
            lesson.id,
            setting.fill("exercises.html", lesson=lesson, code=site_code(lesson, setting)),
            running=running_head(module, setting),
            group=module.number,
        )
        for module, lessons in manuscript.modules()
        for lesson in lessons
    ]


def write_solutions(manuscript: Manuscript, setting: Setting) -> list[BodyPart]:
    """Return the answers to exercises and questions, lesson by lesson."""
    return [
        BodyPart(
            lesson.id,
            setting.fill("solutions.html", lesson=lesson, solutions=list(solved(lesson))),
            running=running_head(module, setting),
            group=module.number,
        )
        for module, lessons in manuscript.modules()
        for lesson in lessons
    ]


def solved(lesson: Chapter) -> Iterator[tuple[Extract, str]]:
    """Yield each exercise and question of a lesson that has an answer, with it."""
    answers = {answer.source: answer.html for answer in lesson.answers}
    for extract in lesson.extracts:
        solution = lesson.solutions.get(extract.part)
        html = solution.html if solution else answers.get(extract.id, "")
        if html:
            yield extract, html


def write_reference(manuscript: Manuscript, setting: Setting) -> list[BodyPart]:
    """Return the appendices."""
    appendices = manuscript.of_kind(ChapterKind.APPENDIX)
    return [BodyPart("reference", setting.fill("reference.html", chapters=appendices))] if appendices else []


def write_answers(manuscript: Manuscript, setting: Setting) -> list[BodyPart]:
    """Return the answers for learners."""
    answered = [chapter for chapter in manuscript.chapters if chapter.answers]
    return [BodyPart("answers", setting.fill("answers.html", chapters=answered))] if answered else []


def write_glossary(manuscript: Manuscript, setting: Setting) -> list[BodyPart]:
    """Return the glossary; in a part of the course, the terms that it uses."""
    html = glossary_html(manuscript, setting)
    return [BodyPart("glossary", html)] if html else []


def glossary_html(manuscript: Manuscript, setting: Setting) -> str:
    """Return the glossary; each entry names the page of its first use."""
    uses: dict[str, str] = {}
    for use in all_uses(manuscript):
        uses.setdefault(use.term, use.id)
    partial = setting.edition.partial
    listed = [entry for entry in setting.glossary if not partial or term_anchor(entry) in uses]
    entries = [glossary_entry(entry, uses.get(term_anchor(entry)), setting) for entry in listed]
    html = setting.fill("glossary.html", entries=entries) if entries else ""
    return cut_links(html, {*uses, *uses.values()}, str) if partial else html


def all_uses(manuscript: Manuscript) -> list[TermUse]:
    """Return every use of a glossary term, in the order of the book."""
    return [use for chapter in manuscript.chapters for use in chapter.uses]


def glossary_entry(entry: Definition | GlossaryTerm, use: str | None, setting: Setting) -> dict[str, Any]:
    """Return an entry as templates print it."""
    anchor = term_anchor(entry)
    context = setting.context(entry.at, f"{anchor}-")
    found: dict[str, Any] = {
        "anchor": anchor,
        "term": entry.term,
        "use": use,
        "definition": Markup(render_tight(entry.definition, context)),
        "details": [],
    }
    if isinstance(entry, GlossaryTerm):
        found["details"] = list(glossary_details(entry, context, setting))
    return found


def glossary_details(entry: GlossaryTerm, context: Context, setting: Setting) -> Iterable[tuple[str, Markup]]:
    """Yield what stands below a definition: an example, other names, what it is not; each with its label."""
    yield setting.words("book.example"), Markup(render_inline(entry.example, context.within("example")))
    if aliases := shown_aliases(entry):
        yield setting.words("book.also-called"), Markup(escape(", ".join(aliases) + "."))
    if entry.confused_with:
        yield setting.words("book.not-to-confuse"), Markup(escape(", ".join(entry.confused_with) + "."))


def front_html(manuscript: Manuscript, pages: Mapping[str, object], setting: Setting) -> str:
    """Return cover, imprint, contents and the page for users; ``pages`` must hold every id named in them."""
    about, whole = setting.course.about, Part.CONTENTS in setting.edition.parts
    html = setting.fill(
        "front.html",
        **titles(setting),
        scope=scope_name(manuscript, setting),
        contents=contents(manuscript, pages, setting) if whole else [],
        lists=list(caption_lists(manuscript)) if whole else [],
        how=[Markup(render_inline(text, setting.context(about.at, "how-"))) for text in how_texts(pages, setting)],
        own=[own_text(name, setting) for name in own_texts(setting)],
    )
    return apart(html, pages)


def titles(setting: Setting) -> dict[str, Any]:
    """Return what a cover and a strip say of the course and the edition."""
    about = setting.course.about
    title, subtitle = split_title(about.title)
    return {
        "title": title,
        "subtitle": subtitle,
        "edition": setting.word(setting.edition.name),
        "instructor": setting.instructor,
        "date": setting.word("date", year=about.released.year, month=about.released.month, day=about.released.day),
    }


def scope_name(manuscript: Manuscript, setting: Setting) -> str:
    """Return the name of the module that an edition holds; empty where it holds them all."""
    if not setting.edition.only:
        return ""
    return running_head(manuscript.chapters[0], setting)


def split_title(title: str) -> tuple[str, str]:
    """Return title and subtitle: what follows the first colon is the subtitle."""
    head, _, tail = title.partition(": ")
    return head, tail[:1].upper() + tail[1:]


def contents(manuscript: Manuscript, pages: Mapping[str, object], setting: Setting) -> list[dict[str, Any]]:
    """Return the contents to two levels."""
    entries = [entry("about-course", "", setting.word("about"))]
    for module, lessons in manuscript.modules():
        inner = [entry(lesson.id, lesson.number, lesson.title) for lesson in lessons]
        entries.append(entry(module.id, setting.word("module", number=module.number), module.title, inner))
    appendices = [entry(chapter.id, "", chapter.title) for chapter in manuscript.of_kind(ChapterKind.APPENDIX)]
    last = [("reference", appendices), ("answers", []), ("glossary", []), ("index", [])]
    entries += [entry(name, "", setting.word(name), inner) for name, inner in last if name in pages]
    return entries


def caption_lists(manuscript: Manuscript) -> Iterator[tuple[str, list[Caption]]]:
    """Yield the kinds of what has a caption, each with its figures or tables in the order of the book.

    Appendices count theirs from 1 each, so that a list of them would only confuse; they stand in the contents.
    """
    chapters = [chapter for chapter in manuscript.chapters if chapter.kind is not ChapterKind.APPENDIX]
    for kind in CaptionKind:
        found = [caption for chapter in chapters for caption in chapter.captions if caption.kind is kind]
        if found:
            yield f"list-{kind}", [replace(caption, title=first_sentence(caption.title)) for caption in found]


def first_sentence(text: str) -> str:
    """Return the first sentence of a text, which is enough for a line in a list."""
    return SENTENCE_END.split(text, maxsplit=1)[0].removesuffix(".")


def entry(target: str, number: str, title: str, inner: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    """Return a line of the contents."""
    return {"target": target, "number": number, "title": title, "inner": inner}


def how_texts(pages: Mapping[str, object], setting: Setting) -> list[str]:
    """Return the sentences about how to use the book."""
    example = setting.course.spine.objectives[0].id
    names = ["how-write", "how-plan"]
    names += ["how-hints"] if "answers" in pages else []
    words = "how-words-large" if setting.edition.large else "how-words"
    names += [words] if {"glossary", "index"} <= set(pages) else []
    names += ["how-instructor"] if setting.instructor else []
    names += own_texts(setting)
    values = {name: pages.get(name, 0) for name in ("answers", "glossary", "index")}
    return [setting.word(name, example=example, leaf="12a, 12b", **values) for name in names]


def own_texts(setting: Setting) -> list[str]:
    """Return the names of the sentences about how this edition is used."""
    named = {Printer.PAGED: "standard-pages", Printer.FILLABLE: "fill-in"}
    return [named[setting.edition.printer]] if setting.edition.printer in named else []


def own_text(name: str, setting: Setting) -> Markup:
    """Return such a sentence as HTML."""
    return Markup(render_inline(setting.word(name), setting.context(setting.course.about.at, "own-")))


WRITERS: Mapping[Part, Callable[[Manuscript, Setting], list[BodyPart]]] = {
    Part.ABOUT: write_about,
    Part.MODULES: write_modules,
    Part.EXERCISES: write_exercises,
    Part.SOLUTIONS: write_solutions,
    Part.REFERENCE: write_reference,
    Part.ANSWERS: write_answers,
    Part.GLOSSARY: write_glossary,
}
"""The parts with arabic page numbers."""
