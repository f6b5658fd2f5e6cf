"""One question from ratings to result: every part in turn."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

import numpy as np

from rating.agreement import diagnosis
from rating.agreement.analysis.against import adjusted, group_associations
from rating.agreement.analysis.context import Context, QuestionDetails
from rating.agreement.analysis.further import apart, further_across
from rating.agreement.analysis.gap_rows import ranked_items
from rating.agreement.analysis.judges import consensus_tests, judge_tests
from rating.agreement.analysis.labels import label_summary
from rating.agreement.analysis.raters import rater_summaries
from rating.agreement.analysis.results import (
    FORMAT,
    PairResult,
    QuestionResult,
    WithinResult,
    software_versions,
)
from rating.agreement.analysis.sensitivity import versions
from rating.agreement.analysis.strata import analyse_strata, strata_of
from rating.agreement.analysis.within import agreement_within
from rating.agreement.observations import Observation
from rating.agreement.statistics.alpha import checked_level
from rating.agreement.statistics.misalignment import misalignment
from rating.agreement.statistics.overall import OverallMisalignment, overall_misalignment
from rating.agreement.statistics.xrr import (
    cross_replication_reliability,
    normalised_cross_replication_reliability,
)
from rating.agreement.table import Ratings

N_STANDARD_VERSIONS = 3

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
    kinds = {group: (kinds or {}).get(group, "human") for group in ratings.groups}
    level = checked_level(ratings.scale, level)
    context = Context(ratings.remembering(), kinds, level, confidence, n_permutations, seed)
    return _run(context, details or QuestionDetails(), progress or _ignore)


def _run(context: Context, details: QuestionDetails, progress: Progress) -> QuestionResult:
    """Every part in turn, telling the progress after each."""
    ratings, scopes, pairs = context.ratings, context.scopes, context.pairs
    strata = strata_of(context, details.strata)
    n_versions = N_STANDARD_VERSIONS + len(details.sensitivity)
    n_steps = 2 * len(scopes) + 4 * len(pairs) + 2 * len(context.humans) + len(strata) + n_versions + 8
    steps = _Steps(n_steps, progress)
    within = tuple(steps.done(agreement_within(context, *scope), 2) for scope in scopes)
    found = tuple(steps.done(_pair(context, pair, place), 4) for place, pair in enumerate(pairs))
    overall = steps.done(_overall(context), 4)
    gaps = steps.done(ranked_items(context))
    against = adjusted([steps.done(part, 2) for part in group_associations(context)])
    judges = steps.done(judge_tests(context, details.epsilon))
    by_stratum = [steps.done(part) for part in analyse_strata(context, strata)]
    tried = [steps.done(part).to_dict() for part in versions(context, details.sensitivity)]
    result = QuestionResult(
        settings=_settings(context),
        counts=ratings.summary(),
        groups=[_group(context, group) for group in ratings.groups],
        within=within,
        pairs=found,
        overall=overall,
        item_gaps=gaps,
        diagnostics=tuple(_observations(context, within, found)),
        against=against,
        judges=judges,
        consensus=consensus_tests(context, details.epsilon),
        raters=rater_summaries(context),
        labels={group: label_summary(context, group, details.watched) for group in ratings.groups},
        strata=by_stratum,
        sensitivity=tried,
        apart=apart(context),
    )
    progress(1.0)
    return result


def _pair(context: Context, pair: tuple[str, str], place: int) -> PairResult:
    ratings, options = context.ratings, context.options
    return PairResult(
        pair=pair,
        kinds=(context.kinds[pair[0]], context.kinds[pair[1]]),
        xrr=cross_replication_reliability(ratings, *pair, level=context.level, options=options),
        normalised_xrr=normalised_cross_replication_reliability(
            ratings, *pair, level=context.level, options=options
        ),
        misalignment=misalignment(ratings, *pair, options=context.tested(place)),
        further=further_across(context, pair),
    )


def _overall(context: Context) -> OverallMisalignment | None:
    if len(context.humans) < 3:
        return None
    options = context.tested(len(context.kinds) ** 2)
    return overall_misalignment(context.ratings, context.humans, options=options)


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
