"""The fonts of every printed page: npm packages in ``node_modules``, and nothing else.

A stylesheet names a face by ``url(font:PACKAGE/PATH)``. Fontconfig is started with an empty configuration, so no font
of the machine can slip into a document: a character that our faces lack shows as a finding, never as a stranger.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from builders.pdf.records import Face
from builders.pdf.system import FontsMissing, weasyprint

BASE_CSS = Path(__file__).resolve().parents[1] / "templates" / "print" / "base.css"
NODE_MODULES = Path(__file__).resolve().parents[2] / "node_modules"
EMPTY_FONTCONFIG = Path(__file__).with_name("fontconfig.xml")
FAMILIES = frozenset({"IBM Plex Serif", "IBM Plex Sans", "IBM Plex Mono", "IBM Plex Math", "DejaVu Sans"})


@cache
def read_font(name: str, folder: Path = NODE_MODULES) -> bytes:
    """Return a face as TrueType bytes; ``name`` is its path in ``node_modules``.

    :raises FontsMissing: when the packages are not installed.
    """
    path = folder / name
    if not path.is_file():
        raise FontsMissing(f"the font {path} is not there; run: make setup")
    data = path.read_bytes()
    return unpack(data) if data.startswith(b"wOF") else data


@cache
def read_faces() -> dict[Face, str]:
    """Return the path in ``node_modules`` of every face that ``base.css`` declares."""
    pattern = r'font-family: "([^"]+)";(?: font-weight: (\d+); font-style: (\w+);)? src: url\("font:([^"]+)"\)'
    found = re.findall(pattern, BASE_CSS.read_text("utf-8"))
    return {Face(family, int(weight or 400), style or "normal"): path for family, weight, style, path in found}


def unpack(data: bytes) -> bytes:
    """Return the TrueType font inside a WOFF file."""
    font = import_module("fontTools.ttLib").TTFont(io.BytesIO(data), recalcTimestamp=False)
    font.flavor = font.flavorData = None
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def make_font_configuration() -> Any:
    """Return a WeasyPrint ``FontConfiguration`` that knows no font until a stylesheet names one."""
    with _environment("FONTCONFIG_FILE", str(EMPTY_FONTCONFIG)):
        return weasyprint().text.fonts.FontConfiguration()


@contextmanager
def _environment(name: str, value: str) -> Iterator[None]:
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
