"""A question's analysis in pieces: each can be computed by itself, anywhere and in any order.

Every piece that draws has a random stream of its own, named after what it is about: who computes what, and
when, changes no number.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from rating.agreement.analysis.against import compared_groups, group_association
from rating.agreement.analysis.context import Context, QuestionDetails
from rating.agreement.analysis.further import further_across
from rating.agreement.analysis.gap_rows import ranked_items
from rating.agreement.analysis.judges import consensus_tests, judge_tests
from rating.agreement.analysis.labels import label_summary
from rating.agreement.analysis.raters import rater_summaries
from rating.agreement.analysis.results import PairResult
from rating.agreement.analysis.sensitivity import version_makers
from rating.agreement.analysis.strata import analyse_stratum, strata_of
from rating.agreement.analysis.within import agreement_within
from rating.agreement.statistics.misalignment import misalignment
from rating.agreement.statistics.overall import OverallMisalignment, overall_misalignment
from rating.agreement.statistics.xrr import (
    cross_replication_reliability,
    normalised_cross_replication_reliability,
)

# Parts of the result that hold a piece for each group, pair, stratum or version; the others are one piece.
WITHIN, PAIRS, AGAINST, LABELS, STRATA, VERSIONS = (
    "within",
    "pairs",
    "against",
    "labels",
    "strata",
    "versions",
)
OVERALL, GAPS, JUDGES, CONSENSUS, RATERS = "overall", "gaps", "judges", "consensus", "raters"
# Quickly computed, and large to carry: these are left to whoever puts the result together.
AT_HOME = frozenset({GAPS, LABELS})


@dataclass(frozen=True)
class Unit:
    """One piece. `about`: which group, pair, stratum or version; `weight`: its share of the work, roughly."""

    part: str
    about: tuple[str, ...]
    weight: int
    compute: Callable[[], Any]
    # Whether a test by relabelling is what takes long: `only_slice` computes shares of it.
    is_relabelled: bool = False

    @property
    def name(self) -> str:
        """Unique within the question."""
        return ":".join([self.part, *self.about])


def units_of(context: Context, details: QuestionDetails) -> list[Unit]:
    """Every piece, in the order in which one process computes them."""
    return [
        *_of_groups(context, details),
        *_of_parts_of_the_items(context, details),
        Unit(CONSENSUS, (), 1, partial(consensus_tests, context, details.epsilon)),
        Unit(RATERS, (), 2, partial(rater_summaries, context)),
    ]


def _of_groups(context: Context, details: QuestionDetails) -> Iterator[Unit]:
    for scope in context.scopes:
        yield Unit(WITHIN, (scope[0],), 2, partial(agreement_within, context, *scope))
    for place, pair in enumerate(context.pairs):
        is_tested = {*pair} <= {*context.humans}
        yield Unit(PAIRS, pair, 4, partial(_pair, context, pair, place), is_tested)
    yield Unit(OVERALL, (), 4, partial(_overall, context), len(context.humans) > 2)
    yield Unit(GAPS, (), 1, partial(ranked_items, context))
    for group in compared_groups(context):
        yield Unit(AGAINST, (group,), 2, partial(group_association, context, group), is_relabelled=True)
    yield Unit(JUDGES, (), 1, partial(judge_tests, context, details.epsilon))
    for group in context.ratings.groups:
        yield Unit(LABELS, (group,), 1, partial(label_summary, context, group, details.watched))


def _of_parts_of_the_items(context: Context, details: QuestionDetails) -> Iterator[Unit]:
    for stratum in strata_of(context, details.strata):
        yield Unit(STRATA, (stratum.factor, stratum.level), 1, partial(analyse_stratum, context, stratum))
    for number, (key, make) in enumerate(version_makers(context, details.sensitivity)):
        yield Unit(VERSIONS, (str(number), key), 1, make)


def _pair(context: Context, pair: tuple[str, str], place: int) -> PairResult:
    ratings, options = context.ratings, context.options
    # First what is relabelled: whoever wants a slice of that alone gets it before anything else is computed.
    gap = misalignment(ratings, *pair, options=context.tested(place))
    return PairResult(
        pair=pair,
        kinds=(context.kinds[pair[0]], context.kinds[pair[1]]),
        xrr=cross_replication_reliability(ratings, *pair, level=context.level, options=options),
        normalised_xrr=normalised_cross_replication_reliability(
            ratings, *pair, level=context.level, options=options
        ),
        misalignment=gap,
        further=further_across(context, pair),
    )


def _overall(context: Context) -> OverallMisalignment | None:
    if len(context.humans) < 3:
        return None
    options = context.tested(len(context.kinds) ** 2)
    return overall_misalignment(context.ratings, context.humans, options=options)
