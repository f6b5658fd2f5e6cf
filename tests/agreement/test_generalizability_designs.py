# mypy: disable-error-code="operator,arg-type,type-var"
"""Crossed and incomplete generalizability studies, and what must not move variance components."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rating.agreement import (
    AgreementInputError,
    Ratings,
    Reason,
    Scale,
    cronbach_alpha,
    icc,
    icc_reml,
    mcdonald_omega,
    standard_error_of_measurement,
    variance_components,
)
from rating.agreement.statistics.generalizability_designs import (
    crossed_components,
    crossed_generalizability,
    rater_generalizability,
)
from rating.agreement.statistics.internal_consistency import alpha_of, omega_of
from tests.agreement.conftest import long_table, ratings_of

WIDE = Scale(tuple(range(-40, 81)), "interval")


def crossed(cells: Any, scale: Scale = WIDE) -> dict[str, Ratings]:
    """Cells (questions, raters, items), the same raters throughout."""
    return {f"q{place}": Ratings.from_frame(long_table(rows), scale) for place, rows in enumerate(cells)}


def test_crossed_components_are_those_that_made_the_ratings() -> None:
    """Means over 300 normal data sets with known variances; the estimators are unbiased."""
    rng = np.random.default_rng(8)
    made = np.array([2.0, 0.5, 0.8, 0.4, 0.6, 0.3, 1.0])
    n, q, r = 20, 4, 5
    shapes = [(n, 1, 1), (1, 1, r), (1, q, 1), (n, 1, r), (n, q, 1), (1, q, r), (n, q, r)]
    draws = 300
    cells = sum(
        rng.normal(0, variance**0.5, (draws, *shape)) for variance, shape in zip(made, shapes, strict=True)
    )
    found = crossed_components(cells)
    error = found.std(axis=1) / draws**0.5
    assert (np.abs(found.mean(axis=1) - made) < 4 * error).all()


def test_crossed_projection_follows_brennans_errors() -> None:
    cells = np.random.default_rng(1).integers(0, 5, (3, 4, 9)) + np.arange(9)
    found = crossed_generalizability(crossed(cells.tolist()), n_questions=2, n_raters=7)
    parts = found.components
    error = parts["item_by_rater"] / 7 + parts["item_by_question"] / 2 + parts["residual"] / 14
    assert found.relative.estimate == pytest.approx(parts["item"] / (parts["item"] + error))
    error += parts["rater"] / 7 + parts["question"] / 2 + parts["rater_by_question"] / 14
    assert found.absolute.estimate == pytest.approx(parts["item"] / (parts["item"] + error))
    assert found.relative.low <= found.relative.estimate <= found.relative.high


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_components_of_a_crossed_study_scale_by_the_square_and_ignore_shifts(seed: int) -> None:
    cells = np.random.default_rng(seed).integers(0, 5, (2, 3, 7))
    one = crossed_generalizability(crossed(cells.tolist())).components
    other = crossed_generalizability(crossed((3 * cells + 5).tolist())).components
    for name, value in one.items():
        assert other[name] == pytest.approx(9 * value, abs=1e-9)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ([[[1, 2, 3], [1, 2, 4]]], Reason.TOO_FEW_QUESTIONS),
        ([[[1, 2, 3], [1, 2, 4]], [[1, 2, 3], [1, 2, None]]], Reason.INCOMPLETE_DATA),
        ([[[1, 2, 3], [1, 2, 4]], [[1, 2, 3]]], Reason.TOO_LITTLE_DATA),
        ([[[1, 1, 1], [1, 1, 1]], [[1, 1, 1], [1, 1, 1]]], Reason.NO_VARIATION),
    ],
)
def test_crossed_designs_without_components_are_undefined(cells: Any, reason: Any) -> None:
    found = crossed_generalizability(crossed(cells))
    assert found.relative.reason is found.absolute.reason is reason


def test_other_raters_of_a_second_question_are_no_crossed_design() -> None:
    one = Ratings.from_frame(long_table([[1, 2, 3], [2, 2, 4]]), WIDE)
    other = Ratings.from_frame(long_table([[1, 2, 3], [2, 2, 4]], prefix="s"), WIDE)
    assert crossed_generalizability({"a": one, "b": other}).relative.reason is Reason.INCOMPLETE_DATA
    with pytest.raises(AgreementInputError):
        crossed_generalizability({"a": one, "b": one}, n_raters=0)


def incomplete(seed: int, missing: float = 0.25) -> Any:
    rng = np.random.default_rng(seed)
    rows = 3 * rng.integers(0, 5, 14) + rng.integers(0, 4, (5, 14)) + rng.integers(0, 3, (5, 1))
    cells = rows.astype(object)
    cells[rng.random(cells.shape) < missing] = None
    return cells.tolist()


@pytest.mark.shared
def test_projection_of_an_incomplete_table_is_made_of_lme4s_components(oracle: Any) -> None:
    example = oracle("reml_icc_shrout_fleiss_four_cells_removed")
    expected = example["expected"]["two_way"]
    found = rater_generalizability(ratings_of(WIDE, peer=example["data"]), n_raters=4)
    item, rater, rest = (expected[f"var_{name}"] for name in ("item", "rater", "resid"))
    assert found.relative.estimate == pytest.approx(item / (item + rest / 4), abs=2e-4)
    assert found.absolute.estimate == pytest.approx(item / (item + (rater + rest) / 4), abs=2e-4)
    assert found.absolute.low <= found.absolute.estimate <= found.absolute.high


def test_projection_to_one_rater_is_the_intraclass_correlation() -> None:
    ratings = ratings_of(WIDE, peer=incomplete(1))
    found = rater_generalizability(ratings)
    assert found.absolute.estimate == icc_reml(ratings, form="A,1").estimate
    assert found.relative.low == icc_reml(ratings, form="C,1").low
    with pytest.raises(AgreementInputError):
        rater_generalizability(ratings, n_raters=0)


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 10_000))
def test_reml_components_ignore_names_and_the_place_of_the_scale(seed: int) -> None:
    rows = incomplete(seed)
    rng = np.random.default_rng(seed)
    order, places = rng.permutation(5), rng.permutation(14)
    renamed = [[rows[rater][item] for item in places] for rater in order]
    moved = [[None if value is None else value + 17 for value in row] for row in rows]
    one, other, third = (variance_components(ratings_of(WIDE, peer=part)) for part in (rows, renamed, moved))
    for name in ("item", "rater", "residual"):
        assert getattr(other, name) == pytest.approx(getattr(one, name), rel=1e-4, abs=1e-5)
        assert getattr(third, name) == pytest.approx(getattr(one, name), rel=1e-4, abs=1e-5)


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 10_000))
def test_reml_icc_of_complete_data_is_that_of_mean_squares(seed: int) -> None:
    ratings = ratings_of(WIDE, peer=incomplete(seed, missing=0.0))
    found = variance_components(ratings)
    if min(found.item, found.rater) > 1e-3:
        assert icc_reml(ratings).estimate == pytest.approx(icc(ratings, form="2,1").estimate, abs=1e-4)
        assert icc_reml(ratings, form="C,1").estimate == pytest.approx(
            icc(ratings, form="3,1").estimate, abs=1e-4
        )


def test_error_of_measurement_scales_with_the_scale() -> None:
    rows = incomplete(4)
    doubled = [[None if value is None else 2 * value for value in row] for row in rows]
    one, other = (
        standard_error_of_measurement(ratings_of(WIDE, peer=part)).estimate for part in (rows, doubled)
    )
    assert other == pytest.approx(2 * one, rel=1e-4)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 3), st.integers(-5, 5))
def test_internal_consistency_ignores_a_linear_change_of_all_questions(seed: int, by: int, to: int) -> None:
    rng = np.random.default_rng(seed)
    cells = rng.integers(0, 6, (1, 3, 8)) + rng.integers(0, 4, (4, 3, 8))
    one, other = crossed(cells.tolist()), crossed((by * cells + to).tolist())
    for function in (cronbach_alpha, mcdonald_omega):
        values = [function(part, group="peer", interval="none").estimate for part in (one, other)]
        assert values[0] == pytest.approx(values[1], abs=1e-5)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.floats(0.3, 0.9), min_size=3, max_size=7),
    st.lists(st.floats(0.5, 3.0), min_size=7, max_size=7),
)
def test_alpha_is_at_most_omega_of_one_factor_and_equal_for_equal_loadings(loadings: Any, sizes: Any) -> None:
    """On a covariance matrix that one factor makes exactly (McDonald 1999, eq. 6.30)."""
    standard = np.outer(loadings, loadings)
    np.fill_diagonal(standard, 1.0)
    scales = np.array(sizes[: len(loadings)])
    covariance = standard * np.outer(scales, scales)
    assert alpha_of(covariance) <= omega_of(covariance) + 1e-5
    equal = np.full((4, 4), loadings[0] ** 2)
    np.fill_diagonal(equal, 1.0)
    assert alpha_of(equal) == pytest.approx(omega_of(equal), abs=1e-5)
