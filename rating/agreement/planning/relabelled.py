"""The whole-rater permutation test of M on many simulated tables at once.

The same p values as `misalignment` under the squared distance, from sums of scores per item and group
instead of counts of levels: no level is told apart, so a thousand tables take seconds.
"""

import numpy as np

from rating.agreement.arrays import Bools, Floats, Ints
from rating.agreement.planning.design import Design
from rating.agreement.resampling.relabelling import Relabelling, relabellings
from rating.agreement.statistics.label_test import MAX_HOLLOW_SHARE


def p_values(
    design: Design, levels: Ints, *, rng: np.random.Generator, n_permutations: int, exact_limit: int
) -> Floats:
    """p of every table (n, items, R); 1 where the test cannot be made."""
    plan = relabellings(design.side, design.block, n_draws=n_permutations, rng=rng, exact_limit=exact_limit)
    if plan.n_possible == plan.n_alike:
        return np.ones(len(levels))
    scores = np.append(design.scores, 0.0)[levels]
    present = levels >= 0
    observed = _gaps(design.side[None], scores, present)[:, 0]
    permuted = _gaps(plan.labels, scores, present)
    return _p(observed, permuted, plan)


def _p(observed: Floats, permuted: Floats, plan: Relabelling) -> Floats:
    tolerance = 1e-12 * np.maximum(1.0, np.abs(np.nan_to_num(observed)))
    is_undefined = np.isnan(permuted)
    reached = np.nan_to_num(permuted, nan=-np.inf) >= np.nan_to_num(observed - tolerance)[:, None]
    n_as_large = (is_undefined | reached).sum(axis=1)
    if plan.method == "exact":
        p = n_as_large / permuted.shape[1]
    else:
        p = (1 + n_as_large) / (1 + permuted.shape[1])
    is_hollow = np.isnan(observed) | (is_undefined.sum(axis=1) > MAX_HOLLOW_SHARE * permuted.shape[1])
    return np.where(is_hollow, 1.0, p)


def _gaps(labels: Ints, scores: Floats, present: Bools) -> Floats:
    """M of every table under every labelling: labels (P, R), scores (n, items, R) give (n, P).

    Per item (mean of g - mean of h)^2 - s2_g/m_g - s2_h/m_h, over items with two ratings on each side; NaN
    where there is none.
    """
    is_second = labels.astype(np.float64).T
    result = np.empty((len(scores), len(labels)))
    for number, (table, here) in enumerate(zip(scores, present, strict=True)):
        sums = np.stack([here, table * here, table**2 * here]).astype(np.float64)
        second = sums @ is_second
        first = sums.sum(axis=2)[..., None] - second
        result[number] = _mean_gap(first, second)
    return result


def _mean_gap(first: Floats, second: Floats) -> Floats:
    """Numbers, sums and sums of squares of both sides (3, items, P) give M (P,)."""
    is_used = (first[0] >= 2) & (second[0] >= 2)
    gap, noise = 0.0, 0.0
    for sign, (size, total, squares) in ((1, first), (-1, second)):
        many = np.where(is_used, size, 2.0)
        mean = total / many
        gap = gap + sign * mean
        noise = noise + (squares - total * mean) / (many * (many - 1))
    n_used = is_used.sum(axis=0)
    total = np.where(is_used, gap**2 - noise, 0.0).sum(axis=0)
    return np.where(n_used > 0, total / np.maximum(n_used, 1), np.nan)
