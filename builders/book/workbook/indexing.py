"""The index: where glossary terms are used and where ``{index}`` entries stand, with ranges of pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from builders.book.directives.glossary import shown_aliases, sort_key
from builders.book.workbook.assembly import all_uses
from builders.book.workbook.numbering import Group, page_label, page_labels
from builders.book.workbook.records import IndexEntry, Manuscript
from builders.book.workbook.references import apart
from builders.book.workbook.setting import Setting, term_anchor
from builders.course.objectives import Definition, GlossaryTerm

BESIDE = 4
"""With so many first letters in common, two names stand near each other."""


@dataclass(frozen=True)
class Span:
    """What pages that follow each other are called; ``target`` is the id of the first place on them."""

    first: str
    last: str
    target: str

    @property
    def text(self) -> str:
        """The pages as printed."""
        return self.first if self.first == self.last else f"{self.first}–{self.last}"


@dataclass
class Entry:
    """A word of the index: where it stands, the words below it, and where else to look.

    A word with pages or words below it says "see also", one without says "see".
    """

    name: str
    ids: list[str] = field(default_factory=list)
    see: list[str] = field(default_factory=list)
    below: dict[str, Entry] = field(default_factory=dict)


def index_entries(manuscript: Manuscript, setting: Setting) -> tuple[IndexEntry, ...]:
    """Return all places the index leads to: terms of the glossary where they are used, and what authors marked."""
    terms = {term_anchor(entry): entry for entry in setting.glossary}
    uses = [use for use in all_uses(manuscript) if use.term in terms]
    used = [IndexEntry((terms[use.term].term,), use.id) for use in uses]
    others = other_names([terms[name] for name in dict.fromkeys(use.term for use in uses)])
    return (*used, *others, *(entry for chapter in manuscript.chapters for entry in chapter.index))


def other_names(entries: Sequence[Definition | GlossaryTerm]) -> Iterator[IndexEntry]:
    """Yield where the other names of terms send: to the term, unless they would stand beside it."""
    names = {entry.term.casefold() for entry in entries}
    for entry in entries:
        for alias in shown_aliases(entry) if isinstance(entry, GlossaryTerm) else ():
            if alias.casefold() not in names and not are_beside(alias, entry.term):
                yield IndexEntry((alias,), "", entry.term)


def are_beside(one: str, other: str) -> bool:
    """Whether two names stand near each other in the index, because they begin alike."""
    few = min(BESIDE, len(one), len(other))
    return sort_key(one)[0][:few] == sort_key(other)[0][:few]


def index_html(
    entries: Sequence[IndexEntry], pages: Mapping[str, int], groups: Sequence[Group], setting: Setting
) -> str:
    """Return the index; ``pages`` must hold the id of every entry, ``groups`` are counted apart."""
    words = collect(entries)
    initials = groupby(words, key=lambda word: sort_key(word.name)[0][:1].upper())
    letters = [(letter, [view(word, pages, groups, setting) for word in group]) for letter, group in initials]
    html = setting.fill("index.html", letters=letters)
    return apart(html, page_labels(pages, groups))


def collect(entries: Sequence[IndexEntry]) -> list[Entry]:
    """Return the words of the index in alphabetical order."""
    words: dict[str, Entry] = {}
    for entry in entries:
        below = words
        for name in entry.path:
            word = below.setdefault(name, Entry(name))
            below = word.below
        if entry.see:
            word.see += [entry.see] if entry.see not in word.see else []
        else:
            word.ids.append(entry.id)
    return alphabetical(words)


def alphabetical(words: Mapping[str, Entry]) -> list[Entry]:
    """Return words as a dictionary sorts them."""
    return sorted(words.values(), key=lambda word: sort_key(word.name))


def view(word: Entry, pages: Mapping[str, int], groups: Sequence[Group], setting: Setting) -> dict[str, Any]:
    """Return a word as the template prints it."""
    inner = [view(one, pages, groups, setting) for one in alphabetical(word.below)]
    found = list(spans(word.ids, pages, groups))
    sends = "see-also" if found or inner else "see"
    see = [setting.word(sends, other=other) for other in sorted(word.see, key=sort_key)]
    return {"name": word.name, "spans": found, "see": see, "inner": inner}


def spans(ids: Sequence[str], pages: Mapping[str, int], groups: Sequence[Group] = ()) -> Iterator[Span]:
    """Yield the pages of some places, those that follow each other as one range."""
    places = sorted({pages[name]: name for name in reversed(ids)}.items())
    called = [(page_label(number, groups), name) for number, name in places]
    for _, group in groupby(enumerate(called), key=lambda pair: (pair[1][0].prefix, pair[1][0].number - pair[0])):
        run = [place for _, place in group]
        yield Span(run[0][0].text, run[-1][0].text, run[0][1])
