"""Rules about names: every id is unique, and every name that is used exists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from builders.checks.rules import Finding, Subject, rule
from builders.course.course import Course
from builders.course.items import Item, Pool
from builders.course.lessons import Block, Lesson
from builders.course.objectives import Dataset
from builders.course.problem import nearest


def _doubled(what: str, subjects: Iterable[tuple[str, Subject]]) -> Iterator[Finding]:
    first: dict[str, Subject] = {}
    for name, subject in subjects:
        if name in first:
            yield Finding(subject, f"the {what} '{name}' exists already at {first[name].at}; choose another id")
        else:
            first[name] = subject


@rule("ID01")
def unique_ids(course: Course) -> Iterator[Finding]:
    """An id names one thing.

    Items share one set of ids over all files and pools, so that paper, key, deck and results agree.
    """
    spine = course.spine
    yield from _doubled("topic", ((topic.id, topic) for topic in spine.topics))
    yield from _doubled("objective", ((objective.id, objective) for objective in spine.objectives))
    yield from _doubled("definition", ((term.id, term) for term in spine.terms))
    yield from _doubled("dataset", ((dataset.id, dataset) for dataset in spine.datasets))
    yield from _doubled("secure dataset", ((record.dataset, record) for record in course.secure_datasets))
    yield from _doubled("module", ((module.id, module.fields) for module in course.modules))
    yield from _doubled("lesson", ((lesson.id, lesson) for lesson in course.lessons))
    exercises = ((exercise.id, exercise) for lesson in course.lessons for exercise in lesson.exercises)
    yield from _doubled("exercise", exercises)
    yield from _doubled("item", ((item.id, item) for item in course.items))
    yield from _doubled("card", ((card.id, card) for card in course.cards))
    yield from _doubled("task", ((task.id, task) for task in course.tasks))
    yield from _doubled("lab", ((lab.id, lab) for lab in course.labs))
    for lab in course.labs:
        yield from _doubled("lab task", ((task.id, task) for task in lab.tasks))
    yield from _doubled("blueprint", ((blueprint.id, blueprint) for blueprint in course.blueprints))
    for blueprint in course.blueprints:
        yield from _doubled("slot", ((slot.id, slot) for slot in blueprint.slots))
    yield from _doubled("misconception", ((record.id, record) for record in course.misconceptions))
    yield from _doubled("glossary term", ((term.id, term) for term in course.glossary))
    yield from _doubled("fact", ((fact.id, fact) for fact in course.facts))


def _claims(course: Course) -> Iterator[tuple[Subject, str, tuple[str, ...]]]:
    """Yield everything that claims an objective and facets of it."""
    for item in course.items:
        yield item, item.objective, item.facets
    for card in course.cards:
        yield card, card.objective, (card.facet,) if card.facet else ()
    for lesson in course.lessons:
        for exercise in lesson.exercises:
            yield exercise, exercise.objective, exercise.facets
    for blueprint in course.blueprints:
        for slot in blueprint.slots:
            facets = (slot.facet,) if isinstance(slot.facet, str) else slot.facet
            yield slot, slot.objective, facets


@rule("REF01")
def known_objective(course: Course) -> Iterator[Finding]:
    """Items, cards, exercises, slots, tasks and lessons name objectives that ``objectives.yaml`` defines."""
    for subject, objective, _ in _claims(course):
        if objective not in course.objectives:
            yield Finding(subject, f"the objective '{objective}' is unknown" + nearest(objective, course.objectives))
    for owner, names in _objective_lists(course):
        for name in names:
            if name not in course.objectives:
                yield Finding(owner, f"the objective '{name}' is unknown" + nearest(name, course.objectives))


def _objective_lists(course: Course) -> Iterator[tuple[Subject, tuple[str, ...]]]:
    for lesson in course.lessons:
        yield lesson, lesson.fields.objectives
    for lab in course.labs:
        yield lab, lab.objectives
    for task in course.tasks:
        yield task, tuple(task.objectives)
        for criterion in task.criteria:
            yield criterion, (criterion.objective,)
    for objective in course.spine.objectives:
        if objective.parent:
            yield objective, (objective.parent,)


@rule("REF02")
def known_facet(course: Course) -> Iterator[Finding]:
    """A facet belongs to the objective it is named with."""
    for subject, name, facets in _claims(course):
        objective = course.objectives.get(name)
        for facet in facets if objective else ():
            if objective and facet not in objective.facet_ids:
                message = f"'{facet}' is no facet of {name}" + nearest(facet, objective.facet_ids)
                yield Finding(subject, message)
    for lesson in course.lessons:
        allowed = [
            facet
            for name in lesson.fields.objectives
            if (found := course.objectives.get(name))
            for facet in found.facet_ids
        ]
        for facet in lesson.fields.facets:
            if facet not in allowed:
                yield Finding(lesson, f"'{facet}' is no facet of the lesson's objectives" + nearest(facet, allowed))


@rule("REF03")
def known_topic(course: Course) -> Iterator[Finding]:
    """Topics are those that ``objectives.yaml`` lists."""
    topics = [topic.id for topic in course.spine.topics]
    used: list[tuple[Subject, str]] = [(item, item.topic) for item in course.items]
    used += [(slot, slot.topic) for blueprint in course.blueprints for slot in blueprint.slots if slot.topic]
    used += [(module.fields, module.fields.topic) for module in course.modules if module.fields.topic]
    used += [(objective, topic) for objective in course.spine.objectives for topic in objective.topics]
    for subject, topic in used:
        if topic not in topics:
            yield Finding(subject, f"the topic '{topic}' is unknown" + nearest(topic, topics))
    excluded = course.spine.excluded_topics
    for entry in course.spine.excluded_keywords:
        if entry.topic not in excluded:
            yield Finding(entry, f"'{entry.topic}' is none of 'excluded_topics'" + nearest(entry.topic, excluded))


@rule("REF04")
def known_lesson(course: Course) -> Iterator[Finding]:
    """``source`` and ``first`` name a lesson that exists."""
    lessons = [lesson.id for lesson in course.lessons]
    used: list[tuple[Subject, str]] = [(item, item.source) for item in course.items if item.source]
    used += [(card, card.source) for card in course.cards]
    used += [(task, task.source) for task in course.tasks]
    used += [(lab, lab.lesson) for lab in course.labs]
    used += [(term, term.first) for term in course.glossary]
    for subject, lesson in used:
        if lesson not in lessons:
            yield Finding(subject, f"the lesson '{lesson}' does not exist" + nearest(lesson, lessons))


def _named_misconceptions(item: Item) -> Iterator[tuple[str, Subject]]:
    """Yield every misconception an item names, with the record that names it."""
    bodies = [item, *getattr(item, "parts", ())]
    for body in bodies:
        for group in ("options", "extra", "errors", "mutants"):
            for record in getattr(body, group, ()):
                if record.misconception:
                    yield record.misconception, record
        if getattr(body, "misconception", None):
            yield body.misconception, body


@rule("REF05")
def known_misconception(course: Course) -> Iterator[Finding]:
    """A misconception that an option, wrong value or mutant names is in ``misconceptions.yaml``."""
    known = course.misconceptions_by_id
    for item in course.items:
        for name, record in _named_misconceptions(item):
            if name not in known:
                message = f"the misconception '{name}' is not registered" + nearest(name, known)
                yield Finding(item, message, record.at)
    for mutant in (mutant for lab in course.solutions for task in lab.tasks for mutant in task.mutants):
        if mutant.misconception and mutant.misconception not in known:
            message = f"the misconception '{mutant.misconception}' is not registered"
            yield Finding(mutant, message + nearest(mutant.misconception, known))


@rule("REF06")
def known_item(course: Course) -> Iterator[Finding]:
    """Enemies exist, and ``{practice}`` shows items of ``assessments/items`` only."""
    known = course.items_by_id
    for item in course.items:
        for enemy in item.enemies:
            if enemy not in known:
                yield Finding(item, f"the enemy '{enemy}' does not exist" + nearest(enemy, known))
    public = {item.id for item in course.items if item.pool is not Pool.SECURE}
    for lesson in course.lessons:
        for name, place in lesson.practice:
            if name not in public:
                yield Finding(lesson, f"'{name}' is no practice item" + nearest(name, public), place)


@rule("REF07")
def known_dataset(course: Course) -> Iterator[Finding]:
    """A dataset that an item or lab names, and the variants of a blueprint's forms, are in ``objectives.yaml``."""
    for item in course.items:
        dataset = getattr(item, "dataset", None)
        if dataset and dataset not in course.datasets:
            yield Finding(item, f"the dataset '{dataset}' is unknown" + nearest(dataset, course.datasets))
    for lab in course.labs:
        if lab.dataset and lab.dataset not in course.datasets:
            yield Finding(lab, f"the dataset '{lab.dataset}' is unknown" + nearest(lab.dataset, course.datasets))
    variants = {variant.id for dataset in course.spine.datasets for variant in dataset.variants}
    for blueprint in course.blueprints:
        for letter, name in blueprint.variants.items():
            if name not in variants:
                yield Finding(blueprint, f"no dataset has a variant '{name}'" + nearest(name, variants))
            if letter not in blueprint.forms:
                yield Finding(blueprint, f"'variants' names form {letter}" + nearest(letter, blueprint.forms))


@rule("REF08")
def known_term_and_fact(course: Course) -> Iterator[Finding]:
    """The roles ``{term}`` and ``{fact}`` name a glossary term or a fact that exists."""
    terms = _term_names(course)
    folded = {term.casefold() for term in terms}
    facts = {fact.id for fact in course.facts}
    for lesson in course.lessons:
        for reference in lesson.references:
            name = reference.target
            if reference.role == "fact" and name not in facts:
                yield Finding(lesson, f"the fact '{name}' is unknown" + nearest(name, facts), reference.place)
            if reference.role == "term" and name.casefold() not in folded:
                yield Finding(
                    lesson, f"the term '{name}' is not in the glossary" + nearest(name, terms), reference.place
                )


def _term_names(course: Course) -> set[str]:
    names = {name for term in course.glossary for name in (term.term, *term.aliases)}
    return names | {definition.term for definition in course.spine.terms}


@rule("REF09")
def known_task(course: Course) -> Iterator[Finding]:
    """``{rubric}`` and scored samples name a task that exists; a sample scores each of its criteria once."""
    tasks = {task.id: task for task in course.tasks}
    for lesson in course.lessons:
        for block in lesson.named("rubric"):
            if block.argument not in tasks:
                yield _unknown_task(lesson, block, tasks)
    for sample in course.samples:
        task = tasks.get(sample.task)
        if task is None:
            yield Finding(sample, f"the task '{sample.task}' does not exist" + nearest(sample.task, tasks))
            continue
        criteria = [criterion.id for criterion in task.criteria]
        for name in sorted(set(sample.scores) ^ set(criteria)):
            yield Finding(sample, f"the scores must name each criterion of {task.id} once, and '{name}' differs")


def _unknown_task(lesson: Lesson, block: Block, tasks: Iterable[str]) -> Finding:
    return Finding(lesson, f"the task '{block.argument}' does not exist" + nearest(block.argument, tasks), block.place)


@rule("REF10")
def known_file(course: Course) -> Iterator[Finding]:
    """Files that a record names are there: a dataset's generator and facts, a blueprint's reference card."""
    named: list[tuple[Subject, str]] = []
    for dataset in course.spine.datasets:
        named += [(dataset, path) for path in (dataset.generator, dataset.facts) if path]
    named += [(blueprint, blueprint.reference) for blueprint in course.blueprints if blueprint.reference]
    for subject, path in named:
        if not (course.root / path).is_file():
            yield Finding(subject, f"the file '{path}' does not exist; write the path from the course folder")


@rule("REF11")
def known_variant(course: Course) -> Iterator[Finding]:
    """Expected values name facts and variants of their dataset, and each stands where it may.

    Those of public variants stand with the facts, those of secure ones in ``assessments/secure/datasets``, and
    nowhere else: a number that an exam asks for must not lie open.
    """
    for record in course.secure_datasets:
        dataset = course.datasets.get(record.dataset)
        if dataset is None:
            message = f"the dataset '{record.dataset}' is unknown" + nearest(record.dataset, course.datasets)
            yield Finding(record, message)
            continue
        facts = {fact.id for fact in course.facts_of(dataset)}
        for name, values in record.expected.items():
            if name not in facts:
                yield Finding(record, f"the fact '{name}' is unknown" + nearest(name, facts))
            for variant in values.keys() - set(dataset.secure_variants):
                message = f"'{variant}', expected of '{name}', is no secure variant"
                yield Finding(record, message + nearest(variant, dataset.secure_variants))
    for dataset in course.spine.datasets:
        yield from _misplaced_expectations(course, dataset)


def _misplaced_expectations(course: Course, dataset: Dataset) -> Iterator[Finding]:
    for fact in course.facts_of(dataset):
        for variant in sorted(fact.expected.keys() - set(dataset.public_variants)):
            if variant in dataset.secure_variants:
                message = (
                    f"the variant '{variant}' is secure; move what is expected on it to assessments/secure/datasets"
                )
            else:
                message = f"the variant '{variant}' is unknown" + nearest(variant, dataset.public_variants)
            yield Finding(fact, message)


@rule("REF12")
def known_blueprint(course: Course) -> Iterator[Finding]:
    """``apart_from`` names blueprints that exist, and no two keep apart from each other, not even by way of others.

    Why: a form leaves out what the blueprints that it names ask, so these must be drawn first.
    Mend: name in each blueprint those that are sat before it.
    """
    known = course.blueprints_by_id
    for blueprint in course.blueprints:
        for name in blueprint.apart_from:
            if name not in known:
                yield Finding(blueprint, f"the blueprint '{name}' does not exist" + nearest(name, known))
            elif blueprint.id in _before(course, name):
                message = (
                    f"'{blueprint.id}' keeps apart from '{name}', which keeps apart from it; let the later one do it"
                )
                yield Finding(blueprint, message)


def _before(course: Course, name: str) -> set[str]:
    """Return a blueprint and all that it keeps apart from."""
    found, waiting = {name}, [name]
    while waiting:
        blueprint = course.blueprints_by_id.get(waiting.pop())
        new = set(blueprint.apart_from if blueprint else ()) - found
        found |= new
        waiting += sorted(new)
    return found
