"""MACE: the likely true answer to every item, and how often every rater knows it rather than guesses."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from scipy.special import digamma, gammaln

from rating.agreement.arrays import Floats
from rating.agreement.errors import AgreementInputError
from rating.agreement.estimation import Sample
from rating.agreement.reasons import Reason
from rating.agreement.results import Basis
from rating.agreement.scale import Value
from rating.agreement.table import Ratings
from rating.agreement.tally import Tally

Training = Literal["variational_bayes", "em"]

# Hovy and others 2013, section 3.2: Beta(.5, .5) on competence, Dirichlet(10) on what a guesser answers;
# without priors, .01 spread over the answers is added to expected counts.
_KNOWS_PRIOR = 0.5
_GUESS_PRIOR = 10.0
_SMOOTHING = 0.01

# Fits this close in log likelihood (or its bound) count as the same maximum.
_SAME = 1e-4


@dataclass(frozen=True)
class Mace:
    """Chances of every value per item, one row an item; empty and None exactly when `reason` says why.

    `entropy` of an item's chances is in nats. `competence` is the chance that a rater answers with the true
    value rather than guesses; `guesses` has a row per rater: what they answer when they guess. `objective`
    is the log likelihood, or with variational Bayes its lower bound; `n_agreeing_starts` of the starts
    reached it.
    """

    chances: pd.DataFrame
    labels: dict[str, Value]
    entropy: dict[str, float]
    competence: dict[str, float]
    guesses: pd.DataFrame
    objective: float | None
    training: Training
    n_agreeing_starts: int
    n_iterations: int
    basis: Basis
    reason: Reason | None = None

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {
            "chances": {str(item): [float(p) for p in row] for item, row in self.chances.iterrows()},
            "labels": self.labels,
            "entropy": self.entropy,
            "competence": self.competence,
            "guesses": {str(rater): [float(p) for p in row] for rater, row in self.guesses.iterrows()},
            "objective": self.objective,
            "training": self.training,
            "n_agreeing_starts": self.n_agreeing_starts,
            "n_iterations": self.n_iterations,
            "reason": None if self.reason is None else self.reason.value,
        }


@dataclass(frozen=True)
class _Weights:
    """Per rater: (expected) log chance to know and to guess (R,), and of every answer if guessing (R, K)."""

    knows: Floats
    guesses: Floats
    answers: Floats


@dataclass(frozen=True)
class _Counts:
    """Per rater: expected answers known and guessed (R,), and guesses by answer (R, K)."""

    known: Floats
    guessed: Floats
    answers: Floats


@dataclass(frozen=True)
class _Fit:
    """Where one start ended."""

    truth: Floats
    counts: _Counts
    objective: float
    n_steps: int
    is_settled: bool


def mace(
    ratings: Ratings,
    *,
    group: str | tuple[str, ...] | None = None,
    training: Training = "variational_bayes",
    n_starts: int = 10,
    tolerance: float = 1e-6,
    max_iterations: int = 5000,
    rng: np.random.Generator | None = None,
) -> Mace:
    """The chance of every value being the true one, per item, given how often each rater guesses.

    An item's true value is any with the same chance. Rater r answers with it with chance c_r (competence),
    else answers l with chance g_r(l) (Hovy, Berg-Kirkpatrick, Vaswani and Hovy 2013). Fewer parameters than
    `dawid_skene`: a rater has no confusions of their own. Variational Bayes with the published priors, c
    Beta(.5, .5) and g Dirichlet(10), or EM with the published smoothing; of `n_starts` random starts the one
    with the highest bound (EM: likelihood), each run until neither chances nor competences move by more
    than `tolerance`. Competence and guesses are posterior means. `rng` draws the starts (default: seed 0).
    Missing answers are left out. The model takes what competent raters share for the truth: where groups see
    an item differently by right, read each group's `chances` and not one label.

    Undefined: `no_ratings`, `no_pairable_items` (no item with two answers), `one_category`,
    `not_converged` (no start settled). Raises AgreementInputError `bad_option`.

    >>> from rating.agreement import Ratings, Scale
    >>> rows = [(n, r, 1 if r == "z" else n % 2) for n in range(20) for r in "abcz"]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "value"]).assign(group="peer")
    >>> found = mace(Ratings.from_frame(frame, Scale((0, 1), "nominal")), training="em")
    >>> found.labels["2"], round(found.competence["a"], 2), round(found.competence["z"], 2)
    (0, 1.0, 0.0)
    """
    _check(training, n_starts, tolerance, max_iterations)
    sample = Sample.within(ratings, group)
    tally, items = ratings.tally_with_items(
        ratings.groups if group is None else (group,) if isinstance(group, str) else group
    )
    basis = sample.basis(tally, "unpaired")
    reason = _obstacle(tally)
    if reason is None:
        rng = rng if rng is not None else np.random.default_rng(0)
        fits = [_climb(tally, training, tolerance, max_iterations, rng) for _ in range(n_starts)]
        settled = [fit for fit in fits if fit.is_settled]
        reason = None if settled else Reason.NOT_CONVERGED
    if reason is not None:
        return Mace(pd.DataFrame(), {}, {}, {}, pd.DataFrame(), None, training, 0, 0, basis, reason)
    best = max(settled, key=lambda fit: fit.objective)
    n_agreeing = sum(fit.objective >= best.objective - _SAME for fit in settled)
    names = [ratings.items[place] for place in items]
    # As the tally orders them: by label, only those with an answer among these groups.
    is_mine = np.isin(ratings.rater_group[ratings.rater], np.unique(tally.stratum))
    raters = [ratings.raters[place] for place in np.unique(ratings.rater[is_mine])]
    return _named(list(ratings.scale.values), names, raters, best, training, n_agreeing, basis)


def _check(training: str, n_starts: int, tolerance: float, max_iterations: int) -> None:
    if training not in get_args(Training):
        raise AgreementInputError("bad_option", f"No training {training!r}.")
    if tolerance <= 0 or max_iterations < 1 or n_starts < 1:
        raise AgreementInputError("bad_option", "Starts, tolerance and numbers of iterations are positive.")


def _obstacle(tally: Tally) -> Reason | None:
    if not tally.n_ratings:
        return Reason.NO_RATINGS
    if tally.sizes.max() < 2:
        return Reason.NO_PAIRABLE_ITEMS
    return Reason.ONE_CATEGORY if tally.used_levels().sum() < 2 else None


def _named(
    values: list[Value],
    items: list[str],
    raters: list[str],
    fit: _Fit,
    training: Training,
    n_agreeing: int,
    basis: Basis,
) -> Mace:
    truth = fit.truth
    competence, guesses = _means(fit.counts, training)
    entropy = -(truth * np.log(np.where(truth > 0, truth, 1.0))).sum(axis=1)
    return Mace(
        chances=pd.DataFrame(truth, index=items, columns=values),
        labels={item: values[place] for item, place in zip(items, truth.argmax(axis=1), strict=True)},
        entropy={item: float(nats) for item, nats in zip(items, entropy, strict=True)},
        competence={rater: float(chance) for rater, chance in zip(raters, competence, strict=True)},
        guesses=pd.DataFrame(guesses, index=raters, columns=values),
        objective=fit.objective,
        training=training,
        n_agreeing_starts=n_agreeing,
        n_iterations=fit.n_steps,
        basis=basis,
    )


def _climb(
    tally: Tally, training: Training, tolerance: float, max_iterations: int, rng: np.random.Generator
) -> _Fit:
    """From a random start to where nothing moves."""
    weights = _start(tally.n_raters, tally.n_levels, rng)
    truth, counts, objective = _expect(tally, weights)
    for step in range(1, max_iterations + 1):
        weights = _learn(counts, training)
        penalty = _divergence(counts) if training == "variational_bayes" else 0.0
        before, before_known = truth, counts.known
        truth, counts, objective = _expect(tally, weights)
        objective -= penalty
        moved = np.abs(counts.known - before_known) / (counts.known + counts.guessed)
        if max(float(np.abs(truth - before).max()), float(moved.max())) < tolerance:
            return _Fit(truth, counts, objective, step, is_settled=True)
    return _Fit(truth, counts, objective, max_iterations, is_settled=False)


def _start(n_raters: int, n_levels: int, rng: np.random.Generator) -> _Weights:
    """Nearly even chances, as published: uniform between 1 and 1.5, then normalised."""
    split = rng.uniform(1.0, 1.5, (n_raters, 2))
    answers = rng.uniform(1.0, 1.5, (n_raters, n_levels))
    knows, guesses = np.log(split / split.sum(axis=1, keepdims=True)).T
    return _Weights(knows, guesses, np.log(answers / answers.sum(axis=1, keepdims=True)))


def _expect(tally: Tally, weights: _Weights) -> tuple[Floats, _Counts, float]:
    """E step: chances of truth (n, K), expected counts, log likelihood under the weights."""
    n, n_levels, rater = tally.n_items, tally.n_levels, tally.rater
    guess = weights.guesses[rater] + weights.answers[rater, tally.level]
    either = np.logaddexp(guess, weights.knows[rater])
    base = np.bincount(tally.item, guess, minlength=n)
    place = tally.item * n_levels + tally.level
    gain = np.bincount(place, either - guess, minlength=n * n_levels).reshape(n, n_levels)
    highest = gain.max(axis=1, keepdims=True)
    chances = np.exp(gain - highest)
    total = chances.sum(axis=1, keepdims=True)
    truth = chances / total
    likelihood = float((base + (highest + np.log(total))[:, 0]).sum()) - n * float(np.log(n_levels))
    knew = truth.ravel()[place] * np.exp(weights.knows[rater] - either)
    return truth, _counted(tally, knew), likelihood


def _counted(tally: Tally, knew: Floats) -> _Counts:
    cell = tally.rater * tally.n_levels + tally.level
    shape = (tally.n_raters, tally.n_levels)
    answers = np.bincount(cell, 1 - knew, minlength=shape[0] * shape[1]).astype(np.float64).reshape(shape)
    known = np.bincount(tally.rater, knew, minlength=tally.n_raters).astype(np.float64)
    return _Counts(known, answers.sum(axis=1), answers)


def _learn(counts: _Counts, training: Training) -> _Weights:
    """M step: expected logarithms under the posterior, or logarithms of smoothed shares."""
    if training == "em":
        competence, guesses = _means(counts, training)
        return _Weights(np.log(competence), np.log1p(-competence), np.log(guesses))
    known, guessed = counts.known + _KNOWS_PRIOR, counts.guessed + _KNOWS_PRIOR
    answers = counts.answers + _GUESS_PRIOR
    both = digamma(known + guessed)
    spread = digamma(answers) - digamma(answers.sum(axis=1, keepdims=True))
    return _Weights(digamma(known) - both, digamma(guessed) - both, spread)


def _means(counts: _Counts, training: Training) -> tuple[Floats, Floats]:
    """Competence (R,) and guesses (R, K): posterior means, or smoothed shares."""
    n_levels = counts.answers.shape[1]
    smoothing = _SMOOTHING / n_levels
    is_bayes = training == "variational_bayes"
    knows, answers = (_KNOWS_PRIOR, _GUESS_PRIOR) if is_bayes else (smoothing, smoothing)
    known, guesses = counts.known + knows, counts.answers + answers
    competence = known / (known + counts.guessed + knows)
    return np.asarray(competence), np.asarray(guesses / guesses.sum(axis=1, keepdims=True))


def _divergence(counts: _Counts) -> float:
    """Kullback-Leibler divergence of the posteriors of competence and guesses from their priors."""
    pairs = np.stack([counts.known, counts.guessed], axis=1)
    return _dirichlet_divergence(pairs, _KNOWS_PRIOR) + _dirichlet_divergence(counts.answers, _GUESS_PRIOR)


def _dirichlet_divergence(counts: Floats, prior: float) -> float:
    """Sum over rows of KL(Dirichlet(counts + prior) || Dirichlet(prior))."""
    posterior, k = counts + prior, counts.shape[1]
    total = posterior.sum(axis=1)
    expected_log = digamma(posterior) - digamma(total)[:, None]
    constant = gammaln(total) - gammaln(posterior).sum(axis=1) - gammaln(k * prior) + k * gammaln(prior)
    return float((constant + (counts * expected_log).sum(axis=1)).sum())
