"""Pictures: drawings are inlined, photographs become data addresses, so that an output needs no other file."""

from __future__ import annotations

import base64
from functools import lru_cache
from html import escape
from pathlib import Path, PurePosixPath

from builders.course import nearest
from builders.course.loader import SECURE
from builders.markup.context import Context
from builders.markup.svg import SvgError, inline_svg

MAGIC = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


class ImageError(ValueError):
    """An image that cannot be shown; the message says what to do."""


def image(source: str, alt: str, context: Context, name: str) -> str:
    """Return an image as HTML; ``name`` begins the ids inside it.

    :raises ImageError: where the file is missing, outside the course, unsafe or of another kind.
    """
    if not alt.strip():
        raise ImageError(f"the image '{source}' has no text; write what it shows: ![text]({source})")
    path = find_image(source, context)
    data = _read(path)
    html = _drawing(source, data, alt, name) if path.suffix.lower() == ".svg" else _photograph(source, data, alt)
    return html if context.embed is None else context.embed.picture(path.name, data, alt)


def _drawing(source: str, data: bytes, alt: str, name: str) -> str:
    try:
        return inline_svg(data.decode("utf-8"), alt, name)
    except (SvgError, UnicodeDecodeError) as error:
        raise ImageError(f"the image '{source}': {error}") from error


def _photograph(source: str, data: bytes, alt: str) -> str:
    return f'<img src="{_data_address(source, data)}" alt="{escape(alt)}">'


def find_image(source: str, context: Context) -> Path:
    """Return the file an image names, looked up in the text's folder and then in the course.

    :raises ImageError: where there is no such file, it lies outside the course, or it is secret and the text is not.
    """
    if ":" in source or source.startswith(("/", "\\")):
        raise ImageError(f"'{source}' is no file of this course; copy the image into the course and name it from there")
    folders = [context.root] if context.folder is None else [context.folder, context.root]
    for folder in folders:
        path = (folder / source).resolve()
        if path.is_file() and path.is_relative_to(context.root.resolve()):
            _guard(source, path, context)
            return path
    raise ImageError(f"there is no image '{source}'" + nearest(source, _neighbours(source, folders)))


def _guard(source: str, path: Path, context: Context) -> None:
    """Keep the wall: a text that learners may read shows no image from the folder of secrets."""
    secret = path.is_relative_to(context.root.resolve() / SECURE)
    if secret and context.place.path and not context.place.path.startswith(f"{SECURE}/"):
        raise ImageError(f"the image '{source}' is in {SECURE}, and learners may read this text; move the image out")


def _neighbours(source: str, folders: list[Path]) -> list[str]:
    parent = PurePosixPath(source).parent
    found = [path for folder in folders if (folder / parent).is_dir() for path in (folder / parent).iterdir()]
    return [
        (parent / path.name).as_posix() for path in found if path.suffix.lower() in (".svg", ".png", ".jpg", ".jpeg")
    ]


@lru_cache(maxsize=64)
def _read_at(path: Path, modified: int) -> bytes:
    return path.read_bytes()


def _read(path: Path) -> bytes:
    return _read_at(path, path.stat().st_mtime_ns)


def _data_address(source: str, data: bytes) -> str:
    kind = next((kind for magic, kind in MAGIC.items() if data.startswith(magic)), None)
    if kind is None:
        raise ImageError(f"the image '{source}' is neither SVG nor PNG nor JPEG; save it as one of these")
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"
