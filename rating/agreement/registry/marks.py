"""Passages that raters marked in documents."""

from rating.agreement.registered import JACKKNIFE, Statistic
from rating.agreement.statistics.gamma import gamma
from rating.agreement.statistics.marks_f1 import cross_marks_f1, marks_f1
from rating.agreement.statistics.unitized_alpha import unitized_alpha, unitized_alpha_by_document

_UNITS = ("characters", "overlapping_marks", "exact_marks")

MARKS = (
    Statistic(
        "unitized_alpha",
        "Unitized alpha",
        "marks",
        unitized_alpha,
        "Krippendorff 1995, 2004",
        levels=("nominal",),
        part="alpha",
        intervals=JACKKNIFE,
    ),
    Statistic(
        "unitized_alpha_by_document",
        "Unitized alpha, mean of documents",
        "marks",
        unitized_alpha_by_document,
        "Krippendorff 1995, 2004",
        levels=("nominal",),
        part="mean",
        intervals=("items_jackknife",),
    ),
    Statistic(
        "gamma",
        "Gamma",
        "marks",
        gamma,
        "Mathet, Widlöcher and Métivier 2015",
        levels=("nominal",),
        part="gamma",
        intervals=("items_jackknife",),
    ),
    Statistic(
        "gamma_cat",
        "Gamma-cat",
        "marks",
        gamma,
        "Mathet 2017",
        levels=("nominal",),
        part="gamma_cat",
        intervals=("items_jackknife",),
    ),
    Statistic(
        "marks_f1",
        "F1 of marked passages",
        "marks",
        marks_f1,
        "Hripcsak and Rothschild 2005",
        levels=("nominal",),
        variants=_UNITS,
        intervals=JACKKNIFE,
    ),
    Statistic(
        "cross_marks_f1",
        "F1 of marked passages across groups",
        "marks_across",
        cross_marks_f1,
        "Hripcsak and Rothschild 2005",
        levels=("nominal",),
        variants=_UNITS,
        intervals=JACKKNIFE,
    ),
)
