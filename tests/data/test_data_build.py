"""Building and caching databases, with generators of a few lines."""

import sqlite3
from pathlib import Path

import pytest

from builders.data import DatasetError, build_database, dump_hash

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
    with pytest.raises(DatasetError, match="unrecognized arguments: --seed"):
        build_database(generator, "blue", "small", tmp_path / "cache", seed="blue:hush")
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
