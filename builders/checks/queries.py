"""Rules that need a database: key queries run and leave nothing open, mutants differ from their key, and what holds
of items holds of their instances too.

Outcomes are noted beside the database they were found on, under the content of the queries, so that a second check
runs only what changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path

from builders.checks.databases import Progress, looked_at, variant_database
from builders.checks.instances import Wanted, dataset_of, make_instances, values_are_computed, variant_of
from builders.checks.notes import note_beside, read_note, write_note
from builders.checks.rules import RULES, Finding, apply_rules, data_rule, problems_of
from builders.course.course import Course
from builders.course.files import digest
from builders.course.items import Item, Mutant, Pool, Sql
from builders.course.objectives import Dataset
from builders.course.problem import Place, Problem
from builders.data import QueryError, Result, compare, run_query
from builders.data.comparison import largest_gap
from builders.data.instances import combinations, is_computed, needs_database
from builders.data.ordering import is_limited, is_ordered, with_ties_broken

DRAWS = 6
"""How many draws of an exam item a check looks at; learners meet only draw 0 of a practice item."""
STEPS = 100_000_000
"""Steps of SQLite's virtual machine that a key may take: about two seconds on an ordinary computer."""
SECONDS = 20.0
"""How long a query may take by the clock, however busy the computer is."""
SMALL = 1e-6
"""By how much sums may differ that were added up in another order."""
INSTANCE_RULES = ("MC11", "MC12", "MC13", "NU01")
"""Rules about items whose outcome can change with the values of an instance."""


def check_queries(course: Course, progress: Progress, *, every: bool = False) -> tuple[Problem, ...]:
    """Make instances of computed items, run key queries and mutants: on practice, or on every variant.

    Practice items are tried on public variants. Raises DatasetError where a database cannot be made.
    """
    wanted = [one for item in course.items for one in _wanted(course, item, every=every)]
    made = make_instances(course, wanted, progress)
    failed = [problem for one in made if isinstance(one, list) for problem in one]
    good = [(one, item) for one, item in zip(wanted, made, strict=True) if not isinstance(item, list)]
    problems = problems_of("VA03", values_are_computed(course, failed))
    return tuple(sorted({*problems, *check_instances(course, good, progress)}))


def _wanted(course: Course, item: Item, *, every: bool) -> Iterator[Wanted]:
    """Yield the instances of an item that a check looks at; none where it is as it was written."""
    if item.status == "retired" or not (isinstance(item, Sql) or is_computed(item)):
        return
    dataset = dataset_of(course, item)
    asks = dataset and (isinstance(item, Sql) or needs_database(item))
    variants = _variants(course, dataset, item, every=every) if dataset and asks else (None,)
    for variant in variants:
        for draw in range(min(combinations(item), DRAWS) if item.pool is Pool.SECURE else 1):
            yield Wanted(item, draw, variant)


def _variants(course: Course, dataset: Dataset, item: Item, *, every: bool) -> tuple[str, ...]:
    variants = looked_at(course, dataset, every=every)
    return variants if item.pool is Pool.SECURE else tuple(v for v in variants if v in dataset.public_variants)


def check_instances(course: Course, made: Sequence[tuple[Wanted, Item]], progress: Progress) -> tuple[Problem, ...]:
    """Apply to instances the rules whose outcome depends on values, and try those that are queries."""
    problems: set[Problem] = set()
    for wanted, item in made:
        if is_computed(wanted.item):
            problems |= set(_rule_problems(course, wanted, item))
    trials = list(_trials(course, made))
    for number, trial in enumerate(trials, start=1):
        progress(f"query item {number} of {len(trials)}")
        problems |= {*problems_of("CQ01", keys_run([trial])), *problems_of("CQ02", mutants_differ([trial]))}
    for outcomes in {id(trial.outcomes): trial.outcomes for trial in trials}.values():
        outcomes.save()
    return tuple(sorted(problems))


def _rule_problems(course: Course, wanted: Wanted, item: Item) -> Iterator[Problem]:
    """Yield what the rules about items find in an instance, and in which one."""
    rules = {code: RULES[code] for code in INSTANCE_RULES}
    for problem in apply_rules(replace(course, items=(item,)), rules).problems:
        yield replace(problem, message=f"'{item.id}'{where(wanted)}: {problem.message}")


def where(wanted: Wanted) -> str:
    """Return which instance of an item this is, such as `` on 'blue' in draw 3``; nothing for an only one."""
    variant = f" on '{wanted.variant}'" if wanted.variant else ""
    return variant + (f" in draw {wanted.draw}" if combinations(wanted.item) > 1 else "")


# ---- Trials ----


@dataclass
class Outcomes:
    """Messages of trials on one database, by digest; the empty message means that all is well."""

    path: Path
    known: dict[str, str] = field(default_factory=dict)
    fresh: bool = False

    @classmethod
    def beside(cls, database: Path) -> Outcomes:
        """Return what was noted beside a database."""
        path = note_beside(database, "queries")
        return cls(path, read_note(path))

    def of(self, trial: Callable[[], str], *depends_on: str) -> str:
        """Return the message of a trial; it runs only where nothing it depends on was tried before."""
        key = digest(_logic(), *depends_on)
        if key not in self.known:
            self.known[key] = trial()
            self.fresh = True
        return self.known[key]

    def save(self) -> None:
        """Keep what is new."""
        if self.fresh:
            write_note(self.path, self.known)


@cache
def _logic() -> str:
    """Return a digest of what decides outcomes here, so that a changed rule is never answered from notes."""
    return digest(Path(__file__).read_bytes())


@dataclass(frozen=True)
class Trial:
    """A query item as it is in one instance, to be tried on a database."""

    item: Sql
    where: str
    database: Path
    outcomes: Outcomes


def _trials(course: Course, made: Iterable[tuple[Wanted, Item]]) -> Iterator[Trial]:
    notes: dict[Path, Outcomes] = {}
    for wanted, item in made:
        dataset = dataset_of(course, item)
        if isinstance(item, Sql) and dataset:
            variant = variant_of(dataset, wanted.variant)
            database = variant_database(course, dataset, variant, lambda note: None)
            notes.setdefault(database, Outcomes.beside(database))
            yield Trial(item, where(wanted), database, notes[database])


@data_rule("CQ01")
def keys_run(trials: Iterable[Trial]) -> Iterator[Finding]:
    """The key query of an item runs, within about two seconds, gives a value, and leaves nothing to chance.

    Where order counts, ORDER BY decides every tie; a LIMIT cuts where ORDER BY leaves no tie. Both are tried: with the
    tables read backwards, and with ties broken in both directions.
    """
    for trial in trials:
        item = trial.item
        message = trial.outcomes.of(
            partial(_try_key, trial), "CQ01", item.key_sql, str(item.ordered), str(item.checks.nonempty)
        )
        if message:
            yield Finding(item, f"the key query of '{item.id}'{trial.where} {message}")


def _try_key(trial: Trial) -> str:
    """Return what is wrong with a key query, or nothing."""
    item = trial.item
    try:
        result = run_query(trial.database, item.key_sql, seconds=SECONDS, steps=STEPS)
        if item.checks.nonempty and not _has_value(result):
            return "gives no value; ask for what the data holds, or set 'nonempty: false'"
        if item.ordered and not is_ordered(item.key_sql):
            return "has no ORDER BY, and order counts; add one, or drop 'ordered: true'"
        return _try_order(trial, result)
    except QueryError as error:
        return f"fails: {error}; mend 'key_sql'"


def _try_order(trial: Trial, result: Result) -> str:
    """Return what a key query leaves open, or nothing."""
    item, database = trial.item, trial.database
    if item.ordered or is_limited(item.key_sql):
        up, down = (
            run_query(database, with_ties_broken(item.key_sql, len(result.columns), way), seconds=SECONDS)
            for way in ("ASC", "DESC")
        )
        if compare(up, down, ordered=item.ordered, tolerance=SMALL):
            return "leaves ties open; add columns to its ORDER BY until no two rows are equal"
    backwards = run_query(database, item.key_sql, seconds=SECONDS, backwards=True)
    difference = compare(result, backwards, ordered=item.ordered, tolerance=SMALL)
    if difference:
        return f"gives something else where rows are read in another order ({difference}); let it decide which it wants"
    return ""


def _has_value(result: Result) -> bool:
    return any(value is not None for row in result.rows for value in row)


@data_rule("CQ02")
def mutants_differ(trials: Iterable[Trial]) -> Iterator[Finding]:
    """A mutant runs, and its result differs from the key's: otherwise nobody would see the misconception.

    ``checks: {min_gap_pct: 2}`` asks for more: numbers at least two percent apart, or other rows.
    """
    for trial in trials:
        item = trial.item
        for mutant in item.mutants if item.checks.distinct else ():
            message = trial.outcomes.of(
                partial(_try_mutant, trial, mutant),
                "CQ02", item.key_sql, mutant.sql, str(item.ordered), str(item.checks),
            )  # fmt: skip
            if message:
                yield Finding(item, f"a mutant of '{item.id}'{trial.where} {message}", _place(mutant, item))


def _place(mutant: Mutant, item: Sql) -> Place:
    return mutant.at if mutant.at.path else item.at


def _try_mutant(trial: Trial, mutant: Mutant) -> str:
    """Return what is wrong with a mutant, or nothing."""
    item = trial.item
    try:
        key = run_query(trial.database, item.key_sql, seconds=SECONDS)
        other = run_query(trial.database, mutant.sql, seconds=SECONDS)
    except QueryError as error:
        return f"cannot be compared with its key: {error}; mend it"
    if compare(key, other, ordered=item.ordered, tolerance=SMALL) is None:
        return "gives the same result as the key; the misconception would go unseen"
    gap = largest_gap(key, other)
    if gap is not None and gap < item.checks.min_gap_pct:
        return f"is only {gap:.2g} % from the key, and 'min_gap_pct' asks for {item.checks.min_gap_pct:g}; set it apart"
    return ""
