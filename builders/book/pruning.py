"""What the student edition leaves out leaves no trace: not its text, and no heading over nothing."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.transforms import SphinxTransform


class left_out(nodes.Invisible, nodes.Element):
    """Stands where a note or an answer for instructors was, and holds nothing of it."""


class Prune(SphinxTransform):
    """Removes the marks, and each section that has nothing left but its title."""

    default_priority = 20

    def apply(self, **kwargs: Any) -> None:
        """Prune the document."""
        for mark in list(self.document.findall(left_out)):
            parent = mark.parent
            parent.remove(mark)
            while isinstance(parent, nodes.section) and is_bare(parent):
                section, parent = parent, parent.parent
                parent.remove(section)


def is_bare(section: nodes.section) -> bool:
    """Whether a section is only a title."""
    return all(isinstance(child, (nodes.title, nodes.comment, nodes.target)) for child in section.children)
