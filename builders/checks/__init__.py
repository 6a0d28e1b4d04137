"""What must be true of a course: rules by subject, and the definition of coverage.

``RULES`` is the table; ``apply_rules(course)`` gives the problems and the number of waived findings.
Rules see only records. Key queries, which need a database, are checked by ``builders.checks.queries``.
"""

from builders.checks import coverage as _coverage  # noqa: F401 - entering the rules into the table
from builders.checks import items as _items  # noqa: F401
from builders.checks import references as _references  # noqa: F401
from builders.checks import tasks as _tasks  # noqa: F401
from builders.checks import texts as _texts  # noqa: F401
from builders.checks.rules import RULES, Finding, Report, Rule, apply_rules

__all__ = ["RULES", "Finding", "Report", "Rule", "apply_rules"]
