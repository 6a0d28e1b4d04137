"""The edition to read and answer on a screen: one HTML file without scripts, and a PDF whose fields can be filled in.

Both come from the same template. In HTML formulas are MathML; in print they are drawings with their LaTeX as text.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape

from builders.course import Form
from builders.exams.editions import Setting
from builders.exams.paper import (
    Paper,
    Question,
    edition_name,
    paper_problems,
    reference_html,
    scoring_rules,
    section_head,
    written_instructions,
)
from builders.exams.printing import Printing, read_style
from builders.markup import View
from builders.markup.maths import mathml

PICTURES = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpeg"}
"""How pictures begin; all others are drawings."""


@dataclass(frozen=True)
class ScreenEmbed:
    """Formulas as MathML, pictures in the page itself."""

    def picture(self, name: str, data: bytes, alt: str) -> str:
        """Return a picture as a data address; its words are its text."""
        kind = next((kind for start, kind in PICTURES.items() if data.startswith(start)), "svg+xml")
        return f'<img src="data:image/{kind};base64,{base64.b64encode(data).decode()}" alt="{escape(alt)}">'

    def formula(self, latex: str, display: bool) -> str:
        """Return a formula that a browser draws and a screen reader reads."""
        tree = mathml(latex, display)
        return f'<p class="formula-block">{tree}</p>\n' if display else tree


@dataclass(frozen=True)
class ScreenPaper:
    """The edition for screens: its HTML file, and the same as a PDF."""

    html: str
    pdf: Paper


def make_screen_paper(form: Form, printing: Printing, setting: Setting) -> ScreenPaper:
    """Return a form to read and answer on a screen."""
    html = screen_html(form, replace(printing, embed=ScreenEmbed()), setting, printed=False)
    source = screen_html(form, printing, setting, printed=True)
    title = f"{form.title} – {printing.word('form', letter=form.letter)} – {edition_name(printing, setting)}"
    document = printing.document(source, title, form.course, *setting.styles, fillable=True)
    paper = Paper(form, setting, source, printing.press.render(document))
    return ScreenPaper(html, replace(paper, problems=tuple(paper_problems(paper, printing))))


def screen_html(form: Form, printing: Printing, setting: Setting, *, printed: bool) -> str:
    """Return the page; ``printed`` is what the PDF is made from."""
    return printing.fill(
        "screen.html",
        form=form,
        setting=setting,
        printed=printed,
        edition=edition_name(printing, setting),
        style=read_style("screen.css"),
        questions=list(_questions(form, printing, setting)),
        rules=scoring_rules(form),
        instructions=written_instructions(form, printing),
        reference=reference_html(form, printing),
    )


def _questions(form: Form, printing: Printing, setting: Setting) -> Iterator[Question]:
    heads = {section.questions[0]: section for section in form.sections}
    for entry in form.entries:
        html = printing.item(
            entry, View.SCREEN, heading=3 if form.sections else 2, minutes=setting.minutes(entry.minutes)
        )
        section = heads.get(entry.number)
        head = section_head(form, section, printing, setting) if section else None
        yield Question(entry, html, False, head)
