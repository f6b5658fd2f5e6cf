"""The same numbers on other ratings: does the main result hang on a choice that could have gone otherwise?"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from rating.agreement.analysis.context import Context
from rating.agreement.analysis.equal_sizes import drawn_raters, points, raters_by_group
from rating.agreement.analysis.subsets import Exclusion, keep, of_items
from rating.agreement.arrays import Bools, Floats
from rating.agreement.reasons import Reason
from rating.agreement.statistics.alpha import alpha, checked_level
from rating.agreement.statistics.comparisons import MIN_RATINGS
from rating.agreement.statistics.misalignment import brief_misalignment
from rating.agreement.table import Ratings

N_DRAWS = 50
OTHER_DISTANCES = "pairs.misalignment.other_distances"


@dataclass(frozen=True)
class Version:
    """One version of the analysis; its numbers are empty exactly when `reason` says why.

    `see`: where its numbers stand, if elsewhere in the result. `n_draws`: over how many random subsamples
    they are means (None: one set of ratings, with intervals).
    """

    key: str
    label: str
    n_items: int
    n_raters: int
    n_ratings: int
    within: tuple[dict[str, Any], ...] = ()
    pairs: tuple[dict[str, Any], ...] = ()
    reason: Reason | None = None
    n_draws: int | None = None
    see: str | None = None

    @classmethod
    def of(cls, key: str, label: str, ratings: Ratings, **found: Any) -> "Version":
        """A version on these ratings."""
        n_raters = len(np.unique(ratings.rater))
        return cls(key, label, len(np.unique(ratings.item)), n_raters, len(ratings.item), **found)

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        counts = {name: getattr(self, name) for name in ("n_items", "n_raters", "n_ratings", "n_draws")}
        return {
            "key": self.key,
            "label": self.label,
            **counts,
            "see": self.see,
            "within": list(self.within),
            "pairs": list(self.pairs),
            "reason": None if self.reason is None else self.reason.value,
        }


@dataclass(frozen=True)
class Drawn:
    """A number over random subsamples: its mean and its range, which are no interval."""

    values: tuple[float, ...]
    n_draws: int

    def to_dict(self) -> dict[str, Any]:
        """Shaped like an Estimate without limits; None for the mean where no subsample has the number."""
        values, undefined = self.values, Reason.UNDEFINED_RESAMPLES.value
        return {
            "estimate": float(np.mean(values)) if values else None,
            "low": None,
            "high": None,
            "smallest": min(values) if values else None,
            "largest": max(values) if values else None,
            "n_draws": self.n_draws,
            "n_undefined": self.n_draws - len(values),
            "reason": None if values else undefined,
            "interval_reason": Reason.NOT_ASKED_FOR.value if values else undefined,
        }


def sensitivity_analyses(
    ratings: Ratings,
    exclusions: Sequence[Exclusion] = (),
    *,
    kinds: Mapping[str, str] | None = None,
    level: str | None = None,
    confidence: float = 0.95,
    seed: int = 0,
) -> list[Version]:
    """Alpha, M and RMS gap again under other choices.

    Always: the other distances (a pointer to where they stand), the items that every human group rated at
    least twice, and groups of equal size (raters drawn without replacement down to the smallest human group,
    the mean and range over 50 draws). Then each exclusion. A version that keeps every rating has no numbers
    but the reason `nothing_changes`. Judges are never drawn.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> rows = [(i, f"{g}{r}", g, i % 3) for g in "gh" for r in range(3) for i in range(6)]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "group", "value"])
    >>> without = Exclusion("no_g0", "Without rater g0", raters=frozenset(["g0"]))
    >>> found = sensitivity_analyses(Ratings.from_frame(frame, Scale((0, 1, 2), "ordinal")), [without])
    >>> [(version.key, version.n_ratings) for version in found][1:]
    [('shared_items', 36), ('equal_sizes', 36), ('no_g0', 30)]
    """
    kinds = {group: (kinds or {}).get(group, "human") for group in ratings.groups}
    context = Context(ratings, kinds, checked_level(ratings.scale, level), confidence=confidence, seed=seed)
    return list(versions(context, exclusions))


def versions(context: Context, exclusions: Sequence[Exclusion]) -> Iterator[Version]:
    """The versions in turn."""
    return (make() for _, make in version_makers(context, exclusions))


def version_makers(
    context: Context, exclusions: Sequence[Exclusion]
) -> Iterator[tuple[str, Callable[[], Version]]]:
    """Each version by its key, computed when called."""
    ratings = context.ratings
    yield (
        "other_distances",
        lambda: Version.of("other_distances", "Other distances", ratings, see=OTHER_DISTANCES),
    )
    yield "shared_items", lambda: _shared_items(context)
    yield "equal_sizes", lambda: _equal_sizes(context)
    for one in exclusions:
        yield one.key, partial(_excluding, context, one)


def _excluding(context: Context, exclusion: Exclusion) -> Version:
    return _version(context, exclusion.key, exclusion.label, exclusion.keeps(context.ratings))


def _shared_items(context: Context) -> Version:
    key, label = "shared_items", "Only items that every group rated at least twice"
    ratings = context.ratings
    if len(context.humans) < 2:
        return Version.of(key, label, ratings, reason=Reason.TOO_FEW_GROUPS)
    tally, places = ratings.tally_with_items(*((group,) for group in context.humans))
    is_shared = (tally.sizes >= MIN_RATINGS).all(axis=1)
    shared = {ratings.items[place] for place in places[is_shared]}
    return _version(context, key, label, of_items(ratings, shared))


def _version(context: Context, key: str, label: str, is_kept: Bools) -> Version:
    if is_kept.all() and len(is_kept):
        return Version.of(key, label, context.ratings, reason=Reason.NOTHING_CHANGES)
    part = keep(context.ratings, is_kept).remembering()
    if not is_kept.any():
        return Version.of(key, label, part, reason=Reason.NO_RATINGS)
    within = tuple(
        {
            "scope": scope,
            "alpha": alpha(part, group=groups, level=context.level, options=context.options).to_dict(),
        }
        for scope, groups in context.scopes
    )
    return Version.of(
        key, label, part, within=within, pairs=tuple(_pair(context, part, pair) for pair in context.pairs)
    )


def _pair(context: Context, part: Ratings, pair: tuple[str, str]) -> dict[str, Any]:
    found = brief_misalignment(part, *pair, options=context.untested)
    return {"pair": list(pair), "m": found.m.to_dict(), "rms_gap": found.rms_gap.to_dict()}


def _equal_sizes(context: Context) -> Version:
    key, label = "equal_sizes", "Groups of equal size, raters drawn at random"
    ratings = context.ratings
    raters = raters_by_group(context)
    sizes = {len(names) for names in raters.values()}
    reason = Reason.TOO_FEW_GROUPS if len(raters) < 2 else Reason.NO_RATINGS if 0 in sizes else None
    if reason or len(sizes) == 1:
        return Version.of(key, label, ratings, reason=reason or Reason.NOTHING_CHANGES)
    rng = context.stream("equal sizes")
    draws = np.stack([drawn_raters(ratings, raters, min(sizes), rng) for _ in range(N_DRAWS)])
    found = points(context, draws)
    return Version.of(
        key,
        label,
        keep(ratings, draws[0][ratings.rater]),
        n_draws=N_DRAWS,
        within=tuple({"scope": scope, "alpha": _over(found[scope, "alpha"])} for scope, _ in context.scopes),
        pairs=tuple(
            {"pair": list(pair), "m": _over(found[pair, "m"]), "rms_gap": _over(found[pair, "rms_gap"])}
            for pair in context.pairs
        ),
    )


def _over(values: Floats) -> dict[str, Any]:
    return Drawn(tuple(values[~np.isnan(values)].tolist()), len(values)).to_dict()
