"""How long ``coursepack check`` takes on a bank of 1,000 items, beside PyYAML alone reading the same files; and how
long the search for copies and cues takes, beside comparing every pair of items.

python benchmarks/check.py [ITEMS]
"""

from __future__ import annotations

import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import yaml

from builders.checks.leaks import ALIKE, find_cues, items_differ, not_copied, practice_gives_nothing_away
from builders.checks.prose import CODE_WORD, plain, prose, question_text, sentences, tokens, words
from builders.checks.similarity import jaccard, shingles
from builders.course import Course, Item, Pool, read_course

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


def measure_check(count: int) -> None:
    """Print the medians of the whole check and of reading the YAML, and their ratio."""
    with tempfile.TemporaryDirectory() as folder:
        course = Path(folder) / "course"
        shutil.copytree(TINY, course)
        bank = enlarge(course, count)
        script = f"import yaml; yaml.load(open({str(bank)!r}, encoding='utf-8'), yaml.CSafeLoader)"
        plain_time = median_seconds([sys.executable, "-c", script])
        whole = median_seconds([sys.executable, "-m", "builders.cli", "check", "--course", str(course)])
    ratio = whole / plain_time
    print(f"{count} items, {bank.name}: check {whole:.2f} s, PyYAML alone {plain_time:.2f} s, ratio {ratio:.1f}")


def mixed_course(count: int, seed: int = 1) -> Course:
    """Return the course that ships with a bank of new questions, half of them secure.

    The words are those of its lessons, in runs of one to eight, so that questions share phrases as real ones do. Of
    fifty questions one is nearly the same as another, one gives away a practice question, one repeats a lesson, and
    one says the key of another.
    """
    course = read_course(ROOT, secrets=True).course
    assert course is not None
    rng = random.Random(seed)
    source = [word for lesson in course.lessons for word in tokens(prose(lesson.text)) if word != CODE_WORD]
    model = next(item for item in course.items if item.kind == "choice" and item.pool is Pool.SECURE)
    items: list[Item] = []
    for number in range(count):
        stem = [word for _ in range(14) for word in _run(source, rng)]
        options = [" ".join([*_run(source, rng, 6), f"{number}-{place}"]) for place in range(3)]
        if number % 50 in (47, 49):
            twin: Any = items[number - (25 if number % 50 == 47 else 24)]
            stem, options = [*twin.stem.split()[:-1], "another"], [option.text for option in twin.options]
        elif number % 50 == 45:
            stem[5:5] = source[number : number + 14]
        elif number % 50 == 43:
            told: Any = items[number - 20]
            stem += next(option.text for option in told.options if option.key).split()
        items.append(_item(model, number, " ".join(stem), options))
    return Course(**{**_fields(course), "items": tuple(items)})


def _run(source: list[str], rng: random.Random, least: int = 1) -> list[str]:
    start = rng.randrange(len(source) - 8)
    return source[start : start + rng.randint(least, 8)]


def _item(model: Item, number: int, stem: str, texts: list[str]) -> Item:
    body: Any = model
    options = tuple(option.model_copy(update={"text": text}) for option, text in zip(body.options, texts, strict=False))
    changed = {"id": f"bank-{number}", "stem": stem, "options": options, "enemies": (), "family": None, "waivers": ()}
    return model.model_copy(update=changed).in_pool((Pool.PRACTICE, Pool.SECURE)[number % 2])


def _fields(course: Course) -> dict[str, Any]:
    return {name: getattr(course, name) for name in course.__dataclass_fields__}


def measure_search(count: int) -> None:
    """Print the CPU seconds of the four rules about copies and cues, and of comparing all pairs for one of them."""
    course = mixed_course(count)
    found: dict[str, int] = {}
    total = 0.0
    searches: dict[str, Callable[[], int]] = {
        "copied from lessons (MC24)": lambda: len(list(not_copied(course))),
        "given away by practice (MC25)": lambda: len(list(practice_gives_nothing_away(course))),
        "nearly the same (MC26)": lambda: len(list(items_differ(course))),
        "answered by another (MC27)": lambda: len(find_cues(course.items, course.about.language)),
    }
    for name, search in searches.items():
        forget()
        begin = time.process_time()
        found[name] = search()
        taken = time.process_time() - begin
        total += taken
        print(f"  {name}: {found[name]} found, {taken:.2f} s")
    forget()
    begin = time.process_time()
    same = compare_pairs(course)
    pairwise = time.process_time() - begin
    print(f"{count} items: copies and cues {total:.2f} s CPU; MC26 alone by comparing all pairs {pairwise:.2f} s")
    assert same == found["nearly the same (MC26)"], "the index must find what comparing all pairs finds"
    assert all(number >= 0.8 * count // 50 for number in found.values()), "what was hidden must be found"


def forget() -> None:
    """Empty the memory of texts, so that each search pays for reading them."""
    for function in (plain, prose, words, tokens, sentences):
        function.cache_clear()


def compare_pairs(course: Course) -> int:
    """Return how many items are nearly the same as an earlier one of their pool, by looking at every pair."""
    twins: set[str] = set()
    for pool in Pool:
        texts = {item.id: shingles(tokens(question_text(item))) for item in course.pool(pool)}
        for (one, own), (other, its) in combinations(texts.items(), 2):
            if jaccard(own, its) > ALIKE:
                twins.add(max(one, other))
    return len(twins)


def main(count: int) -> None:
    """Measure the search for a bank and for one four times as large, and the whole check."""
    measure_search(count)
    measure_search(4 * count)
    measure_check(count)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
