"""Agreement inside one group."""

from rating.agreement.registered import (
    GRADED,
    JACKKNIFE,
    KRIPPENDORFF,
    SCORED_LEVELS,
    WEIGHTS,
    Choice,
    Statistic,
    one_each,
)
from rating.agreement.statistics.ac1 import ac1
from rating.agreement.statistics.ac2 import ac2
from rating.agreement.statistics.alpha import alpha
from rating.agreement.statistics.alpha_by_block import alpha_by_block
from rating.agreement.statistics.brennan_prediger import brennan_prediger
from rating.agreement.statistics.category_kappa import category_kappa
from rating.agreement.statistics.cohen_kappa import cohen_kappa
from rating.agreement.statistics.conger_kappa import conger_kappa
from rating.agreement.statistics.fleiss_kappa import fleiss_kappa
from rating.agreement.statistics.generalizability_designs import rater_generalizability
from rating.agreement.statistics.icc import icc
from rating.agreement.statistics.kendall_w import kendall_w
from rating.agreement.statistics.light_kappa import kappa_max, light_kappa
from rating.agreement.statistics.percent_agreement import percent_agreement
from rating.agreement.statistics.specific_agreement import negative_agreement, positive_agreement
from rating.agreement.statistics.variance_components import icc_reml, standard_error_of_measurement

_GWET = "Gwet 2008, 2014 ch. 5"
_WEIGHTED = (*one_each("weights", "unweighted"), *GRADED)

WITHIN = (
    Statistic(
        "alpha",
        "Krippendorff’s alpha",
        "within",
        alpha,
        KRIPPENDORFF,
        variants=("nominal", "ordinal", "interval", "ratio"),
        shown="main",
    ),
    Statistic(
        "alpha_by_block",
        "Krippendorff’s alpha, mean of blocks",
        "blocks",
        alpha_by_block,
        KRIPPENDORFF,
        variants=("nominal", "ordinal", "interval", "ratio"),
        part="mean",
        intervals=("between_blocks",),
    ),
    Statistic("percent_agreement", "Percent agreement", "within", percent_agreement, _GWET, shown="main"),
    Statistic("ac1", "Gwet’s AC1", "within", ac1, _GWET),
    Statistic(
        "ac2",
        "Gwet’s AC2",
        "within",
        ac2,
        _GWET,
        variants=WEIGHTS,
        # Without weights it is AC1: what there is to print are grades, or its default where there are none.
        choices=(Choice("default"), GRADED[0], Choice("ordinal", {"weights": "ordinal"}, needs_grades=True)),
    ),
    Statistic(
        "fleiss_kappa",
        "Fleiss’ kappa",
        "within",
        fleiss_kappa,
        "Fleiss 1971; Gwet 2014 ch. 2; Fleiss and Cuzick 1979",
        variants=("items_equal", "ratings_pooled", *WEIGHTS),
        choices=(*one_each("variant", "items_equal", "ratings_pooled"), *GRADED),
    ),
    Statistic(
        "conger_kappa",
        "Conger’s kappa",
        "within",
        conger_kappa,
        "Conger 1980; Gwet 2014 ch. 2",
        variants=WEIGHTS,
        choices=_WEIGHTED,
    ),
    Statistic(
        "brennan_prediger",
        "Brennan–Prediger coefficient",
        "within",
        brennan_prediger,
        "Brennan and Prediger 1981; Gwet 2014 ch. 3",
        variants=WEIGHTS,
        choices=_WEIGHTED,
    ),
    Statistic(
        "cohen_kappa",
        "Cohen’s kappa",
        "raters",
        cohen_kappa,
        "Cohen 1960, 1968; Fleiss, Cohen and Everitt 1969",
        variants=WEIGHTS,
        choices=_WEIGHTED,
        intervals=("large_sample",),
    ),
    Statistic(
        "light_kappa", "Light’s kappa", "within", light_kappa, "Light 1971; Conger 1980", intervals=JACKKNIFE
    ),
    Statistic("kappa_max", "Largest possible Cohen’s kappa", "raters", kappa_max, "Cohen 1960", intervals=()),
    Statistic(
        "category_kappa",
        "Kappa of single values",
        "values",
        category_kappa,
        "Fleiss 1971; Fleiss and Cuzick 1979; Fleiss, Nee and Landis 1979",
        part="by_value",
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
        choices=one_each("form", "1,1", "2,1", "3,1", "1,k", "2,k", "3,k"),
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
        choices=one_each("form", "A,1", "C,1", "1"),
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
        choices=one_each("kind", "agreement", "consistency"),
        intervals=("profile_likelihood",),
        largest=None,
    ),
    Statistic(
        "rater_generalizability",
        "Generalizability of a mean of ratings",
        "within",
        rater_generalizability,
        "Brennan 2001 ch. 2 to 4",
        levels=SCORED_LEVELS,
        part="relative",
        intervals=("profile_likelihood",),
    ),
    Statistic(
        "rater_dependability",
        "Dependability of a mean of ratings",
        "within",
        rater_generalizability,
        "Brennan 2001 ch. 2 to 4",
        levels=SCORED_LEVELS,
        part="absolute",
        intervals=("profile_likelihood",),
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
)
