"""Building and caching databases, with generators of a few lines."""

import contextlib
import os
import sqlite3
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from builders.data import DatasetError, build_database, dump_hash
from builders.data.dataset import ASIDE, end_generators

GOOD = """
import argparse, sqlite3, sys
parser = argparse.ArgumentParser()
for name in ("--variant", "--scale", "--out"):
    parser.add_argument(name)
words = parser.parse_args()
connection = sqlite3.connect(words.out)
connection.execute("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)")
connection.execute("INSERT INTO t VALUES (1, ?)", (words.variant + words.scale,))
connection.commit()
"""

LEFT_OPEN = """
connection.execute("PRAGMA journal_mode = WAL")
connection.execute("INSERT INTO t VALUES (2, 'x')")
connection.commit()
import os
os._exit(0)
"""
DAMAGED = """
connection.close()
with open(words.out, "r+b") as file:
    file.seek(4096)
    file.write(b"z" * 4096)
"""
CHILD = """
import os, sys, time
if os.fork() == 0:
    time.sleep(600)
"""

FAILING = {
    "exit status": ("import sys; sys.exit('no such variant: blue')", "exit status 1", "no such variant: blue"),
    "exception": ("raise ValueError('seven')", "exit status 1", "ValueError: seven"),
    "no file": ("", "no file was written", ""),
    "no database": (
        "import sys, pathlib; pathlib.Path(sys.argv[-1]).write_text('x' * 9999)",
        "is not a SQLite database",
        "",
    ),
    "empty file": ("import sys, pathlib; pathlib.Path(sys.argv[-1]).touch()", "has no tables", ""),
    "too slow": ("while True: pass", "took longer than 0.5 s", ""),
    "folder": ("import os, sys; os.mkdir(sys.argv[-1])", "no file was written", ""),
    "link": (f"import os, sys; os.symlink({__file__!r}, sys.argv[-1])", "no file was written", ""),
    "open to the end": (GOOD + LEFT_OPEN, "not closed", ""),
    "damaged": (GOOD + DAMAGED, "is damaged", ""),
    "colours": (
        "import sys; sys.stderr.buffer.write(b'\\xff no'); sys.exit(3)",
        "exit status 3",
        "\N{REPLACEMENT CHARACTER} no",
    ),
}


@pytest.fixture
def generator(tmp_path: Path) -> Path:
    folder = tmp_path / "with a space"
    folder.mkdir()
    path = folder / "make.py"
    path.write_text(GOOD)
    return path


def test_the_generator_is_told_variant_and_scale(generator: Path, tmp_path: Path) -> None:
    database = build_database(generator, "blue", "small", tmp_path / "cache")
    assert sqlite3.connect(database).execute("SELECT b FROM t").fetchall() == [("bluesmall",)]


def test_a_second_build_uses_the_cache(generator: Path, tmp_path: Path) -> None:
    first = build_database(generator, "blue", "small", tmp_path / "cache")
    before = first.stat()
    second = build_database(generator, "blue", "small", tmp_path / "cache")
    assert second == first
    assert (second.stat().st_mtime_ns, second.stat().st_ino) == (before.st_mtime_ns, before.st_ino)


@pytest.mark.parametrize("name", ["make.py", "sibling.py", "schema.sql", "registers/quotes.csv"])
def test_a_changed_source_is_built_again(generator: Path, tmp_path: Path, name: str) -> None:
    first = build_database(generator, "blue", "small", tmp_path / "cache")
    path = generator.parent / name
    path.parent.mkdir(exist_ok=True)
    path.write_text((path.read_text() if path.exists() else "") + "\n")
    assert build_database(generator, "blue", "small", tmp_path / "cache") != first


@pytest.mark.parametrize("name", [".swp", "__pycache__/make.cpython-311.pyc", "old.pyc", ".git/HEAD", "manifest.json"])
def test_a_file_that_is_no_source_changes_nothing(generator: Path, tmp_path: Path, name: str) -> None:
    first = build_database(generator, "blue", "small", tmp_path / "cache")
    path = generator.parent / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("x")
    assert build_database(generator, "blue", "small", tmp_path / "cache") == first


def test_a_seed_is_told_and_makes_another_database(generator: Path, tmp_path: Path) -> None:
    plain = build_database(generator, "blue", "small", tmp_path / "cache")
    with pytest.raises(DatasetError, match="unrecognized arguments: --seed") as caught:
        build_database(generator, "blue", "small", tmp_path / "cache", seed="blue:hush")
    assert "hush" not in str(caught.value)
    generator.write_text(GOOD.replace('"--out")', '"--out", "--seed")').replace("words.scale", "str(words.seed)"))
    built = [build_database(generator, "blue", "small", tmp_path / f"cache {n}", seed=n) for n in ("blue:hush", "x")]
    assert [sqlite3.connect(path).execute("SELECT b FROM t").fetchone()[0] for path in built] == [
        "blueblue:hush",
        "bluex",
    ]
    assert len({path.name for path in (plain, *built)}) == 3
    assert not any("hush" in path.name for path in built)


def test_outdated_files_of_the_same_variant_and_scale_go(generator: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    old = build_database(generator, "blue", "small", cache)
    noted = old.with_suffix(".facts.json")
    noted.touch()
    kept = [build_database(generator, *names, cache) for names in (("blue", "large"), ("blue-2", "small"))]
    generator.write_text(GOOD + "\n")
    new = build_database(generator, "blue", "small", cache)
    assert sorted(cache.iterdir()) == sorted([new, *kept])


def test_nothing_is_left_in_the_source_folder_or_the_cache(generator: Path, tmp_path: Path) -> None:
    database = build_database(generator, "blue", "small", tmp_path / "cache")
    assert [path.name for path in generator.parent.iterdir()] == ["make.py"]
    assert list((tmp_path / "cache").iterdir()) == [database]


@pytest.mark.parametrize("rest", [GOOD, "time.sleep(600)"], ids=["that works", "that hangs"])
def test_no_child_of_a_generator_outlives_it(generator: Path, tmp_path: Path, rest: str) -> None:
    generator.write_text(CHILD + rest)
    begin = time.monotonic()
    with contextlib.suppress(DatasetError):
        build_database(generator, "blue", "small", tmp_path / "cache", seconds=2)
    assert time.monotonic() - begin < 20
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert str(generator) not in listed


def test_an_interrupt_ends_generators_in_other_threads(generator: Path, tmp_path: Path) -> None:
    generator.write_text("import time; time.sleep(600)")
    failed: list[DatasetError] = []

    def build() -> None:
        try:
            build_database(generator, "blue", "small", tmp_path / "cache")
        except DatasetError as error:
            failed.append(error)

    thread = threading.Thread(target=build)
    thread.start()
    while thread.is_alive():
        end_generators()
        thread.join(0.1)
    assert "exit status -9" in str(failed[0])
    assert list((tmp_path / "cache").iterdir()) == []


def test_several_builds_at_once_agree(generator: Path, tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        built = set(pool.map(lambda _: build_database(generator, "blue", "small", tmp_path / "cache"), range(4)))
    assert list((tmp_path / "cache").iterdir()) == [*built]


def test_what_a_killed_build_left_is_removed_in_time(generator: Path, tmp_path: Path) -> None:
    old, new = tmp_path / f"{ASIDE}old", tmp_path / f"{ASIDE}new"
    for folder in (old, new):
        folder.mkdir()
        (folder / "database.sqlite").touch()
    os.utime(old, (0, 0))
    build_database(generator, "blue", "small", tmp_path)
    assert not old.exists()
    assert new.exists()


@pytest.mark.parametrize(("script", "reason", "tail"), FAILING.values(), ids=FAILING)
def test_a_failing_generator_is_reported(generator: Path, tmp_path: Path, script: str, reason: str, tail: str) -> None:
    generator.write_text(script)
    with pytest.raises(DatasetError) as caught:
        build_database(generator, "blue", "small", tmp_path / "cache", seconds=0.5 if "longer" in reason else 30)
    assert reason in str(caught.value)
    assert tail in str(caught.value)
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_missing_generator_is_reported(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="no such generator"):
        build_database(tmp_path / "nope.py", "blue", "small", tmp_path)


@pytest.mark.parametrize("variant", ["../blue", "", "a b", "-x"])
def test_a_name_cannot_leave_the_cache(generator: Path, tmp_path: Path, variant: str) -> None:
    with pytest.raises(DatasetError, match="no name of a variant"):
        build_database(generator, variant, "small", tmp_path / "cache")


def test_the_dump_hash_sees_rows_and_not_their_order_in_the_file(tmp_path: Path) -> None:
    def database(name: str, *rows: tuple[object, ...]) -> dict[str, str]:
        connection = sqlite3.connect(tmp_path / name)
        connection.execute('CREATE TABLE "a ""table""" (x, y)')
        connection.executemany('INSERT INTO "a ""table""" VALUES (?, ?)', rows)
        connection.commit()
        connection.close()
        return dump_hash(tmp_path / name)

    one, other = (1, "é"), (2, None)
    assert database("a", one, other) == database("b", other, one)
    assert database("c", one, (2, b"\x00")) != database("d", one, (2, "00x"))
    assert database("e", one, (2, 1.5)) != database("f", one, (2, "1.5"))
