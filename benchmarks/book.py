"""How long the student workbook takes: from nothing, after one edit, unchanged; beside other ways to lay it out.

    python -m benchmarks.book [COURSE]

Each is a process of its own: CPU seconds and wall seconds of it and all it starts, and the most memory that they hold
together (proportional set size, sampled; on Linux). ``ratio`` compares CPU with our build from nothing, which also
runs Sphinx, queries and every check of the book; the others are given finished HTML or text:

- WeasyPrint on one HTML of the same body and index, tags and all, without a check
- Typst (its wheel, where it is installed) on the same words as headings, paragraphs, listings, lists and tables
- Sphinx's LaTeX builder, where xelatex and latexmk are installed: it reads the course with queries, as we do
"""

from __future__ import annotations

import json
import pickle
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LEFT_OUT = (".git", ".venv", "node_modules", "build", "builders", "book", "tests", "engines", "lock")
"""What a copy of a course does without: all but its files and its databases."""

EVERY = 0.1
"""Seconds between two looks at the memory."""

MEASURE = """
import json, resource, subprocess, sys
done = subprocess.run(sys.argv[1:])
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([done.returncode, used.ru_utime + used.ru_stime]))
"""


def measure(name: str, *command: str, base: float = 0) -> float:
    """Run a command, print what it took, and return its CPU seconds."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", MEASURE, *command], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    peak: list[float] = [0]
    watch = threading.Thread(target=watch_memory, args=(process, peak))
    watch.start()
    shown, errors = process.communicate()
    watch.join()
    wall = time.perf_counter() - start
    *words, result = shown.splitlines() or [""]
    code, seconds = json.loads(result)
    if code:
        sys.exit(f"{name}: {errors or shown}")
    ratio = f"{seconds / base:6.2f}" if base else f"{1:6.2f}"
    print(f"{name:34} {seconds:7.2f} {wall:7.2f} {peak[0]:6.0f} {ratio}  {' '.join(words)}", flush=True)
    return float(seconds)


def watch_memory(process: subprocess.Popen[str], peak: list[float]) -> None:
    """Note the most memory, in megabytes, that a process and all below it hold together."""
    while process.poll() is None and sys.platform == "linux":
        peak[0] = max(peak[0], sum(map(read_memory, descendants(process.pid))))
        time.sleep(EVERY)


def descendants(pid: int) -> list[int]:
    """Return a process and all that it started, directly or not."""
    found = [pid]
    for place in found:
        for tasks in Path(f"/proc/{place}/task").glob("*/children"):
            try:
                found += map(int, tasks.read_text().split())
            except OSError:
                continue
    return found


def read_memory(pid: int) -> float:
    """Return the megabytes of a process, its share of what it has in common with others."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


BUILD = """
import sys
from pathlib import Path
from builders.book.workbook import build_workbook
from builders.pdf import page_count
root = Path(sys.argv[1])
problems, files = build_workbook(root, root / "build", edition="student", papers=("a4",))
sys.exit("\\n".join(map(str, problems))) if problems else None
print(page_count(files[0].read_bytes()), "pages")
"""

WHOLE = """
import pickle, sys
from pathlib import Path
from benchmarks.whole import whole_document
from builders.book.workbook.assembly import Setting
from builders.book.workbook.book import Job, print_book
from builders.book.workbook.build import load_manuscript
from builders.book.workbook.editions import edition_of
from builders.course import read_course, read_words
from builders.pdf import Paper, Press
root, out = map(Path, sys.argv[1:])
course = read_course(root).course
manuscript = load_manuscript((root / ".cache/book/student/manuscript.pickle").read_bytes())
setting = Setting(course, read_words(course.about.language), edition_of("student"), Paper.A4)
book = print_book(Job({"student": manuscript}, setting, Press(root / ".cache/book/parts")))
out.write_bytes(pickle.dumps(whole_document(setting, book)))
"""

PLAIN = """
import pickle, sys
from pathlib import Path
from builders.pdf.fonts import BASE_CSS, make_font_configuration
from builders.pdf.fetch import Fetcher
from builders.pdf.rendering import OPTIONS, TEMPLATES
from builders.pdf.system import weasyprint
document = pickle.loads(Path(sys.argv[1]).read_bytes())
fetcher, fonts = Fetcher(document.base_url, TEMPLATES), make_font_configuration()
attributes = "".join(f' {name}="{value}"' for name, value in document.layout.attributes().items())
html = document.html.replace("<html", f'<html lang="en"{attributes}', 1)
source = weasyprint().HTML(string=html, base_url=f"{document.base_url}/", url_fetcher=fetcher)
css = [
    weasyprint().CSS(string=text, base_url=source.base_url, url_fetcher=fetcher, font_config=fonts)
    for text in (BASE_CSS.read_text("utf-8"), *document.css)
]
pages = source.render(font_config=fonts, stylesheets=css, **OPTIONS)
pages.write_pdf(**OPTIONS)
print(len(pages.pages), "pages")
"""

TYPST = """
import io, sys
import typst, pikepdf
data = typst.compile(sys.argv[1])
print(len(pikepdf.open(io.BytesIO(data)).pages), "pages")
"""


class Typst(HTMLParser):
    """Writes the words of HTML as a Typst document: headings, paragraphs, listings, items, tables."""

    HEAD = '#set page(paper: "a4", numbering: "1")\n#set text(size: 10.5pt)\n#outline(depth: 2)\n'

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = [self.HEAD]
        self._rows: list[list[str]] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a heading, a block, an item or a cell."""
        self._silent += tag == "svg"
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self.parts.append("\n\n#heading(level: " + tag[1] + ")[")
        elif tag in ("p", "div", "dt", "dd"):
            self.parts.append("\n\n")
        elif tag == "li":
            self.parts.append("\n- ")
        elif tag == "tr":
            self._rows.append([])
        elif tag in ("td", "th"):
            self.parts.append("\0")

    def handle_endtag(self, tag: str) -> None:
        """End it; a table is written when all its cells are known."""
        self._silent -= tag == "svg"
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self.parts.append("]\n\n")
        elif tag in ("td", "th") and self._rows:
            start = len(self.parts) - 1 - self.parts[::-1].index("\0")
            self._rows[-1].append("".join(self.parts[start + 1 :]).replace("\n", " "))
            del self.parts[start:]
        elif tag == "table" and self._rows:
            cells = ", ".join(f"[{cell}]" for row in self._rows for cell in row)
            self.parts.append(f"\n\n#table(columns: {max(map(len, self._rows))}, {cells})\n\n")
            self._rows = []

    def handle_data(self, data: str) -> None:
        """Write words, drawings left out."""
        if not self._silent:
            self.parts.append("".join(f"\\{letter}" if letter in "\\#$*_`<>@[]~=-+/" else letter for letter in data))


def write_typst(html: str, to: Path) -> None:
    """Write the words of HTML as a Typst document."""
    reader = Typst()
    reader.feed(html)
    to.write_text("".join(reader.parts), encoding="utf-8")


def copy_course(course: Path, to: Path) -> None:
    """Copy a course with its databases, and with nothing that was built."""
    shutil.copytree(
        course, to, ignore=shutil.ignore_patterns(".git", ".venv", "node_modules", "build", "book", "tests")
    )


def edit_lesson(course: Path) -> None:
    """Add a sentence to the longest page of the course."""
    pages = sorted((course / "source").rglob("*.md"), key=lambda path: path.stat().st_size)
    with pages[-1].open("a", encoding="utf-8") as page:
        page.write("\nOne more sentence for this lesson.\n")


def main(course: Path) -> None:
    """Print the table."""
    print(f"{'':34} {'CPU s':>7} {'wall s':>7} {'MB':>6} {'ratio':>6}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy, document, text = folder / "course", folder / "whole.pickle", folder / "whole.typ"
        copy_course(course, copy)
        run = (sys.executable, "-c")
        base = measure("ours, from nothing", *run, BUILD, str(copy))
        measure("ours, nothing changed", *run, BUILD, str(copy), base=base)
        edit_lesson(copy)
        measure("ours, one lesson edited", *run, BUILD, str(copy), base=base)
        subprocess.run([*run, WHOLE, str(copy), str(document)], cwd=ROOT, check=True)
        measure("WeasyPrint, one HTML", *run, PLAIN, str(document), base=base)
        if find_spec("typst"):
            write_typst(pickle.loads(document.read_bytes()).html, text)
            measure("Typst, the same words", *run, TYPST, str(text), base=base)
        else:
            print("Typst: not installed (pip install typst)")
        if shutil.which("xelatex") and shutil.which("latexmk"):
            latex = f"sphinx -M latexpdf source {folder / 'latex'} -c . -D latex_engine=xelatex -q"
            measure("Sphinx, LaTeX", "sh", "-c", f"cd {copy} && {sys.executable} -m {latex}", base=base)
        else:
            print("Sphinx, LaTeX: xelatex or latexmk is not installed")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else ROOT).resolve())
