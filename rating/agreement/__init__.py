"""Agreement within groups of raters, and misalignment between them: a pure statistics package.

Start with `Ratings.from_frame(frame, Scale(values, measurement))` on a long table with the columns
item, rater, group, value; every statistic takes that object. `analyse_question` computes them all.
`docs/methods.md` holds the definitions.
"""

from rating.agreement.crosscheck import cross_check
from rating.agreement.errors import AgreementInputError
from rating.agreement.estimation import IntervalOptions
from rating.agreement.preferences import Preferences
from rating.agreement.question import QuestionResult, analyse_question
from rating.agreement.reasons import Reason
from rating.agreement.resampling.multiplicity import benjamini_hochberg, benjamini_yekutieli
from rating.agreement.results import Estimate, LabelTest
from rating.agreement.scale import Scale
from rating.agreement.statistics.ac1 import ac1
from rating.agreement.statistics.ac2 import ac2
from rating.agreement.statistics.alpha import alpha
from rating.agreement.statistics.alpha_by_block import BlockAlpha, alpha_by_block
from rating.agreement.statistics.alternative_annotator import AlternativeAnnotator, alternative_annotator_test
from rating.agreement.statistics.bradley_terry import BradleyTerry, bradley_terry
from rating.agreement.statistics.brennan_prediger import brennan_prediger
from rating.agreement.statistics.cohen_kappa import cohen_kappa
from rating.agreement.statistics.conger_kappa import conger_kappa
from rating.agreement.statistics.consensus_labels import consensus_labels
from rating.agreement.statistics.dawid_skene import DawidSkene, dawid_skene
from rating.agreement.statistics.distributions import jensen_shannon_distance, wasserstein_distance
from rating.agreement.statistics.effect_sizes import cliff_delta, hedges_g
from rating.agreement.statistics.family import misalignment_family
from rating.agreement.statistics.fleiss_kappa import fleiss_kappa
from rating.agreement.statistics.generalizability import Generalizability, generalizability
from rating.agreement.statistics.group_association import GroupAssociation, group_association_index
from rating.agreement.statistics.icc import icc
from rating.agreement.statistics.internal_consistency import cronbach_alpha, mcdonald_omega
from rating.agreement.statistics.item_gaps import item_gaps
from rating.agreement.statistics.kendall_w import kendall_w
from rating.agreement.statistics.misalignment import Misalignment, TestOptions, misalignment
from rating.agreement.statistics.overall import OverallMisalignment, overall_misalignment
from rating.agreement.statistics.percent_agreement import percent_agreement
from rating.agreement.statistics.second_opinion import bootstrapped_misalignment
from rating.agreement.statistics.signal_detection import SignalDetection, signal_detection
from rating.agreement.statistics.specific_agreement import negative_agreement, positive_agreement
from rating.agreement.statistics.vanbelle_albert import vanbelle_albert
from rating.agreement.statistics.variance_components import (
    VarianceComponents,
    icc_reml,
    standard_error_of_measurement,
    variance_components,
)
from rating.agreement.statistics.xrr import (
    cross_replication_reliability,
    normalised_cross_replication_reliability,
)
from rating.agreement.table import Ratings

__all__ = [
    "AgreementInputError",
    "AlternativeAnnotator",
    "BlockAlpha",
    "BradleyTerry",
    "DawidSkene",
    "Estimate",
    "Generalizability",
    "GroupAssociation",
    "IntervalOptions",
    "LabelTest",
    "Misalignment",
    "OverallMisalignment",
    "Preferences",
    "QuestionResult",
    "Ratings",
    "Reason",
    "Scale",
    "SignalDetection",
    "TestOptions",
    "VarianceComponents",
    "ac1",
    "ac2",
    "alpha",
    "alpha_by_block",
    "alternative_annotator_test",
    "analyse_question",
    "benjamini_hochberg",
    "benjamini_yekutieli",
    "bootstrapped_misalignment",
    "bradley_terry",
    "brennan_prediger",
    "cliff_delta",
    "cohen_kappa",
    "conger_kappa",
    "consensus_labels",
    "cronbach_alpha",
    "cross_check",
    "cross_replication_reliability",
    "dawid_skene",
    "fleiss_kappa",
    "generalizability",
    "group_association_index",
    "hedges_g",
    "icc",
    "icc_reml",
    "item_gaps",
    "jensen_shannon_distance",
    "kendall_w",
    "mcdonald_omega",
    "misalignment",
    "misalignment_family",
    "negative_agreement",
    "normalised_cross_replication_reliability",
    "overall_misalignment",
    "percent_agreement",
    "positive_agreement",
    "signal_detection",
    "standard_error_of_measurement",
    "vanbelle_albert",
    "variance_components",
    "wasserstein_distance",
]
