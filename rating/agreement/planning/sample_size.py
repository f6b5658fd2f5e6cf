"""How many items two numbers about kappa need, by formula: no simulation, raters taken as given."""

import math

import numpy as np
from scipy.special import chdtri, ndtri

from rating.agreement.arrays import Floats
from rating.agreement.errors import AgreementInputError


def items_to_test_kappa(
    rates: tuple[float, float],
    kappa: float,
    null_kappa: float,
    *,
    level: float = 0.05,
    power: float = 0.8,
    is_two_sided: bool = False,
) -> int:
    """Items that two raters need to tell Cohen's kappa of a yes/no question from another value.

    `rates`: the share of yes of each rater. n = [(z_a sqrt Q0 + z_b sqrt Q1) / (kappa - null_kappa)]^2,
    rounded up, Q the large-sample variance of kappa times n under each hypothesis (Cantor 1996; Fleiss,
    Cohen and Everitt 1969). Raters are these two: nothing is said about others.

    Raises AgreementInputError `bad_option`: shares or chances outside 0 to 1, equal kappas, or a kappa
    that raters with these rates cannot reach.

    >>> items_to_test_kappa((0.5, 0.5), 0.7, 0.85)
    96
    """
    if not all(0 < share < 1 for share in (*rates, level, power)):
        raise AgreementInputError("bad_option", "Rates, level and power lie between 0 and 1.")
    if kappa == null_kappa:
        raise AgreementInputError("bad_option", "A kappa cannot be told from itself.")
    under, beyond = _kappa_variance(rates, null_kappa), _kappa_variance(rates, kappa)
    z_level = float(ndtri(1 - (level / 2 if is_two_sided else level)))
    reach = z_level * math.sqrt(under) + float(ndtri(power)) * math.sqrt(beyond)
    return _rounded_up((reach / (kappa - null_kappa)) ** 2)


def items_for_kappa_interval(
    kappa: float,
    limits: tuple[float | None, float | None],
    prevalence: float,
    *,
    n_raters: int = 2,
    confidence: float = 0.95,
) -> int:
    """Items for which the interval of a yes/no kappa is expected to lie inside given limits.

    `prevalence`: the share of yes, the same for all raters; `limits` (low, high), either may be None: then
    the interval is one-sided. The smallest n at which the goodness-of-fit statistic of the
    frequencies expected under `kappa`, against those under each limit, reaches the quantile of chi-square
    with 1 degree of freedom, n sum_j (P_j(kappa) - P_j(limit))^2 / P_j(limit) (Donner and Rotondi 2010).
    P_j, the chance of j yes among `n_raters`: with chance kappa all say the same, else each decides alone
    (common correlation model; two raters: Donner and Eliasziw 1992).

    Raises AgreementInputError `bad_option`.

    >>> items_for_kappa_interval(0.4, (0.2, 0.6), 0.3, n_raters=3)
    48
    """
    low, high = limits
    if n_raters < 2 or not 0 < prevalence < 1 or not 0 < confidence < 1:
        raise AgreementInputError("bad_option", "There are two raters or more; shares lie between 0 and 1.")
    is_ordered = (0 if low is None else low) < kappa < (1 if high is None else high)
    if (low is None and high is None) or not is_ordered or not 0 < kappa < 1 or (low is not None and low < 0):
        raise AgreementInputError("bad_option", "The limits lie on either side of kappa, between 0 and 1.")
    tail = (1 - confidence) * (2 if low is None or high is None else 1)
    expected = _chances_of_yes(kappa, prevalence, n_raters)
    wanted = []
    for limit in (low, high):
        if limit is not None:
            under = _chances_of_yes(limit, prevalence, n_raters)
            wanted.append(float(chdtri(1, tail)) / float(((expected - under) ** 2 / under).sum()))
    return _rounded_up(max(wanted))


def _kappa_variance(rates: tuple[float, float], kappa: float) -> float:
    """n times the large-sample variance of kappa of two raters with these shares of yes."""
    one, other = rates
    by_chance = one * other + (1 - one) * (1 - other)
    observed = kappa * (1 - by_chance) + by_chance
    both = (observed + one + other - 1) / 2
    cells = np.array([[both, one - both], [other - both, 1 - one - other + both]])
    if cells.min() < -1e-12:
        raise AgreementInputError("bad_option", f"Raters with these rates cannot have a kappa of {kappa:g}.")
    rows, columns = cells.sum(axis=1), cells.sum(axis=0)
    on = np.diag(cells) * ((1 - by_chance) - (rows + columns) * (1 - observed)) ** 2
    off = cells * (columns[:, None] + rows) ** 2 * (1 - np.eye(2)) * (1 - observed) ** 2
    spread = on.sum() + off.sum() - (observed * by_chance - 2 * by_chance + observed) ** 2
    return float(max(0.0, spread) / (1 - by_chance) ** 4)


def _chances_of_yes(kappa: float, prevalence: float, n_raters: int) -> Floats:
    """Chance of 0..n_raters saying yes to an item."""
    numbers = np.arange(n_raters + 1)
    ways = np.array([math.comb(n_raters, int(number)) for number in numbers], dtype=np.float64)
    chances: Floats = (1 - kappa) * ways * prevalence**numbers * (1 - prevalence) ** (n_raters - numbers)
    chances[0] += kappa * (1 - prevalence)
    chances[-1] += kappa * prevalence
    return chances


def _rounded_up(n: float) -> int:
    """The next whole number, not pushed up by rounding errors of the arithmetic."""
    return math.ceil(n - 1e-9)
