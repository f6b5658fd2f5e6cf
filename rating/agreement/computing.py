"""Calls any registered statistic, so that the report, the API and the docs need no special cases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, get_args, get_type_hints

import numpy as np

from rating.agreement.errors import AgreementInputError
from rating.agreement.estimation import IntervalOptions, Sample
from rating.agreement.reasons import Reason
from rating.agreement.registered import Choice, Statistic
from rating.agreement.results import Estimate, Interval
from rating.agreement.statistics.misalignment import TestOptions
from rating.agreement.table import Ratings

_AS_DECLARED = Choice()
_OF_GROUPS = {
    "within",
    "blocks",
    "questions",
    "preferences",
    "marks",
    "truth",
    "each_rater",
    "timings",
    "timed_questions",
    "occasions",
}


@dataclass(frozen=True)
class ComputeOptions:
    """What a statistic may be told; each takes what it knows of.

    `level`: the level of measurement of the coefficients that have one, by default the scale's own. `seed`
    gives every call the same random numbers. `kinds` (of groups) and `n_permutations` are for tests,
    `epsilon` for the alternative annotator test, `truth` (item -> whether it is a signal) for what is held
    against it.
    """

    confidence: float = 0.95
    level: str | None = None
    n_permutations: int = 0
    seed: int | Sequence[int] = 0
    kinds: Mapping[str, str] = field(default_factory=dict)
    epsilon: float = 0.2
    truth: Mapping[str, bool] = field(default_factory=dict)

    def told(self, function: Any) -> dict[str, Any]:
        """Keyword arguments for those of its parameters that these options answer."""
        known: dict[str, Any] = {"confidence": self.confidence, "epsilon": self.epsilon}
        hints = _parameters(function)
        found = {name: known[name] for name in known if name in hints}
        # Elsewhere a level is that of a test.
        if str in get_args(hints.get("level")):
            found["level"] = self.level
        kinds_of_options = get_args(hints.get("options"))
        rng = np.random.default_rng(self.seed)
        if IntervalOptions in kinds_of_options:
            found["options"] = IntervalOptions(confidence=self.confidence, rng=rng)
        elif TestOptions in kinds_of_options:
            found["options"] = TestOptions(
                confidence=self.confidence, n_permutations=self.n_permutations, kinds=self.kinds, rng=rng
            )
        return found


def compute(
    entry: Statistic,
    data: Any,
    scope: Sequence[str],
    options: ComputeOptions | None = None,
    choice: Choice = _AS_DECLARED,
) -> dict[str, Estimate]:
    """The estimates of a registered statistic: one under its own name, or several by what they are of.

    `data` is Ratings, or what else the entry is about: a mapping of Ratings for `questions`, Preferences for
    `preferences`, Marks for `marks` and `marks_across`. `scope` names groups: those pooled for `within`,
    `blocks`, `questions`, `preferences`, `marks` and `truth`, two for `across` and `marks_across`,
    all for `together`, for `against` a group and those it is set against; for
    `raters` it names two raters, for `judge` a rater and a group. A statistic for two values is undefined on
    other scales. Raises AgreementInputError (`bad_option` where an entry gives a table, not estimates).

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> from rating.agreement.registry import statistic
    >>> rows = [("i1", "a", 1), ("i1", "b", 1), ("i2", "a", 1), ("i2", "b", 2)]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "value"]).assign(group="peer")
    >>> ratings = Ratings.from_frame(frame, Scale((1, 2), "nominal"))
    >>> compute(statistic("percent_agreement"), ratings, ["peer"])["percent_agreement"].estimate
    0.5
    """
    options = options or ComputeOptions()
    if entry.about == "items":
        raise AgreementInputError("bad_option", f"{entry.label} are a table, not an estimate.")
    if entry.needs_two_values and data.scale.n_levels != 2:
        return {entry.name: _for_two_values_only(entry, data, scope, options)}
    positional, named = _arguments(entry, scope, options)
    found = entry.function(data, *positional, **named, **options.told(entry.function), **choice.arguments)
    for part in filter(None, entry.part.split(".")):
        found = found[part] if isinstance(found, dict) else getattr(found, part)
    return dict(found) if isinstance(found, Mapping) else {entry.name: found}


def _arguments(
    entry: Statistic, scope: Sequence[str], options: ComputeOptions
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    if entry.about in {"across", "marks_across", "raters", "judge"} and len(scope) != 2:
        raise AgreementInputError("bad_option", f"{entry.label} takes two names, not {len(scope)}.")
    if entry.about in {"across", "marks_across", "against", "raters", "judge"}:
        return tuple(scope), {}
    if entry.about == "together":
        return (tuple(scope),), {}
    if entry.about not in _OF_GROUPS:
        raise AgreementInputError("bad_option", f"{entry.label} takes other input than the names of groups.")
    known = (options.truth,) if entry.about == "truth" else ()
    # Several questions are answered by one group: those statistics take no others.
    return known, {"group": scope[0] if len(scope) == 1 else tuple(scope)}


def _for_two_values_only(
    entry: Statistic, ratings: Ratings, scope: Sequence[str], options: ComputeOptions
) -> Estimate:
    sample, reason = Sample.within(ratings, tuple(scope)), Reason.NEEDS_TWO_VALUES
    return Estimate(
        statistic=entry.name,
        variant="",
        level=ratings.scale.measurement,
        estimate=None,
        confidence=options.confidence,
        basis=sample.basis(sample.tally, "unpaired"),
        interval=Interval(reason=reason),
        reason=reason,
    )


@cache
def _parameters(function: Any) -> dict[str, Any]:
    return get_type_hints(function)
