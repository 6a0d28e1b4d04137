"""Pictures and formulas of cards: pictures become files of the package, formulas are left to Anki's MathJax."""

from __future__ import annotations

import hashlib
import html
import re
from pathlib import PurePosixPath

from builders.markup.maths import MathsError


class Media:
    """Takes what a card shows beside words. A picture's name holds a hash of its content.

    So a changed picture is another file: Anki keeps the old one under a name that it knows.
    """

    def __init__(self, slug: str) -> None:
        self._slug = slug
        self.files: dict[str, bytes] = {}

    def picture(self, name: str, data: bytes, alt: str) -> str:
        """Keep a picture, and return the tag that shows it."""
        digest = hashlib.sha256(data).hexdigest()[:16]
        stored = f"{self._slug}-{digest}{PurePosixPath(name).suffix.lower()}"
        self.files[stored] = data
        return f'<img src="{stored}" alt="{html.escape(alt)}">'

    def formula(self, latex: str, display: bool) -> str:
        r"""Return a formula between the marks that Anki's MathJax looks for: ``\( \)`` or ``\[ \]``.

        A space keeps two closing braces from closing the gap of a cloze card.

        :raises MathsError: where it holds ``::``, which begins a hint inside a gap.
        """
        if "::" in latex:
            raise MathsError("'::' begins a hint on a cloze card; write ': :'")
        safe = html.escape(re.sub(r"\}(?=\})", "} ", latex), quote=False)
        return rf"\[{safe}\]" if display else rf"\({safe}\)"
