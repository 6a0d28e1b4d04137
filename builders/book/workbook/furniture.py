"""What is stamped on finished pages: page numbers, running heads, the pages of links, the words of blank pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from builders.book.workbook.assembly import BodyPart
from builders.book.workbook.numbering import Group, page_label
from builders.book.workbook.printing import INNER, OUTER
from builders.book.workbook.references import ROOM
from builders.book.workbook.setting import Setting
from builders.pdf import Align, Pdf, Slot, Stamp, shorten

HEAD, FOOT = "@top-center", "@bottom-center"
GAP = 12.0
"""Points between the running head and the name of the edition."""

LEFT_SHIFT = (OUTER - INNER) * 72 / 25.4
"""Points by which a left-hand page lies to the right of the right-hand one that was laid out."""


def is_left(number: int) -> bool:
    """Whether a page with this number is a left-hand one."""
    return number % 2 == 0


def shift_of(number: int) -> float:
    """Return by how much a page is moved to the right, in points."""
    return LEFT_SHIFT if is_left(number) else 0.0


def page_stamps(
    part: BodyPart, pdf: Pdf, first: int, labels: Mapping[str, str], groups: Sequence[Group], setting: Setting
) -> list[tuple[Stamp, ...]]:
    """Return the stamps of each page of a part whose first page has the number ``first``.

    ``labels`` is what the page of each id is called.
    """
    found: list[list[Stamp]] = [[] for _ in range(pdf.pages)]
    for slot in pdf.slots:
        number = slot.page + first - 1
        if slot.name == HEAD:
            found[slot.page - 1] += head_stamps(slot, number, part.running, setting, opens=slot.page == 1)
        elif slot.name == FOOT:
            found[slot.page - 1].append(foot_stamp(slot, page_label(number, groups).text, is_left(number)))
        else:
            text = ROOM.sub(labels[slot.name], slot.text)
            found[slot.page - 1].append(Stamp(slot, text, Align.LEFT if slot.begins else Align.RIGHT))
    return [tuple(stamps) for stamps in found]


def head_stamps(slot: Slot, number: int, running: str, setting: Setting, *, opens: bool) -> Iterator[Stamp]:
    """Yield the running head at the outer edge and the name of the edition at the inner one.

    A right-hand page that ``opens`` a part has its title below, and not in the head.
    """
    module, chapter = (" ".join(words.split()) for words in slot.text.split("\x1f"))
    outer, inner = (Align.LEFT, Align.RIGHT) if is_left(number) else (Align.RIGHT, Align.LEFT)
    edition = setting.word(setting.edition.name) if setting.instructor else ""
    room = slot.width
    if edition:
        name = Stamp(slot, edition, inner)
        room -= name.width + GAP
        yield name
    right = "" if opens else chapter
    words = shorten((module or running) if is_left(number) else right, slot.face, slot.size, room)
    if words:
        yield Stamp(slot, words, outer)


def foot_stamp(slot: Slot, label: str, left: bool) -> Stamp:
    """Return the number of a page, at its outer edge."""
    return Stamp(slot, label, Align.LEFT if left else Align.RIGHT)


def blank_stamps(slots: Sequence[Slot], setting: Setting) -> tuple[Stamp, ...]:
    """Return what a blank page says; ``slots`` are those of any page of the body."""
    head = next(slot for slot in slots if slot.name == HEAD)
    foot = next(slot for slot in slots if slot.name == FOOT)
    plain = replace(foot, face=head.face)
    stamps = [Stamp(plain, setting.word("blank"), Align.CENTER)]
    if setting.instructor:
        stamps.append(Stamp(head, setting.word(setting.edition.name), Align.CENTER))
    return tuple(stamps)
