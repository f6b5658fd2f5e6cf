"""Dawid-Skene: the likely true answer to every item, and how every rater errs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rating.agreement.arrays import Floats, Ints
from rating.agreement.errors import AgreementInputError
from rating.agreement.estimation import Sample
from rating.agreement.reasons import Reason
from rating.agreement.results import Basis
from rating.agreement.scale import Value
from rating.agreement.table import Ratings
from rating.agreement.tally import Tally

# An answer that the model gives no chance keeps a finite logarithm.
_LEAST = 1e-300

# Less than this many expected items of a true value tell nothing of a rater's errors on it.
_MET = 1e-6


@dataclass(frozen=True)
class DawidSkene:
    """Chances of every value per item, one row an item; empty and None exactly when `reason` says why.

    `error_rates[rater]` has a row per true value that the rater met and a column per answer. `labels` holds
    the likeliest value; `chances` keeps what speaks for the others.
    """

    chances: pd.DataFrame
    labels: dict[str, Value]
    prevalence: dict[Value, float]
    error_rates: dict[str, pd.DataFrame]
    log_likelihood: float | None
    n_iterations: int
    basis: Basis
    reason: Reason | None = None

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {
            "chances": {str(item): [float(p) for p in row] for item, row in self.chances.iterrows()},
            "labels": self.labels,
            "prevalence": list(self.prevalence.values()),
            "error_rates": {
                name: {str(value): [float(p) for p in row] for value, row in table.iterrows()}
                for name, table in self.error_rates.items()
            },
            "log_likelihood": self.log_likelihood,
            "n_iterations": self.n_iterations,
            "reason": None if self.reason is None else self.reason.value,
        }


@dataclass(frozen=True)
class _Votes:
    """Per rating: item, person, level; how many of each."""

    item: Ints
    person: Ints
    level: Ints
    n_items: int
    n_persons: int
    n_levels: int

    def sums(self, truth: Floats) -> Floats:
        """Weight of every (person, true level, answer) under chances of truth (n, K), (P, K, K)."""
        place = self.person * self.n_levels + self.level
        n = self.n_persons * self.n_levels
        flat = [np.bincount(place, truth[self.item, k], minlength=n) for k in range(self.n_levels)]
        shape = (self.n_levels, self.n_persons, self.n_levels)
        return np.stack(flat).astype(np.float64).reshape(shape).swapaxes(0, 1)


def dawid_skene(
    ratings: Ratings,
    *,
    group: str | tuple[str, ...] | None = None,
    persons: Mapping[str, str] | None = None,
    tolerance: float = 1e-8,
    max_iterations: int = 20_000,
) -> DawidSkene:
    """The chance of every value being the true one, per item, given how each rater errs.

    Every item has one true value, drawn by `prevalence`; rater r answers l to true value k with chance
    e_r(k, l), independently. Maximum likelihood by EM from the shares of votes, until no chance moves by
    more than `tolerance` (Dawid and Skene 1979). The likelihood may have other maxima. Missing answers are
    left out. `persons` maps raters who are one person on several occasions to that person, who then has
    one table of errors. The model takes what most raters share for the truth: where groups see an item
    differently by right, read each group's `chances` and not one label.

    Undefined: `no_ratings`, `no_pairable_items` (no item with two answers), `one_category`,
    `not_converged`. Raises AgreementInputError `bad_option`.

    >>> from rating.agreement import Ratings, Scale
    >>> rows = [(n, r, (n % 2) ^ (r == "c" and n == 3)) for n in range(8) for r in "abc"]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "value"]).assign(group="peer")
    >>> found = dawid_skene(Ratings.from_frame(frame, Scale((0, 1), "nominal")))
    >>> found.labels["3"], found.error_rates["c"].loc[1].round(2).tolist()
    (1, [0.25, 0.75])
    """
    if tolerance <= 0 or max_iterations < 1:
        raise AgreementInputError("bad_option", "Tolerance and the number of iterations are positive.")
    sample = Sample.within(ratings, group)
    tally, items = ratings.tally_with_items(
        ratings.groups if group is None else (group,) if isinstance(group, str) else group
    )
    basis = sample.basis(tally, "unpaired")
    reason = _obstacle(tally)
    if reason is None:
        names, votes = _votes(ratings, tally, persons or {})
        truth, likelihood, n_steps, is_settled = _maximise(votes, tally, tolerance, max_iterations)
        reason = None if is_settled else Reason.NOT_CONVERGED
    if reason is not None:
        return DawidSkene(pd.DataFrame(), {}, {}, {}, None, 0, basis, reason)
    values = list(ratings.scale.values)
    prevalence, weights = truth.mean(axis=0), votes.sums(truth)
    errors = _error_rates(weights)
    labels = [ratings.items[place] for place in items]
    return DawidSkene(
        chances=pd.DataFrame(truth, index=labels, columns=values),
        labels={item: values[best] for item, best in zip(labels, truth.argmax(axis=1), strict=True)},
        prevalence={value: float(share) for value, share in zip(values, prevalence, strict=True)},
        error_rates={
            name: pd.DataFrame(table, index=values, columns=values)[weight.sum(axis=1) > _MET]
            for name, table, weight in zip(names, errors, weights, strict=True)
        },
        log_likelihood=likelihood,
        n_iterations=n_steps,
        basis=basis,
    )


def _obstacle(tally: Tally) -> Reason | None:
    if not tally.n_ratings:
        return Reason.NO_RATINGS
    if tally.sizes.max() < 2:
        return Reason.NO_PAIRABLE_ITEMS
    return Reason.ONE_CATEGORY if tally.used_levels().sum() < 2 else None


def _votes(ratings: Ratings, tally: Tally, persons: Mapping[str, str]) -> tuple[list[str], _Votes]:
    used = np.unique(ratings.rater[np.isin(ratings.rater_group[ratings.rater], np.unique(tally.stratum))])
    named = pd.Series([persons.get(ratings.raters[place], ratings.raters[place]) for place in used])
    codes, names = pd.factorize(named, sort=True)
    person = codes.astype(np.int64)[tally.rater]
    return list(names), _Votes(tally.item, person, tally.level, tally.n_items, len(names), tally.n_levels)


def _maximise(
    votes: _Votes, tally: Tally, tolerance: float, max_iterations: int
) -> tuple[Floats, float, int, bool]:
    """Chances of truth (n, K), log likelihood, steps taken, and whether they settled."""
    counts = tally.counts[:, 0, :]
    truth = counts / counts.sum(axis=1, keepdims=True)
    likelihood = 0.0
    for step in range(1, max_iterations + 1):
        log_errors = np.log(np.maximum(_error_rates(votes.sums(truth)), _LEAST))
        log_chances = np.log(np.maximum(truth.mean(axis=0), _LEAST)) + np.stack(
            [
                np.bincount(votes.item, log_errors[votes.person, k, votes.level], minlength=votes.n_items)
                for k in range(votes.n_levels)
            ],
            axis=1,
        )
        highest = log_chances.max(axis=1, keepdims=True)
        chances = np.exp(log_chances - highest)
        total = chances.sum(axis=1, keepdims=True)
        likelihood = float((highest + np.log(total)).sum())
        moved = float(np.abs(chances / total - truth).max())
        truth = chances / total
        if moved < tolerance:
            return truth, likelihood, step, True
    return truth, likelihood, max_iterations, False


def _error_rates(sums: Floats) -> Floats:
    """Rows that sum to one; a row without any weight says nothing and stays zero."""
    total = sums.sum(axis=2, keepdims=True)
    return np.asarray(np.divide(sums, total, out=np.zeros_like(sums), where=total > 0))
