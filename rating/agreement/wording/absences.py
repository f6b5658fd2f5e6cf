"""Why a number, an interval or a rating is not there."""

from rating.agreement.reasons import Reason

REASONS: dict[Reason, str] = {
    Reason.NO_RATINGS: "Nobody in a group has rated this question.",
    Reason.NOTHING_MARKED: "Nobody marked anything, so there is nothing to agree or to differ on.",
    Reason.TOO_LARGE: "These data are too large for this number to be computed in reasonable time.",
    Reason.NO_PAIRABLE_ITEMS: "No item has two ratings, so nothing can be compared.",
    Reason.ONE_CATEGORY: (
        "All ratings fall on one and the same value; without variation, agreement beyond chance is "
        "not defined."
    ),
    Reason.LEVEL_NEVER_USED: "Nobody gave this answer, so agreement on it is not defined.",
    Reason.NO_SHARED_ITEMS: "The groups have no item in common with enough ratings from each.",
    Reason.NOT_IDENTIFIABLE: (
        "Not identifiable: a group has fewer than two ratings on every item, so its own disagreement "
        "cannot be told from the gap between the groups."
    ),
    Reason.NO_DISAGREEMENT: "There is no disagreement at all to take a share of.",
    Reason.NEGATIVE_VARIANCE: (
        "A group's items differ by less than its noise, so spread and ordering are given as one number."
    ),
    Reason.NOT_FOR_THIS_SCALE: "This number needs a scale whose values have an order.",
    Reason.NEEDS_TWO_VALUES: "This number needs a scale of exactly two values.",
    Reason.CROSS_AGREEMENT_NOT_POSITIVE: (
        "Agreement across the groups is not positive, so a ratio to it means nothing."
    ),
    Reason.DENOMINATOR_UNDEFINED: (
        "Agreement inside a group is undefined or not positive, so there is nothing to divide by."
    ),
    Reason.DENOMINATOR_WITHOUT_INTERVAL: (
        "Withheld: agreement inside a group has no interval, so it may be zero."
    ),
    Reason.DENOMINATOR_TOUCHES_ZERO: "Withheld: the interval of agreement inside a group touches zero.",
    Reason.TOO_FEW_RATERS: "An interval about other raters needs at least three raters in each group.",
    Reason.ONE_ITEM: "An interval needs at least two items (or conversations, where items share them).",
    Reason.INCOMPLETE_DATA: "This number needs every rater to have rated every item.",
    Reason.TOO_FEW_QUESTIONS: "This number needs more questions than the scale has.",
    Reason.TOO_LITTLE_DATA: "This number needs at least two items, two raters and ratings that overlap.",
    Reason.DISCONNECTED: (
        "What was compared falls into sets that were never compared with each other, so there is no "
        "common measure."
    ),
    Reason.SEPARATED: (
        "Somebody always won, always lost, or every comparison was a tie; strengths then have no limit."
    ),
    Reason.NOT_CONVERGED: "The fit did not settle within the steps allowed.",
    Reason.ONE_KIND_OF_ITEM: "Only items of one kind were rated, so nothing can be told apart.",
    Reason.EXTREME_RATE: (
        "Everybody or nobody said yes to one kind of item; without a correction the number has no limit."
    ),
    Reason.EXTREME_ANSWERS: (
        "Only the lowest or only the highest answers were given, so no finite number fits them."
    ),
    Reason.NO_REPEATS: "Nobody rated the same item on both occasions.",
    Reason.NO_MINIMUM: "This number needs a declared minimum time.",
    Reason.NO_CUTOFF: "This number needs to know which answers count as yes.",
    Reason.TOO_FEW_BLOCKS: "An interval from the spread of blocks needs at least three of them.",
    Reason.REFERENCE: "This is the number the others are set against: it is zero by definition.",
    Reason.NO_VARIATION: (
        "Nothing in the data varies around this number, so they cannot say how sure it is."
    ),
    Reason.UNDEFINED_RESAMPLES: "Too many resamples of these data leave the number undefined.",
    Reason.UNDEFINED_LIMITS: "The formula of this interval gives no limits on these data.",
    Reason.NOT_ASKED_FOR: "Not asked for in this analysis.",
    Reason.NOTHING_CHANGES: "This version keeps every rating, so its numbers are those of the main result.",
    Reason.TOO_FEW_GROUPS: "This version needs at least two groups of human raters.",
    Reason.JUDGE_GROUP: (
        "Judges are not drawn from the same people as raters, so labels are not exchanged with them."
    ),
    Reason.ONE_RELABELLING: (
        "These labels cannot be exchanged in any other way, so there is nothing to test."
    ),
    Reason.NO_REFERENCE: (
        "No reply was judged by three or more of the reference panel, so answers have nothing to be held "
        "against."
    ),
    Reason.TOO_FEW_CASES: "Fewer than ten answers stand under this share, so it is not given.",
    Reason.DESCRIPTIVE: "This number describes these ratings; it comes without an interval.",
}

MISSING_REASONS = {
    "cannot_judge": "“cannot judge”",
    "not_applicable": "not applicable",
    "declined": "declined",
    "not_asked": "not asked",
    "missing": "no value and no reason",
    "unpaired": "the only rating of its item",
    "document_without_a_pair": "in a document that nobody else to compare with coded",
    "rater_without_order": "of a rater who put nothing into an order that others can be compared with",
    "item_without_truth": "on an item whose true answer is not given",
    "item_without_reference": "on a reply that fewer than three others of the reference panel judged",
    "item_without_norm": "on an item that the reference panel did not answer",
    "not_needed": "every critical element not needed",
    "item_of_one_rater_only": "on an item that only one of the two rated",
    "item_of_one_side_only": "on an item that only one of the groups rated",
    "item_without_two_ratings_per_group": "on an item without two ratings from each group",
    "rater_or_question_without_limit": "of raters or questions with only lowest or only highest values",
    "not_repeated": "not rated on both occasions",
    "without_position": "without a place in the order served",
    "without_seconds": "without a time",
}


def reason_sentence(code: str) -> str:
    """Why a number or interval is absent."""
    return REASONS[Reason(code)]


def missing_phrase(reason: str) -> str:
    """Why ratings were left out; a reason of the study's own stands as it was given."""
    return MISSING_REASONS.get(reason, reason.replace("_", " "))
