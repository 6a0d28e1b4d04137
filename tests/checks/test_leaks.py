"""Texts that are alike: the index finds what comparing all pairs finds, and the rules say where."""

from __future__ import annotations

import random
from itertools import combinations
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from builders.checks.leaks import find_cues
from builders.checks.similarity import containing, jaccard, shingles, similar_pairs
from builders.course import Pool
from tests.checks.bank import choice, found, item, make_course

TEXT = "Jana oils the chain of her bicycle on Monday and wipes it on Friday before she rides to work"
SETS = st.dictionaries(
    st.text("abcdef", min_size=1, max_size=3),
    st.frozensets(st.sampled_from([str(n) for n in range(12)]), min_size=1),
    max_size=8,
)


@given(SETS, st.sampled_from([0.3, 0.5, 0.7, 0.8]))
def test_index_finds_what_pairs_find(texts: dict[str, frozenset[str]], least: float) -> None:
    pairs = {(one, other) for one, other in combinations(sorted(texts), 2) if jaccard(texts[one], texts[other]) > least}
    assert {(one, other) for one, other, _ in similar_pairs(texts, least)} == pairs


@given(SETS, SETS, st.sampled_from([0.5, 0.8]))
def test_index_finds_what_is_contained(
    texts: dict[str, frozenset[str]], sources: dict[str, frozenset[str]], least: float
) -> None:
    inside = {
        (one, other) for one in texts for other in sources if len(texts[one] & sources[other]) > least * len(texts[one])
    }
    assert {(one, other) for one, other, _ in containing(texts, sources, least)} == inside


def test_shingles() -> None:
    assert shingles("a b c d".split()) == {"a b c", "b c d"}
    assert shingles(["a"]) == {"a"}
    assert shingles([]) == frozenset()


def test_near_duplicates(tmp_path: Path) -> None:
    one = choice("one", f"{TEXT}. What does she do?", ("oil", "wait", "ride"))
    other = choice("other", f"{TEXT}. What does she do then?", ("oil", "wait", "ride"))
    assert "'other' and 'one' are 8" in found(make_course(tmp_path, one, other), "MC26")[0].message
    family = [own.model_copy(update={"family": "jana"}) for own in (one, other)]
    assert found(make_course(tmp_path, *family), "MC26") == []
    enemies = other.model_copy(update={"enemies": ("one",)})
    assert found(make_course(tmp_path, one, enemies), "MC26") == []
    assert found(make_course(tmp_path, one, other.in_pool(Pool.SECURE)), "MC26") == [], "another rule looks at pools"


def test_leak_from_practice(tmp_path: Path) -> None:
    shown = choice("shown", f"{TEXT}. What does she do?", ("oil", "wait", "ride"))
    copy = choice("copy", f"{TEXT}. What does she do?", ("oil", "wait", "ride"), pool=Pool.SECURE)
    other = choice("other", "What does Tom oil on Sunday?", ("the chain", "the bell", "the saddle"), pool=Pool.SECURE)
    problems = found(make_course(tmp_path, shown, copy, other), "MC25")
    assert [problem.message.split(" (")[0] for problem in problems] == ["100% of the item stand in item 'shown'"]
    retired = shown.model_copy(update={"status": "retired"})
    assert found(make_course(tmp_path, retired, copy), "MC25") == []


def test_cues() -> None:
    asked = choice("asked", "Which part pulls the rear wheel?", ("the drive chain", "the brake pad", "the bell"))
    tells = choice("tells", "The drive chain is loose. What do you do?", ("tighten", "ride", "wait"))
    silent = choice("silent", "The chain of the drive is loose. What do you do?", ("tighten", "ride", "wait"))
    assert [(cue.item, cue.answers, cue.words) for cue in find_cues([asked, tells, silent], "en")] == [
        ("tells", "asked", "the drive chain")
    ]
    own = choice("own", "Is it the drive chain or the bell?", ("the drive chain", "the brake pad", "the bell"))
    assert find_cues([own, tells], "en") == (), "what the stem itself says is no secret"
    cloze = item("cloze", kind="cloze", stem="It is pulled by the [[1]].", blanks=[{"answer": "derailleur"}])
    derails = choice("derails", "The derailleur squeaks. What now?", ("oil it", "ride", "wait"))
    others = [choice(f"i{n}", f"What is number {n}?", ("a", "b", "c")) for n in range(60)]
    assert [(cue.item, cue.answers) for cue in find_cues([cloze, derails, *others], "en")] == [("derails", "cloze")]


def test_thousand_items_have_no_accidental_twins(tmp_path: Path) -> None:
    rng = random.Random(5)
    vocabulary = [f"word{n}" for n in range(3000)]
    items = [
        choice(
            f"i{n}",
            " ".join(rng.choices(vocabulary, k=40)) + "?",
            (f"a{n}", f"b{n}", f"c{n}"),
            pool=rng.choice(list(Pool)),
        )
        for n in range(1000)
    ]
    course = make_course(tmp_path, *items)
    assert [found(course, code) for code in ("MC25", "MC26")] == [[], []]
    assert find_cues(items, "en") == ()
