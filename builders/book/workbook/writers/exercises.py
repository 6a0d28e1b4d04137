"""Exercises: prompt, room to write, and where hint and answer are."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from docutils import nodes

from builders.book import nodes as course
from builders.book.workbook.addresses import join_id
from builders.book.workbook.page import Page, Write
from builders.book.workbook.records import BackAnswer, Extract, FilledTable, Hint, Solution, Space
from builders.book.workbook.spaces import cell_height, cell_html, slot, space_height, space_html
from builders.book.workbook.writers.boxes import bloom_text, count_text, title_of
from builders.book.workbook.writers.figures import holders
from builders.book.workbook.writers.tables import blank_table, body_rows, is_blank, table_words
from builders.course.lessons import Audience


def write_exercise(page: Page, node: course.exercise_box) -> str:
    """Write an exercise; its hints and answers go elsewhere, and are named with their pages."""
    name = page.id_of(node)
    label, title = page.book.words("book.exercise", number=node["number"]), title_of(page, node)
    note_answers(page, node, name, title)
    with page.deeper() as level:
        head = f'<h{level} class="box-label" id="{name}">{head_html(label, title)}</h{level}>\n'
        body = page.inside(node)
    if node["space"] == "table":
        note_table(page, node, name)
        head = slot(node["part"], 0) + head
    html = f'<div class="box exercise">{head}{facts(page, node, name)}{body}</div>\n'
    page.found.extracts.append(Extract(name, head_html(label, title), html, node["part"] or ""))
    return html


def head_html(label: str, title: str) -> str:
    """Return the name of an exercise and its title."""
    return f'<span class="label-name">{escape(label)}</span> {title}'


def facts(page: Page, node: course.exercise_box, name: str) -> str:
    """Return the line below the heading: points, minutes, objective, facets, hint, answer."""
    found = [count_text(page.book, word, node[word]) for word in ("points", "minutes") if node.get(word)]
    if node["objective"] and node["bloom"]:
        found.append(f"{node['objective']} {bloom_text(page.book, node['bloom'])}")
    found += [", ".join(node["facets"])] if node["facets"] else []
    shown = [escape(text) for text in found]
    if has(node, course.hint_box):
        shown.append(page.link(hint_id(name), page.word("book.hint")))
    if any(answer["audience"] == Audience.LEARNER for answer in node.findall(course.answer_box)):
        shown.append(page.link(answer_id(name), page.word("workbook.answer")))
    return f'<p class="meta">{" · ".join(shown)}</p>\n'


def has(node: nodes.Element, kind: type[nodes.Element]) -> bool:
    """Whether a node holds a part of this kind."""
    return next(iter(node.findall(kind)), None) is not None


def hint_id(exercise: str) -> str:
    """Return the id of an exercise's hint."""
    return join_id(exercise, "hint")


def answer_id(exercise: str) -> str:
    """Return the id of an answer at the back."""
    return join_id(exercise, "answer")


def note_hint(page: Page, node: course.hint_box) -> str:
    """Keep a hint for the end of the lesson."""
    box = exercise_of(node)
    if box is None:
        return page.inside(node)
    exercise = page.name(box["ids"][0])
    known = any(hint.exercise == exercise for hint in page.found.hints)
    html = page.inside(node)
    name = join_id(hint_id(exercise), str(len(page.found.hints))) if known else hint_id(exercise)
    page.found.hints.append(Hint(name, exercise, node.get("number", ""), html))
    return ""


def exercise_of(node: nodes.Element) -> course.exercise_box | None:
    """Return the exercise a part belongs to."""
    return next((holder for holder in holders(node) if isinstance(holder, course.exercise_box)), None)


def note_answers(page: Page, node: course.exercise_box, name: str, title: str) -> None:
    """Keep the answers: a learner's for the back of the book, any for the instructor to see in place."""
    answers = list(node.findall(course.answer_box))
    for_learner = [answer for answer in answers if answer["audience"] == Audience.LEARNER]
    if for_learner:
        with page.apart():
            html = "".join(page.inside(answer) for answer in for_learner)
        label = page.book.words("book.exercise", number=node["number"])
        page.found.answers.append(BackAnswer(answer_id(name), name, label, title, html))
    if answers and node["part"]:
        with page.apart():
            page.found.solutions[node["part"]] = solve(page, answers)


def solve(page: Page, answers: Sequence[course.answer_box]) -> Solution:
    """Return the answers of an exercise as one."""
    html = "".join(page.inside(answer) for answer in answers)
    blocks = [child for answer in answers for child in answer.children]
    tables = tuple(filled_table(page, table) for table in blocks if isinstance(table, nodes.table))
    at_back = all(answer["audience"] == Audience.LEARNER for answer in answers)
    return Solution(html, at_back, tables, len(blocks) == 1 and len(tables) == 1)


def filled_table(page: Page, table: nodes.table) -> FilledTable:
    """Return a table of an answer, cell by cell."""
    head, rows = table_words(table)
    cells = tuple(tuple(page.inside(entry) for entry in row.children) for row in body_rows(table))
    return FilledTable(head, rows, cells)


def write_answer(page: Page, node: course.answer_box) -> str:
    """Leave an answer out of the flow; the exercise has kept it."""
    return ""


def write_space(page: Page, node: course.writing_space) -> str:
    """Write room to write, below the prompt."""
    box = exercise_of(node)
    name = join_id(page.prefix, f"space-{node['number']}")
    page.found.places[name] = page.place(node)
    part = node["part"] or node["number"]
    if box is not None:
        exercise = page.name(box["ids"][0])
        height = space_height(node["kind"], node["amount"])
        answer = answer_id(exercise) if is_for_learner(box) else ""
        label = page.book.words("book.exercise", number=node["number"])
        title = head_html(label, title_of(page, box))
        page.found.spaces.append(Space(part, name, node["kind"], exercise, title, height, answer))
    return space_html(name, node["kind"], node["amount"], part)


def is_for_learner(box: course.exercise_box) -> bool:
    """Whether an exercise has an answer at the back of the book."""
    return any(answer["audience"] == Audience.LEARNER for answer in box.findall(course.answer_box))


def note_table(page: Page, node: course.exercise_box, name: str) -> None:
    """Note the table to fill in, so that the instructor edition can fill it."""
    table = next((table for table in node.findall(nodes.table) if is_blank(table)), None)
    if table is not None:
        answer = answer_id(name) if is_for_learner(node) else ""
        title = head_html(page.book.words("book.exercise", number=node["number"]), title_of(page, node))
        page.found.spaces.append(Space(node["part"], name, "table", name, title, 0, answer, blank_table(table)))


def write_cell(page: Page, node: course.writing_cell) -> str:
    """Write the room in an empty cell: high where the cell is wide, low where a word is asked."""
    table = next(holder for holder in holders(node) if isinstance(holder, nodes.table))
    return cell_html(str(node["part"]), node["index"], cell_height(blank_table(table)))


WRITERS: dict[type[nodes.Node], Write] = {
    course.exercise_box: write_exercise,
    course.hint_box: note_hint,
    course.answer_box: write_answer,
    course.writing_space: write_space,
    course.writing_cell: write_cell,
}
