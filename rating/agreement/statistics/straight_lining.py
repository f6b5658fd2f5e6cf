"""Signs of answering without reading: long runs, one answer to all questions, little variation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from rating.agreement.arrays import Floats
from rating.agreement.errors import AgreementInputError
from rating.agreement.kernel import divide
from rating.agreement.reasons import Reason
from rating.agreement.resampling.left_out_items import items_jackknife
from rating.agreement.results import Basis, Estimate, Interval
from rating.agreement.statistics.answer_runs import AnswerRuns, percentile
from rating.agreement.statistics.stacked_ratings import StackedRatings, has_one_scale
from rating.agreement.timings import Timings


@dataclass(frozen=True)
class StraightLining:
    """Per rater: longest run over the questions, share of items with one answer to all of them, variability.

    `same_excess` is that share less the share among the others of the group on the same items. `runs` has one
    row per rater and question: `longest_run` with the `value` repeated, its `percentile` in the group,
    `p_order`, `p_run`, `sd` and `p_sd` (see `straight_lining`).
    """

    longest_run: dict[str, Estimate]
    same_level: dict[str, Estimate]
    same_excess: dict[str, Estimate]
    variability: dict[str, Estimate]
    runs: pd.DataFrame

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        parts = ("longest_run", "same_level", "same_excess", "variability")
        rows = self.runs.astype(object).where(self.runs.notna(), None).to_dict("records")
        return {
            **{part: {name: e.to_dict() for name, e in getattr(self, part).items()} for part in parts},
            "runs": rows,
        }


@dataclass(frozen=True)
class ReferenceOptions:
    """How many random orders and stand-ins to draw, and the random numbers for them."""

    n_resamples: int = 1000
    rng: np.random.Generator = field(default_factory=lambda: np.random.default_rng(0))

    def __post_init__(self) -> None:
        if self.n_resamples < 100:
            raise AgreementInputError("bad_option", "A reference needs at least 100 draws.")


def straight_lining(
    questions: Mapping[str, Timings],
    *,
    group: str | tuple[str, ...] | None = None,
    reference: ReferenceOptions | None = None,
    confidence: float = 0.95,
) -> StraightLining:
    """Long strings, same answers and little variation of every rater, each with what to compare it to.

    Longest run of identical answers in the order served (Johnson 2005); share of the items, all questions of
    which the rater answered, with one and the same answer to all; standard deviation of a rater's answers,
    mean over questions (intra-individual response variability, Dunn et al. 2018). What is unusual depends on
    the items: `p_order` is the share of random orders of the rater's own answers with as long a run; `p_run`
    and `p_sd` the shares of stand-ins (a random other rater of the group for each item) with as long a run or
    as small a standard deviation, both (1 + number) / (1 + draws). A clear set of items gives long runs to
    careful raters too: none of these numbers is a verdict. Intervals: items left out one at a time; a run has
    none.

    Undefined: `no_ratings`, `too_few_questions` (same answers of one question), `no_pairable_items` (nobody
    else answered), `too_little_data` (a standard deviation of one rating), `not_for_this_scale`. Raises
    AgreementInputError `missing_columns` (no position), `bad_option`, also when the questions' values differ.

    >>> from rating.agreement import Scale
    >>> rows = [(i, r, i, v) for r, row in (("p", "aaab"), ("q", "abab")) for i, v in enumerate(row)]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "position", "value"]).assign(group="peer")
    >>> timings = Timings.from_frame(frame, Scale(("a", "b"), "ordinal"))
    >>> found = straight_lining({"warm": timings, "kind": timings})
    >>> found.longest_run["p"].estimate, found.same_level["p"].estimate
    (3.0, 1.0)
    """
    if not questions or not 0 < confidence < 1:
        raise AgreementInputError("bad_option", "Some question is needed, and a confidence between 0 and 1.")
    data = StackedRatings.of({name: timings.ratings for name, timings in questions.items()}, group)
    if not has_one_scale(data):
        raise AgreementInputError("bad_option", "The questions must offer the same values.")
    runs, frame = _runs(questions, data, reference or ReferenceOptions())
    report = _Report(data, confidence)
    return StraightLining(
        {name: report.longest(name, runs) for name in data.raters},
        {name: report.same(place, against_others=False) for place, name in enumerate(data.raters)},
        {name: report.same(place, against_others=True) for place, name in enumerate(data.raters)},
        {name: report.variability(place) for place, name in enumerate(data.raters)},
        frame,
    )


def _runs(
    questions: Mapping[str, Timings], data: StackedRatings, reference: ReferenceOptions
) -> tuple[dict[tuple[str, str], AnswerRuns], pd.DataFrame]:
    """The runs by question and rater, and as a table."""
    found = {}
    for question, timings in questions.items():
        for name in data.raters:
            if name in timings.ratings.raters:
                place = timings.ratings.raters.index(name)
                runs = AnswerRuns.of(timings, place, reference.n_resamples, reference.rng)
                if runs is not None:
                    found[question, name] = runs
    groups = {name: data.groups[place] for name, place in zip(data.raters, data.rater_group, strict=True)}
    rows = []
    for (question, name), runs in found.items():
        peers = [r.longest for (q, n), r in found.items() if q == question and groups[n] == groups[name]]
        rows.append(
            {
                "question": question,
                "rater": name,
                "group": groups[name],
                "n_ratings": runs.n,
                "longest_run": runs.longest,
                "value": runs.value,
                "percentile": percentile(np.array(peers, dtype=np.float64), runs.longest),
                "p_order": runs.p_order,
                "p_run": runs.p_run,
                "sd": runs.sd,
                "p_sd": runs.p_sd,
            }
        )
    return found, pd.DataFrame(rows)


@dataclass(frozen=True)
class _Report:
    data: StackedRatings
    confidence: float

    def longest(self, name: str, runs: Mapping[tuple[str, str], AnswerRuns]) -> Estimate:
        """The longest run of a rater over all questions; the variant names the question."""
        own = {question: part for (question, rater), part in runs.items() if rater == name}
        basis = self._basis(self.data.raters.index(name))
        if not own:
            return self._number("longest_run", "", None, Interval(reason=Reason.NO_RATINGS), basis)
        question = max(own, key=lambda label: own[label].longest)
        interval = Interval(reason=Reason.DESCRIPTIVE)
        return self._number("longest_run", question, float(own[question].longest), interval, basis)

    def same(self, place: int, *, against_others: bool) -> Estimate:
        """Share of items with one answer to all questions, or that less the share among others on them."""
        statistic = "same_level_excess" if against_others else "same_level"
        variant, basis = f"{len(self.data.questions)} questions", self._basis(place)
        table = self.complete
        own, others = table[table["rater"] == place], table[table["rater"] != place]
        others = others[others["group"] == self.data.rater_group[place]]
        reason = Reason.TOO_FEW_QUESTIONS if len(self.data.questions) < 2 else None
        values = own.set_index("item")["is_same"].astype(np.float64)
        if reason is None and not len(values):
            reason = Reason.NO_RATINGS
        if reason is None and against_others:
            mean = others.groupby("item")["is_same"].mean().reindex(values.index)
            values = (values - mean).dropna()
            reason = None if len(values) else Reason.NO_PAIRABLE_ITEMS
        if reason is not None:
            return self._number(statistic, variant, None, Interval(reason=reason), basis)
        column = values.to_numpy(dtype=np.float64)
        n = len(column)
        without = divide(column.sum() - column, np.full(n, n - 1.0))
        bounds = (-1.0, 1.0) if against_others else (0.0, 1.0)
        interval = items_jackknife(float(column.mean()), without, self.confidence, bounds)
        return self._number(
            statistic, variant, float(column.mean()), interval, Basis(n, 1, n * len(self.data.questions), n)
        )

    @cached_property
    def complete(self) -> pd.DataFrame:
        """Per item and rater with an answer to every question: whether all are the same."""
        data = self.data
        table = pd.DataFrame({"item": data.item, "rater": data.rater, "level": data.level})
        found = table.groupby(["item", "rater"])["level"].agg(["size", "min", "max"]).reset_index()
        found = found[found["size"] == len(data.questions)]
        return found.assign(is_same=found["min"] == found["max"], group=data.rater_group[found["rater"]])

    def variability(self, place: int) -> Estimate:
        """Standard deviation of the rater's scores, mean over the questions with two ratings or more."""
        statistic, variant, basis = "response_variability", "mean over questions", self._basis(place)
        data = self.data
        if not all(scale.has_scores for scale in data.scales):
            reason = Interval(reason=Reason.NOT_FOR_THIS_SCALE)
            return self._number(statistic, variant, None, reason, basis)
        is_mine = data.rater == place
        items, item = np.unique(data.item[is_mine], return_inverse=True)
        scores = data.scales[0].scores[data.level[is_mine]] - data.scales[0].scores.mean()
        parts = np.zeros((len(items), len(data.questions), 3))
        columns = np.stack([np.ones(len(scores)), scores, scores**2], axis=1)
        parts[item, data.question[is_mine]] = columns
        whole = parts.sum(axis=0)
        has_sd = whole[:, 0] >= 2
        if not has_sd.any():
            return self._number(statistic, variant, None, Interval(reason=Reason.TOO_LITTLE_DATA), basis)
        value = float(_mean_sd(whole[has_sd]))
        interval = items_jackknife(
            value, _mean_sd((whole - parts)[:, has_sd]), self.confidence, (0.0, np.inf)
        )
        return self._number(statistic, variant, value, interval, basis)

    def _basis(self, place: int) -> Basis:
        is_mine = self.data.rater == place
        n_items = len(np.unique(self.data.item[is_mine]))
        return Basis(n_items, 1, int(is_mine.sum()), n_items)

    def _number(
        self, statistic: str, variant: str, value: float | None, interval: Interval, basis: Basis
    ) -> Estimate:
        reason = interval.reason if value is None else None
        level = self.data.scales[0].measurement
        return Estimate(statistic, variant, level, value, self.confidence, basis, interval, reason)


def _mean_sd(sums: Floats) -> Floats:
    """Mean over questions of the standard deviation, from (..., questions, 3) sums of 1, y, y squared."""
    n, total, squares = np.moveaxis(sums, -1, 0)
    variance = divide(squares - divide(total**2, n), n - 1)
    return np.asarray(np.sqrt(np.maximum(variance, 0.0)).mean(axis=-1))
