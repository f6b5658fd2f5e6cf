"""Every statistic of the package with its properties, for the report, the API, the docs and the tests."""

from typing import Any

from rating.agreement.registered import BY_PARTS, JACKKNIFE, SCORED_LEVELS, WEIGHTS, Statistic
from rating.agreement.statistics.ac1 import ac1
from rating.agreement.statistics.ac2 import ac2
from rating.agreement.statistics.alpha import alpha
from rating.agreement.statistics.alpha_by_block import alpha_by_block
from rating.agreement.statistics.alternative_annotator import alternative_annotator_test
from rating.agreement.statistics.bradley_terry import bradley_terry
from rating.agreement.statistics.brennan_prediger import brennan_prediger
from rating.agreement.statistics.cohen_kappa import cohen_kappa
from rating.agreement.statistics.conger_kappa import conger_kappa
from rating.agreement.statistics.consensus_labels import consensus_labels
from rating.agreement.statistics.dawid_skene import dawid_skene
from rating.agreement.statistics.distributions import jensen_shannon_distance, wasserstein_distance
from rating.agreement.statistics.effect_sizes import cliff_delta, hedges_g
from rating.agreement.statistics.fleiss_kappa import fleiss_kappa
from rating.agreement.statistics.generalizability import generalizability
from rating.agreement.statistics.group_association import group_association_index
from rating.agreement.statistics.icc import icc
from rating.agreement.statistics.internal_consistency import cronbach_alpha, mcdonald_omega
from rating.agreement.statistics.item_gaps import item_gaps
from rating.agreement.statistics.kendall_w import kendall_w
from rating.agreement.statistics.misalignment import misalignment
from rating.agreement.statistics.overall import overall_misalignment
from rating.agreement.statistics.percent_agreement import percent_agreement
from rating.agreement.statistics.signal_detection import signal_detection
from rating.agreement.statistics.specific_agreement import negative_agreement, positive_agreement
from rating.agreement.statistics.vanbelle_albert import vanbelle_albert
from rating.agreement.statistics.variance_components import icc_reml, standard_error_of_measurement
from rating.agreement.statistics.xrr import (
    cross_replication_reliability,
    normalised_cross_replication_reliability,
)

_KRIPPENDORFF = "Krippendorff 2011, 2018 ch. 12"
_GWET = "Gwet 2008, 2014 ch. 5"
_WONG = "Wong, Paritosh and Aroyo 2021"
_SZEKELY = "Székely and Rizzo 2013; definition in docs/methods.md"
_OURS = "definition in docs/methods.md"


def _of_misalignment(name: str, label: str, part: str, **properties: Any) -> Statistic:
    defaults: dict[str, Any] = {"reference": _OURS, "intervals": JACKKNIFE, "largest": None}
    return Statistic(name, label, "across", misalignment, part=part, **(defaults | properties))


REGISTRY: tuple[Statistic, ...] = (
    Statistic(
        "alpha",
        "Krippendorff’s alpha",
        "within",
        alpha,
        _KRIPPENDORFF,
        variants=("nominal", "ordinal", "interval", "ratio"),
    ),
    Statistic("percent_agreement", "Percent agreement", "within", percent_agreement, _GWET),
    Statistic("ac1", "Gwet’s AC1", "within", ac1, _GWET),
    Statistic("ac2", "Gwet’s AC2", "within", ac2, _GWET, variants=WEIGHTS),
    Statistic(
        "fleiss_kappa",
        "Fleiss’ kappa",
        "within",
        fleiss_kappa,
        "Fleiss 1971; Gwet 2014 ch. 2; Fleiss and Cuzick 1979",
        variants=("items_equal", "ratings_pooled", *WEIGHTS),
    ),
    Statistic(
        "conger_kappa",
        "Conger’s kappa",
        "within",
        conger_kappa,
        "Conger 1980; Gwet 2014 ch. 2",
        variants=WEIGHTS,
    ),
    Statistic(
        "brennan_prediger",
        "Brennan–Prediger coefficient",
        "within",
        brennan_prediger,
        "Brennan and Prediger 1981; Gwet 2014 ch. 3",
        variants=WEIGHTS,
    ),
    Statistic(
        "cohen_kappa",
        "Cohen’s kappa",
        "raters",
        cohen_kappa,
        "Cohen 1960, 1968; Fleiss, Cohen and Everitt 1969",
        variants=WEIGHTS,
        intervals=("large_sample",),
    ),
    Statistic(
        "positive_agreement",
        "Positive agreement",
        "within",
        positive_agreement,
        "Cicchetti and Feinstein 1990",
        needs_two_values=True,
    ),
    Statistic(
        "negative_agreement",
        "Negative agreement",
        "within",
        negative_agreement,
        "Cicchetti and Feinstein 1990",
        needs_two_values=True,
    ),
    Statistic(
        "icc",
        "Intraclass correlation",
        "within",
        icc,
        "Shrout and Fleiss 1979; McGraw and Wong 1996",
        levels=SCORED_LEVELS,
        variants=("1,1", "2,1", "3,1", "1,k", "2,k", "3,k"),
        needs_complete_data=True,
        intervals=("f_distribution",),
    ),
    Statistic(
        "icc_reml",
        "Intraclass correlation from variance components",
        "within",
        icc_reml,
        "Searle, Casella and McCulloch 1992 ch. 6; McGraw and Wong 1996",
        levels=SCORED_LEVELS,
        variants=("A,1", "C,1", "1"),
        intervals=("profile_likelihood",),
    ),
    Statistic(
        "standard_error_of_measurement",
        "Standard error of measurement",
        "within",
        standard_error_of_measurement,
        "de Vet and others 2006",
        levels=SCORED_LEVELS,
        variants=("agreement", "consistency"),
        intervals=("profile_likelihood",),
        largest=None,
    ),
    Statistic(
        "kendall_w",
        "Kendall’s W",
        "within",
        kendall_w,
        "Kendall and Gibbons 1990 ch. 6",
        levels=SCORED_LEVELS,
        needs_complete_data=True,
        intervals=JACKKNIFE,
    ),
    Statistic(
        "cronbach_alpha",
        "Cronbach’s alpha",
        "questions",
        cronbach_alpha,
        "Cronbach 1951; Feldt 1965",
        levels=SCORED_LEVELS,
        variants=("raw", "standardised"),
        intervals=("two_way_jackknife", "f_distribution"),
    ),
    Statistic(
        "mcdonald_omega",
        "McDonald’s omega",
        "questions",
        mcdonald_omega,
        "McDonald 1999 ch. 6",
        levels=SCORED_LEVELS,
        variants=("raw", "standardised"),
        intervals=JACKKNIFE,
    ),
    Statistic("xrr", "Cross-replication reliability (xRR)", "across", cross_replication_reliability, _WONG),
    Statistic(
        "normalised_xrr",
        "Normalised xRR",
        "across",
        normalised_cross_replication_reliability,
        _WONG,
        largest=None,
    ),
    Statistic(
        "gai",
        "Group association index (GAI)",
        "against",
        group_association_index,
        "Prabhakaran and others 2024",
        part="gai",
        is_symmetric=False,
        intervals=JACKKNIFE,
        has_test=True,
        largest=None,
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
    ),
    Statistic(
        "vanbelle_albert",
        "Vanbelle–Albert agreement of two groups",
        "across",
        vanbelle_albert,
        "Vanbelle and Albert 2009",
        variants=WEIGHTS,
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
        "cliff_delta",
        "Cliff’s delta",
        "across",
        cliff_delta,
        "Cliff 1993",
        levels=SCORED_LEVELS,
        is_symmetric=False,
    ),
    _of_misalignment(
        "m",
        "Misalignment M",
        "m",
        has_test=True,
        variants=("nominal", "squared", "absolute", "rank"),
        reference=_SZEKELY,
        intervals=BY_PARTS,
    ),
    _of_misalignment("rms_gap", "RMS gap", "rms_gap", levels=SCORED_LEVELS, intervals=BY_PARTS),
    _of_misalignment("share", "Share of disagreement", "share", largest=1.0),
    _of_misalignment("alpha_units", "Misalignment in alpha units", "alpha_units"),
    _of_misalignment(
        "direction", "Direction", "direction", levels=SCORED_LEVELS, is_symmetric=False, has_test=True
    ),
    _of_misalignment("severity", "Severity", "parts.severity", levels=SCORED_LEVELS),
    _of_misalignment("spread", "Spread", "parts.spread", levels=SCORED_LEVELS),
    _of_misalignment("ordering", "Ordering", "parts.ordering", levels=SCORED_LEVELS),
    Statistic(
        "overall_m",
        "Overall misalignment",
        "across",
        overall_misalignment,
        _OURS,
        part="m",
        intervals=JACKKNIFE,
        has_test=True,
        largest=None,
    ),
    Statistic("item_gaps", "Gaps on single items", "items", item_gaps, _OURS, intervals=(), largest=None),
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
        "dawid_skene", "Dawid–Skene labels", "items", dawid_skene, "Dawid and Skene 1979", intervals=()
    ),
    Statistic(
        "consensus_labels", "Majority, median and soft labels", "items", consensus_labels, _OURS, intervals=()
    ),
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
    Statistic(
        "alpha_by_block",
        "Krippendorff’s alpha, mean of blocks",
        "blocks",
        alpha_by_block,
        _KRIPPENDORFF,
        variants=("nominal", "ordinal", "interval", "ratio"),
        part="mean",
        intervals=("between_blocks",),
    ),
    Statistic(
        "generalizability",
        "Generalizability coefficient",
        "questions",
        generalizability,
        "Brennan 2001 ch. 3 and 4",
        levels=SCORED_LEVELS,
        part="relative",
        needs_complete_data=True,
        intervals=("items_jackknife",),
    ),
    Statistic(
        "dependability",
        "Dependability coefficient",
        "questions",
        generalizability,
        "Brennan 2001 ch. 3 and 4",
        levels=SCORED_LEVELS,
        part="absolute",
        needs_complete_data=True,
        intervals=("items_jackknife",),
    ),
)


def statistic(name: str) -> Statistic:
    """The registered statistic of that name; KeyError when there is none.

    >>> statistic("alpha").label
    'Krippendorff’s alpha'
    """
    return {entry.name: entry for entry in REGISTRY}[name]
