"""The OpenAPI description and the recorded traces, read for tests."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import yaml
from jsonschema import Draft202012Validator, FormatChecker

API = Path(__file__).parents[2] / "source" / "larkpost" / "api"
METHODS = ("get", "post", "delete")
HOST = "api.larkpost.example"
PLANS = {"free": 60, "starter": 120, "growth": 300, "scale": 1200, "legacy_pro": 300}
ANNOUNCED = "2025-03-01"
SUNSET = {"Deprecation": "@1740787200", "Sunset": "Mon, 01 Dec 2025 00:00:00 GMT"}


def read_description() -> dict[str, Any]:
    return yaml.safe_load((API / "larkpost-openapi.yaml").read_text(encoding="utf-8"))


DESCRIPTION = read_description()


def at(pointer: str, document: Any = DESCRIPTION) -> Any:
    """Return what a JSON pointer names; KeyError, IndexError or ValueError where there is nothing."""
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        document = document[int(key)] if isinstance(document, list) else document[key]
    return document


def followed(node: Any) -> Any:
    """Return a node, or what its ``$ref`` leads to."""
    while isinstance(node, dict) and "$ref" in node:
        node = at(node["$ref"][1:])
    return node


def schema_errors(schema: dict[str, Any], value: Any) -> list[str]:
    """Return what is wrong with a value; references start from the description."""
    whole = {"components": DESCRIPTION["components"], "allOf": [schema]}
    errors = Draft202012Validator(whole, format_checker=FormatChecker()).iter_errors(value)
    return [f"{'.'.join(map(str, error.absolute_path))}: {error.message}" for error in errors]


def unknown_fields(schema: Any, value: Any, where: str = "") -> list[str]:
    """Return the fields of a value that its schema does not describe, though it may allow them."""
    if isinstance(value, list):
        items = schema_parts(schema, "items")
        return [name for part in value for name in unknown_fields(items, part, where)] if items else []
    if not isinstance(value, dict):
        return []
    known = properties(schema)
    found = [f"{where}{name}" for name in value if name not in known]
    for name in value.keys() & known.keys():
        found += unknown_fields(known[name], value[name], f"{where}{name}.")
    return found


def choices(schema: Any) -> list[Any]:
    """Return the schemas a value may follow, or follows together, references resolved."""
    schema = followed(schema)
    parts = schema.get("oneOf", []) + schema.get("allOf", [])
    return [schema, *(choice for part in parts for choice in choices(part))]


def schema_parts(schema: Any, keyword: str) -> Any:
    return next((choice[keyword] for choice in choices(schema) if keyword in choice), None)


def properties(schema: Any) -> dict[str, Any]:
    return {name: part for choice in choices(schema) for name, part in choice.get("properties", {}).items()}


def required(schema: Any) -> set[str]:
    return {name for choice in choices(schema) for name in choice.get("required", ())}


def nullable(schema: Any) -> bool:
    """Return whether null is a value of this schema."""
    return not schema_errors(schema, None)


def component(name: str) -> dict[str, Any]:
    return DESCRIPTION["components"]["schemas"][name]


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    method: str
    path: str
    node: dict[str, Any]

    @property
    def name(self) -> str:
        return f"{self.method.upper()} {self.path}"

    @property
    def parameters(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Parameters by place and name, those of the path included."""
        shared = DESCRIPTION.get("paths", {}).get(self.path, {}).get("parameters", [])
        found = [followed(parameter) for parameter in (*shared, *self.node.get("parameters", ()))]
        return {(parameter["in"], parameter["name"]): parameter for parameter in found}

    @property
    def body_schema(self) -> dict[str, Any] | None:
        body = self.node.get("requestBody")
        return body["content"]["application/json"]["schema"] if body else None

    @property
    def scope(self) -> str:
        return self.node["security"][0]["bearerToken"][0]

    def response(self, status: int) -> dict[str, Any]:
        """What is promised for a status; KeyError where nothing is."""
        responses = self.node["responses"]
        return followed(responses.get(str(status)) or responses.get(f"{status // 100}XX") or responses["default"])


def operations(document: dict[str, Any] = DESCRIPTION) -> list[Operation]:
    """Return the operations in the order of the document."""
    return [
        Operation(method, path, node)
        for path, item in document["paths"].items()
        for method, node in item.items()
        if method in METHODS
    ]


def webhooks() -> dict[str, Operation]:
    return {name: Operation("post", name, item["post"]) for name, item in DESCRIPTION["webhooks"].items()}


def operation_of(method: str, path: str) -> tuple[Operation, dict[str, str]]:
    """Return the operation that answers a call, and the values in its path; a fixed path goes before a pattern."""
    for operation in sorted(operations(), key=lambda operation: operation.path.count("{")):
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(operation.path))
        if operation.method == method.lower() and (found := re.fullmatch(pattern, path)):
            return operation, found.groupdict()
    raise KeyError(f"{method} {path} is not in the description")


@dataclass(frozen=True)
class Message:
    """A call or an answer: its first line, headers and body text."""

    line: str
    headers: dict[str, str]
    body: str

    @property
    def value(self) -> Any:
        return json.loads(self.body)

    @property
    def status(self) -> int:
        return int(self.line.split()[1])


@dataclass(frozen=True)
class Exchange:
    """A call at a moment, with its answer where one came."""

    sent_at: str
    call: Message
    answer: Message | None
    notes: tuple[str, ...] = field(default=())

    @property
    def method(self) -> str:
        return self.call.line.split()[0]

    @property
    def target(self) -> str:
        return self.call.line.split()[1]

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    @property
    def from_larkpost(self) -> bool:
        return self.call.headers["Host"] != HOST


@dataclass(frozen=True)
class Trace:
    """A recorded conversation of one merchant."""

    id: str
    merchant: str
    plan: str
    exchanges: tuple[Exchange, ...]


def read_trace(path: Path) -> Trace:
    """Parse a trace; AssertionError where it does not keep to the form that the page describes."""
    head, *parts = re.split(r"^### ", path.read_text(encoding="utf-8"), flags=re.M)
    found = re.fullmatch(r"# Merchant: (.+), plan (\w+)\. Times are UTC\.\n\n", head)
    assert found, f"{path.name}: the first line names merchant and plan"
    return Trace(path.stem, found[1], found[2], tuple(_exchange(part) for part in parts))


def _exchange(text: str) -> Exchange:
    sent_at, rest = text.split("\n", 1)
    lines = rest.splitlines()
    notes = tuple(line[2:] for line in lines if line.startswith("# "))
    spoken = "\n".join(line for line in lines if not line.startswith("# "))
    call, *answers = re.split(r"^(?=HTTP/1\.1 )", spoken, flags=re.M)
    assert len(answers) < 2
    return Exchange(sent_at, _message(call), _message(answers[0]) if answers else None, notes)


def _message(text: str) -> Message:
    head, _, body = text.strip("\n").partition("\n\n")
    line, *headers = head.split("\n")
    return Message(line, dict(header.split(": ", 1) for header in headers), body.strip("\n"))


def traces() -> list[Trace]:
    return [read_trace(path) for path in sorted((API / "traces").glob("*.http"))]


def tables(page: str) -> dict[str, list[list[str]]]:
    """Return the tables of a page that follow a comment such as ``% table: LabelV1``, without their first row."""
    text = (API / page).read_text(encoding="utf-8")
    found = {}
    for name, table in re.findall(r"^% table: (.+)\n\n((?:\|.*\n)+)", text, flags=re.M):
        rows = [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in table.splitlines()]
        found[name] = rows[2:]
    return found
