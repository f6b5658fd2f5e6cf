from typing import Any

import numpy as np
import pandas as pd
import pytest

from rating.agreement import Ratings, Scale, misalignment
from rating.agreement.diagnosis import observe_group, observe_groups, observe_levels, observe_pair
from rating.agreement.observations import Sign
from rating.agreement.wording import reading
from tests.agreement.conftest import long_table, ratings_of

FIVE = Scale((1, 2, 3, 4, 5), "ordinal")


def varied(n_raters: Any, n_items: Any, seed: Any = 0) -> Any:
    return np.random.default_rng(seed).integers(1, 6, (n_raters, n_items)).tolist()


def seen(observations: Any) -> Any:
    return {observation.code: observation.figures for observation in observations}


def in_group(**groups: Any) -> Any:
    return seen(observe_group(ratings_of(FIVE, **groups), next(iter(groups))))


def in_pair(ratings: Any, **kinds: Any) -> Any:
    test = misalignment(ratings, "g", "h").test
    return seen(observe_pair(ratings, ("g", "h"), test, kinds))


def test_good_ratings_raise_no_eyebrow() -> None:
    assert in_group(g=varied(8, 40)) == {}


def test_few_items_and_few_raters_are_seen() -> None:
    found = in_group(g=varied(3, 10))
    assert found == {Sign.FEW_ITEMS: {"n_items": 10}, Sign.FEW_RATERS: {"n_raters": 3}}


def test_one_category_is_seen_without_calling_levels_unused() -> None:
    found = in_group(g=[[3] * 40] * 8)
    assert found == {Sign.ONE_CATEGORY: {"value": 3}}


def test_skew_and_unused_levels_are_seen() -> None:
    rows = [[1] * 38 + [2, 2]] * 8
    found = in_group(g=rows)
    assert found[Sign.SKEW] == {"value": 1, "share": pytest.approx(0.95)}
    assert found[Sign.UNUSED_LEVELS] == {"values": [3, 4, 5]}


def test_thin_overlap_is_seen() -> None:
    rows = varied(8, 40)
    for row in rows[1:]:
        row[:10] = [None] * 10
    assert in_group(g=rows)[Sign.THIN_OVERLAP] == {"n_single": 10, "n_items": 40}


def test_disconnected_raters_are_seen() -> None:
    rows = varied(8, 40)
    for place, row in enumerate(rows):
        hidden = slice(0, 20) if place < 3 else slice(20, 40)
        row[hidden] = [None] * 20
    assert in_group(g=rows)[Sign.DISCONNECTED_RATERS] == {"n_islands": 2, "n_outside": 3}


def test_missing_answers_are_seen_by_group() -> None:
    rows = [
        (i, f"{g}{r}", g, None if g == "h" and i < 8 else i % 5 + 1)
        for g in "gh"
        for r in range(8)
        for i in range(40)
    ]
    ratings = Ratings.from_frame(pd.DataFrame(rows, columns=["item", "rater", "group", "value"]), FIVE)
    assert seen(observe_group(ratings, "h"))[Sign.MANY_MISSING] == {"rate": pytest.approx(0.2)}
    assert Sign.MANY_MISSING not in seen(observe_group(ratings, "g"))
    assert seen(observe_groups(ratings))[Sign.UNEVEN_MISSING]["rates"] == {"g": 0, "h": pytest.approx(0.2)}


def test_group_without_ratings_says_nothing() -> None:
    assert in_group(g=[[None]], h=[[1]]) == {}


def test_low_power_of_an_incomplete_plan_without_blocks_is_seen() -> None:
    rng = np.random.default_rng(1)
    tables = {}
    for name in "gh":
        rows = np.full((6, 60), None, dtype=object)
        for item in range(60):
            rows[rng.choice(6, 2, replace=False), item] = rng.integers(1, 6, 2)
        tables[name] = rows.tolist()
    figures = in_pair(ratings_of(FIVE, **tables))[Sign.INCOMPLETE_UNBLOCKED_PLAN]
    assert figures == {"share_kept": pytest.approx(225 / 495)}


def test_complete_plan_is_not_called_incomplete() -> None:
    assert Sign.INCOMPLETE_UNBLOCKED_PLAN not in in_pair(
        ratings_of(FIVE, g=varied(4, 40), h=varied(4, 40, 1))
    )


def test_few_shared_items_lopsided_groups_and_a_coarse_test_are_seen() -> None:
    g, h = varied(2, 40), varied(4, 40, 1)
    for row in h:
        row[:30] = [None] * 30
    found = in_pair(ratings_of(FIVE, g=g, h=h))
    assert found[Sign.FEW_SHARED_ITEMS] == {"n_shared": 10, "n_items": 40, "share": 0.25}
    assert found[Sign.LOPSIDED_GROUPS] == {"n_raters": {"g": 2, "h": 4}}
    assert found[Sign.COARSE_TEST] == {"smallest_p": pytest.approx(1 / 15)}


def test_judge_in_a_pair_is_seen() -> None:
    found = in_pair(ratings_of(FIVE, g=varied(4, 40), h=varied(4, 40, 1)), h="judge")
    assert found[Sign.JUDGE_IN_PAIR] == {"judges": ["h"]}


def test_level_that_changes_alpha_is_seen() -> None:
    by_level = {"ordinal": 0.5, "interval": 0.52}
    assert seen(observe_levels(("g",), by_level)) == {Sign.LEVEL_MATTERS: by_level}
    assert seen(observe_levels(("g",), {"ordinal": 0.5, "interval": 0.505})) == {}
    assert seen(observe_levels(("g",), {"ordinal": None, "interval": 0.5})) == {}


def test_values_off_the_declared_scale_are_counted_by_group() -> None:
    frame = pd.concat([long_table(varied(3, 4), name, name) for name in "gh"]).astype({"value": object})
    chosen = (frame["group"] == "g") & (frame["item"] == "i000")
    frame.loc[chosen, "value"] = None
    frame["missing"] = None
    frame.loc[chosen, "missing"] = "off_the_declared_scale"
    ratings = Ratings.from_frame(frame, FIVE)
    (observation,) = (part for part in observe_groups(ratings) if part.code is Sign.OFF_SCALE)
    assert (observation.scope, observation.figures) == (("g",), {"counts": {"g": 3, "h": 0}, "n": 3})
    assert "3 values are not on the scale of the question (g 3, h 0)" in reading(observation.to_dict())


def test_other_missing_values_are_no_values_off_the_scale() -> None:
    ratings = ratings_of(FIVE, g=[[1, 2], [None, 3]], h=[[1, 2], [3, 3]])
    assert Sign.OFF_SCALE not in seen(observe_groups(ratings))
