"""May a judge, or the consensus of another group, stand in for a member of a human group?"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from rating.agreement.analysis.context import EPSILON, Context
from rating.agreement.statistics.alternative_annotator import (
    alternative_annotator_test,
    alternative_group_test,
)


def judge_tests(context: Context, epsilon: Mapping[str, float]) -> list[dict[str, Any]]:
    """The alternative annotator test of each judge that rated anything, with `epsilon` by group.

    The p values of its comparisons are adjusted by Benjamini and Yekutieli over the raters of the group.
    """
    ratings = context.ratings
    rows = []
    for place in np.unique(ratings.rater):
        own = ratings.groups[ratings.rater_group[place]]
        for group in context.humans if context.kinds[own] == "judge" else ():
            found = alternative_annotator_test(
                ratings, ratings.raters[place], group, epsilon=epsilon.get(group, EPSILON)
            )
            names = {"judge": ratings.raters[place], "judge_group": own, "group": group}
            rows.append({**names, **found.to_dict()})
    return rows


def consensus_tests(context: Context, epsilon: Mapping[str, float]) -> list[dict[str, Any]]:
    """The same for the consensus of every human group (`panel`) against every other human group."""
    return [
        {
            "panel": panel,
            "group": group,
            **alternative_group_test(
                context.ratings, panel, group, epsilon=epsilon.get(group, EPSILON)
            ).to_dict(),
        }
        for panel in context.humans
        for group in context.humans
        if panel != group
    ]
