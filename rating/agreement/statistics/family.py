"""Misalignment of two groups over a declared family of questions."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rating.agreement.arrays import Floats, Ints
from rating.agreement.distances import primary_distance
from rating.agreement.errors import AgreementInputError
from rating.agreement.reasons import Reason
from rating.agreement.resampling.multiplicity import benjamini_hochberg, max_statistic
from rating.agreement.resampling.relabelling import Relabelling, p_value, relabellings
from rating.agreement.statistics.comparisons import comparable
from rating.agreement.statistics.gap_sums import GapSums
from rating.agreement.statistics.label_test import follow
from rating.agreement.statistics.misalignment import TestOptions
from rating.agreement.statistics.pair import Pair
from rating.agreement.table import Ratings


@dataclass(frozen=True)
class FamilyTest:
    """One question's place in a family: M / sqrt V, its own p, and p adjusted in two ways."""

    question: str
    studentised: float | None
    p: float | None
    p_max_statistic: float | None
    p_benjamini_hochberg: float | None
    reason: Reason | None = None


def misalignment_family(
    questions: Mapping[str, Ratings], first: str, second: str, *, options: TestOptions | None = None
) -> list[FamilyTest]:
    """Test two groups on several questions answered by the same raters, under shared relabellings.

    Statistic: M / sqrt V under each question's primary distance, so that questions are comparable.
    Adjusted p: by the largest statistic of the family (controls any false claim) and by
    Benjamini-Hochberg (controls the share of false claims). Declare the family before the results.
    A question on which the groups cannot be compared stays out, with its reason.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> rows = [(f"i{i}", f"{g}{r}", g, r + 2 * (g == "h")) for g in "gh" for r in (1, 2) for i in (1, 2, 3)]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "group", "value"])
    >>> ratings = Ratings.from_frame(frame, Scale((1, 2, 3, 4), "interval"))
    >>> [round(test.p_max_statistic, 4) for test in misalignment_family({"q": ratings}, "g", "h")]  # 2 of 6
    [0.3333]
    """
    options = options or TestOptions()
    pairs = {name: Pair.of(ratings, first, second) for name, ratings in questions.items()}
    reasons = {name: pair.reason or options.why_no_test(pair.groups) for name, pair in pairs.items()}
    family = [name for name in questions if reasons[name] is None]
    if not family:
        return [FamilyTest(name, None, None, None, None, reasons[name]) for name in questions]
    raters = _Raters.of({name: questions[name] for name in family}, (first, second))
    plan = relabellings(
        raters.side,
        raters.block,
        n_draws=options.n_permutations,
        rng=options.rng,
        exact_limit=options.exact_limit,
    )
    columns = [_studentised(pairs[name], questions[name], raters.plan_for(name, plan)) for name in family]
    observed = np.array([value for value, _ in columns])
    permuted = np.stack([values for _, values in columns], axis=1)
    own = [p_value(value, values, plan.method) for value, values in columns]
    adjusted = zip(own, max_statistic(observed, permuted, plan.method), benjamini_hochberg(own), strict=True)
    tests = {
        name: FamilyTest(name, float(value) if np.isfinite(value) else None, *p_values)
        for name, value, p_values in zip(family, observed, adjusted, strict=True)
    }
    return [tests.get(name) or FamilyTest(name, None, None, None, None, reasons[name]) for name in questions]


@dataclass(frozen=True)
class _Raters:
    """All raters of a family, and where each question's raters stand among them."""

    side: Ints
    block: Ints
    places: dict[str, Ints]

    @classmethod
    def of(cls, questions: Mapping[str, Ratings], groups: tuple[str, str]) -> "_Raters":
        side: dict[str, int] = {}
        block: dict[str, int] = {}
        present: dict[str, list[str]] = {}
        for name, ratings in questions.items():
            wanted = {ratings.index_of(group): place for place, group in enumerate(groups)}
            present[name] = []
            for rater in np.unique(ratings.rater):
                group = int(ratings.rater_group[rater])
                if group in wanted:
                    label = ratings.raters[rater]
                    present[name].append(label)
                    if side.setdefault(label, wanted[group]) != wanted[group]:
                        raise AgreementInputError(
                            "rater_in_two_groups", f"Rater {label} changes group between questions."
                        )
                    block.setdefault(label, int(ratings.rater_block[rater]))
        order = {label: place for place, label in enumerate(sorted(side))}
        return cls(
            np.array([side[label] for label in order], dtype=np.int64),
            np.array([block[label] for label in order], dtype=np.int64),
            {name: np.array([order[label] for label in labels]) for name, labels in present.items()},
        )

    def plan_for(self, name: str, plan: Relabelling) -> Relabelling:
        """The shared relabellings, on the raters of one question."""
        return Relabelling(plan.labels[:, self.places[name]], plan.method, plan.n_possible, plan.n_alike)


def _studentised(pair: Pair, ratings: Ratings, plan: Relabelling) -> tuple[float, Floats]:
    name = primary_distance(ratings.scale)
    gaps = GapSums(
        distances={name: pair.distance(name)},
        scores=None,
        is_used=comparable(pair.whole.counts),
        tally=pair.whole,
        is_studentised=True,
    )
    return follow(gaps, plan).column("studentised")
