"""The recorded traces keep to the description of the API, and each has its diagnosis."""

import hashlib
import hmac
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.larkpost.openapi import (
    ANNOUNCED,
    API,
    PLANS,
    SUNSET,
    Exchange,
    Operation,
    Trace,
    at,
    followed,
    operation_of,
    schema_errors,
    traces,
    unknown_fields,
    webhooks,
)

ROOT = Path(__file__).parents[2]
CATALOGUE = yaml.safe_load((ROOT / "assessments/secure/catalogues/traces.yaml").read_text(encoding="utf-8"))
KNOWN = yaml.safe_load((ROOT / "assessments/misconceptions.yaml").read_text(encoding="utf-8"))["misconceptions"]
TRACES = traces()


def test_thirty_traces() -> None:
    assert [trace.id for trace in TRACES] == [f"t{number:02}" for number in range(1, 31)]


def _named(trace: Trace) -> str:
    return trace.id


def _calls(*, to_larkpost: bool) -> list[Any]:
    return [
        pytest.param(trace, exchange, id=f"{trace.id}-{number}")
        for trace in TRACES
        for number, exchange in enumerate(trace.exchanges, 1)
        if exchange.from_larkpost is not to_larkpost
    ]


def _plain(value: str, schema: dict[str, Any]) -> Any:
    """Return a header or query value in the type of its schema."""
    return int(value) if followed(schema).get("type") == "integer" and re.fullmatch(r"-?\d+", value) else value


def _call_errors(exchange: Exchange) -> list[str]:
    """Return in what a call goes against the description; ids in its path are the business of 404."""
    operation, _ = operation_of(exchange.method, exchange.path)
    given = {("query", name): value for name, value in exchange.query.items()}
    given |= {("header", name): exchange.call.headers[name] for name in exchange.call.headers}
    errors = [f"{name} is not a parameter" for place, name in given.keys() - operation.parameters if place == "query"]
    for (place, name), parameter in operation.parameters.items():
        if place != "path" and (place, name) in given:
            errors += schema_errors(parameter["schema"], _plain(given[place, name], parameter["schema"]))
        elif place != "path" and parameter.get("required"):
            errors.append(f"{name} is missing")
    return errors + _body_errors(operation, exchange)


def _body_errors(operation: Operation, exchange: Exchange) -> list[str]:
    if operation.body_schema is None:
        return ["a body"] if exchange.call.body else []
    try:
        return schema_errors(operation.body_schema, exchange.call.value)
    except ValueError:
        return ["no JSON"]


@pytest.mark.parametrize(("trace", "exchange"), _calls(to_larkpost=True))
def test_calls_are_wrong_exactly_where_they_are_refused_as_wrong(trace: Trace, exchange: Exchange) -> None:
    errors = _call_errors(exchange)
    status = exchange.answer.status if exchange.answer else None
    assert bool(errors) is (status in {400, 422}), errors
    assert exchange.call.headers["Authorization"].startswith("Bearer ")
    if exchange.call.body:
        assert exchange.call.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(("trace", "exchange"), _calls(to_larkpost=True))
def test_answers_keep_what_the_description_promises(trace: Trace, exchange: Exchange) -> None:
    operation, _ = operation_of(exchange.method, exchange.path)
    if exchange.answer is None:
        assert any("no answer" in note for note in exchange.notes)
        return
    promise = operation.response(exchange.answer.status)
    _check_headers(promise, trace, exchange)
    content = promise.get("content")
    if not content:
        assert exchange.answer.body == ""
        return
    schema = content["application/json"]["schema"]
    assert exchange.answer.headers["Content-Type"] == "application/json"
    assert schema_errors(schema, exchange.answer.value) == []
    assert unknown_fields(schema, exchange.answer.value) == []


def _check_headers(promise: dict[str, Any], trace: Trace, exchange: Exchange) -> None:
    """A promised header is there and has its form; deprecation is told from its announcement on, and only in v1."""
    answer = exchange.answer
    assert answer is not None
    headers = {name: followed(header) for name, header in promise.get("headers", {}).items() if name not in SUNSET}
    for name, header in headers.items():
        if header["required"] or name in answer.headers:
            assert schema_errors(header["schema"], _plain(answer.headers[name], header["schema"])) == []
    told = exchange.path.startswith("/v1/") and exchange.sent_at >= ANNOUNCED
    assert {name: answer.headers.get(name) for name in SUNSET} == (SUNSET if told else dict.fromkeys(SUNSET))
    known = {"Date", "Content-Type", *SUNSET, *headers}
    assert answer.headers.keys() <= known


@pytest.mark.parametrize(("trace", "exchange"), _calls(to_larkpost=True))
def test_numbers_of_the_limit_agree(trace: Trace, exchange: Exchange) -> None:
    headers = exchange.answer.headers if exchange.answer else {}
    if "X-RateLimit-Limit" not in headers:
        return
    limit, left = int(headers["X-RateLimit-Limit"]), int(headers["X-RateLimit-Remaining"])
    now, reset = _moment(headers["Date"]), int(headers["X-RateLimit-Reset"])
    assert limit == PLANS[trace.plan]
    assert 0 <= left < limit
    assert reset % 60 == 0
    assert 0 < reset - now <= 60
    if exchange.answer and exchange.answer.status == 429:
        assert left == 0
        assert int(headers["Retry-After"]) == reset - now


def _moment(date: str) -> int:
    return int(datetime.strptime(date, "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC).timestamp())


@pytest.mark.parametrize("trace", TRACES, ids=_named)
def test_time_runs_forward(trace: Trace) -> None:
    moments = []
    for exchange in trace.exchanges:
        sent = datetime.fromisoformat(exchange.sent_at).replace(tzinfo=UTC).timestamp()
        moments.append(sent)
        if exchange.answer:
            answered = _moment(exchange.answer.headers["Date"])
            moments.append(max(sent, answered))
            assert int(sent) <= answered <= sent + 10
    assert moments == sorted(moments)
    assert all("2025-02-01" <= exchange.sent_at < "2025-06-01" for exchange in trace.exchanges)


@pytest.mark.parametrize(("trace", "exchange"), _calls(to_larkpost=False))
def test_deliveries(trace: Trace, exchange: Exchange) -> None:
    event = exchange.call.value
    operation = webhooks()[event["type"]]
    assert operation.body_schema is not None
    assert schema_errors(operation.body_schema, event) == []
    assert unknown_fields(operation.body_schema, event) == []
    for (_, name), parameter in operation.parameters.items():
        value = _plain(exchange.call.headers[name], parameter["schema"])
        assert schema_errors(parameter["schema"], value) == [], name
    assert exchange.call.headers["Larkpost-Event-Id"] == event["id"]
    assert event["created_at"] <= exchange.sent_at


@pytest.mark.parametrize(("trace", "exchange"), _calls(to_larkpost=False))
def test_signatures_are_real(trace: Trace, exchange: Exchange) -> None:
    found = re.fullmatch(r"t=(\d+),v1=(\w+)", exchange.call.headers["Larkpost-Signature"])
    assert found is not None
    signed = f"{found[1]}.{exchange.call.body}".encode()
    secret = CATALOGUE["webhook_secret"].encode()
    assert hmac.new(secret, signed, hashlib.sha256).hexdigest() == found[2]
    assert int(found[1]) == int(datetime.fromisoformat(exchange.sent_at).replace(tzinfo=UTC).timestamp())


def test_attempts_follow_the_promised_waits() -> None:
    first, second, third = _trace("t25").exchanges
    assert [exchange.call.headers["Larkpost-Attempt"] for exchange in (first, second, third)] == ["1", "2", "3"]
    waits = [datetime.fromisoformat(exchange.sent_at) for exchange in (first, second, third)]
    assert 60 <= (waits[1] - waits[0]).total_seconds() < 61
    assert 305 <= (waits[2] - waits[1]).total_seconds() < 306


def _trace(name: str) -> Trace:
    return next(trace for trace in TRACES if trace.id == name)


def _bought(trace: Trace) -> set[int | str]:
    """Return the ids of the labels that a trace shows to exist."""
    found: set[int | str] = set()
    for exchange in trace.exchanges:
        if exchange.answer and exchange.answer.status == 201:
            found.add(exchange.answer.value["tracking_number"])
        if exchange.answer and "/shipments?" in exchange.target:
            found |= {shipment["tracking_number"] for shipment in exchange.answer.value["data"]}
    return found


@pytest.mark.parametrize(("name", "labels"), [("t18", 2), ("t19", 1), ("t20", 1), ("t21", 2), ("t22", 2)])
def test_labels_at_the_end_of_a_retry(name: str, labels: int) -> None:
    assert len(_bought(_trace(name))) == labels


def test_replays_are_marked_exactly_where_a_key_was_seen_within_a_day() -> None:
    for trace in TRACES:
        seen: dict[str, tuple[datetime, str]] = {}
        for exchange in trace.exchanges:
            key = exchange.call.headers.get("Idempotency-Key")
            if key is None or exchange.answer is None or exchange.answer.status != 201:
                seen |= {key: (datetime.fromisoformat(exchange.sent_at), "")} if key and not exchange.answer else {}
                continue
            now = datetime.fromisoformat(exchange.sent_at)
            repeated = key in seen and (now - seen[key][0]).total_seconds() < 24 * 3600
            assert ("Idempotent-Replayed" in exchange.answer.headers) is repeated, trace.id
            seen[key] = (now, exchange.call.body)


def test_one_label_in_two_versions() -> None:
    old, new = (exchange.answer.value for exchange in _trace("t28").exchanges if exchange.answer)
    assert old["tracking_number"] == new["tracking_number"]
    assert round(float(old["cost"]) * 100) == new["cost"]["amount"]
    assert f"{old['created_at'].replace(' ', 'T')}Z" == new["created_at"]


def test_incident_falls_into_its_window() -> None:
    for name in ("t18", "t19"):
        for exchange in _trace(name).exchanges:
            failed = exchange.answer is None or exchange.answer.status == 503
            assert failed is ("2025-02-04 09:00" <= exchange.sent_at < "2025-02-04 11:40")


def test_traces_show_every_error_that_callers_meet() -> None:
    shown = {exchange.answer.status for trace in TRACES for exchange in trace.exchanges if exchange.answer}
    assert {200, 201, 400, 401, 403, 404, 409, 422, 429, 503} <= shown


def test_page_shows_every_trace_once_and_in_order() -> None:
    text = (API / "traces.md").read_text(encoding="utf-8")
    assert re.findall(r"literalinclude\} traces/(t\d\d)\.http", text) == [trace.id for trace in TRACES]
    assert re.findall(r"^### Trace (\d+)$", text, flags=re.M) == [str(number) for number in range(1, 31)]


# Their diagnoses


def test_every_trace_has_its_diagnosis() -> None:
    assert [entry["trace"] for entry in CATALOGUE["traces"]] == [trace.id for trace in TRACES]


@pytest.mark.parametrize("entry", CATALOGUE["traces"], ids=lambda entry: entry["trace"])
def test_diagnosis(entry: dict[str, Any]) -> None:
    assert entry["turn"] in {"merchant", "larkpost", "carrier", "nobody"}
    assert entry["repeat"] in {"freely", "no", "changed", "after-wait", "same-key"}
    for pointer in entry["evidence"]:
        at(pointer)
    assert entry["evidence"]
    assert all(len(entry[key]) > 30 for key in ("happened", "action"))
    assert entry.get("misconception", "M-retry-safe") in {known["id"] for known in KNOWN}


REPEAT = {400: "changed", 401: "changed", 403: "changed", 404: "changed", 409: "no", 422: "changed", 429: "after-wait"}


def test_diagnoses_advise_what_the_last_answer_allows() -> None:
    exceptions = {"t11": "changed"}  # the second parcel is to be bought, with a key of its own
    for entry in CATALOGUE["traces"]:
        answer = _trace(entry["trace"]).exchanges[-1].answer
        if answer and answer.status in REPEAT:
            assert entry["repeat"] == exceptions.get(entry["trace"], REPEAT[answer.status]), entry["trace"]
