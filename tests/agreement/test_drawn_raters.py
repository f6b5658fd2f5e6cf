"""Numbers on some of the raters, for many draws at once, against tables that hold no others."""

import numpy as np
import pandas as pd
import pytest

from rating.agreement import IntervalOptions, Ratings, TestOptions, alpha, misalignment
from rating.agreement.analysis.context import Context
from rating.agreement.analysis.equal_sizes import drawn_raters, points, raters_by_group
from rating.agreement.analysis.subsets import keep
from rating.agreement.resampling import panels
from tests.agreement.test_panels import FIVE, in_blocks

PLAIN = IntervalOptions(method="none")


@pytest.mark.parametrize("min_items", [16, 1000])
def test_numbers_of_drawn_raters_are_those_of_the_table_without_the_others(
    monkeypatch: pytest.MonkeyPatch, min_items: int
) -> None:
    monkeypatch.setattr(panels, "MIN_ITEMS", min_items)
    ratings = in_blocks(5)
    context = Context(ratings, {"g": "human", "h": "human"}, "ordinal")
    rng = np.random.default_rng(2)
    draws = np.stack([drawn_raters(ratings, raters_by_group(context), 9, rng) for _ in range(4)])
    found = points(context, draws)
    for number, draw in enumerate(draws):
        rest = keep(ratings, draw[ratings.rater])
        for scope, groups in context.scopes:
            assert found[scope, "alpha"][number] == pytest.approx(
                alpha(rest, group=groups, level="ordinal", options=PLAIN).estimate, abs=1e-12
            )
        gap = misalignment(rest, "g", "h", options=TestOptions(n_permutations=0))
        assert found[("g", "h"), "m"][number] == pytest.approx(gap.m.estimate, abs=1e-12)
        assert found[("g", "h"), "rms_gap"][number] == pytest.approx(gap.rms_gap.estimate, abs=1e-12)


def test_groups_that_share_no_item_have_no_gap() -> None:
    ratings = in_blocks(6)
    apart = keep(ratings, (ratings.item % 2 == 0) == (ratings.rater_group[ratings.rater] == 0))
    context = Context(apart, {"g": "human", "h": "human"}, "ordinal")
    found = points(context, np.ones((2, len(apart.raters)), dtype=bool))
    assert np.isnan(found[("g", "h"), "m"]).all()
    assert not np.isnan(found["g", "alpha"]).any()


def test_only_raters_of_human_groups_are_drawn() -> None:
    ratings = Ratings.from_frame(_with_judge(), FIVE)
    context = Context(ratings, {"g": "human", "h": "human", "j": "judge"}, "ordinal")
    drawn = drawn_raters(ratings, raters_by_group(context), 1, np.random.default_rng(1))
    assert [name for name, is_in in zip(ratings.raters, drawn, strict=True) if is_in][-1] == "j0"
    assert drawn.sum() == 3


def _with_judge() -> pd.DataFrame:
    rows = [(f"i{i}", f"{g}{r}", g, 1 + (i + r) % 5) for i in range(6) for g in "gh" for r in range(3)]
    rows += [(f"i{i}", "j0", "j", 1) for i in range(6)]
    return pd.DataFrame(rows, columns=["item", "rater", "group", "value"])
