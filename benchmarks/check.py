"""How long ``coursepack check`` takes on a bank of 1,000 items, beside PyYAML alone reading the same files.

python benchmarks/check.py [ITEMS]
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

ROOT = Path(__file__).parent.parent
TINY = ROOT / "tests" / "courses" / "tiny"
RUNS = 5


def enlarge(course: Path, count: int) -> Path:
    """Write a bank of ``count`` practice items, the small course's own and copies with other ids."""
    path = course / "assessments" / "items" / "01-rad-pflegen.yaml"
    items = yaml.safe_load(path.read_text(encoding="utf-8"))["items"]
    copies = [{**items[number % len(items)], "id": f"item-{number}"} for number in range(len(items), count)]
    path.write_text(yaml.safe_dump({"items": items + copies}, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def median_seconds(command: list[str]) -> float:
    """Return the median wall time of a command over `RUNS` runs, in seconds."""
    times = []
    for _ in range(RUNS):
        begin = time.perf_counter()
        subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def main(count: int) -> None:
    """Print both medians and their ratio."""
    with tempfile.TemporaryDirectory() as folder:
        course = Path(folder) / "course"
        shutil.copytree(TINY, course)
        bank = enlarge(course, count)
        script = f"import yaml; yaml.load(open({str(bank)!r}, encoding='utf-8'), yaml.CSafeLoader)"
        plain = median_seconds([sys.executable, "-c", script])
        whole = median_seconds([sys.executable, "-m", "builders.cli", "check", "--course", str(course)])
    print(f"{count} items, {bank.name}: check {whole:.2f} s, PyYAML alone {plain:.2f} s, ratio {whole / plain:.1f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
