"""What a simulated plan may hold, and what can be observed about one: for who asks without simulating."""

from enum import StrEnum

MAX_RATERS, MAX_ITEMS, MAX_CELLS = 500, 5_000, 100_000


class PlanSign(StrEnum):
    """The closed list of what can be observed about a plan."""

    NOT_IDENTIFIABLE = "not_identifiable"
    TOO_FEW_PER_ITEM = "too_few_per_item"
    INCOMPLETE_UNBLOCKED_PLAN = "incomplete_unblocked_plan"
    LOPSIDED_GROUPS = "lopsided_groups"
    COARSE_TEST = "coarse_test"
    NO_INTERVAL = "no_interval"
