"""One question from ratings to result: every part in turn."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

import numpy as np

from rating.agreement import diagnosis
from rating.agreement.analysis.against import adjusted
from rating.agreement.analysis.context import Context, QuestionDetails
from rating.agreement.analysis.further import apart
from rating.agreement.analysis.results import (
    FORMAT,
    PairResult,
    QuestionResult,
    WithinResult,
    software_versions,
)
from rating.agreement.analysis.units import (
    AGAINST,
    CONSENSUS,
    GAPS,
    JUDGES,
    LABELS,
    OVERALL,
    PAIRS,
    RATERS,
    STRATA,
    VERSIONS,
    WITHIN,
    Unit,
    units_of,
)
from rating.agreement.observations import Observation
from rating.agreement.statistics.alpha import checked_level
from rating.agreement.table import Ratings

Progress = Callable[[float], None]
T = TypeVar("T")


def analyse_question(
    ratings: Ratings,
    *,
    kinds: Mapping[str, str] | None = None,
    level: str | None = None,
    confidence: float = 0.95,
    n_permutations: int = 2000,
    seed: int = 0,
    details: QuestionDetails | None = None,
    progress: Progress | None = None,
) -> QuestionResult:
    """Agreement within each group, agreement and misalignment across each pair, and what to mind.

    `kinds` says which groups are "human" (default) and which "judge". `level` is the level of
    measurement for alpha and xRR, by default the scale's own. `details`: strata, watched answers,
    exclusions to try, what a judge is allowed. The same seed gives the same numbers. `progress` is called
    with a fraction that ends at 1; it may raise to cancel.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> rows = [(i, f"{g}{r}", g, i % 3) for g in "gh" for r in range(3) for i in range(6)]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "group", "value"])
    >>> result = analyse_question(Ratings.from_frame(frame, Scale((0, 1, 2), "ordinal")), seed=1)
    >>> result.within[0].estimates["alpha"].estimate, result.pairs[0].xrr.estimate
    (1.0, 1.0)
    """
    context = _context(ratings, kinds, level, confidence, n_permutations, seed)
    return _run(context, details or QuestionDetails(), progress or _ignore)


def question_units(
    ratings: Ratings,
    *,
    kinds: Mapping[str, str] | None = None,
    level: str | None = None,
    confidence: float = 0.95,
    n_permutations: int = 2000,
    seed: int = 0,
    details: QuestionDetails | None = None,
) -> list[Unit]:
    """The pieces that `analyse_question` puts together, not yet computed."""
    context = _context(ratings, kinds, level, confidence, n_permutations, seed)
    return units_of(context, details or QuestionDetails())


def _context(
    ratings: Ratings,
    kinds: Mapping[str, str] | None,
    level: str | None,
    confidence: float,
    n_permutations: int,
    seed: int,
) -> Context:
    kinds = {group: (kinds or {}).get(group, "human") for group in ratings.groups}
    level = checked_level(ratings.scale, level)
    return Context(ratings.remembering(), kinds, level, confidence, n_permutations, seed)


def _run(context: Context, details: QuestionDetails, progress: Progress) -> QuestionResult:
    """Every piece in turn, telling the progress after each."""
    units = units_of(context, details)
    steps = _Steps(sum(unit.weight for unit in units) + 2, progress)
    found: dict[str, dict[tuple[str, ...], Any]] = {}
    for unit in units:
        value = details.known[unit.name] if unit.name in details.known else unit.compute()
        found.setdefault(unit.part, {})[unit.about] = steps.done(value, unit.weight)
    result = _put_together(context, found)
    progress(1.0)
    return result


def _put_together(context: Context, found: Mapping[str, Mapping[tuple[str, ...], Any]]) -> QuestionResult:
    def of(part: str) -> list[Any]:
        return list(found.get(part, {}).values())

    within, pairs = tuple(of(WITHIN)), tuple(of(PAIRS))
    return QuestionResult(
        settings=_settings(context),
        counts=context.ratings.summary(),
        groups=[_group(context, group) for group in context.ratings.groups],
        within=within,
        pairs=pairs,
        overall=of(OVERALL)[0],
        item_gaps=of(GAPS)[0],
        diagnostics=tuple(_observations(context, within, pairs)),
        against=adjusted(of(AGAINST)),
        judges=of(JUDGES)[0],
        consensus=of(CONSENSUS)[0],
        raters=of(RATERS)[0],
        labels={about[0]: summary for about, summary in found.get(LABELS, {}).items()},
        strata=of(STRATA),
        sensitivity=[version.to_dict() for version in of(VERSIONS)],
        apart=apart(context),
    )


def _settings(context: Context) -> dict[str, Any]:
    scale = context.ratings.scale
    return {
        "format": FORMAT,
        "seed": context.seed,
        "confidence": context.confidence,
        "n_permutations": context.n_permutations,
        "software": software_versions(),
        "scale": {
            "measurement": scale.measurement,
            "values": list(scale.values),
            "scores": scale.scores.tolist() if scale.has_scores else None,
        },
        "level": context.level,
    }


def _group(context: Context, group: str) -> dict[str, Any]:
    ratings = context.ratings
    tally = ratings.tally((group,))
    scores = ratings.scale.scores[tally.level] if ratings.scale.has_scores else np.array([])
    return {
        "group": group,
        "kind": context.kinds[group],
        "n_items": tally.n_items,
        "n_raters": tally.n_raters,
        "n_ratings": tally.n_ratings,
        "mean": float(scores.mean()) if scores.size else None,
        "sd": float(scores.std(ddof=1)) if scores.size > 1 else None,
        "counts": np.bincount(tally.level, minlength=tally.n_levels).tolist(),
        "left_out": [part.to_dict() for part in ratings.left_out_of((group,))],
        "missing_rate": diagnosis.missing_rate(ratings, group),
    }


def _observations(
    context: Context, within: tuple[WithinResult, ...], pairs: tuple[PairResult, ...]
) -> Iterator[Observation]:
    for group in context.ratings.groups:
        yield from diagnosis.observe_group(context.ratings, group)
    yield from diagnosis.observe_groups(context.ratings)
    for part in within:
        if context.level in {"ordinal", "interval"}:
            yield from diagnosis.observe_levels(part.groups, part.alpha_by_level)
    for pair in pairs:
        yield from diagnosis.observe_pair(context.ratings, pair.pair, pair.misalignment.test, context.kinds)


class _Steps:
    """Counts finished work and tells its share; the last step is the caller's to tell."""

    def __init__(self, total: int, progress: Progress) -> None:
        self.total, self.progress, self.n_done = total, progress, 0

    def done(self, result: T, weight: int = 1) -> T:
        self.n_done += weight
        self.progress(min(1.0, self.n_done / self.total))
        return result


def _ignore(_fraction: float) -> None:
    return None
