"""The order that a query asks for: what its outermost ORDER BY and LIMIT say, and who wins its ties."""

import re

PIECE = re.compile(
    r"(?P<skip>'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`|\[[^\]]*\]|--[^\n]*|/\*.*?\*/)"
    r"|(?P<open>\()|(?P<close>\))|(?P<order>\border\s+by\b)|(?P<limit>\blimit\b)|(?P<end>;)",
    re.IGNORECASE | re.DOTALL,
)


def is_ordered(sql: str) -> bool:
    """Whether the outermost SELECT has an ORDER BY."""
    return "order" in _places(sql)


def is_limited(sql: str) -> bool:
    """Whether the outermost SELECT has a LIMIT."""
    return "limit" in _places(sql)


def with_ties_broken(sql: str, columns: int, direction: str) -> str:
    """The query with its columns as the last terms of its ORDER BY, each in a direction: ASC or DESC.

    Where both directions give the same rows in the same order, the query leaves no tie open.
    """
    places = _places(sql)
    end = min(places.get("limit", len(sql)), places.get("end", len(sql)))
    terms = ", ".join(f"{number} {direction}" for number in range(1, columns + 1))
    joint = ", " if "order" in places else "\nORDER BY "
    # The line break ends a comment, should the query end with one.
    return f"{sql[:end].rstrip()}\n{joint}{terms}\n{sql[end:]}"


def _places(sql: str) -> dict[str, int]:
    """Where ORDER BY, LIMIT and the semicolon of the outermost SELECT stand."""
    depth = 0
    found: dict[str, int] = {}
    for match in PIECE.finditer(sql):
        if match["open"]:
            depth += 1
        elif match["close"]:
            depth -= 1
        elif depth == 0 and match.lastgroup in ("order", "limit", "end"):
            found[match.lastgroup] = match.start()
    return found
