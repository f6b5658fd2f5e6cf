"""What a diagnosis looks like: a code with figures, never a judgement."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Sign(StrEnum):
    """The closed list of what can be observed about the ratings of a question."""

    FEW_ITEMS = "few_items"
    FEW_RATERS = "few_raters"
    ONE_CATEGORY = "one_category"
    SKEW = "skew"
    UNUSED_LEVELS = "unused_levels"
    THIN_OVERLAP = "thin_overlap"
    DISCONNECTED_RATERS = "disconnected_raters"
    MANY_MISSING = "many_missing"
    UNEVEN_MISSING = "uneven_missing"
    OFF_SCALE = "off_scale"
    LEVEL_MATTERS = "level_matters"
    FEW_SHARED_ITEMS = "few_shared_items"
    INCOMPLETE_UNBLOCKED_PLAN = "incomplete_unblocked_plan"
    LOPSIDED_GROUPS = "lopsided_groups"
    COARSE_TEST = "coarse_test"
    JUDGE_IN_PAIR = "judge_in_pair"


@dataclass(frozen=True)
class Observation:
    """One thing seen in the ratings of some groups; `figures` hold the numbers behind it."""

    code: Sign
    scope: tuple[str, ...]
    figures: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {"code": self.code.value, "scope": list(self.scope), "figures": dict(self.figures)}
