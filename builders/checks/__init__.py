"""What must be true of a course: rules by subject, and the definition of coverage.

``RULES`` is the table; ``apply_rules(course)`` gives the problems and the findings that are waived.
These rules see only records. ``DATA_RULES`` are those that need a database: `build_databases` makes them,
``builders.checks.queries`` runs key queries and ``builders.checks.facts`` measures facts. ``OUTPUT_RULES`` look at what
was made: ``builders.checks.forms`` at forms, ``builders.checks.secrecy`` at everything learners are handed.
"""

from builders.checks import access as _access  # noqa: F401 - entering the rules into the tables
from builders.checks import cards as _cards  # noqa: F401
from builders.checks import coverage as _coverage  # noqa: F401
from builders.checks import facts as _facts  # noqa: F401
from builders.checks import forms as _forms  # noqa: F401
from builders.checks import hashes as _hashes  # noqa: F401
from builders.checks import items as _items  # noqa: F401
from builders.checks import labs as _labs  # noqa: F401
from builders.checks import leaks as _leaks  # noqa: F401
from builders.checks import listings as _listings  # noqa: F401
from builders.checks import options as _options  # noqa: F401
from builders.checks import queries as _queries  # noqa: F401
from builders.checks import references as _references  # noqa: F401
from builders.checks import responses as _responses  # noqa: F401
from builders.checks import scope as _scope  # noqa: F401
from builders.checks import secrecy as _secrecy  # noqa: F401
from builders.checks import statistics as _statistics  # noqa: F401
from builders.checks import stems as _stems  # noqa: F401
from builders.checks import stress as _stress  # noqa: F401
from builders.checks import tasks as _tasks  # noqa: F401
from builders.checks import texts as _texts  # noqa: F401
from builders.checks import values as _values  # noqa: F401
from builders.checks import verbs as _verbs  # noqa: F401
from builders.checks.rules import DATA_RULES, OUTPUT_RULES, RULES, Finding, Report, Rule, apply_rules

__all__ = ["DATA_RULES", "OUTPUT_RULES", "RULES", "Finding", "Report", "Rule", "apply_rules"]
