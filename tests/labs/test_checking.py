"""Learners' files checked as they would be at home, without the secrets: right, wrong and hostile ones."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from builders.course import Course, Words, read_course
from builders.labs.checking import Report, check_file, report_lines
from builders.labs.keys import keys_path
from builders.labs.starting import starter_text, write_starter
from builders.labs.submission import FileError

Check = Callable[[str, str | bytes], Report]
ROOT = Path(__file__).parents[2]
TINY = ROOT / "tests" / "courses" / "tiny"
SECURE = TINY / "assessments" / "secure" / "labs"
ENDLESS = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT count(*) FROM c"


def solutions(name: str) -> dict[str, dict[str, object]]:
    record = yaml.safe_load((SECURE / f"{name}.yaml").read_text(encoding="utf-8"))
    return {task["id"]: task for task in record["tasks"]}


def sql(**queries: str) -> str:
    return "\n".join(f"-- task {name[1:]}: x\n{query}" for name, query in queries.items())


def messages(report: Report) -> dict[str, str | None]:
    return {verdict.task.id: verdict.message for verdict in report.verdicts if verdict.begun}


@pytest.fixture(autouse=True)
def nothing_is_left(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """After each test no file of a limited process is there."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    yield
    assert list(scratch.iterdir()) == []
    assert not list(root.glob("*.sqlite"))


def test_the_solutions_are_right(check: Check) -> None:
    queries = {f"t{name}": str(task["solution"]) for name, task in solutions("sql-1").items()}
    for report in (
        check("sql-1.sql", sql(**queries)),
        check("py-1.py", "\n\n".join(str(task["solution"]) for task in solutions("py-1").values())),
        check("api-1.txt", "1: verschleißlehre\n2: 4,5 bar\n3: Klingel, licht und Bremse\n4: Nein."),
    ):
        assert messages(report) == {task.id: None for task in report.lab.tasks}
        assert report.right
        assert report.points == report.lab.points


def test_a_report_is_plain_text(check: Check, words: Words) -> None:
    report = check("sql-1.sql", "-- Aufgabe 1\nSELECT count(*) FROM fahrten\n-- Aufgabe 2\nSELECT 1")
    assert report_lines(report, words) == [
        "SQL-1: Wer fährt wie weit?",
        "✓ 1 Fahrten",
        "✗ 2 Strecke je Rad: 1 Spalte, aber verlangt sind 2: name, mittlere_km",
        "· 3 Die längsten Fahrten: nicht begonnen",
        "1 von 5 Punkten; 1 von 3 Aufgaben sind richtig",
    ]


WRONG = {
    "mutant": ({"t1": "SELECT count(*) FROM raeder"}, "Sie zählen Räder; gefragt ist nach Fahrten"),
    "hard-coded": (
        {"t1": "SELECT 398"},
        "die Zahl der Zeilen stimmt, die Werte nicht; Ihre Zeile 1 gehört nicht dazu: (398)",
    ),
    "no rows": ({"t2": "SELECT name, 1.5 FROM raeder WHERE 0"}, "keine Zeilen, erwartet: 4"),
    "sum": (
        {"t2": "SELECT name, sum(km) FROM raeder JOIN fahrten USING (rad_id) GROUP BY 1"},
        "Das ist die Summe; gefragt ist nach dem Mittel",
    ),
    "a row too few": (
        {"t2": "SELECT name, avg(km) FROM raeder JOIN fahrten USING (rad_id) GROUP BY 1 LIMIT 3"},
        "3 Zeilen, erwartet: 4; 1 Zeile fehlt",
    ),
    "a row too many": (
        {"t2": "SELECT name, avg(km) FROM raeder JOIN fahrten USING (rad_id) GROUP BY 1 UNION ALL SELECT 'Zug', 1"},
        "5 Zeilen, erwartet: 4; Ihre Zeile 5 gehört nicht dazu: ('Zug', 1)",
    ),
    "order": (
        {"t3": "SELECT * FROM (SELECT fahrt_id, km FROM fahrten ORDER BY km DESC, 1 LIMIT 5) ORDER BY km, 1"},
        "die richtigen Zeilen, aber nicht in der verlangten Reihenfolge",
    ),
    "unknown column": ({"t1": "SELECT kmh FROM fahrten"}, "die Abfrage läuft nicht: no such column: kmh"),
    "join without condition": (
        {"t3": "SELECT a.km, b.km FROM fahrten AS a, fahrten AS b"},
        "mehr als 10000 Zeilen, gefragt sind weit weniger; sollen sie gezählt werden, oder fehlt die Bedingung",
    ),
}


@pytest.mark.parametrize(("queries", "message"), WRONG.values(), ids=WRONG)
def test_a_wrong_query_is_told_why(check: Check, queries: dict[str, str], message: str) -> None:
    (found,) = messages(check("sql-1.sql", sql(**queries))).values()
    assert found is not None
    assert message in found


def test_right_by_accident(check: Check, course: Course) -> None:
    import sqlite3

    database = next((course.root / ".cache" / "data").rglob("uebung-full-*.sqlite"))
    count = sqlite3.connect(database).execute("SELECT count(*) FROM fahrten").fetchone()[0]
    (found,) = messages(check("sql-1.sql", sql(t1=f"SELECT {count}"))).values()
    assert found == (
        "richtig mit Ihren Daten, aber nicht mit anderen Daten derselben Form; "
        "ist ein Wert abgeschrieben oder stimmt es zufällig?"
    )


def test_rounding_within_the_tolerance_is_right(check: Check) -> None:
    query = "SELECT upper(name), round(avg(km), 2) FROM raeder JOIN fahrten USING (rad_id) GROUP BY name"
    assert messages(check("sql-1.sql", sql(t2=query.replace("upper(name)", "name")))) == {"2": None}
    assert messages(check("sql-1.sql", sql(t2=query)))["2"] is not None


HOSTILE = {
    "recursion without end": (ENDLESS, "took longer than 2 s"),
    "huge join": ("SELECT count(*) FROM fahrten a, fahrten b, fahrten c, fahrten d", "took longer than 2 s"),
    "one long step": ("SELECT length(printf('%.*c', 900000000, 'x'))", "die Abfrage läuft nicht"),
    "one endless step": (
        "SELECT instr(hex(zeroblob(490000)), hex(zeroblob(240000)) || 'x')",
        "took longer than 2 s",
    ),
    "bomb of text": (
        "WITH RECURSIVE b(t) AS (SELECT 'x' UNION ALL SELECT t || t FROM b LIMIT 60) SELECT length(t) FROM b",
        "too big",
    ),
    "extension": ("SELECT load_extension('x')", "load_extension"),
    "pragma in a function": ("SELECT * FROM pragma_table_info('fahrten')", "may not use PRAGMA"),
    "file": ("SELECT readfile('/etc/passwd')", "no such function: readfile"),
    "deep": ("SELECT " + "(" * 5000 + "1" + ")" * 5000, "die Abfrage läuft nicht"),
    "big rows": ("SELECT hex(zeroblob(400000)), a.km FROM fahrten a, fahrten b", "läuft nicht: MemoryError"),
    "null": ("SELECT 'a' || char(0)", None),
    "many quotes": ("SELECT " + "''" * 9999, None),
}


@pytest.mark.parametrize(("query", "message"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_query_ends_and_harms_no_other(check: Check, query: str, message: str | None) -> None:
    begin = time.monotonic()
    found = messages(check("sql-1.sql", sql(t1=query, t3="SELECT km, fahrt_id FROM fahrten LIMIT 5")))
    assert time.monotonic() - begin < 20
    assert found["1"] is not None
    assert message is None or message in found["1"]
    assert "Zeile" in (found["3"] or "")


@pytest.mark.parametrize(
    "statement",
    ["ATTACH 'copy.sqlite' AS c", "PRAGMA journal_mode", "DELETE FROM raeder", "VACUUM INTO 'copy.sqlite'"],
)
def test_other_statements_are_refused(check: Check, statement: str) -> None:
    (found,) = messages(check("sql-1.sql", sql(t1=f"{statement}; SELECT 1"))).values()
    assert "hier ist nur SELECT möglich" in (found or "")
    (hidden,) = messages(check("sql-1.sql", sql(t1=f"SELECT 1 FROM raeder WHERE ({statement})"))).values()
    assert "syntax error" in (hidden or "")


SCRIPTS = {
    "syntax": ("def gesamt_km(:", "line 1: SyntaxError"),
    "endless script": ("while True: pass", "took longer than"),
    "exit": ("import sys; sys.exit()", "SystemExit"),
    "hard exit": ("import os\nos._exit(0)", "ended itself"),
    "endless function": ("def gesamt_km(p):\n    while True: pass", "took longer than 5 s"),
    "recursion": ("def gesamt_km(p): return gesamt_km(p)", "RecursionError"),
    "fork": ("import os\ndef gesamt_km(p): os.fork()", "fork"),
    "network": ("import socket\ndef gesamt_km(p): socket.socket()", "socket"),
    "solutions": (f"def gesamt_km(p): return open({str(SECURE / 'py-1.yaml')!r}).read()", "may not be read"),
    "digests": (
        f"def gesamt_km(p): return open({str(TINY / 'assessments/labs/digests/py-1.json')!r}).read()",
        "may not be read",
    ),
    "other kind": ("def gesamt_km(p): return [1]", "gibt [1] zurück; verlangt ist eine Zahl"),
    "long value": ("def gesamt_km(p): return 'x' * 10000", "x…"),
    "mutant": (str(solutions("py-1")["1"]["mutants"][0]["solution"]), "Sie summieren die Nummern der Räder"),  # type: ignore[index]
    "wrong": ("def gesamt_km(p): return 3.5", "gesamt_km('fahrten.csv') gibt 3.5 zurück, und das ist nicht richtig"),
    "missing": ("x = 1", "there is no function gesamt_km"),
    "no number has so many digits": ("def gesamt_km(p): return 10 ** 400", "ist nicht richtig"),
    "greatest number": ("def gesamt_km(p): return 1.7e308", "gibt 1.7e+308 zurück"),
    "not a number": ("def gesamt_km(p): return float('nan')", "gibt nan zurück"),
    "half a sign": ("def gesamt_km(p): return '\\ud800'", "gibt '\\ud800' zurück; verlangt ist eine Zahl"),
}


@pytest.mark.parametrize(("script", "message"), SCRIPTS.values(), ids=SCRIPTS)
def test_a_wrong_or_hostile_script(check: Check, script: str, message: str) -> None:
    begin = time.monotonic()
    found = messages(check("py-1.py", script))
    assert time.monotonic() - begin < 60
    assert message in (found["1"] or "")


def test_own_tests_are_tried_on_faulty_versions(check: Check) -> None:
    good = "def sauber(name):\n    return name if name is None else name.strip().lower()\n"
    one = "def test_sauber_a():\n    assert sauber(' a ') == 'a'\n"
    two = "def test_sauber_b():\n    assert sauber('B') == 'b'\n"
    cases = {
        good + one: "es gibt 1 Test für sauber; schreiben Sie mindestens 2",
        good + one + one.replace("_a", "_c"): "nichts an 1 von 2 fehlerhaften Fassungen",
        good
        + one
        + two.replace("'b'", "'B'"): "der Test test_sauber_b scheitert an Ihrer eigenen Funktion: AssertionError",
    }
    for script, message in cases.items():
        assert message in (messages(check("py-1.py", script))["2"] or "")
    assert messages(check("py-1.py", good + one + two))["2"] is None
    late = good.replace("name if name is None else ", "") + one + two
    assert "sauber(None): line 2: AttributeError" in (messages(check("py-1.py", late))["2"] or "")


DRAWN = "'<svg xmlns=\"http://www.w3.org/2000/svg\"><title>x</title><text>Rad Fahrten</text>{}</svg>'"


@pytest.mark.parametrize(
    ("drawing", "message"),
    [
        ("'<svg'", "gibt keine SVG-Zeichnung zurück"),
        ("'<html/>'", "its first element is html"),
        ("7", "it is number"),
        ("'<!DOCTYPE x [<!ENTITY a \"b\">]><svg/>'", "declares a document type"),
        ("'<svg xmlns=\"http://www.w3.org/2000/svg\"/>'", "kein <title>"),
        ("'<svg xmlns=\"http://www.w3.org/2000/svg\"><title>x</title><text>Rad</text></svg>'", "„Fahrten“ nicht"),
        (
            "'<svg xmlns=\"http://www.w3.org/2000/svg\"><title>x</title><text>Rad</text><text>fahrten</text></svg>'",
            "zeichnet 0 rect-Elemente",
        ),
        (DRAWN.format('<rect height="0"/>'), "zeichnet 1 rect, und das zeigt die Daten nicht"),
        (DRAWN.format('<rect height="40%"/><rect/>'), "zeichnet 2 rect-Elemente"),
        (DRAWN.format('<rect height="-1"/><rect height="nan"/>'), "zeichnet 2 rect-Elemente"),
    ],
)
def test_a_drawing_is_inspected(check: Check, drawing: str, message: str) -> None:
    found = messages(check("py-1.py", f"def balken(c): return {drawing}"))["4"]
    assert message in (found or "")


def test_wrong_answers(check: Check) -> None:
    report = check("api-1.txt", "1: ein Lineal\n2: 45\n3: Licht, Bremse\n4: vielleicht\n9: x")
    assert messages(report) == {
        "1": "nicht richtig: ein lineal",
        "2": "nicht richtig: 45; Achten Sie auf die Einheit: bar, nicht psi",
        "3": "nicht richtig: bremse, licht; Ein Teil fehlt noch",
        "4": "„vielleicht“ ist weder ja noch nein",
    }
    assert report.notes == (
        "die Datei hat eine Aufgabe 9, das Labor nicht; schreiben Sie die Überschriften, wie sie waren",
    )


def test_a_file_that_was_just_started_is_not_begun(check: Check, course: Course) -> None:
    for lab in course.labs:
        report = check(lab.file_name, starter_text(course, lab))
        assert report.lab == lab
        assert messages(report) == {}
        assert report.notes == ()
        assert not report.right


def test_a_starter_overwrites_nothing(course: Course, tmp_path: Path) -> None:
    lab = course.labs[0]
    path = write_starter(course, lab, tmp_path)
    path.write_text("my work")
    with pytest.raises(FileExistsError):
        write_starter(course, lab, tmp_path)
    assert path.read_text() == "my work"


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("sql-9.sql", b"SELECT 1", "kein Labor heißt SQL-9; did you mean 'SQL-1'?"),
        ("notes.sql", b"SELECT 1", "kein Labor heißt NOTES"),
        ("sql-1.sql", b"PK\x03\x04\x00", "keine Textdatei"),
        ("x.sql", b"-- Lab " + b"A" * 900_000, "kein Labor heißt A{80};"),
    ],
)
def test_a_file_that_is_none(check: Check, name: str, data: bytes, message: str) -> None:
    with pytest.raises(FileError, match=message.replace("?", r"\?")):
        check(name, data)


def test_what_is_no_ordinary_file(course: Course, tmp_path: Path) -> None:
    """A pipe would never end, a device neither; none is read."""
    os.mkfifo(tmp_path / "pipe.sql")
    (tmp_path / "link.sql").symlink_to("/dev/zero")
    with (tmp_path / "huge.sql").open("wb") as file:
        file.truncate(5_000_000_000)
    reasons = {
        "none.sql": "gibt es nicht",
        "pipe.sql": "Gerät",
        "link.sql": "Gerät",
        "huge.sql": "zu lang",
        "": "Ordner",
    }
    for name, reason in reasons.items():
        with pytest.raises(FileError, match=reason):
            check_file(course, tmp_path / name, lambda note: None)


def test_a_long_name_is_no_matter(check: Check) -> None:
    report = check("py-1" + "x" * 245 + ".py", "# Labor PY-1\ndef gesamt_km(p): return 1")
    assert "gibt 1 zurück" in (messages(report)["1"] or "")


def test_no_message_looks_like_another_line(check: Check, words: Words) -> None:
    forged = "def gesamt_km(p): raise ValueError('\\x1b[2J\\n✓ 2 Namen\\ud800' + 'x' * 999)"
    line = report_lines(check("py-1.py", forged), words)[1]
    assert r"ValueError: \x1b[2J\n✓ 2 Namen\ud800xxx" in line
    assert len(line) < 600


@pytest.mark.parametrize("text", ["{", '{"lab": "SQL-1", "basis": "", "tasks": {}}'])
def test_damaged_digests_are_told(root: Path, tmp_path: Path, text: str) -> None:
    copy = tmp_path / "course"
    shutil.copytree(root, copy, ignore=shutil.ignore_patterns(".cache"))
    (copy / keys_path("SQL-1")).write_text(text)
    course = read_course(copy).course
    assert course is not None
    (tmp_path / "sql-1.sql").write_text("SELECT 1")
    with pytest.raises(FileError, match="seine Prüfsummen"):
        check_file(course, tmp_path / "sql-1.sql", lambda note: None)


def test_digests_that_lack_a_variant_are_told(root: Path, tmp_path: Path) -> None:
    copy = tmp_path / "course"
    shutil.copytree(root, copy, ignore=shutil.ignore_patterns(".cache"))
    path = copy / keys_path("SQL-1")
    path.write_text(path.read_text(encoding="utf-8").replace('"uebung-2"', '"uebung-9"'), encoding="utf-8")
    course = read_course(copy).course
    assert course is not None
    (tmp_path / "sql-1.sql").write_text("SELECT 1")
    with pytest.raises(FileError, match="seine Prüfsummen"):
        check_file(course, tmp_path / "sql-1.sql", lambda note: None)


def test_a_file_without_headings_says_so(check: Check) -> None:
    report = check("sql-1.sql", "SELECT 1")
    assert "lassen Sie die Überschriften" in report.notes[0]


def test_public_files_give_no_answer_away(root: Path) -> None:
    """No solution, and no value of one, stands in what learners get."""
    public = "".join(path.read_text(encoding="utf-8") for path in sorted((root / "assessments/labs").rglob("*.*")))
    for name in ("sql-1", "py-1"):
        for task in solutions(name).values():
            assert str(task["solution"]).strip() not in public
            for mutant in task.get("mutants", []):  # type: ignore[attr-defined]
                assert str(mutant["solution"]).strip() not in public
    digests = (root / keys_path("API-1")).read_text(encoding="utf-8").casefold()
    for word in ("kettenlehre", "verschleißlehre", "4.5", "klingel"):
        assert word not in digests
    for task in json.loads(digests)["tasks"].values():
        assert all(len(key["result"]["hash"]) == 24 for key in task.values())


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "builders.cli", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


def test_commands(root: Path, tmp_path: Path) -> None:
    here = ("--course", str(root))
    started = run("lab", "start", "sql-1", "--out", str(tmp_path), *here)
    assert (started.returncode, started.stdout.strip()) == (0, str(tmp_path / "sql-1.sql"))
    again = run("lab", "start", "SQL-1", "--out", str(tmp_path), *here)
    assert again.returncode == 1
    assert "is there already" in again.stderr
    assert run("lab", "start", "SQL-7", *here).returncode == 1
    file = tmp_path / "sql-1.sql"
    checked = run("lab", "check", str(file), *here)
    assert checked.returncode == 1
    assert "0 von 5 Punkten" in checked.stdout
    assert "\x1b" not in checked.stdout
    queries = {f"t{name}": str(task["solution"]) for name, task in solutions("sql-1").items()}
    file.write_text(sql(**queries))
    assert run("lab", "check", str(file), *here).returncode == 0
    missing = run("lab", "check", str(tmp_path / "none.sql"), *here)
    assert missing.returncode == 1
    assert "Traceback" not in missing.stderr


def test_digests_are_written_and_stay_as_they_are(tmp_path: Path) -> None:
    copy = tmp_path / "course"
    shutil.copytree(TINY, copy)
    before = {path.name: path.read_bytes() for path in (copy / "assessments/labs/digests").iterdir()}
    shutil.rmtree(copy / "assessments/labs/digests")
    assert run("lab", "digest", "--course", str(copy)).returncode == 0
    assert {path.name: path.read_bytes() for path in (copy / "assessments/labs/digests").iterdir()} == before
    loaded = read_course(copy).course
    assert loaded is not None
    assert loaded.solutions == ()


def test_starters_are_built_for_learners(tmp_path: Path) -> None:
    copy = tmp_path / "course"
    shutil.copytree(TINY, copy)
    for _ in range(2):
        assert run("labs", "--course", str(copy)).returncode == 0
        found = sorted(path.name for path in (copy / "build/student/labs").iterdir())
        assert found == ["api-1.txt", "py-1.py", "sql-1.sql"]


def test_digests_of_an_unknown_lab() -> None:
    done = run("lab", "digest", "SQL-2", "--course", str(TINY))
    assert done.returncode == 1
    assert "did you mean 'SQL-1'?" in done.stderr
