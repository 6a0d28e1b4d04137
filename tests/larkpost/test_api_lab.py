"""Lab API-1: every answer is derived from the description again, and its evidence stands there."""

import math
import re
from pathlib import Path
from typing import Any, TypeVar

import pytest
import yaml

from builders.course.labs import AnswersTask, Lab, LabSolutions, TaskSolution
from builders.course.objectives import MisconceptionFile
from builders.course.record import Record, parse_record
from builders.course.yamlfile import parse_yaml
from tests.larkpost.openapi import (
    API,
    DESCRIPTION,
    Operation,
    at,
    component,
    followed,
    nullable,
    operations,
    properties,
)

ROOT = Path(__file__).parents[2]
R = TypeVar("R", bound=Record)


def _read(kind: type[R], name: str) -> R:
    document, problems = parse_yaml((ROOT / name).read_text(encoding="utf-8"), name)
    record, more = parse_record(kind, document)
    assert record is not None, [*problems, *more]
    return record


LAB = _read(Lab, "assessments/labs/api-1.yaml")
SOLUTIONS = _read(LabSolutions, "assessments/secure/labs/api-1.yaml")
KNOWN = {known.id for known in _read(MisconceptionFile, "assessments/misconceptions.yaml").misconceptions}
JUDGED = ROOT / "assessments/secure/catalogues/sales-promises.yaml"
PROMISES = yaml.safe_load(JUDGED.read_text(encoding="utf-8"))["promises"]
PLANS = DESCRIPTION["x-rate-limits"]["calls_per_window"]
LARGEST = at("/components/parameters/Limit/schema/maximum")
LABELS = 180_000


def _operation(name: str) -> Operation:
    return next(operation for operation in operations() if operation.name == name)


def _fields(schema: dict[str, Any]) -> dict[str, Any]:
    return followed(schema)["properties"]


def _statuses_with(header: str) -> set[str]:
    return {
        status
        for operation in operations()
        for status in operation.node["responses"]
        if header in operation.response(int(status)).get("headers", {})
    }


def _required_headers(name: str) -> list[str]:
    parameters = _operation(name).parameters.items()
    return [header for (place, header), parameter in parameters if place == "header" and parameter["required"]]


def _status_of(code: str) -> int:
    """Return the only status whose examples show an error code."""
    found = {
        int(status)
        for operation in operations()
        for status, response in operation.node["responses"].items()
        for media in followed(response).get("content", {}).values()
        for example in media["examples"].values()
        if example["value"].get("error", {}).get("code") == code
    }
    assert len(found) == 1
    return found.pop()


def _changed(*fields: str) -> set[str]:
    """Return the numbers of the breaking changes that touch one of these fields of an answer."""
    kinds = {"LabelIdV1": "B1", "DollarsV1": "B2", "TimeV1": "B6"}
    old, new = properties(component("LabelV1")), properties(component("LabelV2"))
    return {kinds[old[field]["$ref"].split("/")[-1]] for field in fields if old[field] != new.get(field)}


DERIVED: dict[str, Any] = {
    "1": len(operations()),
    "2": sum(operation.node.get("x-replaced-by", "") is None for operation in operations()),
    "3": _operation("POST /v1/labels/{id}/void").scope,
    "4": _required_headers("POST /v2/labels")[0],
    "5": _status_of("idempotency_key_missing"),
    "6": set(component("LabelRequestV1")["required"]),
    "7": {name for name, field in _fields(component("LabelV1")).items() if nullable(field)},
    "8": set(component("LabelStatus")["enum"]),
    "9": LARGEST,
    "10": math.ceil(640 / LARGEST),
    "11": PLANS["legacy_pro"],
    "12": LABELS / PLANS["scale"],
    "13": PLANS["growth"],
    "14": _statuses_with("Retry-After"),
    "15": "may or may not have been carried out" in at("/components/responses/Unavailable/description"),
    "16": 24 if "Kept for 24 hours" in at("/components/parameters/IdempotencyKeyOptional/description") else None,
    "17": at("/components/parameters/LarkpostAttempt/schema/maximum"),
    "18": "failed" not in component("LabelResultV2")["properties"]["status"]["enum"],
    "19": _changed("id", "cost", "tracking_number"),
    "20": {promise["id"] for promise in PROMISES if promise["holds"]},
}


def _value(solution: Any) -> Any:
    return set(solution) if isinstance(solution, tuple) else solution


def _named(solution: TaskSolution) -> str:
    return solution.id


def test_twenty_questions_with_their_solutions() -> None:
    assert [task.id for task in LAB.tasks] == [str(number) for number in range(1, 21)] == list(DERIVED)
    assert [solution.id for solution in SOLUTIONS.tasks] == list(DERIVED)


@pytest.mark.parametrize("solution", SOLUTIONS.tasks, ids=_named)
def test_solution_follows_from_the_description(solution: TaskSolution) -> None:
    assert _value(solution.solution) == DERIVED[solution.id]
    assert type(solution.solution) is not bool or isinstance(DERIVED[solution.id], bool)


@pytest.mark.parametrize("solution", SOLUTIONS.tasks, ids=_named)
def test_evidence_stands_in_the_description(solution: TaskSolution) -> None:
    assert solution.evidence
    for pointer in solution.evidence:
        at(pointer)


@pytest.mark.parametrize("solution", SOLUTIONS.tasks, ids=_named)
def test_mutants_are_wrong_each_in_its_own_way(solution: TaskSolution) -> None:
    values = [_value(mutant.solution) for mutant in solution.mutants]
    assert values
    assert _value(solution.solution) not in values
    assert all(values.count(value) == 1 for value in values)
    assert {mutant.misconception for mutant in solution.mutants} - {None} <= KNOWN


@pytest.mark.parametrize("solution", SOLUTIONS.tasks, ids=_named)
def test_feedback_does_not_give_the_answer_away(solution: TaskSolution) -> None:
    answers = _value(solution.solution)
    shown = {str(answer) for answer in answers} if isinstance(answers, set) else {str(answers)}
    for mutant in solution.mutants:
        words = set(mutant.feedback.replace(",", " ").replace(".", " ").replace("`", " ").split())
        assert not shown <= words, mutant.feedback


def test_choices_hold_the_solution() -> None:
    for task, solution in zip(LAB.tasks, SOLUTIONS.tasks, strict=True):
        assert isinstance(task, AnswersTask)
        if task.choices:
            assert _value(solution.solution) < set(task.choices)


# What the questions take for granted


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise["id"])
def test_promise_is_judged_by_the_description(promise: dict[str, Any]) -> None:
    mail = (API / "sales-promises.md").read_text(encoding="utf-8")
    paragraph = next(line for line in mail.splitlines() if line.startswith(f"> **{promise['id']}. "))
    assert promise["quote"] in paragraph
    for evidence in promise["evidence"]:
        assert evidence["words"] in " ".join(str(at(evidence["at"])).split())
    assert len(promise["why"]) > 30
    assert len(promise["say_instead"]) > 30


def test_mail_makes_four_promises() -> None:
    mail = (API / "sales-promises.md").read_text(encoding="utf-8")
    assert re.findall(r"^> \*\*(\d)\. ", mail, flags=re.M) == [promise["id"] for promise in PROMISES]


def test_sum_of_the_backlog() -> None:
    batch = component("LabelBatchRequestV2")["properties"]["labels"]["maxItems"]
    assert LABELS / batch / PLANS["growth"] == PROMISES[0]["sum"]["is"] < 10


def test_only_the_versions_of_two_fields_concern_the_program_of_question_19() -> None:
    request = {"weight_g", "carrier_code", "service", "ship_from", "ship_to"}
    assert set(component("LabelRequestV2")["required"]) <= request
    old, new = component("LabelRequestV1")["properties"], component("LabelRequestV2")["properties"]
    assert {name for name in request if old[name] != new[name]} == {"weight_g"}
    assert nullable(old["weight_g"])
    assert not nullable(new["weight_g"])
