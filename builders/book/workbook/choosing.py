"""Which chapters, and what of them, an edition prints: manuscripts in, manuscripts out.

What is left out takes its marks, rooms and notes with it, so that the gate asks for nothing that is not printed. Links
to what is left out lose their page and say where it stands instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import replace
from html import escape

from builders.book.workbook.addresses import join_id
from builders.book.workbook.editions import Edition, Part
from builders.book.workbook.records import Chapter, ChapterKind, Manuscript, Picture, Solution
from builders.course import Words

INNER = re.compile(r'<a class="(?P<classes>[^"]*)"[^>]*? href="#(?P<target>[^"]+)"[^>]*>(?P<words>.*?)</a>', re.DOTALL)
IDS = re.compile(r'\bid="([^"]+)"')
HREFS = re.compile(r'href="#([^"]+)"')
HEADING = re.compile(r"<(/?)h([1-6])")

Choose = Callable[[Chapter], Chapter]


def choose(manuscript: Manuscript, edition: Edition, words: Words) -> Manuscript:
    """Return what an edition prints of a manuscript."""
    if not edition.partial:
        return manuscript
    kept = narrow(manuscript, edition.only) if edition.only else manuscript
    cut = next((CUTS[part] for part in edition.parts if part in CUTS), None)
    if cut is not None:
        kept = Manuscript(tuple(cut_chapters(kept, cut)))
    places = Places(manuscript, words)
    known = ids_of(kept) | {use.term for chapter in kept.chapters for use in chapter.uses}
    return Manuscript(
        tuple(change_html(chapter, lambda html: cut_links(html, known, places)) for chapter in kept.chapters)
    )


def narrow(manuscript: Manuscript, only: str) -> Manuscript:
    """Return one module with its lessons, or one lesson, and the appendices that they name."""
    name = join_id(only.replace(".", "-").lower())
    chapters: list[Chapter] = []
    for module, lessons in manuscript.modules():
        inner = [lesson for lesson in lessons if name in (module.id, lesson.id)]
        if inner or module.id == name:
            chapters += [module if module.id == name else only_title(module), *inner]
    named = {target for chapter in chapters for target in HREFS.findall(chapter.html)}
    appendices = manuscript.of_kind(ChapterKind.APPENDIX)
    return Manuscript((*chapters, *(one for one in appendices if any(belongs(target, one.id) for target in named))))


def cut_chapters(manuscript: Manuscript, cut: Choose) -> Iterator[Chapter]:
    """Yield what is printed of each lesson that has something to print, and the titles of their modules."""
    for module, lessons in manuscript.modules():
        inner = [cut(lesson) for lesson in lessons if lesson.extracts]
        if inner:
            yield from (only_title(module), *inner)


def belongs(target: str, chapter: str) -> bool:
    """Whether an id is that of a chapter, or of something in it."""
    return target == chapter or target.startswith(f"{chapter}--")


def only_title(chapter: Chapter) -> Chapter:
    """Return a chapter of which nothing but its title is printed."""
    return replace(
        chapter,
        html="",
        minutes=None,
        hints=(),
        answers=(),
        spaces=(),
        marks=(),
        order=(chapter.id,),
        uses=(),
        index=(),
        solutions={},
        notes=(),
        extracts=(),
        captions=(),
        pictures=(),
    )


def only_exercises(chapter: Chapter) -> Chapter:
    """Return a chapter of which nothing but its exercises and its questions is printed."""
    html = "".join(shifted(extract.html) for extract in chapter.extracts)
    known = set(IDS.findall(html))
    return replace(
        only_title(chapter),
        minutes=chapter.minutes,
        html=html,
        spaces=chapter.spaces,
        marks=tuple(mark for mark in chapter.marks if mark.id in known),
        order=(chapter.id, *(name for name in chapter.order if name in known)),
        extracts=chapter.extracts,
        pictures=pictures_in([html], chapter),
    )


def only_solutions(chapter: Chapter) -> Chapter:
    """Return a chapter of which nothing but its answers is printed; each solution with what it answers."""
    answered = replace(
        only_title(chapter), answers=chapter.answers, solutions=chapter.solutions, extracts=chapter.extracts
    )
    return replace(answered, pictures=pictures_in(texts_of(answered), chapter))


def pictures_in(texts: Iterable[str], chapter: Chapter) -> tuple[Picture, ...]:
    """Return the pictures of a chapter that are in some HTML."""
    html = " ".join(" ".join(text.split()) for text in texts)
    return tuple(picture for picture in chapter.pictures if escape(picture.words) in html)


CUTS: Mapping[Part, Choose] = {Part.EXERCISES: only_exercises, Part.SOLUTIONS: only_solutions}
"""What the editions that are no whole book print of each chapter."""


def shifted(html: str, top: int = 2) -> str:
    """Return HTML whose highest heading is of the level ``top``."""
    levels = [int(level) for _, level in HEADING.findall(html)]
    by = top - min(levels, default=top)
    return HEADING.sub(lambda match: f"<{match[1]}h{min(int(match[2]) + by, 6)}", html)


def ids_of(manuscript: Manuscript) -> set[str]:
    """Return every id that the pages of a manuscript hold."""
    found: set[str] = set()
    for chapter in manuscript.chapters:
        found |= {chapter.id, *(hint.id for hint in chapter.hints), *(answer.id for answer in chapter.answers)}
        found |= {name for html in texts_of(chapter) for name in IDS.findall(html)}
    return found


def texts_of(chapter: Chapter) -> Iterator[str]:
    """Yield the HTML of a chapter, of its hints, answers and solutions."""
    yield chapter.html
    yield from (hint.html for hint in chapter.hints)
    yield from (answer.html for answer in chapter.answers)
    yield from (solution.html for solution in chapter.solutions.values())


def change_html(chapter: Chapter, change: Callable[[str], str]) -> Chapter:
    """Return a chapter with all its HTML changed."""
    return replace(
        chapter,
        html=change(chapter.html),
        hints=tuple(replace(hint, html=change(hint.html)) for hint in chapter.hints),
        answers=tuple(replace(answer, html=change(answer.html)) for answer in chapter.answers),
        solutions={part: change_solution(one, change) for part, one in chapter.solutions.items()},
        notes=tuple(replace(note, html=change(note.html)) for note in chapter.notes),
    )


def change_solution(solution: Solution, change: Callable[[str], str]) -> Solution:
    """Return a solution with its HTML changed, in the cells of its tables too."""
    tables = tuple(
        replace(table, cells=tuple(tuple(change(cell) for cell in row) for row in table.cells))
        for table in solution.tables
    )
    return replace(solution, html=change(solution.html), tables=tables)


class Places:
    """Says where in the course a place stands that an edition does not hold: ``lesson 5.3``."""

    def __init__(self, manuscript: Manuscript, words: Words) -> None:
        self._words = words
        self._chapters = {chapter.id: chapter for chapter in manuscript.chapters}
        self._answers = {answer.id for chapter in manuscript.chapters for answer in chapter.answers}

    def __call__(self, target: str) -> str:
        """Return the words for a place, without brackets."""
        chapter = next((one for name, one in self._chapters.items() if belongs(target, name)), None)
        if chapter is None or target in self._answers or chapter.kind is ChapterKind.APPENDIX:
            return self._words("workbook.elsewhere")
        return self._words(f"workbook.elsewhere-{chapter.kind}", number=chapter.number)


def cut_links(html: str, known: Set[str], places: Callable[[str], str]) -> str:
    """Return HTML whose links to unknown ids are words, followed by where they stand; terms stay words alone."""

    def mend(match: re.Match[str]) -> str:
        if match["target"] in known:
            return match[0]
        if "ref" not in match["classes"].split():
            return match["words"]
        return f'{match["words"]} <span class="elsewhere">({places(match["target"])})</span>'

    return INNER.sub(mend, html)
