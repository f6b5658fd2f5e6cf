"""Krippendorff's alpha per block of raters, and the mean of the blocks."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from rating.agreement.errors import AgreementInputError
from rating.agreement.estimation import IntervalOptions, Sample
from rating.agreement.reasons import Reason
from rating.agreement.resampling.interval import t_interval
from rating.agreement.results import Estimate, Interval
from rating.agreement.statistics.alpha import alpha, checked_level, pairable
from rating.agreement.table import Ratings

METHOD = "between_blocks"
MIN_BLOCKS = 3


@dataclass(frozen=True)
class BlockAlpha:
    """The mean of the blocks' alphas, and each block's alpha in the order of the blocks' labels."""

    mean: Estimate
    blocks: tuple[Estimate, ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {"mean": self.mean.to_dict(), "blocks": [part.to_dict() for part in self.blocks]}


def alpha_by_block(
    ratings: Ratings,
    *,
    group: str | tuple[str, ...] | None = None,
    level: str | None = None,
    confidence: float = 0.95,
) -> BlockAlpha:
    """Krippendorff's alpha inside every block of raters (column `block`), averaged with equal weights.

    Not alpha of all ratings: items that differ between blocks do not enter the expected disagreement, and
    every block counts the same (CounselBench reports it so). Blocks where alpha is undefined are left out of
    the mean; the variant says of how many it is. Interval: blocks taken as independent, standard deviation
    of their alphas / sqrt(blocks), quantile of t (blocks - 1), from three blocks on. Each block's alpha has
    the two-way jackknife.

    Undefined: `no_ratings`, `no_pairable_items`, `one_category` (every block undefined).

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> rows = [("i", "a", 1, 1), ("i", "b", 1, 1), ("j", "a", 2, 1), ("j", "b", 2, 1), ("k", "a", 1, 1)]
    >>> rows += [("k", "b", 2, 1), ("l", "c", 1, 2), ("l", "d", 1, 2), ("m", "c", 2, 2), ("m", "d", 2, 2)]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "value", "block"]).assign(group="peer")
    >>> found = alpha_by_block(Ratings.from_frame(frame, Scale((1, 2), "nominal")))
    >>> [round(part.estimate, 4) for part in (found.mean, *found.blocks)]
    [0.7222, 0.4444, 1.0]
    """
    if not 0 < confidence < 1:
        raise AgreementInputError("bad_option", "The confidence of an interval lies between 0 and 1.")
    level = checked_level(ratings.scale, level)
    sample = Sample.within(ratings, group)
    options = IntervalOptions(confidence=confidence)
    blocks = tuple(alpha(part, group=group, level=level, options=options) for part in _blocks(ratings, group))
    values = [part.estimate for part in blocks if part.estimate is not None]
    mean = float(np.mean(values)) if values else None
    reason = None if values else (blocks[0].reason if blocks else Reason.NO_RATINGS)
    if any(part.reason is Reason.ONE_CATEGORY for part in blocks) and reason:
        reason = Reason.ONE_CATEGORY
    estimate = Estimate(
        statistic="alpha_by_block",
        variant=f"{level}, mean of {len(values)} of {len(blocks)} blocks",
        level=level,
        estimate=mean,
        confidence=confidence,
        basis=sample.basis(sample.tally.keep_items(pairable(sample.tally)), "unpaired"),
        interval=Interval(reason=reason) if reason else _interval(values, confidence),
        reason=reason,
    )
    return BlockAlpha(estimate, blocks)


def _blocks(ratings: Ratings, group: str | tuple[str, ...] | None) -> list[Ratings]:
    """The ratings of each block that the group has, in order; what was missing is told of the whole only."""
    groups = ratings.groups if group is None else (group,) if isinstance(group, str) else group
    is_mine = np.isin(ratings.rater_group[ratings.rater], [ratings.index_of(name) for name in groups])
    block = ratings.rater_block[ratings.rater]
    return [
        replace(
            ratings,
            item=ratings.item[is_kept],
            rater=ratings.rater[is_kept],
            level=ratings.level[is_kept],
            left_out=(),
        )
        for is_kept in (block == code for code in np.unique(block[is_mine]))
    ]


def _interval(values: list[float], confidence: float) -> Interval:
    if len(values) < MIN_BLOCKS:
        return Interval(method=METHOD, reason=Reason.TOO_FEW_BLOCKS)
    variance = float(np.var(values, ddof=1)) / len(values)
    return t_interval(
        float(np.mean(values)),
        variance,
        len(values) - 1,
        confidence,
        method=METHOD,
        bounds=(-np.inf, 1.0),
    )
