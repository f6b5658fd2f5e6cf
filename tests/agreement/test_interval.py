# mypy: disable-error-code="operator,arg-type,list-item"
import numpy as np
import pytest
from scipy.stats import t as student

from rating.agreement import Reason
from rating.agreement.resampling.interval import percentile_interval, t_interval


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
