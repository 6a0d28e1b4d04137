# `make` builds everything and `make test` tests everything, each from a fresh clone. `make help` lists the rest.
# Options that any building target takes: COURSE=DIR (another course), and those its line names.

COURSEPACK := .venv/bin/coursepack
PYTEST := .venv/bin/pytest -n 2 --dist loadfile
option = $(if $($(1)),--$(2) "$($(1))")
course = $(call option,COURSE,course)
flag = $(if $($(1)),--$(2))
paper = $(call option,PAPER,paper)
sheet_options = $(call option,CARDS,per-sheet) $(call option,EDGE,edge) $(call option,SIDES,sides)
form_options = $(call option,BLUEPRINT,blueprint) $(call option,FORMS,forms) $(call option,SEED,seed) $(paper) $(call option,EDITION,edition) $(call option,EXTRA_TIME,extra-time)
workbook_options = $(call option,EDITION,edition) $(call option,MODULE,module) $(call option,LESSON,lesson) $(call flag,LOOSE_LEAF,loose-leaf)
data_measures = $(call flag,MEASURE,measure) $(call flag,MANIFEST,manifest)
data_options = $(call option,VARIANT,variant) $(call option,SCALE,scale) $(data_measures)

.DEFAULT_GOAL := all
.PHONY: all help setup setup-test check html workbook exams bank preview rubrics decks deck-release sheets data labs lab lab-check serve lint test test-all lock clean

all: setup  ## Everything: site, workbook, exams, bank, rubrics, deck, flashcards, data, labs (also plain `make`)
	@$(COURSEPACK) build $(course)

help:  ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' Makefile

setup:  ## Install what building needs: .venv, node_modules, Pango; instant when nothing changed
	@setup/run build

setup-test:  ## The same, and what tests need: Poppler, qpdf, Chromium
	@setup/run test

check: setup  ## Check the course: names, marks, keys, coverage (DATA=1: on all data; STRESS=1: items in 100 draws)
	@$(COURSEPACK) check $(course) $(call flag,DATA,data) $(call flag,STRESS,stress)

html: setup  ## The website for learners (BOOKLETS=1: each page offers its lesson as a PDF to print)
	@$(COURSEPACK) html $(course) $(call flag,BOOKLETS,booklets)

workbook: setup  ## The workbook as PDF (PAPER=a4 EDITION=large-print MODULE=05 LESSON=5.2 LOOSE_LEAF=1; see README)
	@$(COURSEPACK) workbook $(course) $(paper) $(workbook_options)

exams: setup  ## Exam papers, keys, rubrics (BLUEPRINT=quiz-05 FORMS=2 SEED=7 PAPER=letter EDITION=all EXTRA_TIME=1.25)
	@$(COURSEPACK) exams $(course) $(form_options)

bank: setup  ## The item bank as a page for instructors: filters, keys, use in forms, findings
	@$(COURSEPACK) bank $(course)

preview: setup  ## The pages of an exam that was built, as pictures (BLUEPRINT=quiz-05 FORM=A)
	@$(COURSEPACK) exam preview "$(BLUEPRINT)" $(call option,FORM,form) $(course)

rubrics: setup  ## Rubric sheets of the performance tasks (PAPER=letter)
	@$(COURSEPACK) rubrics $(course) $(paper)

decks: setup  ## The Anki deck of the last release, and lists for other programs
	@$(COURSEPACK) decks $(course)

deck-release: setup  ## Release the cards as they are now; commit the ledger and the report that it writes
	@$(COURSEPACK) deck release $(course)

sheets: setup  ## Flashcards to cut out (PAPER=letter CARDS=16 EDGE=short SIDES=fronts)
	@$(COURSEPACK) deck sheets $(course) $(paper) $(sheet_options)

data: setup  ## Databases and their tables as CSV (VARIANT=practice-2 SCALE=tiny; MEASURE=1 facts, MANIFEST=1 hashes)
	@$(COURSEPACK) data $(course) $(data_options)

labs: setup  ## The files that learners start labs with
	@$(COURSEPACK) labs $(course)

lab: setup  ## Begin a lab here: write the file to complete (LAB=SQL-1)
	@$(COURSEPACK) lab start "$(LAB)" $(course)

lab-check: setup  ## Check what you wrote, task by task (FILE=sql-1.sql)
	@$(COURSEPACK) lab check "$(FILE)" $(course)

serve: setup  ## The website in a browser, rebuilt on every change (PORT=8000)
	@$(COURSEPACK) serve $(course) $(call option,PORT,port)

lint: setup  ## Style and types
	@.venv/bin/ruff check
	@.venv/bin/ruff format --check
	@.venv/bin/mypy

test: setup-test lint  ## Lint and the tests that run on every change
	@$(PYTEST) -m "not full"

test-all: setup-test lint  ## Lint and every test: each edition, form, page and engine
	@$(PYTEST)

lock: setup  ## Resolve requirements.lock anew from pyproject.toml (UPGRADE=yes takes the newest versions)
	@.venv/bin/python setup/lock.py $(if $(UPGRADE),--upgrade)

clean:  ## Remove what was built; .venv and node_modules stay
	@rm -rf build .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis
