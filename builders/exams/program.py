"""A mixed-integer program, as small as this package needs it: variables, rows, and a minimum found by HiGHS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import highspy
import numpy as np

INFINITY = highspy.kHighsInf
ENDED = highspy.HighsModelStatus.kSolutionLimit
IMPOSSIBLE = (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible)
NODES = 1_000
"""Where the search ends with the best solution so far: counted in nodes, not seconds, so that every run ends alike."""

INSIST = 20
"""How much longer any solution at all is searched for than a good one."""


@dataclass
class Program:
    """Variables and rows, collected before they are solved.

    ``proved`` says of the last minimum whether nothing can be less.
    """

    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    rows: list[tuple[dict[int, float], float, float]] = field(default_factory=list)
    proved: bool = True

    def variable(self, upper: float = 1.0, *, lower: float = 0.0, whole: bool = False) -> int:
        """Add a variable; return its index."""
        self.lower.append(lower)
        self.upper.append(upper)
        self.whole.append(whole)
        return len(self.lower) - 1

    def row(self, terms: dict[int, float], lower: float = -INFINITY, upper: float = INFINITY) -> None:
        """Demand that the sum of weight × variable lies between two bounds."""
        self.rows.append((terms, lower, upper))

    def minimise(self, costs: Mapping[int, float], gap: float = 0.0, *, nodes: int | None = None) -> list[float] | None:
        """Return the variables' values at the least cost, proved up to the absolute ``gap``; None where none are found.

        Where ``nodes`` (else `NODES`) are not enough for the proof, the best values found by then are returned, and
        where they are not enough for any, those that `INSIST` times as many find without costs. ``proved`` says of
        None whether there are none.

        :raises RuntimeError: when the solver fails.
        """
        limit = NODES if nodes is None else nodes
        solver = self._solve(costs, gap, limit)
        proved = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        if solver.getModelStatus() == ENDED and not _has_solution(solver):
            solver = self._solve({}, 0.0, INSIST * limit)
        status = solver.getModelStatus()
        self.proved = proved or status in IMPOSSIBLE
        if _has_solution(solver):
            return list(solver.getSolution().col_value)
        if status in (ENDED, *IMPOSSIBLE):
            return None
        raise RuntimeError(f"the solver ended without an answer: {solver.modelStatusToString(status)}")

    def _solve(self, costs: Mapping[int, float], gap: float, nodes: int) -> highspy.Highs:
        solver = highspy.Highs()  # type: ignore[no-untyped-call]
        solver.silent()
        options = {"threads": 1, "random_seed": 0, "mip_abs_gap": gap, "mip_rel_gap": 0.0, "mip_max_nodes": nodes}
        for option, value in options.items():
            solver.setOptionValue(option, value)
        solver.passModel(self._model(costs))
        solver.run()
        return solver

    def _model(self, costs: Mapping[int, float]) -> highspy.HighsLp:
        model = highspy.HighsLp()
        model.num_col_ = len(self.lower)
        model.num_row_ = len(self.rows)
        model.col_cost_ = np.array([costs.get(column, 0.0) for column in range(len(self.lower))])
        model.col_lower_ = np.array(self.lower)
        model.col_upper_ = np.array(self.upper)
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        model.integrality_ = [kinds[whole] for whole in self.whole]
        model.row_lower_ = np.array([lower for _, lower, _ in self.rows])
        model.row_upper_ = np.array([upper for _, _, upper in self.rows])
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.cumsum([0, *(len(terms) for terms, _, _ in self.rows)])
        model.a_matrix_.index_ = np.array([column for terms, _, _ in self.rows for column in terms])
        model.a_matrix_.value_ = np.array([weight for terms, _, _ in self.rows for weight in terms.values()])
        return model


def _has_solution(solver: highspy.Highs) -> bool:
    return bool(solver.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible)
