"""The one place that calls the krippendorff package: a second opinion on every printed alpha."""

from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, cast

import numpy as np

from rating.agreement.estimation import IntervalOptions, Sample
from rating.agreement.scale import Measurement
from rating.agreement.statistics.alpha import alpha, checked_level, pairable
from rating.agreement.table import Ratings


@dataclass(frozen=True)
class CrossCheck:
    """Alpha by this package and by the krippendorff package; all None where alpha is undefined."""

    ours: float | None
    package: float | None
    difference: float | None
    package_version: str

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {
            "ours": self.ours,
            "package": self.package,
            "difference": self.difference,
            "package_version": self.package_version,
        }


def cross_check(
    ratings: Ratings, *, group: str | tuple[str, ...] | None = None, level: str | None = None
) -> CrossCheck:
    """Krippendorff's alpha by both programs, and their absolute difference.

    The package gets value counts by item with the scale's own domain: given a matrix it would accept
    a transposed one without complaint, and it raises or returns NaN on constant data.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> rows = [("i", "a", 1), ("i", "b", 1), ("j", "a", 2), ("j", "b", 2), ("k", "a", 1), ("k", "b", 2)]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "value"]).assign(group="peer")
    >>> check = cross_check(Ratings.from_frame(frame, Scale((1, 2), "nominal")))
    >>> round(check.ours, 4), round(check.package, 4)
    (0.4444, 0.4444)
    """
    import krippendorff

    level = checked_level(ratings.scale, level)
    ours = alpha(ratings, group=group, level=level, options=IntervalOptions(method="none")).estimate
    package = None
    if ours is not None:
        tally = Sample.within(ratings, group).tally
        counts = tally.keep_items(pairable(tally)).counts[:, 0, :].astype(np.int64)
        level_name = cast("Measurement", level)
        domain = ratings.scale.scores
        package = float(
            krippendorff.alpha(value_counts=counts, value_domain=domain, level_of_measurement=level_name)
        )
    difference = None if ours is None or package is None else abs(ours - package)
    return CrossCheck(ours, package, difference, version("krippendorff"))
