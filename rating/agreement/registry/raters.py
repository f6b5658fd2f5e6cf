"""Single raters: severity, consistency, nearness to the rest, care, drift and repeats."""

from rating.agreement.registered import OURS, SCORED_LEVELS, Statistic
from rating.agreement.statistics.cumulative_link import cumulative_link
from rating.agreement.statistics.leave_one_out import leave_one_out
from rating.agreement.statistics.many_facet_rasch import many_facet_rasch
from rating.agreement.statistics.rasch_rating_scale import rasch_rating_scale
from rating.agreement.statistics.rater_drift import rater_drift
from rating.agreement.statistics.rating_speed import rating_speed
from rating.agreement.statistics.repeat_agreement import repeat_agreement
from rating.agreement.statistics.straight_lining import straight_lining

_FACETS = "Linacre 1989; Andrich 1978; Masters 1982"
_LINK = "McCullagh 1980; Tutz and Hennevogl 1996"
_STEPS = ("rating_scale", "partial_credit")
_ITEMS = ("items_jackknife",)

_MODELS = (
    Statistic(
        "rater_severity",
        "Severity of raters, many-facet Rasch model",
        "questions",
        many_facet_rasch,
        _FACETS,
        levels=SCORED_LEVELS,
        variants=_STEPS,
        part="severities",
        intervals=("observed_information",),
        largest=None,
    ),
    Statistic(
        "infit",
        "Infit of raters",
        "questions",
        many_facet_rasch,
        "Wright and Masters 1982; Adams and Wu 2007",
        levels=SCORED_LEVELS,
        variants=_STEPS,
        part="infit",
        intervals=_ITEMS,
        largest=None,
    ),
    Statistic(
        "outfit",
        "Outfit of raters",
        "questions",
        many_facet_rasch,
        "Wright and Masters 1982; Adams and Wu 2007",
        levels=SCORED_LEVELS,
        variants=_STEPS,
        part="outfit",
        intervals=_ITEMS,
        largest=None,
    ),
    Statistic(
        "group_severity",
        "Mean severity of groups",
        "questions",
        many_facet_rasch,
        _FACETS,
        levels=SCORED_LEVELS,
        variants=_STEPS,
        part="groups",
        intervals=("rater_spread",),
        largest=None,
    ),
    Statistic(
        "rasch_severity",
        "Severity of raters, conditional likelihood",
        "each_rater",
        rasch_rating_scale,
        "Andrich 1978; Andersen 1977",
        levels=SCORED_LEVELS,
        part="severities",
        needs_complete_data=True,
        intervals=("observed_information",),
        largest=None,
    ),
    Statistic(
        "group_effect",
        "Group effects, cumulative logit model",
        "questions",
        cumulative_link,
        _LINK,
        levels=SCORED_LEVELS,
        part="groups",
        intervals=("observed_information_t", "observed_information"),
        largest=None,
    ),
    Statistic(
        "rater_sd",
        "How much raters differ in severity",
        "questions",
        cumulative_link,
        _LINK,
        levels=SCORED_LEVELS,
        part="rater_sd",
        intervals=("observed_information",),
        largest=None,
    ),
    Statistic(
        "rater_severity_mode",
        "Severity of raters, cumulative logit model",
        "questions",
        cumulative_link,
        _LINK,
        levels=SCORED_LEVELS,
        part="severities",
        intervals=("conditional_variance",),
        largest=None,
    ),
)

_NEARNESS = (
    Statistic(
        "added_to_alpha",
        "What a rater adds to alpha",
        "each_rater",
        leave_one_out,
        "Krippendorff 2011, 2018 ch. 12",
        part="added",
        intervals=_ITEMS,
        largest=None,
    ),
    Statistic(
        "offset_from_others",
        "Offset from the mean of the others",
        "each_rater",
        leave_one_out,
        OURS,
        levels=SCORED_LEVELS,
        part="offset",
        intervals=_ITEMS,
        largest=None,
    ),
    Statistic(
        "distance_from_others",
        "Distance from the mean of the others",
        "each_rater",
        leave_one_out,
        OURS,
        levels=SCORED_LEVELS,
        part="distance",
        intervals=_ITEMS,
        largest=None,
    ),
    Statistic(
        "correlation_with_others",
        "Correlation with the mean of the others",
        "each_rater",
        leave_one_out,
        OURS,
        levels=SCORED_LEVELS,
        part="correlation",
        intervals=_ITEMS,
    ),
)

_CARE = (
    Statistic(
        "longest_run",
        "Longest run of one answer",
        "timed_questions",
        straight_lining,
        "Johnson 2005",
        part="longest_run",
        intervals=(),
        largest=None,
    ),
    Statistic(
        "same_level_excess",
        "One answer to all questions, against the others",
        "timed_questions",
        straight_lining,
        OURS,
        part="same_excess",
        intervals=_ITEMS,
    ),
    Statistic(
        "response_variability",
        "Intra-individual response variability",
        "timed_questions",
        straight_lining,
        "Dunn, Heggestad, Shanock and Theilgard 2018",
        levels=SCORED_LEVELS,
        part="variability",
        intervals=_ITEMS,
        largest=None,
    ),
    Statistic(
        "median_seconds",
        "Median active seconds",
        "timings",
        rating_speed,
        "Conover 1999 ch. 3.2",
        part="seconds",
        intervals=("order_statistics",),
        largest=None,
    ),
    Statistic(
        "too_fast",
        "Share of ratings below a minimum time",
        "timings",
        rating_speed,
        "Wilson 1927",
        part="too_fast",
        intervals=("wilson",),
    ),
    Statistic(
        "pace",
        "Pace within the group",
        "timings",
        rating_speed,
        "Rousseeuw and Croux 1993",
        part="pace",
        intervals=("order_statistics",),
        largest=None,
    ),
)

_TIME = (
    Statistic(
        "rater_drift",
        "Drift of raters",
        "timings",
        rater_drift,
        OURS,
        levels=SCORED_LEVELS,
        variants=("offset", "distance"),
        part="slopes",
        intervals=_ITEMS,
        largest=None,
    ),
    Statistic(
        "drift_by_halves",
        "Drift between the halves of the work",
        "timings",
        rater_drift,
        OURS,
        levels=SCORED_LEVELS,
        variants=("offset", "distance"),
        part="halves",
        intervals=_ITEMS,
        largest=None,
    ),
    Statistic(
        "repeat_agreement",
        "Agreement of raters with themselves",
        "occasions",
        repeat_agreement,
        "Gwet 2014; Cohen 1960, 1968; McGraw and Wong 1996",
        part="pooled",
        intervals=("raters_jackknife",),
    ),
)

RATERS = (*_MODELS, *_NEARNESS, *_CARE, *_TIME)
