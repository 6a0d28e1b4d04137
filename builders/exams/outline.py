"""A blueprint as text for a terminal: its table of specifications, and its margins as declared and as computed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from builders.course import Blueprint, Course, Words, read_words
from builders.course.blueprints import MarginRange
from builders.exams.tables import Share, Specification, TwoWay, blueprint_specification
from builders.markup.question import plain_number

Cells = Sequence[str]


def blueprint_lines(course: Course) -> list[str]:
    """Return a line for each blueprint: id, forms, questions, points, minutes, title; a planned one says so."""
    words = read_words(course.about.language)
    head = ["", *(words(f"exams.{name}") for name in ("forms", "count", "points", "minutes", "title"))]
    rows = [_blueprint_row(blueprint, words) for blueprint in course.blueprints]
    return list(_columns([head, *rows], numbers=range(2, 5)))


def _blueprint_row(blueprint: Blueprint, words: Words) -> list[str]:
    planned = "" if blueprint.planned is None else f" ({words('exams.planned', reason=blueprint.planned)})"
    points, minutes = (
        plain_number(blueprint.points, words),
        plain_number(blueprint.minutes or blueprint.item_minutes, words),
    )
    forms, count = " ".join(blueprint.forms), str(len(blueprint.slots))
    return [blueprint.id, forms, count, points, minutes, blueprint.title + planned]


def outline(blueprint: Blueprint, course: Course) -> list[str]:
    """Return the lines that tell what a blueprint asks for."""
    words, specification = read_words(course.about.language), blueprint_specification(blueprint, course)
    names = {topic.id: topic.title for topic in course.spine.topics}
    parts = [
        [f"{blueprint.id}: {blueprint.title}", *_minutes_lines(specification, words)],
        [words("exams.two-way"), *_two_way_lines(specification.table, names, words)],
        [words("exams.by-objective"), *_share_lines("objective", specification.objectives, words)],
        [words("exams.by-kind"), *_share_lines("kind", _kind_names(specification, words), words)],
        [words("exams.margins"), *_margin_lines(specification.margins, words)],
    ]
    return [line for part in parts for line in ("", *part)][1:]


def _minutes_lines(specification: Specification, words: Words) -> Iterator[str]:
    minutes = plain_number(specification.minutes, words)
    if specification.paper_minutes is None or specification.paper_share is None:
        yield words("exams.question-minutes", minutes=minutes)
        return
    paper, share = plain_number(specification.paper_minutes, words), f"{specification.paper_share:.0%}".rstrip("%")
    yield words("exams.paper-minutes", minutes=minutes, paper=paper, share=share)


def _two_way_lines(table: TwoWay, names: Mapping[str, str], words: Words) -> Iterator[str]:
    levels = [words(f"items.{level}") if level else words("exams.open") for level in table.levels]
    rows = [[words("exams.topic"), *levels, words("exams.total")]]
    for topic in table.topics:
        points = [table.cells.get((topic, level)) for level in table.levels]
        cells = [plain_number(own, words) if own else "–" for own in points]
        name = f"{topic} {names.get(topic, '')}".strip() if topic else words("exams.open")
        rows.append([name, *cells, plain_number(table.topic(topic), words)])
    sums = [plain_number(table.level(level), words) for level in table.levels]
    rows.append([words("exams.total"), *sums, plain_number(table.total, words)])
    return _columns(rows, numbers=range(1, len(rows[0])))


def _kind_names(specification: Specification, words: Words) -> dict[str | None, Share]:
    return {name and words(f"exams.kind-{name}"): share for name, share in specification.kinds.items()}


def _share_lines(first: str, shares: Mapping[str | None, Share], words: Words) -> Iterator[str]:
    rows = [[words(f"exams.{name}") for name in (first, "count", "points", "minutes")]]
    for name, share in shares.items():
        sums = [str(share.questions), plain_number(share.points, words), plain_number(share.minutes, words)]
        rows.append([name or words("exams.open"), *sums])
    return _columns(rows, numbers=range(1, 4))


def _margin_lines(margins: Sequence[MarginRange], words: Words) -> Iterator[str]:
    if not margins:
        yield words("exams.no-margins")
        return
    heads = ("margin", "declared", "tolerance", "computed")
    rows = [[*(words(f"exams.{name}") for name in heads), ""]]
    rows += [_margin_row(margin, words) for margin in margins]
    yield from _columns(rows, numbers=range(1, 4))


def _margin_row(margin: MarginRange, words: Words) -> list[str]:
    least, most = plain_number(margin.least, words), plain_number(margin.most, words)
    computed = least if least == most else words("exams.from-to", least=least, most=most)
    name = words(f"exams.margin-{margin.margin}", name=_margin_name(margin, words))
    verdict = "" if margin.possible else words("exams.deviates")
    return [name, plain_number(margin.declared, words), f"± {plain_number(margin.tolerance, words)}", computed, verdict]


def _margin_name(margin: MarginRange, words: Words) -> str:
    """Return what counts for a margin in the language of the course."""
    if margin.margin == "kind":
        return words(f"exams.kind-{margin.name}")
    *topic, last = (label or "" for label in margin.labels)
    level = words(f"items.{last}") if margin.margin in ("bloom", "cells") else last
    return " ".join([*topic, level])


def _columns(rows: Sequence[Cells], numbers: range) -> Iterator[str]:
    """Yield the rows in columns as wide as they need, those of numbers to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = (
            cell.rjust(width) if column in numbers else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join(cells).rstrip()
