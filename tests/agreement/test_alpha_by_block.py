# mypy: disable-error-code="operator"
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t

from rating.agreement import AgreementInputError, Ratings, Reason, Scale, alpha, alpha_by_block
from tests.agreement.conftest import long_table

TWO = Scale((1, 2), "nominal")
FIVE = Scale((1, 2, 3, 4, 5), "interval")


def blocks_of(scale: Scale, *matrices: Any) -> Ratings:
    """One matrix a block, of items and raters of its own."""
    parts = []
    for code, matrix in enumerate(matrices):
        table = long_table(matrix, prefix=f"b{code}-r")
        parts.append(table.assign(block=f"b{code}", item=f"b{code}-" + table["item"]))
    return Ratings.from_frame(pd.concat(parts, ignore_index=True), scale)


# Three items of two raters who differ on one: 1 - 2 x (6 - 1) / (2 x 3 x 3) = 4/9.
FOUR_NINTHS = [[1, 2, 1], [1, 2, 2]]
ONE = [[1, 2], [1, 2]]
# Two items, nothing in common: D_o = 1, D_e = 8/12.
MINUS_A_HALF = [[1, 2], [2, 1]]


def test_mean_of_blocks_and_its_interval_are_those_of_hand_calculation() -> None:
    result = alpha_by_block(blocks_of(TWO, FOUR_NINTHS, ONE, MINUS_A_HALF))
    values = np.array([4 / 9, 1, -1 / 2])
    assert [part.estimate for part in result.blocks] == pytest.approx(values.tolist())
    assert result.mean.estimate == pytest.approx(values.mean())
    reach = t.ppf(0.975, 2) * values.std(ddof=1) / 3**0.5
    assert result.mean.low == pytest.approx(values.mean() - reach)
    assert result.mean.high == 1.0
    assert result.to_dict()["mean"]["interval_method"] == "between_blocks"


def test_blocks_without_alpha_are_left_out_by_name() -> None:
    result = alpha_by_block(blocks_of(TWO, FOUR_NINTHS, [[1, 1], [1, 1]]))
    assert result.mean.variant == "nominal, mean of 1 of 2 blocks"
    assert result.mean.estimate == pytest.approx(4 / 9)
    assert result.mean.interval.reason is Reason.TOO_FEW_BLOCKS
    assert result.blocks[1].reason is Reason.ONE_CATEGORY


@pytest.mark.parametrize(
    ("matrix", "reason"),
    [([[1, 1], [1, 1]], Reason.ONE_CATEGORY), ([[1, None], [None, 2]], Reason.NO_PAIRABLE_ITEMS)],
)
def test_mean_of_no_alpha_is_undefined(matrix: Any, reason: Any) -> None:
    assert alpha_by_block(blocks_of(TWO, matrix, matrix)).mean.reason is reason


def test_table_without_blocks_has_alpha_itself() -> None:
    ratings = Ratings.from_frame(long_table(FOUR_NINTHS), TWO)
    result = alpha_by_block(ratings)
    assert result.mean.estimate == alpha(ratings).estimate
    assert len(result.blocks) == 1


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_level_of_a_block_does_not_enter_the_mean(seed: int) -> None:
    rng = np.random.default_rng(seed)
    low = [np.concatenate([[1, 3], rng.integers(1, 4, 8)]).tolist() for _ in range(3)]
    raised = [[value + 2 for value in row] for row in low]
    one = alpha_by_block(blocks_of(FIVE, low, low)).mean.estimate
    other = alpha_by_block(blocks_of(FIVE, low, raised)).mean.estimate
    assert one == pytest.approx(other, abs=1e-12)


def test_impossible_confidence_is_refused() -> None:
    with pytest.raises(AgreementInputError):
        alpha_by_block(blocks_of(TWO, ONE), confidence=1.0)
