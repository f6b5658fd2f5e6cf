# mypy: disable-error-code="operator,arg-type,list-item"
from typing import Any

import numpy as np
import pytest

from rating.agreement import benjamini_hochberg, benjamini_yekutieli
from rating.agreement.resampling.multiplicity import max_statistic


@pytest.mark.shared
def test_benjamini_hochberg_of_the_published_p_values(oracle: Any) -> None:
    example = oracle("benjamini_hochberg1995")
    adjusted = benjamini_hochberg(example["data"])
    assert adjusted == pytest.approx(example["expected"]["BH"], abs=example["tolerance"])
    assert sum(p <= 0.05 for p in adjusted) == example["expected"]["rejected_BH_0.05"]


def test_benjamini_hochberg_does_not_depend_on_order() -> None:
    p_values = [0.2, 0.01, 0.04, 0.03]
    assert benjamini_hochberg(p_values[::-1]) == pytest.approx(benjamini_hochberg(p_values)[::-1])


def test_benjamini_hochberg_leaves_absent_tests_out_of_the_family() -> None:
    assert benjamini_hochberg([None, 0.03, None]) == [None, 0.03, None]
    assert benjamini_hochberg([]) == []


def test_max_statistic_compares_each_with_the_largest_of_the_family() -> None:
    # Largest per relabelling: 3, 2, 5, 1. Observed 2.5 is reached by 3 and 5, 5 by one, .5 by all.
    permuted = np.array([[1.0, 3.0], [2.0, 0.0], [5.0, np.nan], [1.0, 1.0]])
    assert max_statistic(np.array([2.5, 5.0, 0.5]), permuted, "exact") == pytest.approx([0.5, 0.25, 1.0])


def test_max_statistic_counts_relabellings_without_any_value_as_large() -> None:
    permuted = np.array([[np.nan, np.nan], [1.0, 0.0]])
    assert max_statistic(np.array([2.0]), permuted, "exact") == pytest.approx([0.5])


@pytest.mark.shared
def test_yekutieli_adjustment_is_that_of_r(oracle: Any) -> None:
    example = oracle("benjamini_hochberg1995")
    adjusted = benjamini_yekutieli(example["data"])
    assert adjusted == pytest.approx(example["expected"]["BY"], abs=example["tolerance"])
