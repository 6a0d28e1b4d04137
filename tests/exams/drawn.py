"""Looks at printed pages as pictures: what lies where, and in which colours. Poppler draws them."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

RESOLUTION = 150
DARK = 128


@dataclass(frozen=True)
class Picture:
    """A page as grey values, a row for each line of pixels; lengths are millimetres."""

    grey: np.ndarray

    def dark(self, x: float, y: float, width: float, height: float, below: int = DARK) -> float:
        """Return which share of a rectangle is darker than a grey."""
        scale = RESOLUTION / 25.4
        left, top = round(x * scale), round(y * scale)
        piece = self.grey[top : round((y + height) * scale) + 1, left : round((x + width) * scale) + 1]
        return float((piece < below).mean())

    def has_frame(self, x: float, y: float, width: float, height: float) -> bool:
        """Whether something is drawn around a rectangle and hardly anything in its middle or outside its edge."""
        edge = self.dark(x - 0.3, y - 0.3, width + 0.6, height + 0.6)
        middle = self.dark(x + width * 0.3, y + height * 0.3, width * 0.4, height * 0.4)
        return edge > 0.05 and middle < 0.45

    def circle(self, x: float, y: float, width: float) -> float:
        """Return which share of the circle in a square is drawn."""
        scale = RESOLUTION / 25.4
        angles = np.linspace(0, 2 * np.pi, 72, endpoint=False)
        radius = width / 2
        hits = 0
        for angle in angles:
            spots = [
                (x + radius + (radius - inward) * np.cos(angle), y + radius + (radius - inward) * np.sin(angle))
                for inward in (-0.1, 0.0, 0.1, 0.2, 0.3)
            ]
            hits += any(self.grey[round(v * scale), round(u * scale)] < 200 for u, v in spots)
        return hits / len(angles)


def draw(path: Path, folder: Path) -> list[Picture]:
    """Return the pages of a PDF as pictures."""
    subprocess.run(["pdftoppm", "-r", str(RESOLUTION), "-png", path, folder / path.stem], check=True)
    return [Picture(np.asarray(Image.open(file).convert("L"))) for file in sorted(folder.glob(f"{path.stem}-*.png"))]


def most_colourful(path: Path, folder: Path) -> int:
    """Return by how much red, green and blue differ in the most colourful pixel of a PDF."""
    subprocess.run(["pdftoppm", "-r", "60", "-png", path, folder / f"colour-{path.stem}"], check=True)
    files = sorted(folder.glob(f"colour-{path.stem}-*.png"))
    pages = [np.asarray(Image.open(file).convert("RGB")).astype(int) for file in files]
    return max(int((page.max(axis=2) - page.min(axis=2)).max()) for page in pages)
