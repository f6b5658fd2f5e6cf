"""One label from many raters."""

from rating.agreement.registered import OURS, Statistic
from rating.agreement.statistics.consensus_labels import consensus_labels
from rating.agreement.statistics.dawid_skene import dawid_skene
from rating.agreement.statistics.mace import mace

LABELS = (
    Statistic(
        "dawid_skene", "Dawid–Skene labels", "items", dawid_skene, "Dawid and Skene 1979", intervals=()
    ),
    Statistic("mace", "MACE labels", "items", mace, "Hovy and others 2013", intervals=()),
    Statistic(
        "consensus_labels",
        "Majority, median and soft labels",
        "items",
        consensus_labels,
        OURS,
        intervals=(),
        shown="main",
    ),
)
