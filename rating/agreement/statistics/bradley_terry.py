"""Bradley-Terry strengths of compared things, with ties after Davidson."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from scipy.optimize import linprog

from rating.agreement.arrays import Floats, Ints
from rating.agreement.errors import AgreementInputError
from rating.agreement.estimation import Sample
from rating.agreement.preferences import OUTCOMES, Preferences
from rating.agreement.reasons import Reason
from rating.agreement.resampling.interval import normal_interval, t_interval
from rating.agreement.results import Estimate, Interval
from rating.agreement.tally import Tally

StrengthInterval = Literal["two_way_sandwich", "large_sample"]
MIN_RATERS = 3
N_STEPS = 100


@dataclass(frozen=True)
class BradleyTerry:
    """Log strength of every candidate; `tie` the log of Davidson's nu, None when nothing was tied.

    `deviance` compares the model with one probability per pair and outcome; None where it is undefined.
    """

    strengths: dict[str, Estimate]
    tie: Estimate | None
    deviance: float | None

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {
            "strengths": {name: found.to_dict() for name, found in self.strengths.items()},
            "tie": None if self.tie is None else self.tie.to_dict(),
            "deviance": self.deviance,
        }


@dataclass(frozen=True)
class _Fit:
    """Maximum likelihood: parameters (p,), their inverse information, probabilities (pairs, outcomes)."""

    values: Floats
    inverse: Floats
    chances: Floats


@dataclass(frozen=True)
class _Model:
    """Multinomial logit: predictors (pairs, outcomes, p), how often each was seen, the pair of each item."""

    design: Floats
    seen: Floats
    pair_of_item: Ints
    names: tuple[str, ...]
    has_ties: bool


def bradley_terry(
    preferences: Preferences,
    *,
    group: str | tuple[str, ...] | None = None,
    reference: str | None = None,
    interval: StrengthInterval = "two_way_sandwich",
    confidence: float = 0.95,
) -> BradleyTerry:
    """How strongly a group prefers each candidate, on the log-odds scale.

    P(i over j) = s_i / (s_i + s_j + nu sqrt(s_i s_j)), P(tie) = nu sqrt(s_i s_j) / the same (Davidson 1970);
    nu = 0 when nothing was tied (Bradley and Terry 1952). Maximum likelihood of log s, centred at their
    mean or, with `reference`, at that candidate. Interval: variance of the score summed by item (or
    conversation) plus that summed by rater, t quantile; `large_sample` takes all comparisons as independent.
    Candidates that the group never met are left out.

    Undefined: `no_ratings`, `disconnected` (candidates in sets never compared with each other), `separated`
    (somebody always wins, always loses, or everything is tied). Raises AgreementInputError `bad_option`.

    >>> import pandas as pd
    >>> rows = [(n, r, "a", "b", "first" if n < 3 else "second") for n in range(4) for r in "pqs"]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "first", "second", "value"])
    >>> found = bradley_terry(Preferences.from_frame(frame.assign(group="peer")), reference="b")
    >>> round(found.strengths["a"].estimate, 4)  # log(3 / 1)
    1.0986
    """
    if interval not in get_args(StrengthInterval) or not 0 < confidence < 1:
        raise AgreementInputError("bad_option", "Unknown interval of strengths, or confidence not in (0, 1).")
    tally, items = preferences.ratings.tally_with_items(_groups(preferences, group))
    if reference is not None and reference not in preferences.candidates:
        raise AgreementInputError("bad_option", f"No candidate {reference!r}.")
    model = _model(preferences, tally, items)
    reason = Reason.NO_RATINGS if not tally.n_ratings else _obstacle(model)
    if reason is None and reference is not None and reference not in model.names:
        reason = Reason.DISCONNECTED
    fit = None if reason else _fit(model)
    basis = Sample.within(preferences.ratings, group).basis(tally, "unpaired")

    def number(name: str, row: Floats) -> Estimate:
        variant = "Davidson, with ties" if model.has_ties else "without ties"
        value = float(row @ fit.values) if fit else None
        found = Interval(reason=reason)
        if fit is not None and not np.any(row):
            found = Interval(reason=Reason.REFERENCE)
        elif fit is not None:
            found = _interval(model, fit, tally, row, interval, confidence)
        return Estimate(name, variant, "pairwise", value, confidence, basis, found, reason)

    rows = _contrasts(model, reference)
    return BradleyTerry(
        {name: number("bradley_terry", row) for name, row in zip(model.names, rows, strict=True)},
        number("davidson_tie", np.eye(model.design.shape[2])[-1]) if model.has_ties else None,
        _deviance(model, fit) if fit else None,
    )


def _groups(preferences: Preferences, group: str | tuple[str, ...] | None) -> tuple[str, ...]:
    if group is None:
        return preferences.ratings.groups
    return (group,) if isinstance(group, str) else group


def _model(preferences: Preferences, tally: Tally, items: Ints) -> _Model:
    ends = np.stack([preferences.first[items], preferences.second[items]], axis=1)
    met, ends = np.unique(ends, return_inverse=True)
    pairs, pair_of_item = np.unique(ends.reshape(-1, 2), axis=0, return_inverse=True)
    pair_of_item = pair_of_item.reshape(-1)
    n_pairs, n = len(pairs), len(met)
    seen = np.zeros((n_pairs, len(OUTCOMES)))
    np.add.at(seen, (pair_of_item[tally.item], tally.level), 1)
    has_ties = bool(seen[:, 1].any())
    design = np.zeros((n_pairs, len(OUTCOMES), n + 1))
    every = np.arange(n_pairs)
    design[every, 0, pairs[:, 0]] = design[every, 2, pairs[:, 1]] = 1
    design[every, 1, pairs[:, 0]] = design[every, 1, pairs[:, 1]] = 0.5
    design[:, 1, n] = 1
    # Only differences of strengths matter: the first met candidate's is zero while fitting.
    design = design[:, :, 1 : n + has_ties]
    return _Model(design, seen, pair_of_item, tuple(preferences.candidates[place] for place in met), has_ties)


def _obstacle(model: _Model) -> Reason | None:
    """Why there is no maximum: parameters nothing speaks to, or a direction of ever larger likelihood."""
    outcomes = (0, 1, 2) if model.has_ties else (0, 2)
    margins = [
        model.design[pair, seen] - model.design[pair, other]
        for pair in range(len(model.seen))
        for seen in outcomes
        for other in outcomes
        if model.seen[pair, seen] and other != seen
    ]
    stacked = np.array(margins)
    if np.linalg.matrix_rank(stacked) < stacked.shape[1]:
        return Reason.DISCONNECTED
    search = linprog(-stacked.sum(axis=0), A_ub=-stacked, b_ub=np.zeros(len(stacked)), bounds=(-1, 1))
    return Reason.SEPARATED if float(search.fun or 0.0) < -1e-7 else None


def _fit(model: _Model) -> _Fit:
    """Newton's method with halved steps; the log likelihood is concave."""
    values = np.zeros(model.design.shape[2])
    gradient, information, chances, best = _derivatives(model, values)
    for _ in range(N_STEPS):
        step = np.linalg.solve(information, gradient)
        while (found := _derivatives(model, values + step))[3] < best - 1e-12 * abs(best):
            step /= 2
        values = values + step
        gradient, information, chances, best = found
        if np.abs(step).max() < 1e-10:
            break
    return _Fit(values, np.asarray(np.linalg.inv(information), dtype=np.float64), chances)


def _derivatives(model: _Model, values: Floats) -> tuple[Floats, Floats, Floats, float]:
    """Gradient, information, probabilities and log likelihood at the parameters."""
    predictor = model.design @ values
    if not model.has_ties:
        predictor[:, 1] = -np.inf
    predictor -= predictor.max(axis=1, keepdims=True)
    log_chances = predictor - np.log(np.exp(predictor).sum(axis=1, keepdims=True))
    chances = np.exp(log_chances)
    n = model.seen.sum(axis=1)
    mean = np.einsum("po,pok->pk", chances, model.design)
    gradient = np.einsum("po,pok->k", model.seen, model.design) - n @ mean
    squares = np.einsum("p,po,pok,pol->kl", n, chances, model.design, model.design)
    information = squares - np.einsum("p,pk,pl->kl", n, mean, mean)
    likelihood = float(model.seen[model.seen > 0] @ log_chances[model.seen > 0])
    return gradient, information, chances, likelihood


def _contrasts(model: _Model, reference: str | None) -> Floats:
    """Per candidate, the weights of the parameters that make up its strength, (candidates, p)."""
    n = len(model.names)
    rows = np.eye(n, model.design.shape[2], k=-1) if n else np.zeros((0, 0))
    rows[:, n - 1 :] = 0
    if reference in model.names:
        return np.asarray(rows - rows[model.names.index(reference)])
    return np.asarray(rows - rows.mean(axis=0)) if n else rows


def _interval(
    model: _Model, fit: _Fit, tally: Tally, row: Floats, method: StrengthInterval, confidence: float
) -> Interval:
    value, weights = float(row @ fit.values), fit.inverse @ row
    if method == "large_sample":
        return normal_interval(value, float(row @ weights) ** 0.5, confidence, method=method)
    if tally.n_raters < MIN_RATERS:
        return Interval(method=method, reason=Reason.TOO_FEW_RATERS)
    if len(np.unique(tally.cluster)) < 2:
        return Interval(method=method, reason=Reason.ONE_ITEM)
    pair = model.pair_of_item[tally.item]
    influence = model.design @ weights
    influence = influence - (fit.chances * influence).sum(axis=1, keepdims=True)
    own = influence[pair, tally.level]
    variance = 0.0
    for owner in (tally.rater, tally.cluster[tally.item]):
        sums = np.bincount(owner, weights=own)
        variance += len(sums) / (len(sums) - 1) * float((sums**2).sum())
    return t_interval(value, variance, tally.n_raters - 1, confidence, method=method)


def _deviance(model: _Model, fit: _Fit) -> float:
    share = model.seen / model.seen.sum(axis=1, keepdims=True)
    is_seen = model.seen > 0
    return float(2 * (model.seen[is_seen] * np.log(share[is_seen] / fit.chances[is_seen])).sum())
