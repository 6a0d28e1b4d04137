"""Sphinx's warnings as problems: each with its place, what is wrong, and what to do."""

from __future__ import annotations

import io
import re
from pathlib import Path

from builders.course import Place, Problem

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
WARNING = re.compile(
    r"\A(?:(?P<path>[^\n:]+\.\w+)(?::(?P<line>\d*))?: )?(?:WARNING|ERROR|SEVERE|CRITICAL): "
    r"(?P<message>.*?)(?: \[(?P<rule>[\w.-]+)\])?\Z",
    re.DOTALL,
)
OURS = "coursepack."
REMEDIES = {
    "docutils": "correct the directive or role",
    "image.not_readable": "correct the path of the image, or put the file there",
    "myst.directive_option": "correct the option",
    "myst.directive_parse": "correct the directive",
    "myst.directive_unknown": "correct the name of the directive",
    "myst.header": "begin with one '#' and never skip a level",
    "myst.role_unknown": "correct the name of the role",
    "myst.xref_ambiguous": "name the target by its full path",
    "myst.xref_missing": "correct the target of the link",
    "ref.doc": "correct the name of the page",
    "ref.numref": "correct the name, and give the figure or table a caption",
    "ref.ref": "correct the name of the target",
    "ref.term": "add the term to source/glossary.yaml, or correct its spelling",
    "toc.not_included": "name the page in a toctree, or put 'orphan: true' into its front matter",
    "toc.not_readable": "correct the name of the page",
}
"""What to do about the warnings of Sphinx and MyST, by their type; our own say it themselves."""


class Warnings(io.StringIO):
    """The stream Sphinx writes warnings to: one write, one warning, however many lines it has."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def write(self, text: str) -> int:
        """Keep a warning."""
        self.texts.append(text)
        return len(text)

    def problems(self, root: Path) -> tuple[Problem, ...]:
        """Return the warnings of a course as problems, sorted, each once."""
        return tuple(sorted({parse_warning(text, root) for text in self.texts if text.strip()}))


def parse_warning(text: str, root: Path) -> Problem:
    """Return a warning of Sphinx as a problem; its path becomes relative to the course."""
    plain = COLOUR.sub("", text).strip()
    match = WARNING.match(plain)
    if not match:
        return Problem(Place("conf.py"), "sphinx", plain)
    rule, message = match["rule"] or "sphinx", " ".join(match["message"].split())
    place = Place(_relative(match["path"], root), int(match["line"] or 1)) if match["path"] else Place("conf.py")
    if rule.startswith(OURS):
        return Problem(place, rule.removeprefix(OURS), message)
    remedy = REMEDIES.get(rule) or REMEDIES.get(rule.split(".")[0]) or "correct it"
    return Problem(place, rule, f"{message.rstrip('.')}; {remedy}")


def _relative(path: str, root: Path) -> str:
    """Return a path as the author knows it; links such as ``/tmp`` are followed on both sides."""
    full = Path(path) if Path(path).is_absolute() else root / path
    try:
        return full.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return path
