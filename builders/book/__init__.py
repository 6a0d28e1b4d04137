"""The Sphinx extension of a course: directives, editions, the site and the workbook.

A course's ``conf.py`` lists ``builders.book`` among its extensions. Sphinx is imported only when a build begins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from builders.book.build import build_html

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

__all__ = ["build_html", "setup"]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension with Sphinx."""
    from builders.book.extension import setup as register

    return register(app)
