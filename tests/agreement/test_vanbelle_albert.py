from typing import Any

import numpy as np
import pytest

from rating.agreement import IntervalOptions, Reason, Scale, vanbelle_albert
from rating.agreement.resampling.jackknife import jackknife_variance
from rating.agreement.statistics.vanbelle_albert import VanbelleAlbertKernel
from rating.agreement.weights import Weights
from tests.agreement.conftest import ratings_of

PLAIN = IntervalOptions(method="none")
CONCORDANCE = Scale((-2, -1, 0, 1, 2), "interval")


@pytest.mark.shared
@pytest.mark.parametrize("weights", ["unweighted", "linear", "quadratic"])
def test_agreement_of_the_script_concordance_groups_is_published(oracle: Any, weights: Any) -> None:
    example = oracle("vanbelle_albert2009_sct")
    rows, expected = example["data"], example["expected"][weights]
    ratings = ratings_of(CONCORDANCE, g=rows[:39], h=rows[39:])
    result = vanbelle_albert(ratings, "g", "h", weights=weights, options=PLAIN)
    assert result.estimate == pytest.approx(expected["kappa"], abs=1e-6)
    tally = ratings.tally(("g",), ("h",))
    kernel = VanbelleAlbertKernel(Weights(weights).of_scale(CONCORDANCE))
    parts = kernel.totals(tally.counts, tally.counts)
    without = kernel.value(parts.sum(axis=0) - parts)
    std_error = jackknife_variance(without, np.zeros(len(without), dtype=np.int64)) ** 0.5
    assert std_error == pytest.approx(expected["se_jackknife"], abs=1e-6)


@pytest.mark.shared
def test_agreement_rounds_to_the_printed_table(oracle: Any) -> None:
    example = oracle("vanbelle_albert2009_sct")
    rows, printed = example["data"], example["expected"]["published_table5"]
    ratings = ratings_of(CONCORDANCE, g=rows[:39], h=rows[39:])
    result = vanbelle_albert(ratings, "g", "h", weights="linear", options=PLAIN)
    assert result.estimate == pytest.approx(printed["kappa"], abs=0.006)


def test_two_single_raters_give_their_cohen_kappa() -> None:
    # p_o 3/4, p_e 1/2 x 3/4 + 1/2 x 1/4 = 1/2; with one rater a side M is 1.
    ratings = ratings_of(Scale(("x", "y"), "nominal"), g=[list("xxyy")], h=[list("xxxy")])
    assert vanbelle_albert(ratings, "g", "h", options=PLAIN).estimate == pytest.approx(0.5)


def test_groups_of_one_and_the_same_answer_are_undefined() -> None:
    ratings = ratings_of(Scale(("x", "y"), "nominal"), g=[["x", "x"]], h=[["x", "x"]])
    assert vanbelle_albert(ratings, "g", "h").reason is Reason.ONE_CATEGORY
