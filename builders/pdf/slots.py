"""Places that are kept free in a document, to be printed on when it is known what belongs there.

A slot is an element with ``data-slot``, whose words are laid out and not drawn (``visibility: hidden``), or a margin
box with such words. Where a number is not yet known, its slot keeps the layout from depending on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from builders.pdf.records import Face, Slot

POINTS_PER_PIXEL = 0.75
BOLD = 600


def find_slots(document: Any, runs: Mapping[int, int]) -> tuple[Slot, ...]:
    """Return the slots of a laid-out document; ``runs`` are the numbers of marked content by box of text."""
    return tuple(
        slot for number, page in enumerate(document.pages, 1) for slot in _slots_of_page(page._page_box, number, runs)
    )


def _slots_of_page(sheet: Any, page: int, runs: Mapping[int, int]) -> Iterator[Slot]:
    for child in sheet.children:
        if type(child).__name__ == "MarginBox":
            hidden = [box for box in _texts(child) if box.style["visibility"] == "hidden"]
            if hidden:
                text = "".join(box.text for box in hidden)
                yield _slot(hidden[0], page, child.at_keyword, text, sheet.content_box_x(), sheet.width)
        else:
            for box in child.descendants():
                name = box.element.get("data-slot") if box.element is not None else None
                if name and "TextBox" not in type(box).__name__ and box.element_tag == box.element.tag:
                    yield from _slots_of_element(box, page, name, runs)


def _slots_of_element(box: Any, page: int, name: str, runs: Mapping[int, int]) -> Iterator[Slot]:
    for text in _texts(box):
        if text.style["visibility"] == "hidden":
            slot = _slot(text, page, name, text.text, text.position_x, text.width, runs[id(text)])
            yield replace(slot, begins=box.element.get("data-begins") is not None)


def _texts(box: Any) -> list[Any]:
    return [child for child in box.descendants() if type(child).__name__ == "TextBox"]


def _slot(box: Any, page: int, name: str, text: str, x: float, width: float, run: int | None = None) -> Slot:
    style = box.style
    face = Face(style["font_family"][0], BOLD if style["font_weight"] >= BOLD else 400, style["font_style"])
    baseline = box.position_y + box.baseline
    left, below, wide, size = (value * POINTS_PER_PIXEL for value in (x, baseline, width, style["font_size"]))
    return Slot(page, name, text, left, below, wide, face, size, run)
