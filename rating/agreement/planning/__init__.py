"""Planning a study before anybody rates: what gap it could show, how wide its intervals would be.

`simulate_plan(Design(...), Expected(...))` simulates the study's own design; `raters_needed` searches for
the number of raters; `items_to_test_kappa` and `items_for_kappa_interval` are formulas for yes/no questions.
"""

from rating.agreement.planning.design import Design, GroupPlan
from rating.agreement.planning.expected import Expected, true_alpha, true_misalignment
from rating.agreement.planning.options import PlanOptions
from rating.agreement.planning.outlook import PlanObservation, PlanOutlook, PlanSign, simulate_plan
from rating.agreement.planning.power import DetectableGap, PowerPoint
from rating.agreement.planning.sample_size import items_for_kappa_interval, items_to_test_kappa
from rating.agreement.planning.search import RatersNeeded, raters_needed
from rating.agreement.planning.widths import ExpectedInterval

__all__ = [
    "Design",
    "DetectableGap",
    "Expected",
    "ExpectedInterval",
    "GroupPlan",
    "PlanObservation",
    "PlanOptions",
    "PlanOutlook",
    "PlanSign",
    "PowerPoint",
    "RatersNeeded",
    "items_for_kappa_interval",
    "items_to_test_kappa",
    "raters_needed",
    "simulate_plan",
    "true_alpha",
    "true_misalignment",
]
