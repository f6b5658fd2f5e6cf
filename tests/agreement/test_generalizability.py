# mypy: disable-error-code="operator"
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rating.agreement import AgreementInputError, Ratings, Reason, Scale, generalizability
from tests.agreement.conftest import long_table

TEN = Scale(tuple(range(11)), "interval")


def nested(cells: Any, scale: Scale = TEN) -> dict[str, Ratings]:
    """Cells (questions, raters, items); every question with raters of its own."""
    return {
        f"q{place}": Ratings.from_frame(long_table(rows, prefix=f"q{place}-r"), scale)
        for place, rows in enumerate(cells)
    }


def brennan(example: Any) -> dict[str, Ratings]:
    frame = pd.DataFrame(example["data"]).rename(
        columns={"Person": "item", "Rater": "rater", "Score": "value"}
    )
    return {
        str(task): Ratings.from_frame(part.assign(group="peer"), TEN) for task, part in frame.groupby("Task")
    }


@pytest.mark.shared
def test_components_of_brennan_table_3_2_are_published(oracle: Any) -> None:
    example = oracle("brennan2001_table3_2")
    expected = example["expected"]["variance_components"]
    names = ("Person", "Task", "Rater:Task", "Person:Task", "Residual")
    result = generalizability(brennan(example))
    found = list(result.components.values())
    assert found == pytest.approx([expected[name] for name in names], abs=example["tolerance"])
    # Brennan's definitions, on the published components: one task with six raters.
    projected = generalizability(brennan(example), n_questions=1, n_raters=6)
    person, task, rater, both, rest = (expected[name] for name in names)
    relative = person / (person + both + rest / 6)
    assert projected.relative.estimate == pytest.approx(relative, abs=1e-3)
    absolute = person / (person + both + rest / 6 + task + rater / 6)
    assert projected.absolute.estimate == pytest.approx(absolute, abs=1e-3)
    assert result.relative.low <= result.relative.estimate <= result.relative.high
    assert result.to_dict()["absolute"]["interval_scope"] == "items_only"


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_shifts_of_raters_and_questions_move_the_absolute_coefficient_only(seed: int) -> None:
    rng = np.random.default_rng(seed)
    cells = np.arange(8) % 4 + rng.integers(0, 3, (2, 3, 8))
    shifted = cells + np.arange(3)[None, :, None] + np.array([0, 2])[:, None, None]
    one, other = generalizability(nested(cells.tolist())), generalizability(nested(shifted.tolist()))
    assert other.components["item"] == pytest.approx(one.components["item"], abs=1e-9)
    assert other.components["residual"] == pytest.approx(one.components["residual"], abs=1e-9)
    if one.relative.is_defined:
        assert other.relative.estimate == pytest.approx(one.relative.estimate, abs=1e-9)


def test_more_raters_and_questions_raise_both_coefficients() -> None:
    cells = np.arange(8) + np.random.default_rng(2).integers(0, 3, (3, 3, 8))
    few, many = (generalizability(nested(cells.tolist()), n_raters=n, n_questions=n) for n in (1, 8))
    assert few.relative.estimate < many.relative.estimate < 1
    assert few.relative.variant == "1 questions, 1 raters each"


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ([[[1, 2, 3], [1, 2, 4]]], Reason.TOO_FEW_QUESTIONS),
        ([[[1, 2, 3], [1, 2, 4]], [[1, 2, 3], [1, 2, None]]], Reason.INCOMPLETE_DATA),
        ([[[1, 2, 3], [1, 2, 4]], [[1, 2, 3], [1, 2, 3], [1, 1, 3]]], Reason.INCOMPLETE_DATA),
        ([[[1, 2, 3], [1, 2, 4]], [[1, 2, 3]]], Reason.TOO_LITTLE_DATA),
        ([[[1, 2, 1], [2, 1, 2]], [[2, 1, 2], [1, 2, 1]]], Reason.NO_VARIATION),
    ],
)
def test_designs_without_components_are_undefined(cells: Any, reason: Any) -> None:
    result = generalizability(nested(cells))
    assert result.relative.reason is result.absolute.reason is reason


def test_raters_of_two_questions_are_refused() -> None:
    one = nested([[[1, 2, 3], [1, 2, 4]]])["q0"]
    with pytest.raises(AgreementInputError, match="not nested"):
        generalizability({"a": one, "b": one})


def test_projection_to_nobody_is_refused() -> None:
    with pytest.raises(AgreementInputError):
        generalizability(nested([[[1, 2], [2, 1]]] * 2), n_raters=0)
