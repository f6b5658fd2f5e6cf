"""Does a rater say the same again? Agreement of each rater with themselves across two occasions."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rating.agreement.arrays import Bools, Floats
from rating.agreement.errors import AgreementInputError
from rating.agreement.kernel import divide
from rating.agreement.occasions import Occasions
from rating.agreement.reasons import Reason
from rating.agreement.resampling.interval import t_interval
from rating.agreement.resampling.jackknife import MIN_RATERS, jackknife_variance
from rating.agreement.resampling.left_out_items import items_jackknife
from rating.agreement.results import Basis, Estimate, Interval
from rating.agreement.scale import Scale
from rating.agreement.statistics.repeated_units import RepeatedUnits
from rating.agreement.weights import Weights, default_weights

STATISTIC = "repeat_agreement"
CLUSTERED = "raters_jackknife"
Coefficient = Callable[[Floats], Floats]


@dataclass(frozen=True)
class RepeatAgreement:
    """Per coefficient: one Estimate per rater, and pooled over raters.

    Coefficients: `percent_agreement`, `ac1`, `ac2`, `kappa` (weighted as `ac2`) and `icc` (A,1).
    """

    raters: dict[str, dict[str, Estimate]]
    pooled: dict[str, Estimate]
    occasions: tuple[str, str]

    def to_frame(self) -> pd.DataFrame:
        """One row per rater and coefficient, the pooled ones last (rater None)."""
        rows = []
        for name, pooled in self.pooled.items():
            for rater, found in [*self.raters[name].items(), (None, pooled)]:
                limits = {"estimate": found.estimate, "low": found.low, "high": found.high}
                rows.append({"rater": rater, "coefficient": name, **limits, "n_items": found.basis.n_items})
        return pd.DataFrame(rows)

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {
            "occasions": list(self.occasions),
            "raters": {
                name: {rater: e.to_dict() for rater, e in found.items()}
                for name, found in self.raters.items()
            },
            "pooled": {name: found.to_dict() for name, found in self.pooled.items()},
        }


def repeat_agreement(
    occasions: Occasions,
    *,
    group: str | tuple[str, ...] | None = None,
    between: tuple[str, str] | None = None,
    confidence: float = 0.95,
) -> RepeatAgreement:
    """Intra-rater agreement between two occasions, on the items that a rater rated on both.

    From the table of first against second value: percent agreement; AC1 and AC2 (Gwet 2014, ch. 4 and 5),
    kappa (Cohen 1960, 1968) with AC2's weights, both quadratic where levels have scores; ICC(A,1) (McGraw and
    Wong 1996), which counts a shift between the occasions as disagreement. `pooled` puts the items of all
    raters into one table. Interval per rater: conversations (or items) left out one at a time; pooled: whole
    raters left out, so it speaks about other raters too. `between` names the occasions, needed when there are
    more than two.

    Undefined: `no_repeats`, `one_category` (nothing varies), `too_little_data` (an ICC of one item),
    `not_for_this_scale` (ICC and AC2 of nominal scales). Raises AgreementInputError `bad_option`.

    >>> from rating.agreement import Scale
    >>> values = {1: [1, 1, 2, 2], 2: [1, 1, 2, 1]}
    >>> rows = [(i, "p", when, v) for when, column in values.items() for i, v in enumerate(column)]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "occasion", "value"]).assign(group="peer")
    >>> found = repeat_agreement(Occasions.from_frame(frame, Scale((1, 2), "nominal")))
    >>> found.raters["percent_agreement"]["p"].estimate, found.raters["kappa"]["p"].estimate
    (0.75, 0.5)
    """
    chosen = _chosen(occasions, between)
    if not 0 < confidence < 1:
        raise AgreementInputError("bad_option", "A confidence lies between 0 and 1.")
    units = RepeatedUnits.of(occasions, group, chosen)
    scale = occasions.ratings.scale
    raters, pooled = {}, {}
    for name, (variant, of) in _coefficients(scale).items():
        report = _Report(units, variant, scale, of, confidence)
        raters[name] = {label: report.of_rater(place) for place, label in enumerate(units.raters)}
        pooled[name] = report.pooled()
    return RepeatAgreement(raters, pooled, chosen)


def _chosen(occasions: Occasions, between: tuple[str, str] | None) -> tuple[str, str]:
    if between is None:
        if len(occasions.occasions) > 2:
            raise AgreementInputError("bad_option", f"Choose two of {', '.join(occasions.occasions)}.")
        names = (*occasions.occasions, "second", "second")
        return names[0], names[1]
    first, second = (str(name) for name in between)
    if first == second or not {first, second} <= {*occasions.occasions}:
        raise AgreementInputError("bad_option", f"No two occasions {first!r} and {second!r}.")
    return first, second


def _coefficients(scale: Scale) -> dict[str, tuple[str, Coefficient | None]]:
    """What each is called and how it follows from tables (..., K, K); None where the scale has none."""
    weights = Weights(default_weights(scale))
    plain, graded = np.eye(scale.n_levels), weights.of_scale(scale)
    is_graded, scores = scale.measurement != "nominal", scale.scores
    return {
        "percent_agreement": ("percent agreement", lambda table: _agreement(table, plain)),
        "ac1": ("AC1", lambda table: _beyond(table, plain, _gwet_chance)),
        "ac2": (
            f"AC2, {weights.label}",
            (lambda table: _beyond(table, graded, _gwet_chance)) if is_graded else None,
        ),
        "kappa": (f"kappa, {weights.label}", lambda table: _beyond(table, graded, _cohen_chance)),
        "icc": ("ICC(A,1)", (lambda table: _icc(table, scores)) if scale.has_scores else None),
    }


def _agreement(table: Floats, weights: Floats) -> Floats:
    return divide((table * weights).sum(axis=(-2, -1)), table.sum(axis=(-2, -1)))


def _beyond(table: Floats, weights: Floats, chance_of: Callable[[Floats, Floats], Floats]) -> Floats:
    observed, chance = _agreement(table, weights), chance_of(table, weights)
    # One level on both occasions leaves a rest of a rounding error only.
    rest = np.where(np.abs(1 - chance) < 1e-12, 0.0, 1 - chance)
    return divide(observed - chance, rest)


def _shares(table: Floats) -> tuple[Floats, Floats]:
    n = table.sum(axis=(-2, -1))[..., None]
    return divide(table.sum(axis=-1), n), divide(table.sum(axis=-2), n)


def _gwet_chance(table: Floats, weights: Floats) -> Floats:
    first, second = _shares(table)
    shares, n_levels = (first + second) / 2, len(weights)
    evenness = (shares * (1 - shares)).sum(axis=-1)
    return np.asarray(weights.sum() * evenness / (n_levels * (n_levels - 1)))


def _cohen_chance(table: Floats, weights: Floats) -> Floats:
    first, second = _shares(table)
    return np.asarray(((first @ weights) * second).sum(axis=-1))


def _icc(table: Floats, scores: Floats) -> Floats:
    """ICC(A,1) of two columns: 2 cov / (var + var + gap^2 - (var + var - 2 cov) / n)."""
    n = table.sum(axis=(-2, -1))
    first, second = _shares(table)
    means = first @ scores, second @ scores
    free = np.maximum(n - 1, 0)
    spread = [
        divide(n * (part @ scores**2 - mean**2), free)
        for part, mean in zip((first, second), means, strict=True)
    ]
    shared = divide(n * (divide((table @ scores) @ scores, n) - means[0] * means[1]), free)
    both = spread[0] + spread[1]
    bottom = both + (means[0] - means[1]) ** 2 - divide(both - 2 * shared, n)
    return divide(2 * shared, np.where(bottom > 1e-12, bottom, 0.0))


@dataclass(frozen=True)
class _Report:
    """One coefficient of every rater and of all together."""

    units: RepeatedUnits
    variant: str
    scale: Scale
    of: Coefficient | None
    confidence: float

    def of_rater(self, place: int) -> Estimate:
        """One rater against themselves."""
        is_mine = self.units.rater == place
        by_cluster = self.units.tables(self.scale.n_levels, is_mine, self.units.cluster)
        return self._number(by_cluster, is_mine, is_pooled=False)

    def pooled(self) -> Estimate:
        """The units of all raters in one table."""
        is_mine = np.ones(len(self.units.rater), dtype=np.bool_)
        return self._number(
            self.units.tables(self.scale.n_levels, is_mine, self.units.rater), is_mine, is_pooled=True
        )

    def _number(self, parts: Floats, is_mine: Bools, *, is_pooled: bool) -> Estimate:
        n_units = int(is_mine.sum())
        reason = None if n_units else Reason.NO_REPEATS
        if self.of is None:
            reason = Reason.NOT_FOR_THIS_SCALE
        value, interval = None, Interval(reason=reason)
        if reason is None and self.of is not None:
            whole = parts.sum(axis=0)
            value = float(self.of(whole))
            without = self.of(whole - parts)
            if math.isnan(value):
                value, reason = None, Reason.TOO_LITTLE_DATA if n_units < 2 else Reason.ONE_CATEGORY
                interval = Interval(reason=reason)
            elif is_pooled:
                interval = _between_raters(value, without, self.confidence)
            else:
                interval = items_jackknife(value, without, self.confidence, (-np.inf, 1.0))
        units = self.units
        n_items, n_raters = len(np.unique(units.item[is_mine])), len(np.unique(units.rater[is_mine]))
        left_out = units.left_out if is_pooled else ()
        basis = Basis(n_items, n_raters, 2 * n_units, n_units, left_out)
        level = self.scale.measurement
        return Estimate(STATISTIC, self.variant, level, value, self.confidence, basis, interval, reason)


def _between_raters(value: float, without: Floats, confidence: float) -> Interval:
    n = len(without)
    if n < MIN_RATERS:
        return Interval(method=CLUSTERED, reason=Reason.TOO_FEW_RATERS)
    n_degenerate = int(np.isnan(without).sum())
    if n_degenerate:
        return Interval(
            method=CLUSTERED, n_resamples=n, n_degenerate=n_degenerate, reason=Reason.UNDEFINED_RESAMPLES
        )
    variance = jackknife_variance(without, np.zeros(n, dtype=np.int64))
    return t_interval(value, variance, n - 1, confidence, method=CLUSTERED, bounds=(-np.inf, 1.0))
