# mypy: disable-error-code="operator"
import math

import pytest

from rating.agreement import Reason
from rating.agreement.resampling.positive_interval import positive_interval


def test_limits_are_symmetric_on_the_logarithm() -> None:
    found = positive_interval(2.0, 0.5, 0.95, method="observed_information", scope="items_only")
    assert found.low == pytest.approx(2 * math.exp(-0.5 * 1.959964), rel=1e-6)
    assert found.high * found.low == pytest.approx(4)
    assert found.std_error == 1.0


@pytest.mark.parametrize("log_error", [50.0, 1e300, math.inf, math.nan])
def test_limits_that_say_nothing_are_not_given(log_error: float) -> None:
    found = positive_interval(2.0, log_error, 0.95, method="observed_information", scope="items_only")
    assert (found.low, found.reason) == (None, Reason.UNDEFINED_LIMITS)
