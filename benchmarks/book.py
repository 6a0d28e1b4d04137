"""How long the student workbook takes: from nothing, after one edit, unchanged; beside other ways to lay it out.

    python -m benchmarks.book [COURSE] [--module 05]

Each is a process of its own: CPU seconds and wall seconds of it and all it starts, and the most memory that they hold
together (proportional set size, sampled; on Linux). ``ratio`` compares CPU with our build from nothing, which also
runs Sphinx, queries and every check of the book. With a module, Sphinx still reads the whole course, and the book is
that of the module; ``pages alone`` leaves Sphinx out. The others are given finished HTML or text:

- WeasyPrint on one HTML of the same body and index, tags and all, without a check
- Typst (its wheel, where it is installed) on the same words as headings, paragraphs, listings, lists and tables
- Sphinx's LaTeX builder on the same words as Markdown, where xelatex and latexmk are installed
"""

from __future__ import annotations

import argparse
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
LEFT_OUT = (".git", ".venv", "node_modules", "build", "builders", "book", "tests", "engines", "lock", "benchmarks")
"""What a copy of a course does without: all but its files and its databases."""

EVERY = 0.25
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
    print(f"{name:34} {seconds:7.2f} {wall:7.2f} {peak[0]:6.0f} {ratio}  {words[-1] if words else ''}", flush=True)
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
problems, files = build_workbook(root, root / "build", edition="student", papers=("a4",), only=sys.argv[2])
sys.exit("\\n".join(map(str, problems))) if problems else None
print(page_count(files[0].read_bytes()), "pages")
"""

WHOLE = """
import pickle, sys
from pathlib import Path
from benchmarks.whole import whole_document
from builders.book.workbook.setting import Setting
from builders.book.workbook.book import Job, print_book
from builders.book.workbook.build import load_manuscript
from builders.book.workbook.editions import edition_of
from builders.course import read_course, read_words
from builders.pdf import Paper, Press
root, out = map(Path, sys.argv[1:3])
course = read_course(root).course
manuscript = load_manuscript((root / ".cache/book/student/manuscript.pickle").read_bytes())
edition = edition_of("student", sys.argv[3], loose_leaf=False)
setting = Setting(course, read_words(course.about.language), edition, Paper.A4)
job = Job({"student": manuscript}, setting, Press(root / ".cache/book/parts"))
out.write_bytes(pickle.dumps(whole_document(setting, print_book(job))))
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


LATEX = """
import io, subprocess, sys
import pikepdf
folder = sys.argv[1]
subprocess.run([sys.executable, "-m", "sphinx", "-M", "latexpdf", folder, f"{folder}/out", "-q"], check=True)
print(len(pikepdf.open(f"{folder}/out/latex/book.pdf").pages), "pages")
"""

CONF = """
extensions = ["myst_parser"]
latex_engine = "xelatex"
latex_elements = {"fontpkg": ""}
latex_documents = [("index", "book.tex", "Book", "", "manual")]
"""


class Words(HTMLParser):
    """Writes the words of HTML in another language: headings, paragraphs, listings, items, tables."""

    HEAD = ""
    LISTING = ("", "")
    ITEM = ""
    SPECIAL = ""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = [self.HEAD]
        self._rows: list[list[str]] = []
        self._silent = self._listing = 0

    def heading(self, level: int) -> tuple[str, str]:
        """Return what stands before and after a heading."""
        raise NotImplementedError

    def table(self, rows: list[list[str]]) -> str:
        """Return a table."""
        raise NotImplementedError

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a heading, a block, an item or a cell."""
        self._silent += tag == "svg"
        if tag in HEADINGS:
            self.parts.append(self.heading(int(tag[1]))[0])
        elif tag == "pre" and not self._rows:
            self._listing = 1
            self.parts.append(self.LISTING[0])
        elif tag in ("p", "div", "dt", "dd"):
            self.parts.append("\n\n")
        elif tag == "li":
            self.parts.append(self.ITEM)
        elif tag == "tr":
            self._rows.append([])
        elif tag in ("td", "th"):
            self.parts.append("\0")

    def handle_endtag(self, tag: str) -> None:
        """End it; a table is written when all its cells are known."""
        self._silent -= tag == "svg"
        if tag in HEADINGS:
            self.parts.append(self.heading(int(tag[1]))[1])
        elif tag == "pre" and self._listing:
            self._listing = 0
            self.parts.append(self.LISTING[1])
        elif tag in ("td", "th") and self._rows:
            start = len(self.parts) - 1 - self.parts[::-1].index("\0")
            self._rows[-1].append(" ".join("".join(self.parts[start + 1 :]).split()))
            del self.parts[start:]
        elif tag == "table" and self._rows:
            width = max(map(len, self._rows))
            self.parts.append(self.table([row + [""] * (width - len(row)) for row in self._rows]))
            self._rows = []

    def handle_data(self, data: str) -> None:
        """Write words, drawings left out."""
        if self._listing:
            self.parts.append(data)
        elif not self._silent:
            self.parts.append("".join(f"\\{letter}" if letter in self.SPECIAL else letter for letter in data))


HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


class Typst(Words):
    """Writes a Typst document."""

    HEAD = '#set page(paper: "a4", numbering: "1")\n#set text(size: 10.5pt)\n#outline(depth: 2)\n'
    LISTING = ("\n\n````\n", "\n````\n\n")
    ITEM = "\n- "
    SPECIAL = "\\#$*_`<>@[]~=-+/"

    def heading(self, level: int) -> tuple[str, str]:
        """Return what stands before and after a heading."""
        return f"\n\n#heading(level: {level})[", "]\n\n"

    def table(self, rows: list[list[str]]) -> str:
        """Return a table."""
        cells = ", ".join(f"[{cell}]" for row in rows for cell in row)
        return f"\n\n#table(columns: {len(rows[0])}, {cells})\n\n"


class Markdown(Words):
    """Writes Markdown."""

    LISTING = ("\n\n````\n", "\n````\n\n")
    ITEM = "\n- "
    SPECIAL = "\\#$*_`<>[]~|"

    def heading(self, level: int) -> tuple[str, str]:
        """Return what stands before and after a heading."""
        return f"\n\n{'#' * level} ", "\n\n"

    def table(self, rows: list[list[str]]) -> str:
        """Return a table."""
        head, *body = ("| " + " | ".join(row) + " |" for row in rows)
        return "\n\n" + "\n".join([head, "|---" * len(rows[0]) + "|", *body]) + "\n\n"


def write_words(html: str, reader: Words, to: Path) -> None:
    """Write the words of HTML in another language."""
    reader.feed(html)
    to.parent.mkdir(exist_ok=True)
    to.write_text("".join(reader.parts), encoding="utf-8")


def copy_course(course: Path, to: Path) -> None:
    """Copy a course with its databases, and with nothing that was built."""
    shutil.copytree(course, to, ignore=shutil.ignore_patterns(*LEFT_OUT))


def edit_lesson(course: Path, module: str) -> None:
    """Add a sentence to the longest page of the course, or of a module."""
    pages = sorted(
        (course / "source").rglob(f"{module}*/*.md" if module else "*.md"), key=lambda path: path.stat().st_size
    )
    with pages[-1].open("a", encoding="utf-8") as page:
        page.write("\nOne more sentence for this lesson.\n")


def forget_pages(course: Path) -> None:
    """Remove what was laid out; what Sphinx made stays."""
    shutil.rmtree(course / "build")
    shutil.rmtree(course / ".cache/book/parts")


def measure_ours(course: Path, module: str) -> float:
    """Print what our builds take, and return the CPU seconds of that from nothing."""
    build = (sys.executable, "-c", BUILD, str(course), f"M{module}" if module else "")
    base = measure("ours, from nothing", *build)
    forget_pages(course)
    measure("ours, pages alone", *build, base=base)
    measure("ours, nothing changed", *build, base=base)
    edit_lesson(course, module)
    measure("ours, longest lesson edited", *build, base=base)
    return base


def measure_others(html: str, document: Path, base: float) -> None:
    """Print what other programs take."""
    run, folder = (sys.executable, "-c"), document.parent
    measure("WeasyPrint, one HTML", *run, PLAIN, str(document), base=base)
    if find_spec("typst"):
        write_words(html, Typst(), folder / "whole.typ")
        measure("Typst, the same words", *run, TYPST, str(folder / "whole.typ"), base=base)
    else:
        print("Typst: not installed (make setup-test)")
    if shutil.which("xelatex") and shutil.which("latexmk"):
        write_words(html, Markdown(), folder / "latex/index.md")
        (folder / "latex/conf.py").write_text(CONF, encoding="utf-8")
        measure("Sphinx, LaTeX, the same words", *run, LATEX, str(folder / "latex"), base=base)
    else:
        print("Sphinx, LaTeX: xelatex or latexmk is not installed")


def main(course: Path, module: str) -> None:
    """Print the table."""
    print(f"{'':34} {'CPU s':>7} {'wall s':>7} {'MB':>6} {'ratio':>6}")
    with tempfile.TemporaryDirectory() as name:
        copy, document = Path(name) / "course", Path(name) / "whole.pickle"
        copy_course(course, copy)
        base = measure_ours(copy, module)
        given = (str(copy), str(document), f"M{module}" if module else "")
        subprocess.run([sys.executable, "-c", WHOLE, *given], cwd=ROOT, check=True)
        measure_others(pickle.loads(document.read_bytes()).html, document, base)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("course", nargs="?", type=Path, default=ROOT)
    parser.add_argument("--module", default="", help="the number of a module that becomes a book, such as 05")
    options = parser.parse_args()
    main(options.course.resolve(), options.module)
