from typing import Any

import numpy as np
import pytest

from rating.agreement.errors import AgreementInputError
from rating.agreement.statistics.calibration_error import calibration_error


@pytest.mark.shared
def test_calibration_error_is_that_of_torchmetrics(oracle: Any) -> None:
    example = oracle("torchmetrics_ece")
    data, expected = example["data"], example["expected"]
    found = calibration_error(
        np.array(data["confidence"]), np.array(data["correct"]), n_bins=example["params"]["n_bins"]
    )
    values = [expected[name] for name in ("ece_l1", "rms_l2", "max")]
    assert [found.mean, found.rms, found.largest] == pytest.approx(values, abs=example["tolerance"])


def test_chances_that_came_true_as_often_as_stated_have_no_error() -> None:
    found = calibration_error(np.repeat([0.25, 0.75], 4), np.array([1, 0, 0, 0, 1, 1, 1, 0]), n_bins=4)
    assert (found.mean, found.rms, found.largest) == (0.0, 0.0, 0.0)


def test_certainty_belongs_to_the_last_bin() -> None:
    assert calibration_error(np.array([1.0, 0.95]), np.array([1, 0])).largest == pytest.approx(0.475)


@pytest.mark.parametrize(
    ("stated", "happened"),
    [([], []), ([0.5], [0, 1]), ([1.5], [1]), ([-0.1], [0]), ([0.5], [2])],
)
def test_what_is_no_chance_or_no_outcome_is_refused(stated: Any, happened: Any) -> None:
    with pytest.raises(AgreementInputError):
        calibration_error(np.array(stated), np.array(happened))
