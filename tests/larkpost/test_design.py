"""The designs of Larkpost: flaws are where the catalogue says, sums come out, and no document contradicts another."""

from __future__ import annotations

import ast
import csv
import math
import operator
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from builders.data import build_database
from builders.markup.svg import inline_svg

ROOT = Path(__file__).parents[2]
DESIGN = ROOT / "source" / "larkpost" / "design"
CATALOGUES = ROOT / "assessments" / "secure" / "catalogues"
DATASET = ROOT / "source" / "larkpost" / "dataset"
API = ROOT / "source" / "larkpost" / "api" / "larkpost-openapi.yaml"

RFC_17 = yaml.safe_load((CATALOGUES / "rfc-017.yaml").read_text(encoding="utf-8"))
RFC_24 = yaml.safe_load((CATALOGUES / "rfc-024.yaml").read_text(encoding="utf-8"))
FLAWS: list[dict[str, Any]] = RFC_17["flaws"]
POINTS: list[dict[str, Any]] = RFC_24["points"]
ENTRIES = [(RFC_17["document"], flaw) for flaw in FLAWS] + [(RFC_24["document"], point) for point in POINTS]
NAMES = [f"{Path(document).stem}-{entry['id']}" for document, entry in ENTRIES]
ADRS = sorted(DESIGN.glob("adr/adr-*.md"))
DRAWINGS = sorted(DESIGN.glob("images/*.svg"))
PAGES = sorted(DESIGN.rglob("*.md"))
PRINTED_MM = 160
SMALLEST_PT = 8


def read(name: str) -> str:
    return (DESIGN / name).read_text(encoding="utf-8")


def section(text: str, title: str) -> str:
    """The text below a heading, down to the next heading of the same or a higher level."""
    start = re.search(rf"^(#+) {re.escape(title)}$", text, re.MULTILINE)
    assert start, f"there is no section '{title}'"
    level = len(start[1])
    return re.split(rf"^#{{1,{level}}} ", text[start.end() :], maxsplit=1, flags=re.MULTILINE)[0]


def rows(text: str) -> list[list[str]]:
    """The cells of all table rows of a text, without emphasis and without the lines below table heads."""
    found = [
        [cell.strip(" *`") for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:1] == "|"
    ]
    return [row for row in found if not set("".join(row)) <= set("-: ")]


@cache
def register(name: str) -> list[dict[str, str]]:
    with (DATASET / "registers" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def load(service: str) -> dict[str, str]:
    return next(row for row in register("capacity") if row["service"] == service)


OPERATORS: dict[type[ast.operator], Any] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
}  # fmt: skip


def compute(node: ast.expr) -> float:
    """The value of a sum that is made of numbers, the four operations and ``ceil``."""
    match node:
        case ast.Constant(value=int() | float() as value):
            return value
        case ast.BinOp(left, op, right):
            return float(OPERATORS[type(op)](compute(left), compute(right)))
        case ast.Call(ast.Name("ceil"), [argument]):
            return math.ceil(round(compute(argument), 9))
    raise ValueError(ast.unparse(node))


def written(value: float, like: str) -> str:
    """A value with as many decimals as the catalogue writes."""
    return f"{value:,.{len(like.partition('.')[2])}f}"


# --- catalogues


def test_catalogue_of_rfc_017_is_complete() -> None:
    assert [flaw["id"] for flaw in FLAWS] == [f"F{number}" for number in range(1, 13)]
    assert Counter(flaw["severity"] for flaw in FLAWS) == {"critical": 2, "major": 6, "minor": 4}
    keys = {"title", "severity", "section", "quotes", "quality", "why", "sums", "question", "better"}
    assert all(keys <= flaw.keys() and all(flaw[key] for key in keys - {"sums"}) for flaw in FLAWS)
    assert all(flaw["question"].endswith("?") for flaw in FLAWS)
    assert sum(bool(flaw["sums"]) for flaw in FLAWS) >= 10


def test_catalogue_of_rfc_024_is_complete() -> None:
    keys = {"id", "title", "section", "quotes", "quality", "for", "against", "sums", "question", "sensitivity"}
    assert all(keys == point.keys() and all(point.values()) for point in POINTS)
    assert len(POINTS) == len({point["id"] for point in POINTS}) >= 5


@pytest.mark.parametrize(("document", "entry"), ENTRIES, ids=NAMES)
def test_quotes_stand_in_their_section_and_nowhere_else(document: str, entry: dict[str, Any]) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    for quote in entry["quotes"]:
        assert text.count(quote) == 1, quote
        assert quote in section(text, entry["section"]), quote


@pytest.mark.parametrize("flaw", [flaw for flaw in FLAWS if "missing" in flaw], ids=lambda flaw: flaw["id"])
def test_what_is_missing_is_missing(flaw: dict[str, Any]) -> None:
    text = read("rfc-017.md").lower()
    assert section(read("rfc-017.md"), flaw["missing"]["section"]).strip()
    assert [word for word in flaw["missing"]["words"] if word.lower() in text] == []


@pytest.mark.parametrize(("document", "entry"), ENTRIES, ids=NAMES)
def test_sums_come_out_and_are_said(document: str, entry: dict[str, Any]) -> None:
    said = " ".join(str(value) for key, value in entry.items() if key != "sums").replace("\n", " ")
    for line in entry["sums"]:
        value = compute(ast.parse(line["sum"], mode="eval").body)
        assert written(value, line["is"]) == line["is"], line
        assert re.search(rf"(?<![\d.,]){re.escape(line['is'])}(?![\d]|[.,]\d)", said), line


def test_no_page_gives_the_flaws_away() -> None:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        assert not re.search(r"\bflaw|\bplanted\b|\bF\d{1,2}\b|catalogue", text, re.IGNORECASE), page
        assert not any(entry["title"].lower() in text.lower() for _, entry in ENTRIES), page


# --- numbers of the RFCs


def test_load_of_rfc_017_is_that_of_the_renderer() -> None:
    text = read("rfc-017.md")
    renderer = load("label-renderer")
    table = {row[0]: [float(cell.split()[0]) for cell in row[1:]] for row in rows(section(text, "Background"))[1:]}
    mean, peak = table["Labels drawn"]
    runs_mean, runs_peak = table["of these in print runs, for which nobody waits"]
    assert peak == float(renderer["peak_per_s"])
    assert peak / mean == runs_peak / runs_mean == 4
    seconds = int(renderer["service_ms"]) / 1000
    assert f"busy with one label for {seconds:g} s" in text
    assert f"Six workers draw {6 / seconds:g} labels a second" in text
    assert 6 / seconds < peak < int(renderer["workers"]) / seconds
    assert mean * seconds < 6 < peak * seconds
    assert runs_mean < 1 / seconds < runs_peak


def test_cost_of_rfc_017_adds_up() -> None:
    cost = section(read("rfc-017.md"), "Cost")
    days, rate, total = re.search(r"(\d+) engineer-days at \$(\d+) \| \$([\d,]+) once", cost).groups()  # type: ignore[union-attr]
    hosts, price, month = re.search(r"(\w+) hosts at \$(\d+) \| \$(\d+) a month", cost).groups()  # type: ignore[union-attr]
    assert int(days) == 2 * 6 * 5
    assert int(days) * int(rate) == int(total.replace(",", ""))
    assert {"Three": 3}[hosts] * int(price) == int(month)
    assert f"**${total} once and ${month} a month**" in cost


def test_queue_of_rfc_024_is_that_of_the_data() -> None:
    text = read("rfc-024.md")
    tracking = load("tracking-ingest")
    workers, seconds = int(tracking["workers"]), int(tracking["service_ms"]) / 1000
    handled = workers / seconds
    assert rows(section(text, "Background"))[1:] == [
        ["A busy hour of an ordinary day", "about 60"],
        ["Peak, when two carriers report their sorting at once", "120"],
        ["What 24 workers handle", f"{handled:.0f}"],
    ]
    waiting = (120 - handled) * 30 * 60
    assert f"{120 - handled:.0f} more messages came than went, so {waiting:,.0f} were waiting" in text
    assert f"shrank by {handled - 60:.0f} a second, and after {waiting / (handled - 60) / 60:.0f} minutes" in text
    assert waiting / handled == 7.5 * 60
    assert f"120 × {seconds:g} s = {120 * seconds:.0f} workers" in text
    assert f"so the peak needs {120 * seconds / 0.75:.0f}" in text
    assert 40 / seconds == 160


def test_availability_is_multiplied_in_one_way_everywhere() -> None:
    measured = {(row["from_service"], row["to_service"]): row["availability"] for row in register("dependencies")}
    assert measured["api-gateway", "core"] == "0.999"
    assert measured["core", "label-renderer"] == "0.995"
    chain = 0.999 * 0.999 * 0.995
    text = section(read("architecture.md"), "How available is a label?")
    assert f"0.999 × 0.999 × 0.995 = {100 * chain:.2f} %" in text
    assert f"Of the 43,200 minutes of 30 days, {43200 * (1 - chain):.0f} are" in text
    mean = (99.9 + 99.9 + 99.5) / 3
    assert f"{mean:.2f} per cent, or {432 * (100 - mean):.0f} minutes" in text
    assert "Availability stays at 99.5 per cent" in read("rfc-017.md")


def test_storage_of_keys_and_parcels_asked_about_come_out() -> None:
    assert f"3 a second are {3 * 86400:,} in 24 hours" in read("rfc-021.md")
    assert f"{3 * 86400 * 2 / 1e6:.2f} GB" in read("rfc-021.md")
    assert f"At 300,000 parcels it is {300000 / 900:.0f} a second" in read("adr/adr-005.md")
    assert f"470,000 parcels at a time and ask carriers {470000 / 900:.0f} questions" in read("adr/adr-007.md")


# --- architecture


def test_budget_of_the_nine_hops() -> None:
    table = rows(section(read("architecture.md"), "The way of a label"))[1:]
    budget = [int(row[-1].replace(",", "")) for row in table]
    assert [row[0] for row in table[:-1]] == [str(hop) for hop in range(1, 10)]
    assert sum(budget[:-1]) == budget[-1] == 1200
    drawn = words(DESIGN / "images" / "nine-hops.svg")
    assert all(f">{ms}<" in drawn for ms in budget[:-1])


def test_relations_are_those_of_the_register() -> None:
    table = rows(section(read("architecture.md"), "Relations"))[1:]
    modes = {"yes": "sync", "no": "async"}
    stated = sorted((row[0], row[1], modes[row[3]]) for row in table)
    assert stated == sorted((row["from_service"], row["to_service"], row["mode"]) for row in register("dependencies"))


def test_elements_are_those_of_the_register_and_of_the_drawing() -> None:
    table = rows(section(read("architecture.md"), "Elements"))[1:]
    owners = {row[0]: row[2] for row in table}
    drawn = words(DESIGN / "images" / "containers.svg").lower()
    for row in register("services"):
        assert owners[row["service"]] == row["owner"]
        assert f">{row['service']}<" in drawn
    names = [name for row in table for name in row[0].split(", ")]
    assert [
        name for name in names if not all(f">{part}" in drawn or f"{part}<" in drawn for part in name.lower().split())
    ] == []


def words(path: Path) -> str:
    """All texts of a drawing, each between > and <."""
    root = ElementTree.parse(path).getroot()
    return "".join(f">{element.text}<" for element in root.iter("{http://www.w3.org/2000/svg}text"))


@pytest.mark.parametrize("path", DRAWINGS, ids=lambda path: path.name)
def test_drawings_can_be_read(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert inline_svg(source, "words", "drawing")
    root = ElementTree.fromstring(source)
    width = float(root.attrib["viewBox"].split()[2])
    limit = SMALLEST_PT / (PRINTED_MM / 25.4 * 72 / width)
    sizes = [float(element.get("font-size", root.attrib["font-size"])) for element in root.iter() if element.text]
    assert min(sizes) >= limit
    colours = re.findall(r'(?:fill|stroke)="(#[0-9a-f]{6})"', source)
    assert all(colour[1:3] == colour[3:5] == colour[5:7] for colour in colours), "not greyscale"
    assert re.search(r"<title>.+</title>", source)


def test_every_drawing_is_shown_with_a_description() -> None:
    figures = re.findall(r":::\{figure\} (\S+)\n(?::name: .+\n)?:alt: (.+)\n\n(.+)", read("architecture.md"))
    assert sorted(figure[0] for figure in figures) == [f"images/{path.name}" for path in DRAWINGS]
    assert all(len(alt.split()) >= 40 and caption for _, alt, caption in figures)


# --- decision records


@pytest.mark.parametrize("path", ADRS, ids=lambda path: path.stem)
def test_decision_record_has_its_parts(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    number = path.stem.removeprefix("adr-")
    assert text.startswith(f"# ADR-{number}: ")
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert headings[:4] == ["Context", "Decision", "Consequences", "Revisit when"]
    assert all(heading.startswith("Note of ") for heading in headings[4:])
    assert re.search(
        r"^\*\*Date:\*\* \d{4}-\d\d-\d\d · \*\*Decided by:\*\* .+ · \*\*Status:\*\* .+$", text, re.MULTILINE
    )
    assert section(text, "Consequences").count("\n- ") >= 4
    assert 150 <= len(text.split()) <= 330


def statuses() -> dict[str, str]:
    found = {}
    for path in ADRS:
        match = re.search(r"\*\*Status:\*\* (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert match
        found[path.stem.upper()] = re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", match[1])
    return found


def test_statuses_agree() -> None:
    stated = statuses()
    assert list(stated) == [f"ADR-{number:03}" for number in range(1, 10)]
    listed = {re.sub(r"\[([^\]]+)\].*", r"\1", row[0]): row[2] for row in rows(read("adr/index.md"))[1:]}
    assert listed.keys() == stated.keys()
    assert all(stated[name].startswith(listed[name]) for name in stated)
    for name, status in stated.items():
        if older := re.search(r"supersedes (ADR-\d{3})", status):
            assert stated[older[1]].startswith(f"superseded by {name}")
    assert sum(status.startswith("superseded") for status in stated.values()) == 1


def test_records_are_in_the_order_of_their_dates() -> None:
    dates = [re.search(r"\*\*Date:\*\* (\S+)", path.read_text(encoding="utf-8"))[1] for path in ADRS]  # type: ignore[index]
    assert dates == sorted(dates)
    superseded, follower = statuses()["ADR-005"], dates[6]
    assert superseded.endswith(follower)


def test_trigger_of_adr_004_is_reached_by_the_data(practice: sqlite3.Connection) -> None:
    text = read("adr/adr-004.md")
    limit = re.search(r"more than ([\d.]+) per cent", section(text, "Revisit when"))
    assert limit
    assert "{fact}`events.repeated-percent`" in text
    assert practice.execute(facts()["events.repeated-percent"]).fetchone()[0] > float(limit[1])


# --- specification, and what the API promises


@cache
def api() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(API.read_text(encoding="utf-8"))
    return loaded


def test_batch_labels_agrees_with_the_api() -> None:
    text = read("batch-labels.md")
    interfaces = [row[0] for row in rows(section(text, "Interfaces"))[1:]]
    assert len(interfaces) == 3
    assert "post" in api()["paths"]["/v2/labels/batch"]
    assert "get" in api()["paths"]["/v2/labels/{id}"]
    assert "label.created" in api()["webhooks"]
    most = api()["components"]["schemas"]["LabelBatchRequestV2"]["properties"]["labels"]["maxItems"]
    limits = re.findall(r"^\d\. ", section(text, "Limits"), re.MULTILINE)
    assert len(limits) == 2
    assert f"At most {most} labels in a call." in text
    plans = api()["x-rate-limits"]["calls_per_window"]
    assert f"{plans['free']} on free, {plans['starter']} on starter, {plans['growth']} on growth" in text
    assert plans["growth"] == plans["legacy_pro"]
    assert f"{plans['scale']:,} on scale" in text
    assert 180_000 / plans["growth"] == 600
    assert 180_000 / plans["growth"] / most == 6
    assert len(re.findall(r"^\d\. \*\*.+\?\*\*", section(text, "Unknowns"), re.MULTILINE)) == 2
    workers = load("label-renderer")
    assert f"draws {int(workers['workers']) * 1000 / int(workers['service_ms']):.0f} labels a second" in text
    assert f"it draws {workers['peak_per_s']} a second" in text


def test_codes_and_key_of_rfc_021_are_those_of_the_api() -> None:
    text = read("rfc-021.md") + read("batch-labels.md")
    source = API.read_text(encoding="utf-8")
    for code in set(re.findall(r"`(idempotency_\w+|service_not_available)`", text)) - {"idempotency_keys"}:
        assert code in source, code
    key = api()["components"]["schemas"]["IdempotencyKey"]
    assert f"A key has {key['minLength']} to {key['maxLength']} letters" in text
    for version, operation in re.findall(r"`POST (/v[12])(/[\w/]+)`", text):
        assert "post" in api()["paths"][version + operation]


# --- incident


def timeline() -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in rows(section(read("inc-001.md"), "Timeline, UTC"))[1:]]


def test_incident_agrees_with_the_generator(practice: sqlite3.Connection) -> None:
    text = read("inc-001.md")
    found = practice.execute(
        "SELECT severity, service, started_at, detected_at, resolved_at, cause FROM incidents"
        " WHERE incident_id = 'INC-001'"
    ).fetchone()
    assert found == (
        1, "label-renderer", "2025-02-04 09:00:00", "2025-02-04 09:06:00", "2025-02-04 11:40:00", "capacity",
    )  # fmt: skip
    assert "**Began:** 2025-02-04 09:00 UTC · **Noticed:** 09:06 · **Ended:** 11:40" in text
    assert f"For {(11 * 60 + 40) - 9 * 60} minutes on Tuesday" in text
    assert datetime(2025, 2, 4).strftime("%A") == "Tuesday"
    times = [time for time, _ in timeline()]
    assert times == sorted(times)
    assert {"09:00", "09:06", "11:40"} <= set(times)


def test_second_labels_of_the_incident_are_all_that_the_data_holds(practice: sqlite3.Connection) -> None:
    quoted = set(re.findall(r"\{fact\}`([^`]+)`", read("inc-001.md")))
    found = {name: practice.execute(sql).fetchone()[0] for name, sql in facts().items() if name in quoted}
    assert found.keys() == quoted
    assert all(found.values())
    labels, keyless = found["duplicates.labels"], found["duplicates.without-key"]
    assert labels >= found["duplicates.merchants"]
    assert labels / 2 < keyless < labels, "some carried a new key for each attempt"
    # The same parcel of the same merchant within 90 seconds, at any time, asked without a self-join.
    ever = """
        WITH pairs AS (
            SELECT created_at, lag(created_at) OVER (
                PARTITION BY account_id, carrier_code, weight_g, dest_country ORDER BY created_at, shipment_id
            ) AS before
            FROM shipments WHERE weight_g IS NOT NULL
        )
        SELECT count(*) FROM pairs WHERE before < created_at AND created_at <= datetime(before, '+90 seconds')
    """
    assert practice.execute(ever).fetchone()[0] == labels


@cache
def facts() -> dict[str, str]:
    """The query of each fact that has one."""
    records = yaml.safe_load((ROOT / "source" / "larkpost" / "facts.yaml").read_text(encoding="utf-8"))["facts"]
    return {record["id"]: record["sql"] for record in records if "sql" in record}


@pytest.fixture(scope="module")
def practice() -> Iterator[sqlite3.Connection]:
    path = build_database(DATASET / "generate.py", "practice", "full", ROOT / ".cache" / "data" / "larkpost")
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    yield connection
    connection.close()


def test_actions_of_the_incident_have_owners_and_dates() -> None:
    table = rows(section(read("inc-001.md"), "Actions"))[1:]
    assert len(table) >= 5
    for row in table:
        assert row[2]
        assert date.fromisoformat(row[3]) > date(2025, 2, 4)
        assert row[4]
    assert {"rfc-021.md", "rfc-017.md"} <= set(re.findall(r"\((\S+)\)", section(read("inc-001.md"), "Actions")))


# --- pages


def test_every_page_is_listed() -> None:
    for index in (DESIGN / "index.md", DESIGN / "adr" / "index.md"):
        tree = section_of_tree(index.read_text(encoding="utf-8"))
        pages = {str(page.relative_to(index.parent).with_suffix("")) for page in index.parent.glob("*.md")} - {"index"}
        assert pages <= set(tree)
    assert "adr/index" in section_of_tree(read("index.md"))


def section_of_tree(text: str) -> list[str]:
    tree = re.search(r"```\{toctree\}\n(?::.*\n)*\n((?:.+\n)+)```", text)
    assert tree
    return tree[1].split()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(DESIGN)))
def test_links_lead_somewhere_and_headings_are_in_order(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        assert (page.parent / target).is_file(), target
    levels = [len(marks) for marks in re.findall(r"^(#+) ", text, re.MULTILINE)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


def test_statuses_of_the_documents_agree_with_the_index() -> None:
    listed = {re.findall(r"\(([^)]+)\)", row[0])[0]: row[2] for row in rows(read("index.md"))[1:]}
    for name in ("rfc-017.md", "rfc-021.md", "rfc-024.md"):
        status = re.search(r"\*\*Status:\*\* ([^·]+?) ·", read(name))
        assert status
        assert status[1].startswith(listed[name])
