"""Scoring against a reference panel: how far answers lie from the experts' means."""

import math

import numpy as np
import pandas as pd

from rating.agreement.arrays import Bools, Floats, Ints
from rating.agreement.errors import AgreementInputError
from rating.agreement.estimation import IntervalOptions
from rating.agreement.reasons import Reason
from rating.agreement.reference_panel import Norm, PanelAnswers, ReferencePanel
from rating.agreement.resampling.interval import t_interval
from rating.agreement.resampling.jackknife import METHOD, MIN_RATERS, jackknife_variance
from rating.agreement.results import Basis, Estimate, Interval, LeftOut
from rating.agreement.scale import Scale

UNNORMED = "item_without_norm"
SIGNS = {1: "positive", 0: "zero", -1: "negative"}


def panel_errors(answers: PanelAnswers, *, group: str | tuple[str, ...] | None = None) -> pd.DataFrame:
    """One row per answer: item, rater, group, value, mean, sign, error, z.

    `error` is answer minus the panel's mean; `sign` says on which side of 0 that mean lies (positive, zero,
    negative). `z` = error / SD, None where the SD is 0 or unknown.

    >>> from rating.agreement import Ratings, Scale
    >>> frame = pd.DataFrame({"item": ["a", "b"], "rater": "r", "group": "g", "value": [2, 0]})
    >>> norms = pd.DataFrame({"item": ["a", "b"], "mean": [1.5, -1], "sd": [0.25, 0]})
    >>> ratings = Ratings.from_frame(frame, Scale((-3, -2, -1, 0, 1, 2, 3), "interval"))
    >>> answers = PanelAnswers(ratings, ReferencePanel.from_frame(norms, divisor="n-1", n=4))
    >>> panel_errors(answers)[["sign", "error", "z"]].values.tolist()
    [['positive', 0.5, 2.0], ['negative', 1.0, None]]
    """
    ratings, norms = answers.ratings, answers.panel.norms
    is_mine = _is_mine(answers, group)
    rows = []
    for item, rater, level in zip(
        ratings.item[is_mine], ratings.rater[is_mine], ratings.level[is_mine], strict=True
    ):
        norm = norms.get(ratings.items[item])
        if norm is not None:
            score, mean = float(ratings.scale.scores[level]), float(norm.mean)
            name = ratings.groups[ratings.rater_group[rater]]
            error = score - mean
            z = error / float(norm.sd) if norm.sd else None
            sign = SIGNS[(mean > 0) - (mean < 0)]
            rows.append((ratings.items[item], ratings.raters[rater], name, score, mean, sign, error, z))
    names = ["item", "rater", "group", "value", "mean", "sign", "error", "z"]
    found = pd.DataFrame(rows, columns=names)
    return found.assign(z=pd.Series([row[-1] for row in rows], dtype=object))


def panel_scores(answers: PanelAnswers, *, group: str | tuple[str, ...] | None = None) -> pd.DataFrame:
    """One row per rater: how far their answers lie from the panel's means, and what noise alone gives.

    All on the items that the rater answered: `n_items`; `score`, the sum of |answer - mean|; `floor` and
    `largest`, the least and the most it could be on this scale; `expected_member` and `expected_fresh`, the
    score expected of somebody of the panel, SD sqrt(2 / pi) sqrt((n - 1) / n), and of another from where it
    came, SD sqrt(2 / pi) sqrt(1 + 1 / n), with sample SDs and normal answers, None where an SD is unknown;
    `signed_positive`, `signed_zero`, `signed_negative`, the mean error on items whose panel mean is above, at
    and below 0, None without such items. The noise level is not a skill standard.

    >>> from rating.agreement import Ratings, Scale
    >>> frame = pd.DataFrame({"item": ["a", "b"], "rater": "r", "group": "g", "value": [2, 0]})
    >>> norms = pd.DataFrame({"item": ["a", "b"], "mean": [1.5, -1], "sd": [0.25, 0]})
    >>> ratings = Ratings.from_frame(frame, Scale((-3, -2, -1, 0, 1, 2, 3), "interval"))
    >>> answers = PanelAnswers(ratings, ReferencePanel.from_frame(norms, divisor="n-1", n=4))
    >>> panel_scores(answers)[["score", "floor", "largest", "signed_negative"]].values.tolist()
    [[1.5, 0.5, 8.5, 1.0]]
    """
    errors = panel_errors(answers, group=group)
    scale, panel = answers.ratings.scale, answers.panel
    rows = []
    for (rater, name), mine in errors.groupby(["rater", "group"], sort=True):
        norms = [panel.norms[item] for item in mine["item"]]
        away = [_away(scale, norm) for norm in norms]
        signed = mine.groupby("sign")["error"].mean()
        rows.append(
            {
                "rater": rater,
                "group": name,
                "n_items": len(mine),
                "score": float(mine["error"].abs().sum()),
                "floor": sum(least for least, _ in away),
                "largest": sum(most for _, most in away),
                "expected_member": _expected(panel, norms, is_member=True),
                "expected_fresh": _expected(panel, norms, is_member=False),
                **{f"signed_{sign}": _none_if_nan(signed.get(sign)) for sign in SIGNS.values()},
            }
        )
    return pd.DataFrame(rows)


def panel_distance(
    answers: PanelAnswers,
    *,
    group: str | tuple[str, ...] | None = None,
    options: IntervalOptions | None = None,
) -> Estimate:
    """Mean of |answer - the panel's mean| over a group's answers, in scale points: its score per item.

    Interval: conversations and raters left out one at a time; the panel's means are taken as they are.
    Undefined: `no_ratings`, `no_reference` (no answered item has a norm). Raises AgreementInputError.

    >>> from rating.agreement import Ratings, Scale
    >>> frame = pd.DataFrame({"item": ["a", "b"], "rater": "r", "group": "g", "value": [2, 0]})
    >>> norms = pd.DataFrame({"item": ["a", "b"], "mean": [1.5, -1]})
    >>> ratings = Ratings.from_frame(frame, Scale((-3, -2, -1, 0, 1, 2, 3), "interval"))
    >>> panel_distance(PanelAnswers(ratings, ReferencePanel.from_frame(norms, divisor="n", n=4))).estimate
    0.75
    """
    options = options or IntervalOptions()
    if options.method not in {"two_way_jackknife", "none"}:
        raise AgreementInputError("bad_option", "This mean has a two-way jackknife interval only.")
    ratings = answers.ratings
    is_mine = _is_mine(answers, group)
    means = np.array(
        [float(norm.mean) if (norm := answers.panel.norms.get(item)) else math.nan for item in ratings.items]
    )
    is_used = is_mine & ~np.isnan(means[ratings.item])
    away = np.abs(ratings.scale.scores[ratings.level] - means[ratings.item])
    reason = Reason.NO_REFERENCE if is_mine.any() else Reason.NO_RATINGS
    value = float(away[is_used].mean()) if is_used.any() else None
    interval = Interval(reason=reason if value is None else Reason.NOT_ASKED_FOR)
    if value is not None and options.method != "none":
        interval = _interval(answers, is_used, away, options.confidence)
    return Estimate(
        statistic="panel_distance",
        variant="mean of absolute distances from the panel's means",
        level=ratings.scale.measurement,
        estimate=value,
        confidence=options.confidence,
        basis=_basis(answers, is_mine, is_used),
        interval=interval,
        reason=reason if value is None else None,
    )


def _interval(answers: PanelAnswers, is_used: Bools, away: Floats, confidence: float) -> Interval:
    ratings = answers.ratings
    values = away[is_used]
    cluster = np.unique(ratings.item_cluster[ratings.item[is_used]], return_inverse=True)[1]
    raters, rater = np.unique(ratings.rater[is_used], return_inverse=True)
    stratum = ratings.rater_group[raters]
    if np.bincount(stratum)[np.unique(stratum)].min() < MIN_RATERS:
        return Interval(method=METHOD, reason=Reason.TOO_FEW_RATERS)
    if cluster.max() < 1:
        return Interval(method=METHOD, reason=Reason.ONE_ITEM)

    def without(owner: Ints) -> Floats:
        kept = values.sum() - np.bincount(owner, weights=values)
        left: Floats = kept / (len(values) - np.bincount(owner))
        return left

    variance = jackknife_variance(without(cluster), np.zeros(int(cluster.max()) + 1, dtype=np.int64))
    variance += jackknife_variance(without(rater), stratum)
    df = len(raters) - len(np.unique(stratum))
    return t_interval(float(values.mean()), variance, df, confidence, method=METHOD, bounds=(0.0, np.inf))


def _basis(answers: PanelAnswers, is_mine: Bools, is_used: Bools) -> Basis:
    ratings = answers.ratings
    mine, used = is_mine, is_used
    group = ratings.rater_group[ratings.rater]
    lost = np.bincount(group[mine & ~used], minlength=len(ratings.groups))
    asked = [ratings.groups[place] for place in np.unique(group[mine])]
    left_out = ratings.left_out_of(asked) + tuple(
        LeftOut(UNNORMED, ratings.groups[place], int(n)) for place, n in enumerate(lost) if n
    )
    n_items, n_raters = (len(np.unique(part[used])) for part in (ratings.item, ratings.rater))
    return Basis(n_items, n_raters, int(used.sum()), n_items, left_out)


def _is_mine(answers: PanelAnswers, group: str | tuple[str, ...] | None) -> Bools:
    ratings = answers.ratings
    names = ratings.groups if group is None else (group,) if isinstance(group, str) else group
    places = [ratings.index_of(name) for name in names]
    return np.asarray(np.isin(ratings.rater_group[ratings.rater], places))


def _away(scale: Scale, norm: Norm) -> tuple[float, float]:
    """Least and largest distance of a level from the mean."""
    distances = np.abs(scale.scores - float(norm.mean))
    return float(distances.min()), float(distances.max())


def _expected(panel: ReferencePanel, norms: list[Norm], *, is_member: bool) -> float | None:
    """Expected score from noise alone; None where an SD is unknown."""
    total = 0.0
    for norm in norms:
        if norm.sd is None:
            return None
        n = norm.n
        sample_sd = float(norm.sd) * (math.sqrt(n / (n - 1)) if panel.divisor == "n" else 1.0)
        spread = (n - 1) / n if is_member else 1 + 1 / n
        total += sample_sd * math.sqrt(2 / math.pi * spread)
    return total


def _none_if_nan(value: object) -> float | None:
    return None if value is None or not math.isfinite(float(str(value))) else float(str(value))
