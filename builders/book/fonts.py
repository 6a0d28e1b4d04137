"""The typefaces of the site: faces of npm packages, copied beside the pages, and the stylesheet that names them.

Each face comes in pieces by script; a browser loads only the pieces that a page's letters need.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

NODE_MODULES = Path(__file__).resolve().parents[2] / "node_modules"
PIECES = {
    "Latin1": "U+0000-00FF, U+0131, U+0152-0153, U+02C6, U+02DA, U+02DC, U+2013-2014, U+2018-201A, U+201C-201E, "
    "U+2020-2022, U+2026, U+2030, U+2039-203A, U+2044, U+2074, U+20AC, U+2122, U+2212",
    "Latin2": "U+0100-0130, U+0132-0151, U+0154-024F, U+0259, U+1E00-1E9F, U+20A0-20AB, U+20AD-20CF",
    "Latin3": "U+1EA0-1EF9",
    "Greek": "U+0384-03CE",
    "Cyrillic": "U+0400-04FF",
    "Pi": "U+03C0, U+2070, U+2075-2079, U+2080-2089, U+2190-2199, U+2202, U+2206, U+220F, U+2211, U+221A, U+221E, "
    "U+222B, U+2248, U+2260, U+2264-2265, U+25CA",
}
"""The scripts a face is split into, and the characters that ask for each."""


@dataclass(frozen=True)
class Face:
    """A typeface in one weight and style; ``stem`` begins the names of its files in ``package``."""

    family: str
    weight: int
    style: str
    package: str
    stem: str

    def files(self) -> Iterator[tuple[str, Path]]:
        """Yield each piece that the package has with its file."""
        folder = NODE_MODULES / "@ibm" / self.package / "fonts" / "split" / "woff2"
        for piece in PIECES:
            path = folder / f"{self.stem}-{piece}.woff2"
            if path.is_file():
                yield piece, path


FACES = (
    Face("IBM Plex Sans", 400, "normal", "plex-sans", "IBMPlexSans-Regular"),
    Face("IBM Plex Sans", 400, "italic", "plex-sans", "IBMPlexSans-Italic"),
    Face("IBM Plex Sans", 600, "normal", "plex-sans", "IBMPlexSans-SemiBold"),
    Face("IBM Plex Mono", 400, "normal", "plex-mono", "IBMPlexMono-Regular"),
    Face("IBM Plex Mono", 600, "normal", "plex-mono", "IBMPlexMono-SemiBold"),
)


def missing_faces() -> tuple[str, ...]:
    """Return the names of faces that are not installed."""
    return tuple(face.stem for face in FACES if not any(True for _ in face.files()))


def copy_fonts(folder: Path) -> None:
    """Copy all pieces of all faces into ``folder/fonts`` and write ``folder/fonts.css``."""
    (folder / "fonts").mkdir(parents=True, exist_ok=True)
    rules = []
    for face in FACES:
        for piece, path in face.files():
            shutil.copyfile(path, folder / "fonts" / path.name)
            rules.append(_rule(face, piece, path.name))
    (folder / "fonts.css").write_text("\n".join(rules) + "\n", encoding="utf-8")


def _rule(face: Face, piece: str, name: str) -> str:
    return (
        f'@font-face {{ font-family: "{face.family}"; font-weight: {face.weight}; font-style: {face.style}; '
        f'font-display: swap; src: url("fonts/{name}") format("woff2"); unicode-range: {PIECES[piece]}; }}'
    )
