"""Which pages must be read again: all of them when the data of the course changed, whatever page shows it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from builders.book.context import book_of
from builders.book.freshness import data_digest

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment


def find_outdated(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> Sequence[str]:
    """Return all documents where the data changed since they were read."""
    now = data_digest(Path(app.confdir), secrets=book_of(app.config).instructor)
    before = getattr(env, "coursepack_data", None)
    env.coursepack_data = now  # type: ignore[attr-defined]
    return [] if before == now else sorted(env.found_docs)
