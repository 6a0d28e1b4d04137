"""Contrast as WCAG defines it, and the texts of a drawing on their ground."""

from __future__ import annotations

import pytest

from builders.checks.contrast import contrast, faint_texts


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
        ("#ff0000", "#ffffff", 4.0),
    ],
)
def test_known_ratios(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)
    assert contrast(other, one) == contrast(one, other)


def faint(inside: str) -> list[tuple[str, str, str]]:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg">{inside}</svg>'
    return [(text.text, text.colour, text.ground) for text in faint_texts(svg)]


CASES = [
    ('<text x="9" y="9">a</text>', []),
    ('<text x="9" y="9" fill="#999">a</text>', [("a", "#999999", "#ffffff")]),
    ('<text x="9" y="9" style="fill: grey">a</text>', [("a", "#808080", "#ffffff")]),
    ('<g fill="#888"><text x="9" y="9" font-size="24">a</text></g>', []),
    ('<g fill="#888"><text x="9" y="9" font-size="20" font-weight="700">a</text></g>', []),
    ('<g fill="#888"><text x="9" y="9" font-size="20">a</text></g>', [("a", "#888888", "#ffffff")]),
    ('<rect width="50" height="50" fill="#222"/><text x="9" y="9" fill="white">a</text>', []),
    ('<rect width="50" height="50" fill="#222"/><text x="9" y="9">a</text>', [("a", "#000000", "#222222")]),
    ('<rect width="50" height="50" fill="#222"/><text x="90" y="9">a</text>', []),
    ('<circle cx="9" cy="9" r="9" fill="navy"/><text x="9" y="12">a</text>', [("a", "#000000", "#000080")]),
    (
        '<g transform="translate(40, 40)"><rect width="9" height="9"/><text x="4" y="8">a</text></g>',
        [("a", "#000000", "#000000")],
    ),
    ('<path d="M0 0 L50 0 L50 50" fill="black"/><text x="9" y="9" fill="white">a</text>', []),
    ('<path d="m0 0 h5" fill="black"/><text x="90" y="9" fill="white">a</text>', []),
    ('<text class="x" x="9" y="9" fill="#999">a</text>', []),
    ('<text x="9" y="9" fill="url(#g)">a</text>', []),
]


@pytest.mark.parametrize(("inside", "expected"), CASES)
def test_drawing(inside: str, expected: list[tuple[str, str, str]]) -> None:
    assert faint(inside) == expected


def test_what_is_no_drawing_is_left_to_others() -> None:
    assert list(faint_texts("<svg")) == []
