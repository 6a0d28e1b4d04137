"""Chapters that were written before: where nothing changed that they are made from, they are not written again.

A chapter depends on its own source and doctree, and on what it takes from others: labels, titles, numbers, records. An
edit of a lesson that leaves these as they are costs no more than that lesson.
"""

from __future__ import annotations

import pickle
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from builders.book.context import Book
from builders.book.freshness import assets_digest
from builders.course import digest, write_atomic

if TYPE_CHECKING:
    from sphinx.environment import BuildEnvironment

FILE = "chapters.pickle"
"""Beside the doctrees: it goes where they go."""


@dataclass
class Keeper:
    """What was made from each document: by its name and what it is, the key that it was made with, and the result."""

    env: BuildEnvironment
    known: dict[tuple[str, str], tuple[str, Any]]
    used: dict[tuple[str, str], tuple[str, Any]] = field(default_factory=dict)

    def get(self, docname: str, what: str, key: str) -> Any:
        """Return what was made with this key; None where there is nothing."""
        before, made = self.known.get((docname, what), ("", None))
        if before != key:
            return None
        self.used[docname, what] = (key, made)
        return made

    def put(self, docname: str, what: str, key: str, made: Any) -> None:
        """Keep what was made."""
        self.used[docname, what] = (key, made)

    def own_key(self, docname: str) -> str:
        """Return the digest of a document as it was read: its source and its doctree."""
        doctree = Path(self.env.doctreedir) / f"{docname}.doctree"
        return digest(doctree.read_bytes(), self.env.doc2path(docname).read_bytes())

    def save(self) -> None:
        """Keep for the next build what this one used."""
        write_atomic(Path(self.env.doctreedir) / FILE, pickle.dumps(self.used))


def open_keeper(env: BuildEnvironment) -> Keeper:
    """Return what the last build kept, nothing where there was none."""
    file = Path(env.doctreedir) / FILE
    return Keeper(env, pickle.loads(file.read_bytes()) if file.is_file() else {})


def shared_key(env: BuildEnvironment, book: Book) -> str:
    """Return the digest of all that a chapter may take from elsewhere: names and numbers, records, pictures, data."""
    standard = env.domains["std"].data
    lessons = [(one.id, one.title, [(e.id, e.title) for e in one.exercises]) for one in book.course.lessons]
    return digest(
        *(repr(sorted(standard[name].items())) for name in ("labels", "anonlabels", "terms")),
        repr(sorted((name, title.astext()) for name, title in env.titles.items())),
        repr(sorted(env.toc_fignumbers.items())),
        repr(sorted(env.toc_secnumbers.items())),
        repr(lessons),
        assets_digest(Path(book.course.root), secrets=book.instructor),
    )
