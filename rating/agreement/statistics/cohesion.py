"""Cohesion of groups: agreement inside a group, and of the group with everybody else, tested."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from rating.agreement.errors import AgreementInputError
from rating.agreement.resampling.multiplicity import benjamini_hochberg
from rating.agreement.results import Estimate, LabelTest
from rating.agreement.statistics.group_association import (
    CROSS_GROUP,
    IN_GROUP,
    GroupAssociation,
    group_association_index,
)
from rating.agreement.statistics.misalignment import TestOptions
from rating.agreement.table import Ratings


@dataclass(frozen=True)
class Cohesion:
    """How well a group agrees, inside or with others, and the test of it."""

    group: str
    others: tuple[str, ...]
    estimate: Estimate
    test: LabelTest

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {
            "group": self.group,
            "others": list(self.others),
            "estimate": self.estimate.to_dict(),
            "test": self.test.to_dict(),
        }


@dataclass(frozen=True)
class AdjustedAssociation:
    """A group's association index and cohesions, with p adjusted over the groups of one family each."""

    association: GroupAssociation
    p_gai: float | None
    p_in_group: float | None
    p_cross_group: float | None

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {
            **self.association.to_dict(),
            "p_benjamini_hochberg": {
                "gai": self.p_gai,
                "in_group": self.p_in_group,
                "cross_group": self.p_cross_group,
            },
        }


def in_group_cohesion(
    ratings: Ratings, group: str, *others: str, level: str | None = None, options: TestOptions | None = None
) -> Cohesion:
    """In-group cohesion: Krippendorff's alpha inside a group, against that of raters drawn at random.

    Alpha on every item with two ratings in the group, its interval that of `alpha` (Prabhakaran and others
    2024). Test: two-sided, labels of whole raters permuted within blocks between the group and `others`,
    by default all the rest: does the group agree with itself more, or less, than as many raters drawn
    from all of them? Judges are never relabelled. Undefined as `alpha` is.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> rows = [(i, f"{g}{r}", g, i % 3) for g in "gh" for r in range(3) for i in range(6)]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "group", "value"])
    >>> found = in_group_cohesion(Ratings.from_frame(frame, Scale((0, 1, 2), "nominal")), "g")
    >>> found.estimate.estimate, found.test.p  # everybody agrees, whoever is called g
    (1.0, 1.0)
    """
    found = group_association_index(ratings, group, *others, level=level, options=options)
    estimate = replace(found.in_group, statistic=IN_GROUP)
    return Cohesion(group, found.others, estimate, found.in_group_test)


def cross_group_cohesion(
    ratings: Ratings, group: str, *others: str, level: str | None = None, options: TestOptions | None = None
) -> Cohesion:
    """Cross-group cohesion: xRR of a group with all others, against that of raters drawn at random.

    xRR on items that both sides rated, the others pooled (Wong, Paritosh and Aroyo 2021; Prabhakaran and
    others 2024). Test: two-sided, labels of whole raters permuted within blocks: does the group agree with
    the others less, or more, than as many raters drawn from all of them? `others`: by default all the
    rest. Undefined as `cross_replication_reliability` is.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> rows = [(i, f"{g}{r}", g, i % 3) for g in "gh" for r in range(3) for i in range(6)]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "group", "value"])
    >>> cross_group_cohesion(Ratings.from_frame(frame, Scale((0, 1, 2), "nominal")), "g").estimate.estimate
    1.0
    """
    found = group_association_index(ratings, group, *others, level=level, options=options)
    estimate = replace(found.cross_group, statistic=CROSS_GROUP)
    return Cohesion(group, found.others, estimate, found.cross_group_test)


def group_associations(
    ratings: Ratings,
    groups: Sequence[str] | None = None,
    *,
    level: str | None = None,
    options: TestOptions | None = None,
) -> tuple[AdjustedAssociation, ...]:
    """Every group against the rest: association index, in-group and cross-group cohesion, adjusted p.

    `groups`: by default all but judges; each is set against the others of them, pooled. The p of the index,
    of in-group and of cross-group cohesion are three families, each adjusted over the groups by Benjamini
    and Hochberg (1995); a group without a p does not count in its family. See `group_association_index`.

    Fewer than two groups are refused.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> rows = [(i, f"{g}{r}", g, i % 3) for g in "ghk" for r in range(3) for i in range(6)]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "group", "value"])
    >>> found = group_associations(Ratings.from_frame(frame, Scale((0, 1, 2), "nominal")))
    >>> [(part.association.group, part.association.gai.estimate, part.p_in_group) for part in found]
    [('g', 1.0, 1.0), ('h', 1.0, 1.0), ('k', 1.0, 1.0)]
    """
    options = options or TestOptions()
    names = tuple(groups) if groups is not None else _humans(ratings, options)
    if len(set(names)) < max(2, len(names)):
        raise AgreementInputError("bad_option", "Association takes at least two groups, each named once.")
    found = [
        group_association_index(
            ratings, name, *(other for other in names if other != name), level=level, options=options
        )
        for name in names
    ]
    families = zip(
        benjamini_hochberg([part.test.p for part in found]),
        benjamini_hochberg([part.in_group_test.p for part in found]),
        benjamini_hochberg([part.cross_group_test.p for part in found]),
        strict=True,
    )
    return tuple(AdjustedAssociation(part, *p) for part, p in zip(found, families, strict=True))


def _humans(ratings: Ratings, options: TestOptions) -> tuple[str, ...]:
    return tuple(group for group in ratings.groups if options.kinds.get(group) != "judge")
