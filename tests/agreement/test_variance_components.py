# mypy: disable-error-code="operator"
from typing import Any

import numpy as np
import pytest
from scipy.stats import chi2

from rating.agreement import (
    AgreementInputError,
    Reason,
    Scale,
    icc,
    icc_reml,
    standard_error_of_measurement,
    variance_components,
)
from rating.agreement.statistics.complete_table import CompleteTable
from rating.agreement.statistics.reml import SizeClasses, evaluate, fit
from tests.agreement.conftest import ratings_of

TEN = Scale(tuple(range(1, 11)), "interval")
HOLES = "reml_icc_shrout_fleiss_four_cells_removed"


@pytest.mark.shared
def test_components_of_an_incomplete_table_are_those_of_lme4(oracle: Any) -> None:
    example = oracle(HOLES)
    ratings, tolerance = ratings_of(TEN, peer=example["data"]), example["tolerance"]
    two, one = variance_components(ratings), variance_components(ratings, design="one_way")
    expected = example["expected"]["two_way"]
    found = [two.item, two.rater, two.residual, two.mean]
    wanted = [expected[name] for name in ("var_item", "var_rater", "var_resid", "mean")]
    assert found == pytest.approx(wanted, abs=tolerance["variance"])
    assert two.log_likelihood == pytest.approx(expected["reml_logLik"], abs=tolerance["logLik"])
    expected = example["expected"]["one_way"]
    wanted = [expected["var_item"], expected["var_resid"]]
    assert [one.item, one.residual] == pytest.approx(wanted, abs=tolerance["variance"])
    assert one.rater is None


@pytest.mark.shared
@pytest.mark.parametrize(
    ("form", "design", "name"),
    [("A,1", "two_way", "ICC_A1"), ("C,1", "two_way", "ICC_C1"), ("1", "one_way", "ICC_1")],
)
def test_icc_of_an_incomplete_table_is_that_of_lme4(oracle: Any, form: Any, design: Any, name: Any) -> None:
    example = oracle(HOLES)
    result = icc_reml(ratings_of(TEN, peer=example["data"]), form=form)
    expected = example["expected"][design][name]
    assert result.estimate == pytest.approx(expected, abs=example["tolerance"]["icc"])
    assert result.low is not None
    assert result.high is not None
    assert 0 <= result.low < result.estimate < result.high < 1


@pytest.mark.shared
@pytest.mark.parametrize(("form", "other"), [("A,1", "2,1"), ("C,1", "3,1"), ("1", "1,1")])
def test_icc_of_a_complete_table_is_that_of_the_analysis_of_variance(
    oracle: Any, form: Any, other: Any
) -> None:
    ratings = ratings_of(TEN, peer=oracle("shrout_fleiss1979")["data"])
    expected = icc(ratings, form=other).estimate
    assert icc_reml(ratings, form=form).estimate == pytest.approx(expected, abs=2e-5)


@pytest.mark.shared
def test_standard_error_of_measurement_is_the_root_of_lme4s_components(oracle: Any) -> None:
    example = oracle(HOLES)
    parts = example["expected"]["two_way"]
    ratings = ratings_of(TEN, peer=example["data"])
    agreement = standard_error_of_measurement(ratings)
    consistency = standard_error_of_measurement(ratings, kind="consistency")
    assert agreement.estimate == pytest.approx((parts["var_rater"] + parts["var_resid"]) ** 0.5, abs=1e-4)
    assert consistency.estimate == pytest.approx(parts["var_resid"] ** 0.5, abs=1e-4)
    assert agreement.low is not None
    assert agreement.high is not None
    assert agreement.low < agreement.estimate < agreement.high


@pytest.mark.parametrize(("item", "rater"), [(0.0, 0.0), (0.7, 0.0), (0.0, 0.4), (1.3, 0.6)])
def test_likelihood_is_that_of_the_dense_covariance(item: float, rater: float) -> None:
    rng = np.random.default_rng(3)
    cells = rng.integers(1, 6, (5, 9)).astype(object)
    cells[rng.random(cells.shape) < 0.3] = None
    tally = ratings_of(TEN, peer=cells.tolist()).tally(("peer",))
    y = tally.level.astype(np.float64)
    same_item = tally.item[:, None] == tally.item
    same_rater = tally.rater[:, None] == tally.rater
    covariance = np.eye(len(y)) + item * same_item + rater * same_rater
    inverse, ones = np.linalg.inv(covariance), np.ones(len(y))
    unit = ones @ inverse @ ones
    mean = ones @ inverse @ y / unit
    rest = (y - mean) @ inverse @ (y - mean)
    variance = rest / (len(y) - 1)
    deviance = np.linalg.slogdet(covariance)[1] + np.log(unit)
    deviance += (len(y) - 1) * (1 + np.log(2 * np.pi * variance))
    found = evaluate(SizeClasses.of(tally, y), item, rater)
    assert (found.deviance, found.variance, found.mean) == pytest.approx((deviance, variance, mean))


@pytest.mark.shared
def test_profile_limit_lies_a_quantile_of_chi_square_above_the_best(oracle: Any) -> None:
    ratings = ratings_of(TEN, peer=oracle(HOLES)["data"])
    result = icc_reml(ratings, form="1")
    table = CompleteTable.of(ratings, None)
    sums = SizeClasses.of(table.tally, TEN.scores[table.tally.level])
    assert result.high is not None
    beyond = evaluate(sums, result.high / (1 - result.high), 0.0).deviance
    best = fit(sums, has_raters=False).best.deviance
    assert beyond - best == pytest.approx(chi2.ppf(0.95, 1), abs=1e-4)
    assert result.low == 0.0  # no variance of items at all is within reach


@pytest.mark.parametrize(
    ("matrix", "reason"),
    [
        ([[4, 4, 4], [4, 4, 4]], Reason.ONE_CATEGORY),
        ([[1, 2, None], [None, None, 3]], Reason.NO_PAIRABLE_ITEMS),
        ([[1], [2], [3]], Reason.TOO_LITTLE_DATA),
        ([[1, 2, 3], [1, 2, 3]], Reason.NO_VARIATION),
    ],
)
def test_components_that_cannot_be_told_apart_are_undefined(matrix: Any, reason: Any) -> None:
    ratings = ratings_of(TEN, peer=matrix)
    found = variance_components(ratings)
    assert (found.item, found.reason, found.to_dict()["reason"]) == (None, reason, reason.value)
    assert icc_reml(ratings).reason is standard_error_of_measurement(ratings).reason is reason


def test_unknown_designs_and_forms_are_refused() -> None:
    ratings = ratings_of(TEN, peer=[[1, 2, 4], [2, 3, 3]])
    calls: list[Any] = [
        lambda: variance_components(ratings, design="nested"),  # type: ignore[arg-type]
        lambda: icc_reml(ratings, form="2,1"),  # type: ignore[arg-type]
        lambda: standard_error_of_measurement(ratings, kind="relative"),  # type: ignore[arg-type]
    ]
    for call in calls:
        with pytest.raises(AgreementInputError):
            call()
