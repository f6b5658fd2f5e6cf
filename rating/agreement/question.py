"""Everything the report says about one question, from one call."""

import platform
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, TypeVar

import numpy as np

from rating.agreement import diagnosis
from rating.agreement.crosscheck import CrossCheck, cross_check
from rating.agreement.estimation import IntervalOptions
from rating.agreement.observations import Observation
from rating.agreement.results import Estimate
from rating.agreement.statistics.ac1 import ac1
from rating.agreement.statistics.alpha import alpha, checked_level
from rating.agreement.statistics.comparisons import side_pairs
from rating.agreement.statistics.item_gaps import item_gaps
from rating.agreement.statistics.misalignment import Misalignment, TestOptions, misalignment
from rating.agreement.statistics.overall import OverallMisalignment, overall_misalignment
from rating.agreement.statistics.percent_agreement import percent_agreement
from rating.agreement.statistics.specific_agreement import negative_agreement, positive_agreement
from rating.agreement.statistics.xrr import (
    cross_replication_reliability,
    normalised_cross_replication_reliability,
)
from rating.agreement.table import Ratings

FORMAT = 1
POOLED = "all"

Progress = Callable[[float], None]
T = TypeVar("T")


@dataclass(frozen=True)
class WithinResult:
    """Agreement inside one group, or inside all human groups pooled."""

    scope: str
    groups: tuple[str, ...]
    estimates: dict[str, Estimate]
    alpha_by_level: dict[str, float | None]
    cross_check: CrossCheck

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {
            "scope": self.scope,
            "groups": list(self.groups),
            "pooled": len(self.groups) > 1,
            "estimates": {name: estimate.to_dict() for name, estimate in self.estimates.items()},
            "alpha_by_level": dict(self.alpha_by_level),
            "cross_check": self.cross_check.to_dict(),
        }


@dataclass(frozen=True)
class PairResult:
    """Agreement and misalignment between two groups."""

    pair: tuple[str, str]
    kinds: tuple[str, str]
    xrr: Estimate
    normalised_xrr: Estimate
    misalignment: Misalignment

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {
            "pair": list(self.pair),
            "kinds": list(self.kinds),
            "xrr": self.xrr.to_dict(),
            "normalised_xrr": self.normalised_xrr.to_dict(),
            "misalignment": self.misalignment.to_dict(),
        }


@dataclass(frozen=True)
class QuestionResult:
    """The whole result of one question; `to_dict` is what gets stored."""

    settings: dict[str, Any]
    counts: dict[str, Any]
    groups: list[dict[str, Any]]
    within: tuple[WithinResult, ...]
    pairs: tuple[PairResult, ...]
    overall: OverallMisalignment | None
    item_gaps: dict[str, Any]
    diagnostics: tuple[Observation, ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form: finite numbers, text, None, lists and dicts."""
        return {
            **self.settings,
            "counts": self.counts,
            "groups": self.groups,
            "within": [part.to_dict() for part in self.within],
            "pairs": [part.to_dict() for part in self.pairs],
            "overall": None if self.overall is None else self.overall.to_dict(),
            "item_gaps": self.item_gaps,
            "diagnostics": [observation.to_dict() for observation in self.diagnostics],
        }


def analyse_question(
    ratings: Ratings,
    *,
    kinds: Mapping[str, str] | None = None,
    level: str | None = None,
    confidence: float = 0.95,
    n_permutations: int = 2000,
    seed: int = 0,
    progress: Progress | None = None,
) -> QuestionResult:
    """Agreement within each group, agreement and misalignment across each pair, and what to mind.

    `kinds` says which groups are "human" (default) and which "judge". `level` is the level of
    measurement for alpha and xRR, by default the scale's own. The same seed gives the same numbers.
    `progress` is called with a fraction that ends at 1; it may raise to cancel.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> rows = [(i, f"{g}{r}", g, i % 3) for g in "gh" for r in range(3) for i in range(6)]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "group", "value"])
    >>> result = analyse_question(Ratings.from_frame(frame, Scale((0, 1, 2), "ordinal")), seed=1)
    >>> result.within[0].estimates["alpha"].estimate, result.pairs[0].xrr.estimate
    (1.0, 1.0)
    """
    kinds = {group: (kinds or {}).get(group, "human") for group in ratings.groups}
    level = checked_level(ratings.scale, level)
    analysis = _Analysis(ratings, kinds, level, confidence, n_permutations, seed)
    return analysis.run(progress or _ignore)


@dataclass(frozen=True)
class _Analysis:
    ratings: Ratings
    kinds: dict[str, str]
    level: str
    confidence: float
    n_permutations: int
    seed: int

    @property
    def humans(self) -> tuple[str, ...]:
        return tuple(group for group in self.ratings.groups if self.kinds[group] == "human")

    @property
    def options(self) -> IntervalOptions:
        return IntervalOptions(confidence=self.confidence)

    def run(self, progress: Progress) -> QuestionResult:
        """Every part in turn, telling the progress after each."""
        scopes = self._scopes()
        pairs = [
            (self.ratings.groups[a], self.ratings.groups[b]) for a, b in side_pairs(len(self.ratings.groups))
        ]
        steps = _Steps(len(scopes) + 4 * len(pairs) + 5, progress)
        within = tuple(steps.done(self._within(*scope)) for scope in scopes)
        found = tuple(steps.done(self._pair(pair, place), 4) for place, pair in enumerate(pairs))
        overall = steps.done(self._overall(), 4)
        gaps = steps.done(self._item_gaps())
        return QuestionResult(
            settings=self._settings(),
            counts=self.ratings.summary(),
            groups=[self._group(group) for group in self.ratings.groups],
            within=within,
            pairs=found,
            overall=overall,
            item_gaps=gaps,
            diagnostics=tuple(self._observations(within, found)),
        )

    def _scopes(self) -> list[tuple[str, tuple[str, ...]]]:
        scopes: list[tuple[str, tuple[str, ...]]] = [(group, (group,)) for group in self.ratings.groups]
        return [*scopes, (POOLED, self.humans)] if len(self.humans) > 1 else scopes

    def _within(self, scope: str, groups: tuple[str, ...]) -> WithinResult:
        scale = self.ratings.scale
        estimates = {
            "alpha": alpha(self.ratings, group=groups, level=self.level, options=self.options),
            "alpha_items_only": self._alpha_items_only(groups),
            "percent_agreement": percent_agreement(self.ratings, group=groups, options=self.options),
        }
        if scale.measurement == "nominal":
            estimates["ac1"] = ac1(self.ratings, group=groups, options=self.options)
        if scale.n_levels == 2:
            estimates["positive_agreement"] = positive_agreement(
                self.ratings, group=groups, options=self.options
            )
            estimates["negative_agreement"] = negative_agreement(
                self.ratings, group=groups, options=self.options
            )
        return WithinResult(
            scope=scope,
            groups=groups,
            estimates=estimates,
            alpha_by_level=self._alpha_by_level(groups),
            cross_check=cross_check(self.ratings, group=groups, level=self.level),
        )

    def _alpha_items_only(self, groups: tuple[str, ...]) -> Estimate:
        """The narrower interval that holds these raters fixed, offered under its own name only."""
        rng = np.random.default_rng([self.seed, *(self.ratings.index_of(group) for group in groups)])
        options = IntervalOptions(method="items_bootstrap", confidence=self.confidence, rng=rng)
        return alpha(self.ratings, group=groups, level=self.level, options=options)

    def _alpha_by_level(self, groups: tuple[str, ...]) -> dict[str, float | None]:
        levels = ["nominal", "ordinal", "interval"] if self.ratings.scale.has_scores else ["nominal"]
        plain = IntervalOptions(method="none")
        return {
            level: alpha(self.ratings, group=groups, level=level, options=plain).estimate
            for level in dict.fromkeys([*levels, self.level])
        }

    def _pair(self, pair: tuple[str, str], place: int) -> PairResult:
        return PairResult(
            pair=pair,
            kinds=(self.kinds[pair[0]], self.kinds[pair[1]]),
            xrr=cross_replication_reliability(self.ratings, *pair, level=self.level, options=self.options),
            normalised_xrr=normalised_cross_replication_reliability(
                self.ratings, *pair, level=self.level, options=self.options
            ),
            misalignment=misalignment(self.ratings, *pair, options=self._test_options(place)),
        )

    def _overall(self) -> OverallMisalignment | None:
        if len(self.humans) < 3:
            return None
        return overall_misalignment(
            self.ratings, self.humans, options=self._test_options(len(self.kinds) ** 2)
        )

    def _test_options(self, place: int) -> TestOptions:
        """Each test has its own stream, so that adding one never changes another."""
        return TestOptions(
            confidence=self.confidence,
            n_permutations=self.n_permutations,
            kinds=self.kinds,
            rng=np.random.default_rng([self.seed, place]),
        )

    def _item_gaps(self) -> dict[str, Any]:
        names = self.humans if len(self.humans) > 1 else self.ratings.groups
        if len(names) < 2:
            return {"n_items": 0, "groups": list(names), "rows": []}
        frame = item_gaps(self.ratings, names)
        counts, places = self._counts_by_item(names)
        rows = [_gap_row(row, names, counts[places[row["item"]]]) for row in frame.to_dict("records")]
        return {"n_items": len(rows), "groups": list(names), "rows": rows}

    def _counts_by_item(self, names: tuple[str, ...]) -> tuple["np.ndarray[Any, Any]", dict[str, int]]:
        tally, items = self.ratings.tally_with_items(*((name,) for name in names))
        return tally.counts.astype(np.int64), {
            self.ratings.items[item]: place for place, item in enumerate(items)
        }

    def _settings(self) -> dict[str, Any]:
        scale = self.ratings.scale
        return {
            "format": FORMAT,
            "seed": self.seed,
            "confidence": self.confidence,
            "n_permutations": self.n_permutations,
            "software": software_versions(),
            "scale": {
                "measurement": scale.measurement,
                "values": list(scale.values),
                "scores": scale.scores.tolist() if scale.has_scores else None,
            },
            "level": self.level,
        }

    def _group(self, group: str) -> dict[str, Any]:
        tally = self.ratings.tally((group,))
        scores = self.ratings.scale.scores[tally.level] if self.ratings.scale.has_scores else np.array([])
        return {
            "group": group,
            "kind": self.kinds[group],
            "n_items": tally.n_items,
            "n_raters": tally.n_raters,
            "n_ratings": tally.n_ratings,
            "mean": float(scores.mean()) if scores.size else None,
            "sd": float(scores.std(ddof=1)) if scores.size > 1 else None,
            "counts": np.bincount(tally.level, minlength=tally.n_levels).tolist(),
            "left_out": [part.to_dict() for part in self.ratings.left_out_of((group,))],
            "missing_rate": diagnosis.missing_rate(self.ratings, group),
        }

    def _observations(
        self, within: tuple[WithinResult, ...], pairs: tuple[PairResult, ...]
    ) -> Iterator[Observation]:
        for group in self.ratings.groups:
            yield from diagnosis.observe_group(self.ratings, group)
        yield from diagnosis.observe_groups(self.ratings)
        for part in within:
            if self.level in {"ordinal", "interval"}:
                yield from diagnosis.observe_levels(part.groups, part.alpha_by_level)
        for pair in pairs:
            yield from diagnosis.observe_pair(self.ratings, pair.pair, pair.misalignment.test, self.kinds)


class _Steps:
    """Counts finished work and tells its share."""

    def __init__(self, total: int, progress: Progress) -> None:
        self.total, self.progress, self.n_done = total, progress, 0

    def done(self, result: T, weight: int = 1) -> T:
        self.n_done += weight
        self.progress(min(1.0, self.n_done / self.total))
        return result


def software_versions() -> dict[str, str]:
    """Versions that a number may depend on."""
    names = ("numpy", "scipy", "pandas", "krippendorff")
    return {"python": platform.python_version(), **{name: version(name) for name in names}}


def _ignore(_fraction: float) -> None:
    return None


def _gap_row(
    row: Mapping[Any, Any], names: tuple[str, ...], counts: "np.ndarray[Any, Any]"
) -> dict[str, Any]:
    groups = {
        name: {
            "mean": _number(row[f"mean_{name}"]),
            "n": int(row[f"n_{name}"]),
            "counts": counts[side].tolist(),
        }
        for side, name in enumerate(names)
    }
    return {
        "rank": int(row["rank"]),
        "item": row["item"],
        "pair": [row["first"], row["second"]],
        **{name: _number(row[name]) for name in ("gap", "shrunk_gap", "noise")},
        "groups": groups,
    }


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float, np.floating)) and np.isfinite(value) else None
