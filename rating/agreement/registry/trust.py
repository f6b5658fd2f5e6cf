"""Trust against what a panel found acceptable."""

from rating.agreement.registered import Statistic
from rating.agreement.statistics.trust_calibration import trust_calibration

_INTERVALS = ("three_way_jackknife", "three_way_bootstrap", "items_bootstrap")

TRUST = (
    Statistic(
        "over_trust",
        "Over-trust",
        "trust",
        trust_calibration,
        "Parasuraman and Riley 1997; definition in docs/methods.md",
        part="over_trust",
        is_symmetric=False,
        intervals=_INTERVALS,
    ),
    Statistic(
        "under_trust",
        "Under-trust",
        "trust",
        trust_calibration,
        "Parasuraman and Riley 1997; definition in docs/methods.md",
        part="under_trust",
        is_symmetric=False,
        intervals=_INTERVALS,
    ),
    Statistic(
        "trust_auc",
        "Trust told apart by acceptability (AUC)",
        "trust",
        trust_calibration,
        "Hanley and McNeil 1982",
        part="auc",
        is_symmetric=False,
        intervals=_INTERVALS,
    ),
    Statistic(
        "trust_difference",
        "Calibration in the large, or trust minus acceptability",
        "trust",
        trust_calibration,
        "Cox 1958; definition in docs/methods.md",
        part="difference",
        is_symmetric=False,
        intervals=_INTERVALS,
    ),
    Statistic(
        "calibration_error",
        "Expected calibration error of stated chances",
        "trust",
        trust_calibration,
        "Guo and others 2017",
        part="errors",
        is_symmetric=False,
        intervals=_INTERVALS,
    ),
)
