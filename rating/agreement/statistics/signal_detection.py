"""Signal detection: can a group tell two kinds of items apart, and towards which answer does it lean?"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

import numpy as np
from scipy.special import ndtr, ndtri

from rating.agreement.arrays import Bools, Floats
from rating.agreement.errors import AgreementInputError
from rating.agreement.estimation import IntervalOptions, Label, Sample, estimate
from rating.agreement.kernel import divide
from rating.agreement.reasons import Reason
from rating.agreement.resampling.interval import UNBOUNDED
from rating.agreement.results import Estimate, Interval
from rating.agreement.scale import Scale, Value
from rating.agreement.table import Ratings

Correction = Literal["loglinear", "none"]
Name = Literal["d_prime", "criterion", "detection_auc"]


@dataclass(frozen=True)
class SignalDetection:
    """d' (0: cannot tell), criterion c (0: no lean, below 0: leans to yes) and area under the ROC curve."""

    d_prime: Estimate
    criterion: Estimate
    auc: Estimate

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {name: getattr(self, name).to_dict() for name in ("d_prime", "criterion", "auc")}


@dataclass(frozen=True)
class DetectionKernel:
    """d', criterion or AUC from counts of answers; totals hold (noise, signal) x levels."""

    statistic: Name
    is_yes: Bools
    added: float

    def totals(self, counts: Floats, squares: Floats) -> Floats:
        return np.asarray(counts[..., 0, :])

    def value(self, totals: Floats) -> Floats:
        """NaN without items of both kinds or, uncorrected, at a share of 0 or 1."""
        n_levels = len(self.is_yes)
        noise, signal = totals[..., :n_levels], totals[..., n_levels:]
        if self.statistic == "detection_auc" and not self.is_yes.any():
            return _rank_area(noise, signal)
        false_alarm, hit = self._score(noise), self._score(signal)
        if self.statistic == "criterion":
            return np.asarray(-(hit + false_alarm) / 2)
        d_prime = hit - false_alarm
        return np.asarray(ndtr(d_prime / math.sqrt(2)) if self.statistic == "detection_auc" else d_prime)

    def _score(self, answers: Floats) -> Floats:
        """Normal quantile of the share of yes."""
        n = answers.sum(axis=-1)
        share = divide(answers[..., self.is_yes].sum(axis=-1) + self.added, n + 2 * self.added)
        is_inside = (n > 0) & (share > 0) & (share < 1)
        return np.where(is_inside, ndtri(np.where(is_inside, share, 0.5)), np.nan)


def signal_detection(
    ratings: Ratings,
    truth: Mapping[str, bool],
    *,
    group: str | tuple[str, ...] | None = None,
    yes: Sequence[Value] = (),
    correction: Correction = "loglinear",
    options: IntervalOptions | None = None,
) -> SignalDetection:
    """How well a group tells signal items (truth True) from noise items, for example "written by an AI?".

    H and F: shares of "yes" on signal and noise items, answers of all raters pooled; z the normal quantile.
    d' = z(H) - z(F); criterion c = -(z(H) + z(F)) / 2. AUC: on a yes/no question Phi(d' / sqrt 2), which
    assumes equal variances; on ordered scales the chance that an answer to a signal item is higher than one
    to a noise item, ties half (Stanislaw and Todorov 1999). "Yes" is the second value of a yes/no question,
    else what `yes` names. `loglinear` adds half a yes and half a no to each kind, so that shares of 0 and 1
    have a quantile (Hautus 1995). Answers on items without a truth are left out and counted.

    Undefined: `no_ratings`, `one_kind_of_item`, `extreme_rate` (a share of 0 or 1 with correction "none"),
    `no_cutoff` (d', c on other scales without `yes`), `not_for_this_scale` (AUC without order). Raises
    AgreementInputError `bad_option`.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> answers = {True: (1, 1, 1, 1, 0), False: (1, 1, 0, 0, 0)}
    >>> rows = [(f"{kind}{n}", "r", v) for kind, row in answers.items() for n, v in enumerate(row)]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "value"]).assign(group="peer")
    >>> truth = {item: item.startswith("True") for item in frame["item"]}
    >>> ratings = Ratings.from_frame(frame, Scale((0, 1), "nominal"))
    >>> found = signal_detection(ratings, truth, correction="none")
    >>> round(found.d_prime.estimate, 3), round(found.criterion.estimate, 3)  # z(.8) - z(.4), ...
    (1.095, -0.294)
    """
    options = options or IntervalOptions()
    is_yes = _yes(ratings.scale, yes, correction)
    added = 0.5 if correction == "loglinear" else 0.0
    groups = ratings.groups if group is None else (group,) if isinstance(group, str) else group
    sample, is_usable = _with_truth(ratings, truth, groups)
    scale = ratings.scale
    variant = "log-linear correction" if added else "no correction"
    by_ranks = scale.measurement != "nominal"

    def number(name: Name, variant: str, counted: Bools, absent: Reason | None) -> Estimate:
        bounds = (0.0, 1.0) if name == "detection_auc" else UNBOUNDED
        label = Label(name, variant, scale.measurement, Reason.EXTREME_RATE, bounds)
        reason = _absence(sample, is_usable) or absent
        if reason is not None:
            return _undefined(label, sample, is_usable, reason, options.confidence)
        kernel = DetectionKernel(name, counted, added)
        return estimate(kernel, sample, is_usable, label, options, unused="item_without_truth")

    cut = None if is_yes.any() else Reason.NO_CUTOFF
    area = ("ranks", np.zeros_like(is_yes)) if by_ranks else (f"equal variances, {variant}", is_yes)
    return SignalDetection(
        number("d_prime", variant, is_yes, cut),
        number("criterion", variant, is_yes, cut),
        number("detection_auc", *area, None if by_ranks or scale.is_binary else Reason.NOT_FOR_THIS_SCALE),
    )


def _yes(scale: Scale, yes: Sequence[Value], correction: str) -> Bools:
    """Which levels count as yes, (K,); none where nobody said so."""
    declared = list(scale.values)
    if any(value not in declared for value in yes) or len(set(yes)) == len(declared):
        raise AgreementInputError("bad_option", "The answers that count as yes are some values of the scale.")
    if correction not in get_args(Correction):
        raise AgreementInputError("bad_option", f"No correction {correction!r}.")
    counted = yes or (declared[1:] if scale.is_binary else ())
    return np.array([value in counted for value in declared])


def _with_truth(ratings: Ratings, truth: Mapping[str, bool], groups: tuple[str, ...]) -> tuple[Sample, Bools]:
    """The ratings with levels doubled: those of signal items follow those of noise items."""
    sample = Sample.of(ratings, groups)
    _, items = ratings.tally_with_items(groups)
    stated = [truth.get(ratings.items[place]) for place in items]
    is_signal = np.array([bool(kind) for kind in stated], dtype=bool)
    tally = sample.tally
    level = tally.level + is_signal[tally.item] * tally.n_levels
    doubled = replace(tally, level=level, n_levels=2 * tally.n_levels)
    return replace(sample, tally=doubled), np.array([kind is not None for kind in stated], dtype=bool)


def _absence(sample: Sample, is_usable: Bools) -> Reason | None:
    if not sample.tally.n_ratings:
        return Reason.NO_RATINGS
    used = sample.tally.keep_items(is_usable).used_levels()
    n_levels = len(used) // 2
    return None if used[:n_levels].any() and used[n_levels:].any() else Reason.ONE_KIND_OF_ITEM


def _undefined(label: Label, sample: Sample, is_usable: Bools, reason: Reason, confidence: float) -> Estimate:
    return Estimate(
        statistic=label.statistic,
        variant=label.variant,
        level=label.level,
        estimate=None,
        confidence=confidence,
        basis=sample.basis(sample.tally.keep_items(is_usable), "item_without_truth"),
        interval=Interval(reason=reason),
        reason=reason,
    )


def _rank_area(noise: Floats, signal: Floats) -> Floats:
    """Chance that a signal answer is higher than a noise answer, ties half."""
    below = noise.cumsum(axis=-1) - noise / 2
    return divide((signal * below).sum(axis=-1), signal.sum(axis=-1) * noise.sum(axis=-1))
