"""Items with the same counts are gone over once: the numbers stay those of every item by itself."""

import numpy as np
import pytest

from rating.agreement import tally
from rating.agreement.tally import Patterns


@pytest.mark.parametrize("max_codes", [4, 2**62])
def test_patterns_are_the_different_counts_and_how_often_each_came(
    monkeypatch: pytest.MonkeyPatch, max_codes: int
) -> None:
    monkeypatch.setattr(tally, "MAX_CODES", max_codes)
    counts = np.random.default_rng(1).integers(0, 3, size=(200, 2, 2)).astype(np.float64)
    found = Patterns.of(counts)
    np.testing.assert_array_equal(found.counts[found.of_item], counts)
    assert len(np.unique(found.counts.reshape(-1, 4), axis=0)) == len(found.times)
    np.testing.assert_array_equal(found.times, np.bincount(found.of_item))
