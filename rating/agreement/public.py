"""What `rating.agreement` offers, by name; `rating.agreement` itself loads it when first asked."""

from rating.agreement.analysis import (
    Exclusion,
    QuestionDetails,
    QuestionResult,
    analyse_question,
    sensitivity_analyses,
)
from rating.agreement.bulk.compute import agreement_table
from rating.agreement.bulk.table import AgreementTable
from rating.agreement.checklist import Checklist
from rating.agreement.crosscheck import cross_check
from rating.agreement.errors import AgreementInputError
from rating.agreement.estimation import IntervalOptions
from rating.agreement.marks import Marks
from rating.agreement.occasions import Occasions
from rating.agreement.preferences import Preferences
from rating.agreement.reasons import Reason
from rating.agreement.reference_panel import Norm, PanelAnswers, ReferencePanel
from rating.agreement.resampling.multiplicity import benjamini_hochberg, benjamini_yekutieli, bonferroni, holm
from rating.agreement.results import Estimate, LabelTest
from rating.agreement.scale import Scale
from rating.agreement.statistics.ac1 import ac1
from rating.agreement.statistics.ac2 import ac2
from rating.agreement.statistics.alpha import alpha
from rating.agreement.statistics.alpha_by_block import BlockAlpha, alpha_by_block
from rating.agreement.statistics.alternative_annotator import (
    AlternativeAnnotator,
    alternative_annotator_test,
    alternative_group_test,
)
from rating.agreement.statistics.bradley_terry import BradleyTerry, bradley_terry
from rating.agreement.statistics.brennan_prediger import brennan_prediger
from rating.agreement.statistics.calibration_error import (
    CalibrationError,
    CalibrationPoint,
    calibration_error,
)
from rating.agreement.statistics.category_kappa import CategoryKappas, category_kappa
from rating.agreement.statistics.cohen_kappa import cohen_kappa
from rating.agreement.statistics.cohesion import (
    AdjustedAssociation,
    Cohesion,
    cross_group_cohesion,
    group_associations,
    in_group_cohesion,
)
from rating.agreement.statistics.conger_kappa import conger_kappa
from rating.agreement.statistics.consensus_labels import consensus_labels
from rating.agreement.statistics.cumulative_link import CumulativeLink, cumulative_link
from rating.agreement.statistics.dawid_skene import DawidSkene, dawid_skene
from rating.agreement.statistics.distributions import jensen_shannon_distance, wasserstein_distance
from rating.agreement.statistics.effect_sizes import cliff_delta, hedges_g
from rating.agreement.statistics.family import misalignment_family
from rating.agreement.statistics.fleiss_kappa import fleiss_kappa
from rating.agreement.statistics.gamma import Gamma, gamma
from rating.agreement.statistics.gamma_alignment import GammaWeights
from rating.agreement.statistics.generalizability import Generalizability, generalizability
from rating.agreement.statistics.generalizability_designs import (
    crossed_generalizability,
    rater_generalizability,
)
from rating.agreement.statistics.granularity import check_panel, grim, grimmer
from rating.agreement.statistics.group_association import GroupAssociation, group_association_index
from rating.agreement.statistics.icc import icc
from rating.agreement.statistics.internal_consistency import cronbach_alpha, mcdonald_omega
from rating.agreement.statistics.item_gaps import item_gaps
from rating.agreement.statistics.kendall_tau import (
    OrderAgreement,
    cross_kendall_tau,
    kendall_tau,
    kendall_tau_pairs,
)
from rating.agreement.statistics.kendall_w import kendall_w
from rating.agreement.statistics.large_sample import large_sample_agreement
from rating.agreement.statistics.leave_one_out import LeaveOneOut, leave_one_out
from rating.agreement.statistics.light_kappa import kappa_max, light_kappa
from rating.agreement.statistics.mace import Mace, mace
from rating.agreement.statistics.many_facet_rasch import ManyFacetRasch, many_facet_rasch
from rating.agreement.statistics.marks_f1 import cross_marks_f1, marks_f1
from rating.agreement.statistics.misalignment import Misalignment, TestOptions, misalignment
from rating.agreement.statistics.omission_rate import omission_rate
from rating.agreement.statistics.overall import OverallMisalignment, overall_misalignment
from rating.agreement.statistics.panel_scores import panel_distance, panel_errors, panel_scores
from rating.agreement.statistics.percent_agreement import percent_agreement
from rating.agreement.statistics.rasch_rating_scale import RaschRatingScale, rasch_rating_scale
from rating.agreement.statistics.rater_drift import RaterDrift, rater_drift
from rating.agreement.statistics.rating_speed import RatingSpeed, rating_speed
from rating.agreement.statistics.repeat_agreement import RepeatAgreement, repeat_agreement
from rating.agreement.statistics.second_opinion import bootstrapped_misalignment
from rating.agreement.statistics.signal_detection import SignalDetection, signal_detection
from rating.agreement.statistics.specific_agreement import negative_agreement, positive_agreement
from rating.agreement.statistics.straight_lining import ReferenceOptions, StraightLining, straight_lining
from rating.agreement.statistics.trust_calibration import (
    TrustCalibration,
    trust_calibration,
    trust_sensitivity,
)
from rating.agreement.statistics.two_samples import cohen_d, independent_cliff_delta
from rating.agreement.statistics.unitized_alpha import (
    DocumentAlpha,
    UnitizedAlpha,
    unitized_alpha,
    unitized_alpha_by_document,
)
from rating.agreement.statistics.vanbelle_albert import vanbelle_albert
from rating.agreement.statistics.vanbelle_albert_corrected import corrected_vanbelle_albert
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
from rating.agreement.timings import Timings
from rating.agreement.trust import TrustAnswers

__all__ = [
    "AdjustedAssociation",
    "AgreementInputError",
    "AgreementTable",
    "AlternativeAnnotator",
    "BlockAlpha",
    "BradleyTerry",
    "CalibrationError",
    "CalibrationPoint",
    "CategoryKappas",
    "Checklist",
    "Cohesion",
    "CumulativeLink",
    "DawidSkene",
    "DocumentAlpha",
    "Estimate",
    "Exclusion",
    "Gamma",
    "GammaWeights",
    "Generalizability",
    "GroupAssociation",
    "IntervalOptions",
    "LabelTest",
    "LeaveOneOut",
    "Mace",
    "ManyFacetRasch",
    "Marks",
    "Misalignment",
    "Norm",
    "Occasions",
    "OrderAgreement",
    "OverallMisalignment",
    "PanelAnswers",
    "Preferences",
    "QuestionDetails",
    "QuestionResult",
    "RaschRatingScale",
    "RaterDrift",
    "RatingSpeed",
    "Ratings",
    "Reason",
    "ReferenceOptions",
    "ReferencePanel",
    "RepeatAgreement",
    "Scale",
    "SignalDetection",
    "StraightLining",
    "TestOptions",
    "Timings",
    "TrustAnswers",
    "TrustCalibration",
    "UnitizedAlpha",
    "VarianceComponents",
    "ac1",
    "ac2",
    "agreement_table",
    "alpha",
    "alpha_by_block",
    "alternative_annotator_test",
    "alternative_group_test",
    "analyse_question",
    "benjamini_hochberg",
    "benjamini_yekutieli",
    "bonferroni",
    "bootstrapped_misalignment",
    "bradley_terry",
    "brennan_prediger",
    "calibration_error",
    "category_kappa",
    "check_panel",
    "cliff_delta",
    "cohen_d",
    "cohen_kappa",
    "conger_kappa",
    "consensus_labels",
    "corrected_vanbelle_albert",
    "cronbach_alpha",
    "cross_check",
    "cross_group_cohesion",
    "cross_kendall_tau",
    "cross_marks_f1",
    "cross_replication_reliability",
    "crossed_generalizability",
    "cumulative_link",
    "dawid_skene",
    "fleiss_kappa",
    "gamma",
    "generalizability",
    "grim",
    "grimmer",
    "group_association_index",
    "group_associations",
    "hedges_g",
    "holm",
    "icc",
    "icc_reml",
    "in_group_cohesion",
    "independent_cliff_delta",
    "item_gaps",
    "jensen_shannon_distance",
    "kappa_max",
    "kendall_tau",
    "kendall_tau_pairs",
    "kendall_w",
    "large_sample_agreement",
    "leave_one_out",
    "light_kappa",
    "mace",
    "many_facet_rasch",
    "marks_f1",
    "mcdonald_omega",
    "misalignment",
    "misalignment_family",
    "negative_agreement",
    "normalised_cross_replication_reliability",
    "omission_rate",
    "overall_misalignment",
    "panel_distance",
    "panel_errors",
    "panel_scores",
    "percent_agreement",
    "positive_agreement",
    "rasch_rating_scale",
    "rater_drift",
    "rater_generalizability",
    "rating_speed",
    "repeat_agreement",
    "sensitivity_analyses",
    "signal_detection",
    "standard_error_of_measurement",
    "straight_lining",
    "trust_calibration",
    "trust_sensitivity",
    "unitized_alpha",
    "unitized_alpha_by_document",
    "vanbelle_albert",
    "variance_components",
    "wasserstein_distance",
]
