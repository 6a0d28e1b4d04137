"""Labs: what learners do at their own computer and have checked there, and the secret solutions.

A lab is public. Its solutions lie in ``assessments/secure/labs``; what checking needs of them is kept in
``assessments/labs/digests`` in a form that gives no answer away.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from builders.course.problem import NOWHERE, nearest
from builders.course.record import Id, Minutes, Points, Record, Text, Waiver
from builders.course.yamlfile import Located

TaskId = Annotated[str, Field(pattern=r"^[0-9]{1,3}[a-z]?$")]
"""A number, perhaps with a letter: 1, 12, 3b."""
Name = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", max_length=80)]
Tolerance = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class LabKind(StrEnum):
    """What a learner's file holds."""

    SQL = "sql"
    PYTHON = "python"
    ANSWERS = "answers"


SUFFIX = {LabKind.SQL: "sql", LabKind.PYTHON: "py", LabKind.ANSWERS: "txt"}


class AnswerKind(StrEnum):
    """What one answer is."""

    TEXT = "text"
    NUMBER = "number"
    LIST = "list"
    YES_NO = "yes-no"


class TaskFields(Record):
    """What every task of a lab has."""

    id: TaskId
    title: Text
    prompt: Text
    points: Points


class SqlTask(TaskFields):
    """A query to write. Its result is compared: numbers up to ``tolerance``, rows in any order unless ``ordered``."""

    kind: Literal[LabKind.SQL] = LabKind.SQL
    columns: Annotated[tuple[Text, ...], Field(min_length=1)]
    ordered: bool = False
    tolerance: Tolerance = 0.0


class Svg(Record):
    """What a drawing must show: words that stand in it, and one ``mark`` (an SVG element) for each thing drawn.

    With ``length``, an attribute of the marks, they are compared by it too, each in proportion to the largest.
    """

    mark: Name
    length: Name | None = None
    texts: tuple[Text, ...] = ()


class OwnTests(Record):
    """Tests that a learner writes: functions named ``test_…`` that pass on right code and fail on each faulty one.

    ``faulty`` is code that learners can read.
    """

    least: Annotated[int, Field(ge=1)] = 1
    faulty: Annotated[tuple[Text, ...], Field(min_length=1)]


class PythonTask(TaskFields):
    """A function to write. What it returns is compared: numbers up to ``tolerance``, a list in its order.

    It is called once with ``arguments``, or once for each entry of ``calls``. An argument ``{csv: TABLE}`` becomes the
    path of an extract, ``{database: true}`` a read-only connection.
    """

    kind: Literal[LabKind.PYTHON] = LabKind.PYTHON
    function: Name
    starter: Text | None = None
    arguments: tuple[Any, ...] = ()
    calls: tuple[tuple[Any, ...], ...] = ()
    tolerance: Tolerance = 0.0
    unordered: bool = False
    svg: Svg | None = None
    tests: OwnTests | None = None

    @model_validator(mode="after")
    def _one_way_of_calling(self) -> Self:
        if self.arguments and self.calls:
            raise ValueError("a function is called with 'arguments' or with each entry of 'calls'; give one of them")
        if self.unordered and len(self.calls) > 1:
            raise ValueError("'unordered' is for the list that one call returns; call the function once")
        return self

    @property
    def all_calls(self) -> tuple[tuple[Any, ...], ...]:
        """The arguments of each call."""
        return self.calls or (self.arguments,)


class AnswersTask(TaskFields):
    """A question with a short answer; with ``choices`` it is one of them, or some of them in a list."""

    kind: Literal[LabKind.ANSWERS] = LabKind.ANSWERS
    answer: AnswerKind = AnswerKind.TEXT
    choices: tuple[Text, ...] = ()
    tolerance: Tolerance = 0.0


LabTask = Annotated[SqlTask | PythonTask | AnswersTask, Field(discriminator="kind")]


class Lab(Record):
    """A lab: its place in the course and its tasks, all of one kind."""

    id: Id
    title: Text
    lesson: Id
    objectives: Annotated[tuple[Id, ...], Field(min_length=1)]
    kind: LabKind
    dataset: Id | None = None
    minutes: Minutes
    intro: Text
    tasks: Annotated[tuple[LabTask, ...], Field(min_length=1)]
    waivers: tuple[Waiver, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _tell_tasks_their_kind(cls, data: Any) -> Any:
        """The kind is written once, at the lab."""
        if not isinstance(data, dict) or not isinstance(data.get("tasks"), list):
            return data
        kind = data.get("kind")
        if kind not in list(LabKind):
            raise ValueError(f"'{kind}' is no kind of lab" + nearest(str(kind), LabKind))
        told = Located(data)
        told.place = data.place if isinstance(data, Located) else NOWHERE
        told["tasks"] = [_with_kind(task, kind) for task in data["tasks"]]
        return told

    @model_validator(mode="after")
    def _queries_have_data(self) -> Self:
        if self.kind is LabKind.SQL and self.dataset is None:
            raise ValueError("a lab of queries needs data; name a dataset of objectives.yaml with 'dataset'")
        return self

    @property
    def file_name(self) -> str:
        """The name of a learner's file: ``sql-1.sql``."""
        return f"{self.id.lower()}.{SUFFIX[self.kind]}"

    @property
    def points(self) -> float:
        """The sum of its tasks, in points."""
        return sum(task.points for task in self.tasks)


def _with_kind(task: Any, kind: str) -> Any:
    if not isinstance(task, dict):
        return task
    told = Located(task)
    told.place = task.place if isinstance(task, Located) else NOWHERE
    told["kind"] = kind
    return told


Solution = str | bool | int | float | tuple[str | bool | int | float, ...]
"""A query, the code of a function, or an answer."""


class LabMutant(Record):
    """What a wrong idea leads to, and what a learner is told who hands it in."""

    misconception: Id | None = None
    solution: Solution
    feedback: Text


class TaskSolution(Record):
    """The reference solution of a task, other answers that are as right, and typical wrong ones.

    ``evidence`` says where the answer stands, such as JSON pointers into a document.
    """

    id: TaskId
    solution: Solution
    accept: tuple[Solution, ...] = ()
    evidence: tuple[Text, ...] = ()
    mutants: tuple[LabMutant, ...] = ()


class LabSolutions(Record):
    """A file of ``assessments/secure/labs``: the solutions of one lab."""

    lab: Id
    tasks: Annotated[tuple[TaskSolution, ...], Field(min_length=1)]

    @property
    def by_task(self) -> dict[str, TaskSolution]:
        """Solutions by the id of their task."""
        return {task.id: task for task in self.tasks}
