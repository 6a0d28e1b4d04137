"""Experiments: who was assigned what, chosen so that the planted outcomes are true of the labels.

The outcomes are exact quotas (PF01 to PF04): the practice variant has the documents' own numbers,
every other variant others with the same message. Sampling would miss the message now and then.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from math import sqrt
from typing import NamedTuple

import world
from clock import DAY, at, stamp
from merchants import Account, Journey
from shipping import Shipment
from stream import Stream
from support import Ticket
from variation import settle

METRIC = "made a label within 7 days of assignment"
WEEK = 7 * DAY
FORTNIGHT = 14 * DAY
ARMS = ("control", "treatment")


class Experiment(NamedTuple):
    """An experiment; times are seconds in the window."""

    name: str
    key: str
    hypothesis: str
    started: int
    ended: int


EXPERIMENTS = (
    Experiment("EXP1", "guided_onboarding", "A guided first label makes more new merchants active",
               at("2024-11-01"), at("2025-01-01")),
    Experiment("EXP2", "bulk_import", "Importing orders in bulk makes more merchants send labels every week",
               at("2025-02-10"), at("2025-04-14")),
    Experiment("EXP3", "rate_comparison_hint", "A hint at the cheapest rate makes more merchants buy the label",
               at("2025-03-03"), at("2025-03-31")),
    Experiment("EXP4", "saved_parcel_presets", "Saved parcel sizes make more merchants buy labels",
               at("2025-04-07"), at("2025-05-19")),
)  # fmt: skip


class Arm(NamedTuple):
    """How many accounts are in an arm and how many of them are activated."""

    size: int
    activated: int


class Group(NamedTuple):
    """The arms of an experiment in some of the segments."""

    segments: tuple[str, ...]
    control: Arm
    treatment: Arm


Plan = Mapping[str, tuple[Group, ...]]
ALL = tuple(world.SEGMENTS)
PRACTICE: Plan = {
    "EXP1": (Group(ALL, Arm(640, 256), Arm(636, 307)),),
    "EXP2": (Group(ALL, Arm(1000, 402), Arm(840, 391)),),
    "EXP3": (Group(ALL, Arm(210, 84), Arm(206, 92)),),
    "EXP4": (Group(("solo",), Arm(560, 168), Arm(560, 216)), Group(("mid",), Arm(240, 152), Arm(240, 128))),
}


class Shape(NamedTuple):
    """What a group looks like in other variants: ranges, both ends possible."""

    segments: tuple[str, ...]
    size: tuple[int, int]
    """Accounts in the control arm."""
    ratio: tuple[int, int]
    """The treatment arm in thousandths of it."""
    rate: tuple[int, int]
    """Activated in a thousand of the control arm."""
    lift: tuple[int, int]
    """How many more it is in the treatment arm."""


SHAPES = {
    "EXP1": (Shape(ALL, (560, 605), (985, 1000), (370, 420), (72, 98)),),
    "EXP2": (Shape(ALL, (900, 1080), (800, 860), (380, 430), (30, 70)),),
    "EXP3": (Shape(ALL, (185, 235), (960, 1040), (370, 430), (30, 62)),),
    "EXP4": (
        Shape(("solo",), (520, 600), (992, 1008), (275, 325), (80, 96)),
        Shape(("mid",), (220, 255), (985, 1015), (605, 660), (-118, -95)),
    ),
}


def make_plan(seed: str) -> Plan:
    """The quotas of a variant at full scale."""
    return settle(seed, _draw_plan, _figures)


def _draw_plan(key: str) -> Plan:
    if key == "practice":
        return PRACTICE
    chance = Stream(key, "experiments", "quotas")
    return {name: tuple(_draw_group(chance, shape) for shape in shapes) for name, shapes in SHAPES.items()}


def _draw_group(chance: Stream, shape: Shape) -> Group:
    size, ratio, rate, lift = (chance.between(*bounds) for bounds in shape[1:])
    other = size * ratio // 1000
    return Group(shape.segments, Arm(size, size * rate // 1000), Arm(other, other * (rate + lift) // 1000))


def _figures(plan: Plan) -> list[object] | None:
    """What people quote of the experiments, or None where a message is lost."""
    overall = {name: _together(groups) for name, groups in plan.items()}
    (one,), (two,), (three,) = (plan[name] for name in ("EXP1", "EXP2", "EXP3"))
    solo, mid = plan["EXP4"]
    messages = (
        z_score(one) > 2.4 and imbalance(one) < 1,
        imbalance(two) > 11.5 and z_score(two) > 1.3,
        0.6 < z_score(three) < 1.25,
        z_score(solo) > 2.6 and z_score(mid) < -2.05 and 0.4 < z_score(overall["EXP4"]) < 1.5,
    )
    groups = (*overall.values(), solo, mid)
    figures = [(*group.control, *group.treatment, round(100 * z_score(group))) for group in groups]
    return list(chain.from_iterable(figures)) if all(messages) else None


def _together(groups: Sequence[Group]) -> Group:
    control, treatment = (
        Arm(sum(arm.size for arm in arms), sum(arm.activated for arm in arms))
        for arms in ([group.control for group in groups], [group.treatment for group in groups])
    )
    return Group(ALL, control, treatment)


def z_score(group: Group) -> float:
    """The difference of the arms' shares in standard errors, shares pooled."""
    one, two = group.control, group.treatment
    pooled = (one.activated + two.activated) / (one.size + two.size)
    error = sqrt(pooled * (1 - pooled) * (1 / one.size + 1 / two.size))
    return (two.activated / two.size - one.activated / one.size) / error


def imbalance(group: Group) -> float:
    """Chi-squared of the arms' sizes against equal halves."""
    return (group.control.size - group.treatment.size) ** 2 / (group.control.size + group.treatment.size)


def experiment_rows() -> list[tuple[object, ...]]:
    """Rows of `experiments`."""
    return [
        (row.name, row.key, row.hypothesis, "50/50", METRIC, stamp(row.started), stamp(row.ended))
        for row in EXPERIMENTS
    ]


def assignment_rows(
    seed: str,
    accounts: Sequence[Account],
    journeys: Sequence[Journey],
    shipments: Sequence[Shipment],
    tickets: Sequence[Ticket],
) -> Iterator[tuple[object, ...]]:
    """Rows of `experiment_assignments`, by experiment and account."""
    labels: defaultdict[int, list[int]] = defaultdict(list)
    for shipment in shipments:
        labels[shipment.account.account_id].append(shipment.created)
    opened: defaultdict[int, list[int]] = defaultdict(list)
    for ticket in tickets:
        opened[ticket.account_id].append(ticket.opened)
    plan = make_plan(seed)
    for experiment in EXPERIMENTS:
        candidates = _candidates(seed, experiment, accounts, journeys, labels)
        for account, moment, arm, activated in sorted(
            _chosen(plan[experiment.name], candidates, labels, len(accounts))
        ):
            tickets_after = _within(opened[account], moment, FORTNIGHT)
            yield experiment.name, account, arm, stamp(moment), int(activated), tickets_after


def _candidates(
    seed: str,
    experiment: Experiment,
    accounts: Sequence[Account],
    journeys: Sequence[Journey],
    labels: Mapping[int, Sequence[int]],
) -> list[tuple[Account, int]]:
    """Accounts that can be assigned and the moment of it, in a new order.

    In the first experiment that is the sign-up; in the others, a visit of a merchant with a store.
    """
    chance = Stream(seed, "experiment_assignments", experiment.name)
    found = []
    for account, journey in zip(accounts, journeys, strict=True):
        if account.is_internal:
            continue
        if experiment.name == "EXP1":
            if experiment.started <= account.signup < experiment.ended:
                found.append((account, account.signup))
        elif journey.connected is not None:
            low, high = max(experiment.started, journey.connected + 1), min(experiment.ended, account.end - FORTNIGHT)
            if low < high:
                found.append((account, _visit(chance, low, high, labels.get(account.account_id, ()))))
    return chance.shuffled(found)


def _visit(chance: Stream, low: int, high: int, labels: Sequence[int]) -> int:
    """A moment between two; every second visit of those who make labels is not long before one."""
    made = labels[bisect_left(labels, low) : bisect_left(labels, high)]
    usual = low + chance.below(high - low)
    before = chance.pick(made) - chance.below(6 * DAY) if made and chance.below(2) else low - 1
    return before if before >= low else usual


def _chosen(
    groups: Sequence[Group], candidates: Sequence[tuple[Account, int]], labels: Mapping[int, Sequence[int]], size: int
) -> Iterator[tuple[int, int, str, bool]]:
    """Account, moment, arm and outcome of as many candidates as the quotas ask for, fewer at a small scale."""
    for group in groups:
        pools: dict[bool, list[tuple[int, int]]] = {True: [], False: []}
        for account, moment in candidates:
            if account.segment in group.segments:
                activated = _within(labels.get(account.account_id, ()), moment, WEEK) > 0
                pools[activated].append((account.account_id, moment))
        for name, arm in zip(ARMS, (group.control, group.treatment), strict=True):
            quota = _scaled(arm, size)
            for activated, number in ((True, quota.activated), (False, quota.size - quota.activated)):
                for _ in range(min(number, len(pools[activated]))):
                    yield (*pools[activated].pop(), name, activated)


def _scaled(arm: Arm, accounts: int) -> Arm:
    whole = world.ACCOUNTS["full"]
    return Arm(arm.size * accounts // whole, arm.activated * accounts // whole)


def _within(moments: Sequence[int], since: int, span: int) -> int:
    """How many of the moments, in order, lie in the span from `since` on."""
    return bisect_left(moments, since + span) - bisect_left(moments, since)
