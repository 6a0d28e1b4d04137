"""Fields to fill in on a screen: where a pen would write, each named after what it answers.

A field lies over the room of the page and takes no place in the flow, so the screen edition has the pages of the
student edition. A room that goes over the page has a field on each of its pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import groupby

from builders.book.workbook.assembly import rating_levels
from builders.book.workbook.records import Space
from builders.book.workbook.setting import Setting
from builders.book.workbook.spaces import LINE, fill_slots, last_id, line_id, line_slot, slot
from builders.book.workbook.words import words_of
from builders.pdf import Spot

ITEM_PLACE = re.compile(
    r'(?P<opening><(?P<tag>span|u|div) class="(?P<kind>option-mark|letter-box|number-rule|writing|gap gap-[^"]+)")'
    r'(?: aria-hidden="true")? data-area="(?P<name>[^"]+)">'
)
"""Where an item is answered on paper; ``data-area`` names the place."""

RATING_PLACE = re.compile(r"<!--rating (?P<name>\S+--(?P<when>before|after)-(?P<objective>\S+)) (?P<level>[1-4])-->")
"""Where an objective is rated."""


RATING_TEXT = re.compile(r"<!--answer (?P<name>\S+--after-(?P<objective>\S+)) (?P<column>[12])-->")
"""Where its evidence and the next step are written."""


def fill_in(html: str, spaces: Sequence[Space], anchors: Mapping[str, Spot], setting: Setting) -> str:
    """Return a part of the book with fields in its rooms; ``anchors`` are those of the student edition."""
    fields = {mark: field for space in spaces for mark, field in space_fields(space, anchors, setting)}
    html = RATING_PLACE.sub(lambda match: rating_field(match, setting), fill_slots(html, fields))
    html = RATING_TEXT.sub(lambda match: rating_text(match, setting), html)
    return ITEM_PLACE.sub(lambda match: item_field(match, setting), html)


def space_fields(space: Space, anchors: Mapping[str, Spot], setting: Setting) -> Iterator[tuple[str, str]]:
    """Yield the slots of a room, or of the cells of a table, each with its field."""
    title = words_of(space.title)
    if space.table is not None:
        for index, (row, column) in enumerate(space.table.empty, start=1):
            heads = (space.table.rows[row][0], space.table.head[column] if space.table.head else "")
            label = ", ".join([title, *(head for head in heads if head)])
            yield slot(space.part, index), text_field(f"{space.part}-{index}", label)
        return
    parts = list(line_groups(space, anchors))
    for number, (line, count) in enumerate(parts, start=1):
        label = setting.word("field-part", title=title, number=number, count=len(parts))
        yield line_slot(space.part, line), text_field(f"{space.part}-{number}", label, height=count * LINE)
    if not parts:
        yield slot(space.part), text_field(space.part, title)


def line_groups(space: Space, anchors: Mapping[str, Spot]) -> Iterator[tuple[int, int]]:
    """Yield the first of the lines on each page that a tall room is on, and how many they are."""
    lines: list[int] = []
    while line_id(space.id, len(lines)) in anchors:
        lines.append(anchors[line_id(space.id, len(lines))].page)
    lines += [anchors[last_id(space.id)].page] if lines else []
    for _, group in groupby(range(len(lines)), key=lambda number: lines[number]):
        numbers = list(group)
        yield numbers[0], len(numbers)


def text_field(name: str, label: str, *, height: float = 0) -> str:
    """Return a field for text over the whole of its room, or over ``height`` millimetres."""
    style = f' style="height:{height:g}mm"' if height else ""
    return f'<textarea class="field" name="{field_name(name)}" title="{escape(label)}"{style}></textarea>'


def item_field(match: re.Match[str], setting: Setting) -> str:
    """Return the place of an item with its field: a box to tick, a word, or text."""
    name, kind = field_name(match["name"]), match["kind"]
    label = f'title="{escape(item_name(match["name"], setting))}"'
    field = f'<input type="text" class="field" name="{name}" {label}>'
    if kind == "option-mark":
        field = f'<input type="checkbox" class="field" name="{name}" {label}>'
    if kind == "writing":
        field = f'<textarea class="field" name="{name}" {label}></textarea>'
    return f'{match["opening"]} data-area="{match["name"]}">{field}'


def item_name(area: str, setting: Setting) -> str:
    """Return what a place of an item is called: ``Practice 1.2.1, A``."""
    number, _, place = re.sub("-(writing|value)$", "", area.rpartition("--q")[2]).partition("-gap")
    letters = [part for part in number.split("-") if not part.isdigit()] + [place]
    label = ".".join(part for part in number.split("-") if part.isdigit())
    return ", ".join([setting.words("items.practice", label=label), *(part for part in letters if part)])


def rating_text(match: re.Match[str], setting: Setting) -> str:
    """Return a field for the evidence of a rating, or for the next step."""
    word = ("evidence", "next-step")[int(match["column"]) - 1]
    label = setting.word("field-rated", id=match["objective"], what=setting.word(word))
    return text_field(f"{match['name']}-{word}", label)


def rating_field(match: re.Match[str], setting: Setting) -> str:
    """Return a box to tick over a rating."""
    when = setting.word(f"field-{match['when']}")
    level = f"{match['level']} {rating_levels(setting)[int(match['level']) - 1]}"
    label = setting.word("field-rating", id=match["objective"], when=when, level=level)
    name = field_name(f"{match['name']}-{match['level']}")
    return f'<input type="checkbox" class="field" name="{name}" title="{escape(label)}">'


def field_name(name: str) -> str:
    """Return a name as that of a field: PDF reads a full stop as the end of a group."""
    return escape(re.sub(r"[^\w-]+", "-", name))
