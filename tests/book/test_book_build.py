"""Building: complete or not at all, the same bytes each time, and nothing where nothing changed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from builders.book import build, build_html, fonts
from builders.book.freshness import tree_digest
from builders.book.warnings import parse_warning
from tests.book.conftest import PONDS, built, copy_course, lines

LESSON = "source/01-ponds/01-how-many.md"
LOST = (
    "document isn't included in any toctree; name the page in a toctree, or put 'orphan: true' into its front matter "
    "[toc.not_included]"
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return copy_course(PONDS, tmp_path / "ponds")


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_same_course_elsewhere_and_another_day_gives_the_same_bytes(
    site: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    script = (
        "import sys, pathlib; from builders.book import build_html; "
        "sys.exit(len(build_html(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[1], 'build'))))"
    )
    done = subprocess.run([sys.executable, "-c", script, str(root)], check=False, cwd=Path(__file__).parents[2])
    assert done.returncode == 0
    assert tree_digest(root / "build/student/html") == tree_digest(site)


def test_page_read_again_gives_the_bytes_of_a_fresh_build(root: Path, tmp_path: Path) -> None:
    built(root, root / "build")
    edit(root / LESSON, "A first paragraph", "Another paragraph")
    edit(root / LESSON, "# How many ducks are there?", "# How many, really?")
    edit(root / "source/glossary.yaml", "counted 4 birds", "counted 5 birds")
    again = built(root, root / "build")
    fresh = built(copy_course(root, tmp_path / "copy"), tmp_path / "out")
    assert tree_digest(again) == tree_digest(fresh)


def test_nothing_changed_means_nothing_is_done(root: Path) -> None:
    site = built(root, root / "build")
    before = {path: path.stat().st_mtime_ns for path in site.rglob("*")}
    built(root, root / "build")
    assert {path: path.stat().st_mtime_ns for path in site.rglob("*")} == before
    (site / "index.html").write_text("spoilt", encoding="utf-8")
    built(root, root / "build")
    assert "spoilt" not in (site / "index.html").read_text(encoding="utf-8")


def test_unchanged_site_does_not_import_sphinx(root: Path) -> None:
    built(root, root / "build")
    script = (
        "import sys, pathlib; from builders.book import build_html; "
        "build_html(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[1], 'build')); sys.exit('sphinx' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script, str(root)], check=False, cwd=Path(__file__).parents[2])
    assert done.returncode == 0


def test_problem_leaves_the_old_site_and_is_reported_again(root: Path) -> None:
    site = built(root, root / "build")
    before = tree_digest(site)
    edit(root / LESSON, "K1-north K1-names", "K1-nort K1-names")
    text = (root / LESSON).read_text(encoding="utf-8")
    line = text[: text.index("K1-nort ")].count("\n") + 1
    expected = [f"{LESSON}:{line}: no practice item 'K1-nort'; did you mean 'K1-north'? [practice]"]
    for _ in range(2):
        assert lines(build_html(root, root / "build")) == expected
    assert tree_digest(site) == before
    assert [path.name for path in site.parent.iterdir()] == ["html"]


def test_interrupted_build_leaves_the_old_site_and_forgets_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(folder: Path) -> None:
        raise KeyboardInterrupt

    site = built(root, root / "build")
    before = tree_digest(site)
    edit(root / LESSON, "{fact}`birds.count`", "{fact}`birds.cout`")
    with monkeypatch.context() as patch:
        patch.setattr(build, "_refuse", interrupt)
        with pytest.raises(KeyboardInterrupt):
            build_html(root, root / "build")
    assert tree_digest(site) == before
    assert [path.name for path in site.parent.iterdir()] == ["html"]
    assert [problem.rule for problem in build_html(root, root / "build")] == ["fact"]


def test_missing_fonts_are_a_problem(root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(fonts, "NODE_MODULES", tmp_path / "nowhere")
    (problem,) = build_html(root, root / "build")
    assert problem.message.startswith("the fonts IBMPlexSans-Regular, ")
    assert problem.message.endswith(" are not installed; run: make setup")


def test_shape_problem_is_returned_as_the_loader_says_it(root: Path) -> None:
    edit(root / "objectives.yaml", "bloom: apply", "bloom: aply")
    (problem,) = build_html(root, root / "build")
    assert str(problem).startswith("objectives.yaml:21: 'aply' is not a value of 'bloom'; did you mean 'apply'?")
    assert not (root / "build").exists()


def test_page_outside_the_contents_is_reported(root: Path) -> None:
    (root / "source" / "lost.md").write_text("# Lost\n", encoding="utf-8")
    assert lines(build_html(root, root / "build")) == [f"source/lost.md:1: {LOST}"]


def test_unsafe_drawing_is_reported(root: Path) -> None:
    edit(root / "source/01-ponds/images/pond.svg", "<text", "<script>1</script><text")
    (problem,) = build_html(root, root / "build")
    assert problem.place.path == LESSON
    assert "it holds <script>; it could do harm, remove it" in problem.message


def test_mistake_in_an_item_is_reported_in_its_file(root: Path) -> None:
    path = "assessments/items/01-ponds.yaml"
    edit(root / path, "{term}`census`", "{term}`cencus`")
    (problem,) = build_html(root, root / "build")
    assert problem.place.path == path
    assert "cencus" in problem.message


def test_computed_value_in_a_practice_item_is_shown(root: Path) -> None:
    sql = "SELECT round(1.0 * {{ given.sum }} / 2, 2)"
    path = "assessments/items/01-ponds.yaml"
    edit(root / path, "value: 1.08", f'compute: {{sql: "{sql}"}}\n    given: {{sum: {{choose: [4.5, 4.5001]}}}}')
    edit(root / path, "What does the mean bird weigh", "Two weigh {{ given.sum }}. What does the mean bird weigh")
    page = (built(root, root / "build") / LESSON.removeprefix("source/").replace(".md", ".html")).read_text("utf-8")
    assert "Two weigh 4.5" in page
    assert 'data-key="2.25"' in page


def test_computed_value_that_fails_is_reported_once(root: Path) -> None:
    edit(root / "assessments/items/01-ponds.yaml", "value: 1.08", 'compute: {sql: "SELECT wing FROM birds"}')
    (problem,) = build_html(root, root / "build")
    assert str(problem) == (
        "assessments/items/01-ponds.yaml:78: 'K1-weight': the number 'key': its query fails: "
        "no such column: wing; mend 'sql' [VA03]"
    )


def test_unknown_edition_is_named(root: Path) -> None:
    (problem,) = build_html(root, root / "build", edition="studnet")
    assert str(problem) == "conf.py:1: coursepack_edition is 'studnet'; did you mean 'student'? [setup]"


def test_conf_py_has_the_last_word(root: Path) -> None:
    (root / "conf.py").write_text(
        (root / "conf.py").read_text(encoding="utf-8") + 'html_title = "Ducks by hand"\nnumfig = False\n',
        encoding="utf-8",
    )
    edit(root / LESSON, "{numref}`q-birds`", "[a table](#q-birds)")
    edit(root / LESSON, "{numref}`fig-pond`", "[a figure](#fig-pond)")
    site = built(root, root / "build")
    assert "Ducks by hand" in (site / "index.html").read_text(encoding="utf-8")
    assert "Figure 1" not in (site / "01-ponds/01-how-many.html").read_text(encoding="utf-8")


def test_date_of_the_environment_is_left_as_it_was(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    built(root, root / "build")
    assert os.environ["SOURCE_DATE_EPOCH"] == "1"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "/c/source/a.md:7: WARNING: no fact 'x'; did you mean 'y'? [coursepack.fact]\n",
            "source/a.md:7: no fact 'x'; did you mean 'y'? [fact]",
        ),
        (
            "/c/source/a.md: WARNING: document isn't included in any toctree [toc.not_included]",
            f"source/a.md:1: {LOST}",
        ),
        (
            "\x1b[91m/c/source/a.md:3: ERROR: Unknown directive type\nwith more. [docutils]\x1b[39m",
            "source/a.md:3: Unknown directive type with more; correct the directive or role [docutils]",
        ),
        ("WARNING: something in conf.py", "conf.py:1: something in conf.py; correct it [sphinx]"),
        ("no warning at all", "conf.py:1: no warning at all [sphinx]"),
        ("/elsewhere/a.md:2: WARNING: x; y [coursepack.id]", "/elsewhere/a.md:2: x; y [id]"),
    ],
)
def test_warning_becomes_problem(text: str, problem: str) -> None:
    assert str(parse_warning(text, Path("/c"))) == problem
