# mypy: disable-error-code="operator"
import numpy as np
import pytest

from rating.agreement import Reason
from rating.agreement.resampling.left_out_items import items_jackknife


def test_interval_of_a_mean_is_that_of_its_standard_error() -> None:
    values = np.array([1.0, 2.0, 4.0, 7.0])
    without = (values.sum() - values) / 3
    found = items_jackknife(3.5, without, 0.95)
    assert found.std_error == pytest.approx(values.std(ddof=1) / 2)
    assert (found.df, found.scope, found.method) == (3, "items_only", "items_jackknife")
    assert found.high == pytest.approx(3.5 + 3.182446 * found.std_error)
    assert items_jackknife(3.5, without, 0.95, (0.0, 4.0)).high == 4


@pytest.mark.parametrize(
    ("replicates", "n_lost", "reason"),
    [
        ([], 1, Reason.ONE_ITEM),
        ([1.0], 1, Reason.ONE_ITEM),
        ([1.0, 2.0], 2, Reason.ONE_ITEM),
        ([1.0, np.nan], 1, Reason.UNDEFINED_RESAMPLES),
        ([1.0, 1.0, 1.0], 1, Reason.NO_VARIATION),
    ],
)
def test_replicates_that_give_no_interval_have_a_reason(
    replicates: list[float], n_lost: int, reason: Reason
) -> None:
    assert items_jackknife(1.0, np.array(replicates), 0.95, n_lost=n_lost).reason is reason
