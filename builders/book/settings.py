"""Sphinx settings that follow from ``objectives.yaml``, so that a course's ``conf.py`` stays ten lines."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import sphinx
from sphinx import locale
from sphinx.errors import ConfigError

from builders.book.context import EDITIONS, INSTRUCTOR, Book, open_book
from builders.book.datasets import Datasets
from builders.book.records import report
from builders.checks.instances import practice_instances
from builders.course import Course, nearest, read_course, read_words

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

TEMPLATES = Path(__file__).resolve().parents[1] / "templates" / "site"
MARKDOWN = ["amsmath", "attrs_block", "attrs_inline", "colon_fence", "deflist", "dollarmath", "strikethrough"]


def configure(app: Sphinx, config: Config) -> None:
    """Read the course, open its book, and fill in every setting that ``conf.py`` leaves open.

    :raises ConfigError: where the edition is unknown or a file of the course has the wrong shape.
    """
    edition = config.coursepack_edition
    if edition not in EDITIONS:
        raise ConfigError(f"coursepack_edition is '{edition}'" + nearest(edition, EDITIONS))
    loaded = read_course(Path(app.confdir), secrets=edition == INSTRUCTOR)
    if loaded.course is None:
        raise ConfigError("\n".join(str(problem) for problem in loaded.problems))
    course, problems = practice_instances(loaded.course, lambda note: None)
    report(course.root, problems)
    book = Book(course, read_words(course.about.language), edition, Datasets(course), read_counts(config))
    open_book(config, book)
    for name, value in settings_of(book).items():
        if name not in config._raw_config and name not in config.overrides:  # Sphinx has no public way to ask
            config[name] = value
    speak(app, config.language)


def read_counts(config: Config) -> tuple[Mapping[str, Any], ...] | None:
    """Return the rows of the coverage page that the caller counted, or None."""
    text = config.coursepack_coverage
    return tuple(json.loads(text)) if text else None


def settings_of(book: Book) -> dict[str, Any]:
    """Return the settings of a course, by name."""
    about, words = book.course.about, book.words
    return {
        "project": about.title,
        "html_title": about.title,
        "version": about.version,
        "release": about.version,
        "language": about.language,
        "author": about.title,
        "exclude_patterns": excluded(book.course),
        "numfig": True,
        "numfig_format": {kind: words(f"book.{kind}") for kind in ("figure", "table", "code-block", "section")},
        "smartquotes": False,
        "highlight_language": "none",
        "myst_enable_extensions": MARKDOWN,
        "myst_heading_anchors": 3,
        "myst_dmath_allow_digits": False,
        "myst_dmath_allow_space": False,
        "myst_dmath_double_inline": True,
        "html_theme": "furo",
        "html_copy_source": False,
        "html_show_sourcelink": False,
        "html_show_copyright": False,
        "html_secnumber_suffix": " ",
        "html_permalinks_icon": "#",
        "html_math_renderer": "coursepack",
        "templates_path": [str(TEMPLATES)],
        "html_static_path": [str(TEMPLATES / "static")],
        "pygments_style": "a11y-high-contrast-light",
        "pygments_dark_style": "a11y-high-contrast-dark",
    }


def excluded(course: Course) -> list[str]:
    """Return the folders below ``source/`` that hold generators of datasets: their files are no pages."""
    folders = [PurePosixPath(dataset.generator).parent for dataset in course.spine.datasets]
    return [f"{folder.relative_to('source')}/**" for folder in folders if folder.is_relative_to("source")]


def speak(app: Sphinx, language: str) -> None:
    """Load Sphinx's own words again: it did so before the extension knew the language of the course."""
    locale.translators.pop(("general", "sphinx"), None)
    app.translator, _ = locale.init([Path(sphinx.__file__).parent / "locale"], language)
