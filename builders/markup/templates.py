"""Jinja templates: the environment all share, and those of items and rubrics."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

FOLDER = Path(__file__).resolve().parents[1] / "templates" / "items"
ITEMS_CSS = FOLDER / "items.css"
BLOCKS = (
    "<p",
    "<div",
    "<ul",
    "<ol",
    "<dl",
    "<table",
    "<figure",
    "<blockquote",
    "<h1",
    "<h2",
    "<h3",
    "<h4",
    "<h5",
    "<h6",
)


@cache
def templates(folder: Path) -> Environment:
    """Return the templates of a folder: texts are escaped, and an unknown name in one is an error."""
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.tests["block"] = is_block
    return environment


def is_block(html: str) -> bool:
    """Whether a text holds blocks, which stand in no label and no line."""
    return html.startswith(BLOCKS)


def fill_template(name: str, **values: Any) -> Markup:
    """Return a template filled in; texts are escaped, ``Markup`` is not."""
    return Markup(templates(FOLDER).get_template(name).render(**values).strip())
