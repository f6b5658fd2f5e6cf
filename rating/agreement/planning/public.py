"""What `rating.agreement.planning` offers, by name."""

from rating.agreement.planning.design import Design, GroupPlan
from rating.agreement.planning.expected import Expected, true_alpha, true_misalignment
from rating.agreement.planning.limits import PlanSign
from rating.agreement.planning.options import PlanOptions
from rating.agreement.planning.outlook import PlanObservation, PlanOutlook, simulate_plan
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
