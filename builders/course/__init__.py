"""What a course says: its records, and the loader that reads them from plain files.

``read_course(root)`` gives a `Loaded`: the `Course`, or the list of `Problem` values that say what is
wrong with its files. Nothing here prints, logs or exits.
"""

from builders.course.blueprints import Blueprint, Form, FormEntry, Slot
from builders.course.course import Course
from builders.course.files import digest, replaced_folder, write_atomic
from builders.course.items import Item, Kind, Pool, Status
from builders.course.labs import Lab, LabKind, LabTask
from builders.course.lessons import Exercise, Lesson, Module, Space
from builders.course.loader import Loaded, read_course
from builders.course.problem import Place, Problem, Severity, nearest
from builders.course.record import Bloom
from builders.course.words import Words, languages, read_words

__all__ = [
    "Bloom",
    "Blueprint",
    "Course",
    "Exercise",
    "Form",
    "FormEntry",
    "Item",
    "Kind",
    "Lab",
    "LabKind",
    "LabTask",
    "Lesson",
    "Loaded",
    "Module",
    "Place",
    "Pool",
    "Problem",
    "Severity",
    "Slot",
    "Space",
    "Status",
    "Words",
    "digest",
    "languages",
    "nearest",
    "read_course",
    "read_words",
    "replaced_folder",
    "write_atomic",
]
