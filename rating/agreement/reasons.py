"""The closed list of reasons for which a number or an interval is not given.

Their sentences stand in `rating.agreement.wording`; a result only ever carries the code.
"""

from enum import StrEnum


class Reason(StrEnum):
    """Why there is no estimate, no interval or no p value."""

    NO_RATINGS = "no_ratings"
    NO_PAIRABLE_ITEMS = "no_pairable_items"
    ONE_CATEGORY = "one_category"
    LEVEL_NEVER_USED = "level_never_used"
    NO_SHARED_ITEMS = "no_shared_items"
    NOT_IDENTIFIABLE = "not_identifiable"
    NO_DISAGREEMENT = "no_disagreement"
    NEGATIVE_VARIANCE = "negative_variance"
    NOT_FOR_THIS_SCALE = "not_for_this_scale"
    CROSS_AGREEMENT_NOT_POSITIVE = "cross_agreement_not_positive"
    DENOMINATOR_UNDEFINED = "denominator_undefined"
    DENOMINATOR_WITHOUT_INTERVAL = "denominator_without_interval"
    DENOMINATOR_TOUCHES_ZERO = "denominator_touches_zero"
    TOO_FEW_RATERS = "too_few_raters"
    ONE_ITEM = "one_item"
    INCOMPLETE_DATA = "incomplete_data"
    TOO_FEW_QUESTIONS = "too_few_questions"
    TOO_LITTLE_DATA = "too_little_data"
    DISCONNECTED = "disconnected"
    SEPARATED = "separated"
    REFERENCE = "reference"
    NOT_CONVERGED = "not_converged"
    ONE_KIND_OF_ITEM = "one_kind_of_item"
    EXTREME_RATE = "extreme_rate"
    NO_CUTOFF = "no_cutoff"
    TOO_FEW_BLOCKS = "too_few_blocks"
    NO_VARIATION = "no_variation"
    UNDEFINED_RESAMPLES = "undefined_resamples"
    UNDEFINED_LIMITS = "undefined_limits"
    NOT_ASKED_FOR = "not_asked_for"
    JUDGE_GROUP = "judge_group"
    ONE_RELABELLING = "one_relabelling"
