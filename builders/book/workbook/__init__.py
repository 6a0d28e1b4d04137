"""The workbook: the course as one printed book, for learners and for instructors.

    from builders.book.workbook import build_workbook

    problems, files = build_workbook(root, out, edition="student", papers=("a4", "letter"), progress=print)

How a book is made:

1. `builder`   Sphinx's doctrees become a `Manuscript` (`records`): chapters as HTML made for print (`writers`), and
               what stands elsewhere: hints, answers, notes, terms, entries of the index.
2. `assembly`  chapters and those that the book adds become parts, through ``templates/workbook``.
3. `book`      each part of the body is laid out by itself, with room for the pages it names, and kept; then index and
               front matter. `builders.pdf` joins them, and stamps what `furniture` says: numbers, heads, references.
4. `answers`, `leaves`  the instructor edition: the flow is that of the student edition; answers are laid over the
               room to write, out of the flow, and what does not fit stands on leaves between the pages.
5. `gate`      the finished PDF is read back: nothing lost, nothing cut, every page number right.
"""

from builders.book.workbook.build import build_workbook

__all__ = ["build_workbook"]
