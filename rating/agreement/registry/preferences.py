"""Choices between things."""

from rating.agreement.registered import SCORED_LEVELS, Statistic
from rating.agreement.statistics.bradley_terry import bradley_terry
from rating.agreement.statistics.kendall_tau import cross_kendall_tau, kendall_tau

_KENDALL = "Kendall and Gibbons 1990 ch. 3; Daniels 1944"

PREFERENCES = (
    Statistic(
        "bradley_terry",
        "Bradley–Terry strengths with ties",
        "preferences",
        bradley_terry,
        "Bradley and Terry 1952; Davidson 1970",
        levels=("nominal",),
        part="strengths",
        intervals=("two_way_sandwich", "large_sample"),
        largest=None,
    ),
    Statistic(
        "kendall_tau",
        "Kendall’s tau-b of raters",
        "within",
        kendall_tau,
        _KENDALL,
        levels=SCORED_LEVELS,
        intervals=("raters_jackknife",),
        shown="apart",
    ),
    Statistic(
        "kendall_tau_across",
        "Kendall’s tau-b of raters across groups",
        "across",
        cross_kendall_tau,
        _KENDALL,
        levels=SCORED_LEVELS,
        part="between_raters",
        intervals=("raters_jackknife",),
        shown="apart",
    ),
    Statistic(
        "kendall_tau_of_groups",
        "Kendall’s tau-b of the orders of groups",
        "across",
        cross_kendall_tau,
        _KENDALL,
        levels=SCORED_LEVELS,
        part="between_groups",
        intervals=("raters_jackknife",),
        shown="apart",
    ),
)
