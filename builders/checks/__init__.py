"""What must be true of a course: rules by subject, and the definition of coverage.

``RULES`` is the table; ``apply_rules(course)`` gives the problems and the number of waived findings.
These rules see only records. ``DATA_RULES`` are those that need a database: `build_databases` makes them,
``builders.checks.queries`` runs key queries and ``builders.checks.facts`` measures facts.
"""

from builders.checks import cards as _cards  # noqa: F401 - entering the rules into the tables
from builders.checks import coverage as _coverage  # noqa: F401
from builders.checks import facts as _facts  # noqa: F401
from builders.checks import items as _items  # noqa: F401
from builders.checks import labs as _labs  # noqa: F401
from builders.checks import listings as _listings  # noqa: F401
from builders.checks import references as _references  # noqa: F401
from builders.checks import stress as _stress  # noqa: F401
from builders.checks import tasks as _tasks  # noqa: F401
from builders.checks import texts as _texts  # noqa: F401
from builders.checks import values as _values  # noqa: F401
from builders.checks.rules import DATA_RULES, RULES, Finding, Report, Rule, apply_rules

__all__ = ["DATA_RULES", "RULES", "Finding", "Report", "Rule", "apply_rules"]
