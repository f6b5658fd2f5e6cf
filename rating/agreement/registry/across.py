"""Agreement between groups."""

from rating.agreement.registered import GRADED, JACKKNIFE, SCORED_LEVELS, WEIGHTS, Choice, Statistic
from rating.agreement.statistics.alternative_annotator import alternative_annotator_test
from rating.agreement.statistics.cohesion import cross_group_cohesion, in_group_cohesion
from rating.agreement.statistics.distributions import jensen_shannon_distance, wasserstein_distance
from rating.agreement.statistics.effect_sizes import cliff_delta, hedges_g
from rating.agreement.statistics.group_association import group_association_index
from rating.agreement.statistics.two_samples import cohen_d
from rating.agreement.statistics.vanbelle_albert import vanbelle_albert
from rating.agreement.statistics.vanbelle_albert_corrected import corrected_vanbelle_albert
from rating.agreement.statistics.xrr import (
    cross_replication_reliability,
    normalised_cross_replication_reliability,
)

_WONG = "Wong, Paritosh and Aroyo 2021"
_PRABHAKARAN = "Prabhakaran and others 2024"

ACROSS = (
    Statistic(
        "xrr",
        "Cross-replication reliability (xRR)",
        "across",
        cross_replication_reliability,
        _WONG,
        shown="main",
    ),
    Statistic(
        "normalised_xrr",
        "Normalised xRR",
        "across",
        normalised_cross_replication_reliability,
        _WONG,
        largest=None,
        shown="main",
    ),
    Statistic(
        "gai",
        "Group association index (GAI)",
        "against",
        group_association_index,
        _PRABHAKARAN,
        part="gai",
        is_symmetric=False,
        intervals=JACKKNIFE,
        has_test=True,
        largest=None,
        shown="main",
    ),
    Statistic(
        "in_group_cohesion",
        "In-group cohesion",
        "against",
        in_group_cohesion,
        _PRABHAKARAN,
        part="estimate",
        is_symmetric=False,
        intervals=JACKKNIFE,
        has_test=True,
        shown="main",
    ),
    Statistic(
        "cross_group_cohesion",
        "Cross-group cohesion",
        "against",
        cross_group_cohesion,
        _PRABHAKARAN,
        part="estimate",
        intervals=JACKKNIFE,
        has_test=True,
        shown="main",
    ),
    Statistic(
        "alternative_annotator",
        "Alternative annotator test",
        "judge",
        alternative_annotator_test,
        "Calderon, Reichart and Dror 2025",
        part="m",
        is_symmetric=False,
        intervals=(),
        has_test=True,
        shown="main",
    ),
    Statistic(
        "vanbelle_albert",
        "Vanbelle–Albert agreement of two groups",
        "across",
        vanbelle_albert,
        "Vanbelle and Albert 2009",
        variants=WEIGHTS,
        choices=(Choice("default"), GRADED[0]),
    ),
    Statistic(
        "corrected_vanbelle_albert",
        "Vanbelle–Albert agreement, bias removed",
        "across",
        corrected_vanbelle_albert,
        "Vanbelle and Albert 2009",
        variants=WEIGHTS,
        choices=(Choice("default"), GRADED[0]),
        intervals=("items_jackknife",),
        largest=None,
    ),
    Statistic(
        "wasserstein",
        "Wasserstein distance",
        "across",
        wasserstein_distance,
        "Villani 2009 ch. 6; SciPy",
        levels=SCORED_LEVELS,
        largest=None,
    ),
    Statistic("jensen_shannon", "Jensen–Shannon distance", "across", jensen_shannon_distance, "Lin 1991"),
    Statistic(
        "hedges_g",
        "Hedges’ g",
        "across",
        hedges_g,
        "Hedges 1981",
        levels=SCORED_LEVELS,
        is_symmetric=False,
        largest=None,
    ),
    Statistic(
        "cohen_d",
        "Cohen’s d",
        "across",
        cohen_d,
        "Cohen 1988",
        levels=SCORED_LEVELS,
        is_symmetric=False,
        largest=None,
    ),
    Statistic(
        "cliff_delta",
        "Cliff’s delta",
        "across",
        cliff_delta,
        "Cliff 1993",
        levels=SCORED_LEVELS,
        is_symmetric=False,
    ),
)
