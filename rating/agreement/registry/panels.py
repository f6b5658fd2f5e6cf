"""Answers against a reference panel, and critical omissions."""

from rating.agreement.registered import JACKKNIFE, OURS, SCORED_LEVELS, Statistic
from rating.agreement.statistics.omission_rate import omission_rate
from rating.agreement.statistics.panel_scores import panel_distance

PANELS = (
    Statistic(
        "panel_distance",
        "Distance from a reference panel",
        "panel",
        panel_distance,
        "Neimeyer and Bonnelle 1997; Brown and Heathers 2017; Allard 2018",
        levels=SCORED_LEVELS,
        is_symmetric=False,
        intervals=JACKKNIFE,
        largest=None,
    ),
    Statistic("omission_rate", "Critical omissions", "checklist", omission_rate, OURS),
)
