"""What the renderer, the layout and the tags have to report, as values."""

from __future__ import annotations

from dataclasses import dataclass

from builders.course.problem import Place, Problem, Severity


@dataclass(frozen=True, order=True)
class Finding:
    """One fault of a rendered document.

    ``page`` counts from 1 and is 0 for the whole document. ``element`` is the nearest id in the HTML, or empty:
    whoever wrote the HTML knows which line of which file an id came from.
    """

    rule: str
    message: str
    page: int = 0
    element: str = ""
    severity: Severity = Severity.ERROR

    def problem(self, place: Place) -> Problem:
        """Return the finding as a problem of the file it came from."""
        where = [f"page {self.page}"] if self.page else []
        where += [f"#{self.element}"] if self.element else []
        prefix = f"{', '.join(where)}: " if where else ""
        return Problem(place, self.rule, prefix + self.message, self.severity)
