"""Rules about English words: for each a question that breaks it, and one beside it that only looks so."""

from __future__ import annotations

from pathlib import Path

import pytest

from builders.checks.language import FOLDER, Strength, products, read_language, read_verbs
from builders.checks.prose import plain, prose, sentences, words
from builders.checks.stems import grade_of, syllables_of
from builders.course import Bloom
from tests.checks.bank import choice, found, item, make_course

STEM = "Which part of a bicycle turns the rear wheel?"
PLAIN = ("the chain", "the brake", "the saddle")

CASES = [
    ("MC01", STEM, ("the chain", "the brake", "all of the above"), "sums up other options"),
    ("MC01", STEM, ("the chain", "the brake", "Both A and B."), "sums up other options"),
    ("MC01", STEM, ("the chain", "the brake", "all of the spokes"), None),
    ("MC02", STEM, ("the chain", "the brake", "None of the above"), "names no error"),
    ("MC02", STEM, ("the chain", "the brake", "none of the spokes"), None),
    ("MC03", STEM, ("I and III only", "II only", "I, II and III"), "combines numbered statements"),
    ("MC03", STEM, ("rows 1 and 3", "rows 2 and 3", "row 4"), None),
    ("MC04", "Which of these is not a part of the brake?", PLAIN, "easily overread"),
    ("MC04", "Which of these is **not** a part of the brake?", PLAIN, "ask for what is so"),
    ("MC04", "All of these turn EXCEPT one. Which part is the EXCEPT?", PLAIN, "ask for what is so"),
    ("MC04", "Which query counts merchants that have not paid?", PLAIN, None),
    ("MC04", "Why does account 3 not appear in the result?", PLAIN, None),
    ("MC04", "The brake does not work. Which part do you look at first?", PLAIN, None),
    ("MC04", "Which rows does `NOT (a = 1)` keep?", PLAIN, None),
    (
        "MC05",
        "Which part is **not** a brake?",
        ("the chain", "what does not turn", "a lever"),
        "under a stem that denies",
    ),
    ("MC05", STEM, ("it does not turn", "it never turns", "it cannot turn"), "every option says what is not"),
    ("MC05", STEM, ("it does not turn", "it never stops", "it turns"), None),
    (
        "MC06",
        STEM,
        ("the chain that runs over both toothed wheels", "the brake", "the saddle"),
        "the key has 37 letters",
    ),
    ("MC06", STEM, ("the long chain", "the brake", "the saddle"), None),
    ("MC08", STEM, ("the chain", "always the brake", "only the saddle"), "every distractor is absolute"),
    ("MC08", STEM, ("only the chain", "always the brake", "only the saddle"), None),
    ("MC09", "What does a derailleur move?", ("the derailleur chain", "the brake", "the hub"), "in the key alone"),
    ("MC09", "What does a derailleur move?", ("the derailleur chain", "a derailleurs cage", "the hub"), None),
    ("MC09", "What does `derailleur` hold?", ("the `derailleur` itself", "a brake", "a hub"), None),
    ("MC09", "Ordered on Monday, paid on Wednesday: when sold?", ("Monday", "Tuesday", "Wednesday"), None),
    ("MC10", "The part that turns the rear wheel is an …", ("axle", "chain", "brake"), "fits only some options"),
    ("MC10", "The part that turns the rear wheel is a …", ("saddle", "chain", "brake"), None),
    ("MC10", "The parts that turn are …", ("wheels", "the chain", "the saddle"), "differ in number"),
    ("MC11", STEM, ("the chain", "the chain of the front wheel", "the hub"), "and more; set the two apart"),
    ("MC11", STEM, ("plan 2, plan 3", "plan 3", "plan 4"), None),
    ("MC11", STEM, ("`a <> 1`", "`a <> 1 OR a IS NULL`", "`a = 1`"), None),
    ("MC12", "When?", ("3 March 2025", "1 April 2024", "2 May 2025"), "the options are dates or times"),
    ("MC12", "When?", ("2025-03-01", "2025-02-01", "2025-04-01"), "the options are dates or times"),
    ("MC12", "When?", ("09:00", "10:30", "9:45"), "the options are dates or times"),
    ("MC12", "When?", ("March 2025", "every March", "in spring"), None),
    ("MC14", STEM, ("`a = 1`", "the second condition", "`a = 2`"), "some options are code"),
    ("MC14", STEM, ("12 rows", "12 parts", "3 rows"), "have the units"),
    ("MC14", STEM, ("1 row", "2 rows", "3 rows"), None),
    ("MC14", STEM, ("It turns the wheel.", "the brake", "the saddle"), "some options are sentences"),
    ("MC15", STEM, ("a", "b", "c", "d", "e"), "there are 5 options"),
    ("MC16", "Which of the following is true?", PLAIN, "names no subject"),
    ("MC16", "Bicycles and their parts", PLAIN, "asks nothing"),
    ("MC16", "The part of a bicycle that turns the rear wheel is", PLAIN, "asks nothing"),
    ("MC16", "The part of a bicycle that turns the rear wheel is …", PLAIN, None),
    ("MC16", "What turns?", PLAIN, "asks nothing"),
    ("MC16", "Choose the part that turns the rear wheel of a bicycle.", PLAIN, None),
    ("MC17", "Look. " * 91 + "Which?", PLAIN, "the stem has 92 words"),
    ("MC17", "```\n" + "look " * 200 + "\n```\n\nWhich part turns?", PLAIN, None),
    ("MC20", STEM, ("speed increases", "speed decreases", "the brake"), "are opposites"),
    ("MC20", STEM, ("it is valid", "it is not valid", "nobody knows"), "are opposites"),
    ("MC20", STEM, ("a rises", "a falls", "b rises", "b falls"), None),
    ("MC21", STEM, ("it is the chain", "it is the brake", "it is the saddle"), "begin with 'it is the'"),
    ("MC21", STEM, ("`SELECT a FROM b`", "`SELECT a FROM c`", "`SELECT a FROM d`"), None),
    ("MC22", "Which part do you think turns the wheel?", PLAIN, "asks for an opinion"),
    ("MC22", "Which part is best?", PLAIN, "has no criterion"),
    ("MC22", "Which part is best for climbing?", PLAIN, None),
    ("MC23", "According to the lesson, which part turns?", PLAIN, "ask for what is so, not for what a page says"),
    ("MC23", "According to the schema card, which part turns?", PLAIN, None),
    ("MC28", STEM, ("usually the chain", "the brake", "the saddle"), "only the key says 'usually'"),
    ("MC28", STEM, ("usually the chain", "often the brake", "the saddle"), None),
]


@pytest.mark.parametrize(("code", "stem", "options", "expected"), CASES)
def test_question(code: str, stem: str, options: tuple[str, ...], expected: str | None, tmp_path: Path) -> None:
    problems = found(make_course(tmp_path, choice("one", stem, options)), code)
    assert [expected in problem.message for problem in problems] == ([True] if expected else [])


COMMANDS = [
    ("Explain why the chain turns.", None),
    ("Sketch the chain. Name its parts.", None),
    ("Which of the two bicycles do you stop?", None),
    ("The chain and how it is oiled.", "says not what to do"),
    ("Everything about chains, please.", "says not what to do"),
]


@pytest.mark.parametrize(("stem", "expected"), COMMANDS)
def test_command_words(stem: str, expected: str | None, tmp_path: Path) -> None:
    scoring = [{"points": 1, "text": "Right."}]
    open_item = item("one", kind="short-answer", stem=stem, model="It does.", scoring=scoring)
    problems = found(make_course(tmp_path, open_item), "SR03")
    assert [expected in problem.message for problem in problems] == ([True] if expected else [])


def test_language_without_words_is_not_judged(tmp_path: Path) -> None:
    """A list that is missing finds nothing, in any rule: nobody is judged by the words of another language."""
    bad = choice("one", "Which of these is not true?", ("all of the above", "none of the above", "always"))
    assert found(make_course(tmp_path, bad), "MC01")
    for code in ("MC01", "MC02", "MC04", "MC08", "MC16", "SR03", "OBJ001", "AX03"):
        assert found(make_course(tmp_path, bad, language="fr"), code) == []


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_files_of_words(path: Path) -> None:
    """Every file is read, and what it lists is listed once."""
    language = path.stem.removeprefix("verbs-")
    if path.stem == "products":
        assert products().findall("ChatGPT and a chat") == ["ChatGPT"]
    elif path.stem.startswith("verbs-"):
        verbs = read_verbs(language)
        assert verbs is not None
        assert not {*verbs.verbs} & {*verbs.unmeasurable}
        assert set(Bloom) == {level for levels in verbs.verbs.values() for level in levels}
        core = {verb: [one for one in levels if levels[one] is Strength.CORE] for verb, levels in verbs.verbs.items()}
        assert [verb for verb, levels in core.items() if len(levels) > 1] == []
    else:
        words_of = read_language(language)
        assert words_of is not None
        assert all(meaning.endswith(".") for meaning in words_of.command_words.values())


def test_prose_leaves_out_code_tables_and_markup() -> None:
    table, listing = "| x | y |\n|---|---|\n| 1 | 2 |", "```sql\nSELECT 1\n```"
    text = f"Look at `a b`:\n\n{table}\n\n{listing}\n\n**Which** [row](a.md) of {{{{ given.n }}}}?"
    assert words(text) == ("look", "at", "ǂ", "which", "row", "of", "ǂ")
    assert plain(text).split() == "Look at a b: Which row of {{ given.n }}?".split()
    assert sentences("One. Two? “Three!” he said.") == ("One.", "Two?", "“Three!”", "he said.")
    assert prose("a {term}`grain <g>` of salt") == "a grain of salt"


def test_readability_is_the_published_formula() -> None:
    """Ten words, two sentences, thirteen syllables: 0.39 × 5 + 11.8 × 1.3 - 15.59 = 1.70."""
    readability = read_language("en").readability  # type: ignore[union-attr]
    assert readability is not None
    text = "The old cat sat happily on the mat all morning".split()
    assert [syllables_of(word, readability) for word in text] == [1, 1, 1, 1, 3, 1, 1, 1, 1, 2]
    assert grade_of(text, 2, readability) == pytest.approx(1.70, abs=0.01)
    assert [syllables_of(word, readability) for word in ("cake", "table", "wanted", "asked", "sees")] == [1, 2, 2, 1, 1]
