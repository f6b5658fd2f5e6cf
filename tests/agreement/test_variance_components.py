# mypy: disable-error-code="operator"
from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize
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
from rating.agreement.statistics.reml import SizeClasses, Slopes, evaluate
from rating.agreement.statistics.reml_search import fit, minimise
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
    assert Slopes.at(SizeClasses.of(tally, y), item, rater).deviance()[0, 0] == pytest.approx(deviance)


@pytest.mark.parametrize(("item", "rater"), [(0.1, 0.2), (0.7, 0.05), (1.3, 0.6)])
def test_slopes_of_the_likelihood_are_its_differences(item: float, rater: float) -> None:
    rng = np.random.default_rng(4)
    cells = rng.integers(1, 6, (6, 11)).astype(object)
    cells[rng.random(cells.shape) < 0.3] = None
    tally = ratings_of(TEN, peer=cells.tolist()).tally(("peer",))
    sums = SizeClasses.of(tally, tally.level.astype(np.float64))

    def at(*step: float) -> float:
        return evaluate(sums, item + step[0], rater + step[1]).deviance

    h = 1e-4
    found = Slopes.at(sums, item, rater).deviance()
    assert found[0, 1] == pytest.approx((at(h, 0) - at(-h, 0)) / (2 * h), rel=1e-5, abs=1e-6)
    assert found[0, 2] == pytest.approx((at(0, h) - at(0, -h)) / (2 * h), rel=1e-5, abs=1e-6)
    assert found[1, 1] == pytest.approx((at(h, 0) + at(-h, 0) - 2 * at(0, 0)) / h**2, rel=1e-4, abs=1e-4)
    assert found[2, 2] == pytest.approx((at(0, h) + at(0, -h) - 2 * at(0, 0)) / h**2, rel=1e-4, abs=1e-4)
    mixed = (at(h, h) - at(h, -h) - at(-h, h) + at(-h, -h)) / (4 * h**2)
    assert found[1, 2] == found[2, 1] == pytest.approx(mixed, rel=1e-4, abs=1e-4)


def test_search_stops_at_zero_where_the_surface_falls_towards_it() -> None:
    # (x + 1)^2 + (y - 2)^2 + x y, least at x = 0, y = 2 among numbers from zero up.
    def surface(at: Any) -> Any:
        x, y = at.tolist()
        slope = np.array([2 * (x + 1) + y, 2 * (y - 2) + x])
        return (x + 1) ** 2 + (y - 2) ** 2 + x * y, slope, np.array([[2.0, 1.0], [1.0, 2.0]])

    assert minimise(surface, np.array([3.0, 0.0]), np.ones(2)) == pytest.approx([0, 2], abs=1e-7)


@pytest.mark.shared
@pytest.mark.parametrize("kind", ["agreement", "consistency"])
def test_profile_limit_of_an_error_is_least_over_the_ratios_by_another_search(oracle: Any, kind: Any) -> None:
    table = CompleteTable.of(ratings_of(TEN, peer=oracle(HOLES)["data"]), None)
    sums = SizeClasses.of(table.tally, TEN.scores[table.tally.level])
    limit = standard_error_of_measurement(ratings_of(TEN, peer=oracle(HOLES)["data"]), kind=kind).high
    counted = 1 if kind == "agreement" else 0

    def deviance(roots: Any) -> float:
        item, rater = (roots**2).tolist()
        return evaluate(sums, item, rater, limit**2 / (1 + counted * rater)).deviance

    least = minimize(deviance, [0.7, 0.5], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-11}).fun
    best = fit(sums, has_raters=True).best.deviance
    assert least - best == pytest.approx(chi2.ppf(0.95, 1), abs=1e-6)


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
