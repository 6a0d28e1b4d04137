"""The editions of a paper: the same questions in the same order with the same key, printed for different readers.

An edition changes how a paper looks and which times it prints, and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil

from builders.course import Form
from builders.course.blueprints import PrintedEdition

MM_PER_POINT = 25.4 / 72


class Edition(StrEnum):
    """For whom a paper is printed. The standard one is always made."""

    STANDARD = "standard"
    LARGE_PRINT = "large-print"
    DYSLEXIA = "dyslexia"
    EXTRA_TIME = "extra-time"
    SCREEN_READER = "screen-reader"


@dataclass(frozen=True)
class Setting:
    """How an edition is set: its style sheets, its size in points, and by how much its times are longer."""

    edition: Edition = Edition.STANDARD
    styles: tuple[str, ...] = ("paper.css",)
    size: float = 10.5
    large: bool = False
    time: float = 1.0

    @property
    def stem(self) -> str:
        """The name of its file, without its kind: ``paper``, ``paper-large-print``, ``paper-extra-time-150``."""
        if self.edition is Edition.STANDARD:
            return "paper"
        percent = f"-{round(self.time * 100)}" if self.edition is Edition.EXTRA_TIME else ""
        return f"paper-{self.edition.value}{percent}"

    @property
    def em(self) -> float:
        """The size of its text in millimetres."""
        return self.size * MM_PER_POINT

    @property
    def own_sheet(self) -> bool:
        """Whether closed questions are answered on a separate sheet, where the blueprint asks for one.

        Who reads large print or by ear answers beside the question.
        """
        return self.edition in (Edition.STANDARD, Edition.EXTRA_TIME)

    def minutes(self, minutes: float) -> float:
        """Return the time to print: whole half minutes, never less than the factor gives."""
        return minutes if self.time == 1 else ceil(round(minutes * self.time * 2, 6)) / 2

    def duration(self, minutes: float) -> float:
        """Return the time of the whole paper: whole minutes, never less than the factor gives."""
        return minutes if self.time == 1 else float(ceil(round(minutes * self.time, 6)))

    def printed(self, question_pages: int = 0) -> PrintedEdition:
        """Return what a form remembers of this edition."""
        return PrintedEdition(edition=self.edition.value, time=self.time, question_pages=question_pages)

    def kept_pages(self, form: Form) -> int:
        """Return the pages before the reference card that a form had in this edition; 0 where it was not printed."""
        editions = form.made.editions if form.made else ()
        return next((own.question_pages for own in editions if own == self.printed(own.question_pages)), 0)


STANDARD = Setting()


ALL = "all"


def settings_of(editions: Sequence[str], extra_time: float) -> tuple[Setting, ...]:
    """Return the settings of the editions asked for by name, or of all; the standard one is the first.

    ``extra_time`` is a factor such as 1.5.
    """
    settings = {
        Edition.STANDARD: STANDARD,
        Edition.LARGE_PRINT: Setting(Edition.LARGE_PRINT, ("paper.css", "large-print.css"), 18, large=True),
        Edition.DYSLEXIA: Setting(Edition.DYSLEXIA, ("paper.css", "dyslexia.css"), 13),
        Edition.EXTRA_TIME: Setting(Edition.EXTRA_TIME, time=extra_time),
        Edition.SCREEN_READER: Setting(Edition.SCREEN_READER, ("paper.css", "screen-reader-print.css"), 12),
    }
    return tuple(setting for edition, setting in settings.items() if {edition.value, ALL} & {"standard", *editions})
