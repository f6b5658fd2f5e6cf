"""What the registry says of a statistic."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

ALL_LEVELS = ("nominal", "ordinal", "interval", "ratio")
SCORED_LEVELS = ("ordinal", "interval", "ratio")
JACKKNIFE = ("two_way_jackknife",)
BY_PARTS = ("two_way_jackknife_by_parts", "two_way_jackknife")
ALL_INTERVALS = ("two_way_jackknife", "two_way_bootstrap", "items_bootstrap")
WEIGHTS = ("unweighted", "linear", "quadratic", "ordinal")

About = Literal[
    "within", "blocks", "across", "against", "raters", "judge", "questions", "preferences", "truth", "items"
]


@dataclass(frozen=True)
class Statistic:
    """One registered statistic.

    `function` takes Ratings (with blocks for `blocks`; and group names for `across`, a group and optionally
    those it is set against for `against`, the names of two raters for `raters`, a rater and a group for
    `judge`, the kind of each item for `truth`), for `questions` a mapping of them, for `preferences`
    Preferences; `part` names the field of its result that holds the Estimate (or a mapping to several),
    empty when the result is the Estimate itself. `is_symmetric`: exchanging the groups (or, within a group,
    the raters) leaves it unchanged. `largest` is what it can be at most.
    """

    name: str
    label: str
    about: About
    function: Callable[..., Any]
    reference: str
    levels: tuple[str, ...] = ALL_LEVELS
    variants: tuple[str, ...] = ()
    part: str = ""
    is_symmetric: bool = True
    needs_complete_data: bool = False
    needs_two_values: bool = False
    intervals: tuple[str, ...] = ALL_INTERVALS
    has_test: bool = False
    largest: float | None = 1.0
