"""What the registry says of a statistic."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from rating.agreement.scale import Scale

ALL_LEVELS = ("nominal", "ordinal", "interval", "ratio")
SCORED_LEVELS = ("ordinal", "interval", "ratio")
JACKKNIFE = ("two_way_jackknife",)
BY_PARTS = ("two_way_jackknife_by_parts", "two_way_jackknife")
ALL_INTERVALS = ("two_way_jackknife", "two_way_bootstrap", "items_bootstrap")
OURS = "definition in docs/methods.md"
KRIPPENDORFF = "Krippendorff 2011, 2018 ch. 12"
WEIGHTS = ("unweighted", "linear", "quadratic", "ordinal")

About = Literal[
    "within",
    "blocks",
    "across",
    "together",
    "against",
    "raters",
    "judge",
    "questions",
    "preferences",
    "marks",
    "marks_across",
    "truth",
    "trust",
    "checklist",
    "panel",
    "values",
    "each_rater",
    "timings",
    "timed_questions",
    "occasions",
    "items",
]
Shown = Literal["main", "further", "apart"]

# What the report can compute from the ratings of one question and the names of groups alone.
_FROM_RATINGS = {"within", "blocks", "across"}


@dataclass(frozen=True)
class Choice:
    """One way to compute a statistic that is worth printing: what it is called, and the arguments for it.

    `needs_grades`: only where levels can lie closer together or further apart, which takes an ordered scale
    of three values or more.
    """

    name: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    needs_grades: bool = False

    def suits(self, scale: Scale) -> bool:
        """Whether it says something of its own on this scale."""
        return not self.needs_grades or (scale.has_scores and scale.n_levels > 2)


def one_each(argument: str, *values: str) -> tuple[Choice, ...]:
    """A choice for every value of one argument."""
    return tuple(Choice(value, {argument: value}) for value in values)


GRADED = (
    Choice("linear", {"weights": "linear"}, needs_grades=True),
    Choice("quadratic", {"weights": "quadratic"}, needs_grades=True),
)


@dataclass(frozen=True)
class Statistic:
    """One registered statistic.

    `function` takes Ratings (with blocks for `blocks`; and group names for `across`, a sequence of them for
    `together`, a group and optionally those it is set against for `against`, the names of two raters for
    `raters`, a rater and a group for `judge`, the kind of each item for `truth`), for `questions` a mapping
    of them, for `preferences` Preferences, for `marks` and `marks_across` Marks, for `timings` Timings, for
    `timed_questions` a mapping of them, for `occasions` Occasions; `each_rater` gives one number per rater:
    `rating.agreement.computing.compute` calls it accordingly.
    `part` names the field of its result that holds the Estimate (or a mapping to several), empty when the
    result is the Estimate itself. `is_symmetric`: exchanging the groups (or, within a group, the raters)
    leaves it unchanged. `largest` is what it can be at most.

    `choices` are the variants that a report prints. `shown` says where: `main` has a place of its own,
    `further` stands in the list of further statistics of a group or pair (the default where ratings and
    groups are all it takes), `apart` needs other input or is drawn elsewhere.
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
    choices: tuple[Choice, ...] = (Choice(),)
    shown: Shown = "further"

    def __post_init__(self) -> None:
        if self.shown == "further" and self.about not in _FROM_RATINGS:
            object.__setattr__(self, "shown", "apart")

    def choices_for(self, scale: Scale) -> tuple[Choice, ...]:
        """The choices that suit a scale."""
        return tuple(choice for choice in self.choices if choice.suits(scale))
