"""The API of the case company: its description is sound, and the pages beside it say the same."""

import re
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from builders.data import build_database
from tests.larkpost.openapi import (
    ANNOUNCED,
    API,
    DESCRIPTION,
    METHODS,
    PLANS,
    SUNSET,
    Operation,
    at,
    component,
    followed,
    nullable,
    operation_of,
    operations,
    properties,
    required,
    schema_errors,
    tables,
    unknown_fields,
    webhooks,
)

ROOT = Path(__file__).parents[2]

OPERATIONS = """
GET /v1/rates
POST /v1/labels
GET /v1/labels
GET /v1/labels/{id}
POST /v1/labels/{id}/void
GET /v1/shipments
GET /v1/shipments/{id}/tracking
POST /v1/addresses/validate
POST /v1/webhooks
GET /v1/webhooks
DELETE /v1/webhooks/{id}
GET /v1/usage
POST /v2/labels
POST /v2/labels/batch
GET /v2/labels/{id}
""".split("\n")[1:-1]


# The description


def test_description_is_openapi() -> None:
    assert [error.message for error in OpenAPIV31SpecValidator(DESCRIPTION).iter_errors()] == []


def test_fifteen_operations() -> None:
    assert [operation.name for operation in operations()] == OPERATIONS


def _schemas(node: Any, pointer: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield whatever stands under a key ``schema``, and the shared schemas."""
    if isinstance(node, list):
        for number, part in enumerate(node):
            yield from _schemas(part, f"{pointer}/{number}")
    elif isinstance(node, dict):
        for key, part in node.items():
            if key == "schema" or pointer == "/components/schemas":
                yield f"{pointer}/{key}", part
            yield from _schemas(part, f"{pointer}/{key}")


def test_schemas_are_json_schema() -> None:
    for _, schema in _schemas(DESCRIPTION):
        Draft202012Validator.check_schema(schema)


def _examples(node: Any, pointer: str = "") -> Iterator[tuple[str, dict[str, Any], Any]]:
    """Yield each example of the description with the schema beside it."""
    if isinstance(node, list):
        for number, part in enumerate(node):
            yield from _examples(part, f"{pointer}/{number}")
    elif isinstance(node, dict):
        if "schema" in node:
            if "example" in node:
                yield pointer, node["schema"], node["example"]
            for name, example in node.get("examples", {}).items():
                yield f"{pointer}/examples/{name}", node["schema"], example["value"]
        for key, part in node.items():
            yield from _examples(part, f"{pointer}/{key}")


def test_examples_follow_their_schemas() -> None:
    found = list(_examples(DESCRIPTION))
    assert len(found) > 40
    for pointer, schema, value in found:
        assert schema_errors(schema, value) == [], pointer
        assert unknown_fields(schema, value) == [], pointer


def test_every_body_has_an_example() -> None:
    bodies = [
        (operation.name, media)
        for operation in (*operations(), *webhooks().values())
        for holder in (operation.node.get("requestBody", {}), *map(followed, operation.node["responses"].values()))
        for media in holder.get("content", {}).values()
    ]
    assert [name for name, media in bodies if not media.get("examples")] == []


def test_every_shared_part_is_used() -> None:
    text = (API / "larkpost-openapi.yaml").read_text(encoding="utf-8")
    for kind in ("schemas", "parameters", "headers", "responses"):
        for name in DESCRIPTION["components"][kind]:
            assert f"'#/components/{kind}/{name}'" in text, name


def test_version_one_is_deprecated_and_version_two_is_not() -> None:
    for operation in operations():
        first = operation.path.startswith("/v1/")
        assert operation.node.get("deprecated", False) is first
        assert ("x-replaced-by" in operation.node) is first
        assert operation.node.get("x-replaced-by") in {None, "createLabelV2", "getLabelV2"}
        for status, response in operation.node["responses"].items():
            headers = response.get("headers", {})
            if int(status) < 300:
                assert ({"Deprecation", "Sunset"} <= headers.keys()) is first


def test_every_operation_promises_the_same_errors() -> None:
    for operation in operations():
        promised = set(operation.node["responses"])
        assert {"401", "403", "429", "503"} <= promised, operation.name
        assert ("400" in promised) is (operation.body_schema is not None), operation.name
        assert ("404" in promised) is ("{id}" in operation.path), operation.name


def test_only_answers_worth_repeating_say_when() -> None:
    found = {
        status
        for operation in operations()
        for status in operation.node["responses"]
        if "Retry-After" in operation.response(int(status)).get("headers", {})
    }
    assert found == {"429", "503"}


def test_key_is_required_exactly_where_version_two_creates() -> None:
    keys = {
        operation.name: parameter["required"]
        for operation in operations()
        for (_, name), parameter in operation.parameters.items()
        if name == "Idempotency-Key"
    }
    assert keys == {
        "POST /v1/labels": False,
        "POST /v1/webhooks": False,
        "POST /v2/labels": True,
        "POST /v2/labels/batch": True,
    }


def test_pages_and_batches() -> None:
    limit = at("/components/parameters/Limit/schema")
    assert (limit["default"], limit["maximum"]) == (25, 100)
    assert component("LabelBatchRequestV2")["properties"]["labels"]["maxItems"] == 100


def test_scopes_are_described() -> None:
    named = set(re.findall(r"`(\w+:\w+)`", at("/components/securitySchemes/bearerToken/description")))
    assert {operation.scope for operation in operations()} == named


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    generator = ROOT / "source/larkpost/dataset/generate.py"
    return build_database(generator, "practice", "tiny", tmp_path_factory.mktemp("api"))


@pytest.fixture(scope="module")
def plans(database: Path) -> list[tuple[str, int, int, int]]:
    with sqlite3.connect(database) as connection:
        query = "SELECT code, api_rate_limit_per_min, included_labels, monthly_price_cents FROM plans"
        return connection.execute(query).fetchall()


def test_calls_of_the_data_are_operations_with_promised_answers(database: Path) -> None:
    with sqlite3.connect(database) as connection:
        found = connection.execute("SELECT DISTINCT method || ' ' || path, status_code FROM api_requests").fetchall()
    promised = {operation.name: set(operation.node["responses"]) for operation in operations()}
    assert {name for name, _ in found} <= promised.keys()
    assert {(name, status) for name, status in found if str(status) not in promised[name]} <= {
        (name, 500) for name in promised
    }


def test_webhooks_of_the_data_are_described(database: Path) -> None:
    with sqlite3.connect(database) as connection:
        query = "SELECT DISTINCT event_type FROM webhook_deliveries"
        assert {name for (name,) in connection.execute(query)} <= webhooks().keys()
        (most,) = connection.execute("SELECT max(attempt) FROM webhook_deliveries").fetchone()
    assert most <= at("/components/parameters/LarkpostAttempt/schema/maximum")


def test_limits_are_those_of_the_plans(plans: list[tuple[str, int, int, int]]) -> None:
    limits = {code: limit for code, limit, *_ in plans}
    assert limits == PLANS == DESCRIPTION["x-rate-limits"]["calls_per_window"]
    info = re.findall(r"^\| (\w+) \| ([\d,]+) \|$", DESCRIPTION["info"]["description"], flags=re.M)
    assert {code: int(limit.replace(",", "")) for code, limit in info} == PLANS
    assert component("PlanCode")["enum"] == list(PLANS)
    assert component("Usage")["properties"]["rate_limit_per_min"]["enum"] == sorted(set(PLANS.values()))
    assert component("Usage")["properties"]["included_labels"]["enum"] == sorted({plan[2] for plan in plans})


def test_times_of_the_retirement() -> None:
    since = int(SUNSET["Deprecation"][1:])
    assert datetime.fromtimestamp(since, UTC).isoformat() == f"{ANNOUNCED}T00:00:00+00:00"
    assert datetime(2025, 12, 1, tzinfo=UTC).strftime("%a, %d %b %Y %H:%M:%S GMT") == SUNSET["Sunset"]
    for name, value in SUNSET.items():
        assert at(f"/components/headers/{name}/schema/const") == value


def test_webhooks() -> None:
    assert list(webhooks()) == component("EventType")["enum"]
    attempts = at("/components/parameters/LarkpostAttempt/schema/maximum")
    waits = re.search(r"after (.*?), each\s", webhooks()["label.created"].node["description"], flags=re.S)
    assert attempts == 6
    assert waits is not None
    assert len(re.findall(r"\d+ (?:minute|hour)", waits[1])) == attempts - 1


# From version 1 to version 2

BREAKING = {
    "B1": {"Label.id: LabelIdV1 > LabelIdV2", "path id: LabelIdV1 > LabelIdV2"},
    "B2": {
        "Label.cost: DollarsV1 > MoneyV2",
        "Label.insured_value: DollarsV1 > MoneyV2",
        "Request.insured_value: DollarsV1 > MoneyV2",
    },
    "B3": {"header Idempotency-Key: now required"},
    "B4": {"Request.weight_g: now required", "Request.weight_g: null no longer allowed"},
    "B5": {"Label.label_status: gone", "Label.status: new"},
    "B6": {"Label.created_at: TimeV1 > TimeV2", "Label.voided_at: TimeV1 > TimeV2"},
}
NON_BREAKING = {
    "N1": {"POST /labels/batch: new"},
    "N2": {"Request.reference: new", "Label.reference: new"},
    "N3": {"Label.estimated_delivery_date: new"},
    "N4": {"Request.format: pdf > pdf zpl"},
    "N5": {"query include: new", "status 422: new", "Label.tracking: new"},
}


def _kind(schema: dict[str, Any]) -> str:
    """Return the name of the shared schema a field has, or its own words without the prose."""
    found = [part["$ref"].split("/")[-1] for part in (schema, *schema.get("oneOf", ())) if "$ref" in part]
    if found:
        return found[0]
    if "enum" in schema:
        return " ".join(schema["enum"])
    return str({key: value for key, value in schema.items() if key not in {"description", "default"}})


def _compared(name: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    """Yield how the fields of two schemas differ."""
    before, after = properties(old), properties(new)
    yield from (f"{name}.{field}: gone" for field in before.keys() - after.keys())
    yield from (f"{name}.{field}: new" for field in after.keys() - before.keys())
    for field in before.keys() & after.keys():
        if _kind(before[field]) != _kind(after[field]):
            yield f"{name}.{field}: {_kind(before[field])} > {_kind(after[field])}"
        if nullable(before[field]) and not nullable(after[field]):
            yield f"{name}.{field}: null no longer allowed"
        if not nullable(before[field]) and nullable(after[field]):
            yield f"{name}.{field}: null now allowed"
        if (field in required(new)) > (field in required(old)):
            yield f"{name}.{field}: now required"
        if (field in required(new)) < (field in required(old)):
            yield f"{name}.{field}: no longer required"


def _compared_operations(old: Operation, new: Operation) -> Iterator[str]:
    """Yield how parameters, statuses and scopes of two operations differ."""
    before, after = old.parameters, new.parameters
    yield from (f"{place} {name}: new" for place, name in after.keys() - before.keys())
    yield from (f"{place} {name}: gone" for place, name in before.keys() - after.keys())
    for place, name in before.keys() & after.keys():
        kinds = _kind(before[place, name]["schema"]), _kind(after[place, name]["schema"])
        if kinds[0] != kinds[1]:
            yield f"{place} {name}: {kinds[0]} > {kinds[1]}"
        if after[place, name].get("required") and not before[place, name].get("required"):
            yield f"{place} {name}: now required"
    statuses = set(old.node["responses"]), set(new.node["responses"])
    yield from (f"status {status}: new" for status in statuses[1] - statuses[0])
    yield from (f"status {status}: gone" for status in statuses[0] - statuses[1])
    if old.scope != new.scope:
        yield f"scope: {old.scope} > {new.scope}"


def _differences() -> set[str]:
    """Return every difference between the label operations of the versions."""
    found = set(_compared("Label", component("LabelV1"), component("LabelV2")))
    found |= set(_compared("Request", component("LabelRequestV1"), component("LabelRequestV2")))
    replaced = {operation.node.get("x-replaced-by"): operation for operation in operations()} | {None: None}
    for operation in operations():
        if operation.path.startswith("/v2/"):
            old = replaced.get(operation.node["operationId"])
            new = f"{operation.name}: new".replace("/v2", "")
            found |= set(_compared_operations(old, operation)) if old else {new}
    return found


def test_six_breaking_changes_and_five_others_are_all_there_is() -> None:
    changes = [*BREAKING.values(), *NON_BREAKING.values()]
    assert len(BREAKING) == 6
    assert len(NON_BREAKING) == 5
    assert _differences() == set().union(*changes)
    assert sum(map(len, changes)) == len(set().union(*changes))


def test_page_of_changes_lists_them() -> None:
    text = (API / "changes.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| ([BN]\d) \|", text, flags=re.M) == [*BREAKING, *NON_BREAKING]
    for number, changes in {**BREAKING, **NON_BREAKING}.items():
        row = re.search(rf"^\| {number} \|.*$", text, flags=re.M)
        for change in changes:
            word = change.split(": ")[0].split(" ")[-1].split(".")[-1]
            assert row is not None
            assert word in row[0] or word == "422", change


def test_examples_of_breaking_changes_are_refused_by_the_other_version() -> None:
    label = at("/paths/~1v1~1labels/post/responses/201/content/application~1json/examples/bought/value")
    request = at("/paths/~1v1~1labels/post/requestBody/content/application~1json/examples/parcelToHamburg/value")
    assert schema_errors(component("LabelV2"), label)
    assert schema_errors(component("LabelRequestV2"), request)
    assert not schema_errors(component("LabelRequestV2"), {**request, "weight_g": 850})


# Pages


def _number(cell: str) -> int:
    return int(cell.replace(",", "").replace("$", ""))


def test_page_of_limits_repeats_the_plans(plans: list[tuple[str, int, int, int]]) -> None:
    text = (API / "limits.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\w+)[^|]* \| ([\d,]+) \| ([\d,]+) \| \$(\d+) \|$", text, flags=re.M)
    found = [(code, _number(calls), _number(labels), int(price) * 100) for code, calls, labels, price in rows]
    assert sorted(found) == sorted(plans)


def test_page_of_limits_computes_the_backfill() -> None:
    text = (API / "limits.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| [^|]+ \| (\w+) \| (\d+) \| ([\d,]+) \| ([\d,]+) \| (\d+) \|$", text, flags=re.M)
    assert [int(row[-1]) for row in rows] == [600, 150, 6]
    for plan, size, calls, limit, minutes in rows:
        assert _number(limit) == PLANS[plan]
        assert _number(calls) * int(size) == 180_000
        assert int(minutes) * _number(limit) == _number(calls)


OTHER_LIMITS = {
    "Entries on a page of a list": (["/components/parameters/Limit/schema/default"], ["25"]),
    "Labels in a batch (v2)": (["/components/schemas/LabelBatchRequestV2/properties/labels/maxItems"], ["100"]),
    "Length of an `Idempotency-Key`": (["/components/schemas/IdempotencyKey/maxLength"], ["64"]),
    "Weight of a parcel": (["/components/schemas/WeightGrams/maximum"], ["30,000"]),
    "Attempts to deliver a webhook": (["/components/parameters/LarkpostAttempt/schema/maximum"], ["6"]),
}


@pytest.mark.parametrize("what", OTHER_LIMITS)
def test_page_of_limits_repeats_the_description(what: str) -> None:
    row = re.search(rf"^\| {re.escape(what)} \| (.*) \|$", (API / "limits.md").read_text(encoding="utf-8"), re.M)
    assert row is not None
    for pointer, shown in zip(*OTHER_LIMITS[what], strict=True):
        assert at(pointer) == _number(shown)
        assert shown in row[1]


LIMITS_IN_PROSE = {
    "24 hours": ("/info/description", "We keep a key for 24 hours"),
    "14 days": ("/paths/~1v1~1labels~1{id}~1void/post/description", "within 14 days"),
    "| 10 |": ("/paths/~1v1~1webhooks/post/description", "up to 10 endpoints"),
    "5 seconds": ("/webhooks/label.created/post/description", "within 5 seconds"),
    "1 hour": ("/components/parameters/Cursor/description", "one hour"),
    "15 minutes": ("/components/schemas/RateV1/properties/expires_at/description", "15 minutes"),
}


@pytest.mark.parametrize("shown", LIMITS_IN_PROSE)
def test_page_of_limits_repeats_the_prose(shown: str) -> None:
    pointer, words = LIMITS_IN_PROSE[shown]
    assert shown in (API / "limits.md").read_text(encoding="utf-8")
    assert words in at(pointer)


@cache
def _tables() -> dict[str, list[list[str]]]:
    return tables("reference.md")


def test_reference_lists_the_operations() -> None:
    rows = _tables()["operations"]
    assert [(row[0].strip("`"), row[2].strip("`"), row[3]) for row in rows] == [
        (operation.name, operation.scope, ", ".join(_statuses(operation))) for operation in operations()
    ]


def _statuses(operation: Operation) -> list[str]:
    return [status for status in operation.node["responses"] if status not in {"401", "403", "429", "503"}]


def test_reference_lists_the_parameters() -> None:
    expected = [
        [f"`{name}`", "yes" if parameter.get("required") else "no", _taken_by(users)]
        for name, (parameter, users) in _parameters().items()
    ]
    assert [row[:3] for row in _tables()["parameters"]] == expected


def _taken_by(paths: list[str]) -> str:
    lists = [f"`{operation.path}`" for operation in operations() if operation.node["summary"].startswith("List ")]
    return "every list" if paths == lists else ", ".join(paths)


def _parameters() -> dict[str, tuple[dict[str, Any], list[str]]]:
    """Return query parameters with the paths that take them."""
    found: dict[str, tuple[dict[str, Any], list[str]]] = {}
    for operation in operations():
        for (place, name), parameter in operation.parameters.items():
            if place == "query":
                found.setdefault(name, (parameter, []))[1].append(f"`{operation.path}`")
    return found


@pytest.mark.parametrize("name", ["LabelRequest", "Label"])
def test_reference_compares_the_versions(name: str) -> None:
    old, new = component(f"{name}V1"), component(f"{name}V2")
    fields = list(dict.fromkeys((*properties(old), *properties(new))))
    expected = [[f"`{field}`", _presence(old, field), _presence(new, field)] for field in fields]
    assert [row[:3] for row in _tables()[name]] == expected


def _presence(schema: dict[str, Any], field: str) -> str:
    if field not in properties(schema):
        return "–"
    words = ["required" if field in required(schema) else "optional"]
    return ", ".join([*words, "nullable"] if nullable(properties(schema)[field]) else words)


OBJECTS = ["RateV1", "ShipmentV1", "ScanV1", "AddressVerdict", "Webhook", "Usage", "LabelResultV2", "Address"]


@pytest.mark.parametrize("name", OBJECTS)
def test_reference_lists_the_fields(name: str) -> None:
    schema = component(name)
    expected = [[f"`{field}`", _presence(schema, field)] for field in properties(schema)]
    assert [row[:2] for row in _tables()[name]] == expected


def test_reference_lists_the_values() -> None:
    names = ["CarrierCode", "ServiceLevel", "LabelStatus", "TrackingStatus", "EventType", "PlanCode"]
    expected = [[f"`{value}`" for value in component(name)["enum"]] for name in names]
    assert [row[1].split(" · ") for row in _tables()["values"]] == expected


def test_reference_lists_the_error_codes() -> None:
    rows = {row[0]: re.findall(r"`(\w+)`", row[1]) for row in _tables()["errors"]}
    assert [code for codes in rows.values() for code in codes] == component("ErrorDetail")["properties"]["code"]["enum"]
    responses = {status: part for operation in operations() for status, part in operation.node["responses"].items()}
    assert rows.keys() == {status for status in responses if int(status) >= 400}
    for status, codes in rows.items():
        examples = followed(responses[status])["content"]["application/json"]["examples"].values()
        assert {example["value"]["error"]["code"] for example in examples} <= set(codes)


def test_pages_name_only_operations_that_exist() -> None:
    for page in sorted(API.glob("*.md")):
        text = page.read_text(encoding="utf-8")
        for method, path in re.findall(r"`(GET|POST|DELETE|PUT|PATCH) (/v\d/[^`\s]*)`", text):
            operation_of(method, path)


def test_paths_hold_only_known_methods() -> None:
    assert {key for item in DESCRIPTION["paths"].values() for key in item} <= {*METHODS, "parameters"}
