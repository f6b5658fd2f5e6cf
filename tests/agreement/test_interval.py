# mypy: disable-error-code="operator,arg-type,list-item"
import numpy as np
import pytest
from scipy.stats import t as student

from rating.agreement import Reason
from rating.agreement.resampling.interval import percentile_interval, sum_interval, t_interval
from rating.agreement.results import Interval


def test_t_interval_reaches_a_quantile_of_t_times_the_standard_error() -> None:
    interval = t_interval(1.0, 0.04, 5, 0.9, method="m")
    reach = student.ppf(0.95, 5) * 0.2
    assert (interval.low, interval.high) == pytest.approx((1 - reach, 1 + reach))
    assert (interval.std_error, interval.df) == (0.2, 5)


def test_t_interval_stops_at_what_the_coefficient_can_be() -> None:
    interval = t_interval(0.9, 0.04, 5, 0.95, method="m", bounds=(0.0, 1.0))
    assert interval.high == 1.0
    assert interval.low > 0


def test_t_interval_of_no_variation_is_no_interval() -> None:
    assert t_interval(1.0, 0.0, 5, 0.95, method="m").reason is Reason.NO_VARIATION


def part(value: float, low: float, high: float) -> tuple[float, Interval]:
    return value, Interval(low=low, high=high, df=4)


def test_sum_interval_of_uncorrelated_and_of_wholly_correlated_parts() -> None:
    # 1 (0 to 4) and 5 (1 to 9): below 1 and 4, above 3 and 4.
    one, other = part(1, 0, 4), part(5, 1, 9)
    apart = sum_interval(one, other, correlation=0, std_error=1, method="m")
    together = sum_interval(one, other, correlation=1, std_error=1, method="m")
    assert (apart.low, apart.high) == pytest.approx((6 - 17**0.5, 11))
    assert (together.low, together.high) == pytest.approx((1, 13))


def test_sum_interval_takes_a_part_without_variation_as_certain() -> None:
    certain = 5.0, Interval(reason=Reason.NO_VARIATION)
    interval = sum_interval(part(1, 0, 4), certain, correlation=0, std_error=1, method="m")
    assert (interval.low, interval.high) == pytest.approx((5, 9))
    assert (
        sum_interval(certain, certain, correlation=0, std_error=0, method="m").reason is Reason.NO_VARIATION
    )


def test_sum_interval_needs_the_intervals_of_its_parts() -> None:
    absent = 5.0, Interval(reason=Reason.TOO_FEW_RATERS)
    interval = sum_interval(part(1, 0, 4), absent, correlation=0, std_error=1, method="m")
    assert (interval.low, interval.reason) == (None, Reason.TOO_FEW_RATERS)


def test_percentile_interval_leaves_out_and_counts_undefined_resamples() -> None:
    resamples = np.r_[np.arange(100.0), [np.nan] * 3]
    interval = percentile_interval(resamples, 0.9, method="m", scope="items_only")
    assert (interval.low, interval.high) == pytest.approx(tuple(np.quantile(np.arange(100.0), [0.05, 0.95])))
    assert (interval.n_resamples, interval.n_degenerate) == (103, 3)


def test_percentile_interval_gives_up_when_many_resamples_are_undefined() -> None:
    resamples = np.r_[np.arange(70.0), [np.nan] * 30]
    interval = percentile_interval(resamples, 0.95, method="m", scope="items_only")
    assert (interval.low, interval.reason) == (None, Reason.UNDEFINED_RESAMPLES)


def test_percentile_interval_of_no_variation_is_no_interval() -> None:
    interval = percentile_interval(np.ones(100), 0.95, method="m", scope="items_only")
    assert interval.reason is Reason.NO_VARIATION
