"""Answers against what is known."""

from rating.agreement.registered import Statistic
from rating.agreement.statistics.signal_detection import signal_detection

TRUTH = (
    Statistic(
        "d_prime",
        "Sensitivity d′",
        "truth",
        signal_detection,
        "Stanislaw and Todorov 1999; Hautus 1995",
        part="d_prime",
        is_symmetric=False,
        largest=None,
    ),
    Statistic(
        "criterion",
        "Criterion c",
        "truth",
        signal_detection,
        "Stanislaw and Todorov 1999; Hautus 1995",
        part="criterion",
        is_symmetric=False,
        largest=None,
    ),
    Statistic(
        "detection_auc",
        "Area under the ROC curve",
        "truth",
        signal_detection,
        "Stanislaw and Todorov 1999; Hautus 1995",
        part="auc",
        is_symmetric=False,
    ),
)
