"""Two defects of WeasyPrint's line breaking, mended where they are. Measured with WeasyPrint 70.0.

A run of text before an inline element ends with a space. Where the run fits on the line without that space and not
with it (one line in a hundred of those before code or emphasis), the line breaks after the first word of the run, and
stays nearly empty. Moving the space in the HTML would take it from screen readers.

Where letters and words are spaced, a line can come out a hair wider than it may be. It is then cut after its first
word too. A line that is a pixel narrower breaks where it should.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

NARROW = 0.25
"""No run of text has characters narrower than this on average (em): a longer run cannot fit, and is not measured."""


def mend_line_breaks(weasyprint: ModuleType) -> None:
    """Replace WeasyPrint's function that takes as much of a run of text as fits on a line."""
    inline = weasyprint.layout.inline
    split = inline.split_first_line

    def split_without_last_space(text: str, style: Any, context: Any, max_width: Any, *args: Any, **more: Any) -> Any:
        line = split(text, style, context, max_width, *args, **more)
        if _is_cut_after_one_word(text, style, max_width, line):
            narrower = split(text, style, context, max_width - 1, *args, **more)
            return narrower if (narrower[2] or 0) > line[2] else line
        if not _may_be_cut_short(text, style, max_width, line):
            return line
        _, _, resume_index, width, *_ = split(text.rstrip(" "), style, context, max_width, *args, **more)
        if resume_index is not None or width > max_width:
            return line
        return split(text, style, context, None, *args, **more)

    inline.split_first_line = split_without_last_space


def _is_cut_after_one_word(text: str, style: Any, max_width: Any, line: Any) -> bool:
    """Whether a line holds one word of several, and would hold as much again."""
    _, length, resume_index, width, *_ = line
    if resume_index is None or max_width is None or style["white_space"] != "normal" or not style["word_spacing"]:
        return False
    return bool(2 * width < max_width and length < len(text.encode()) and " " not in text.encode()[:length].decode())


def _may_be_cut_short(text: str, style: Any, max_width: Any, line: Any) -> bool:
    _, _, resume_index, *_ = line
    if resume_index is None or max_width is None or style["white_space"] != "normal":
        return False
    if text.startswith(" ") or not text.endswith(" "):
        return False
    return bool(len(text) * style["font_size"] * NARROW <= max_width)
