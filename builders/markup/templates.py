"""The Jinja templates of items and rubrics."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

FOLDER = Path(__file__).resolve().parents[1] / "templates" / "items"
ITEMS_CSS = FOLDER / "items.css"


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def fill_template(name: str, **values: Any) -> Markup:
    """Return a template filled in; texts are escaped, ``Markup`` is not."""
    return Markup(_environment().get_template(name).render(**values).strip())
