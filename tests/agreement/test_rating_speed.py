# mypy: disable-error-code="operator,arg-type,union-attr"
import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from rating.agreement import AgreementInputError, Reason, Scale
from rating.agreement.statistics.rating_speed import rating_speed
from rating.agreement.timings import Timings

THREE = Scale((1, 2, 3), "ordinal")


def timed(times: Any, words: Any = None, groups: Any = None) -> Timings:
    """One list of seconds per rater."""
    rows = [
        (f"i{n}", rater, (groups or {}).get(rater, "peer"), 1 + n % 3, seconds)
        for rater, column in times.items()
        for n, seconds in enumerate(column)
    ]
    frame = pd.DataFrame(rows, columns=["item", "rater", "group", "value", "seconds"])
    if words is not None:
        frame["words"] = words
    return Timings.from_frame(frame, THREE)


def test_interval_of_a_median_is_that_of_binomial_ranks() -> None:
    # Binomial(16, 1/2): P(at most 3) = .0106, P(at most 4) = .0384 (Conover 1999, table A3).
    times = {"p": list(range(1, 17))}
    found = rating_speed(timed(times)).seconds["p"]
    assert (found.estimate, found.low, found.high) == (8.5, 4, 13)
    loose = rating_speed(timed(times), confidence=0.92).seconds["p"]
    assert (loose.low, loose.high) == (5, 12)
    assert found.interval.method == "order_statistics"


def test_few_ratings_leave_the_median_without_an_interval() -> None:
    found = rating_speed(timed({"p": [3, 4, 5, 6, 7]})).seconds["p"]
    assert found.estimate == 5
    assert found.interval.reason is Reason.UNDEFINED_LIMITS
    assert rating_speed(timed({"p": [3, 4, 5, 6, 7, 8]})).seconds["p"].low == 3


def test_share_of_fast_ratings_has_the_interval_of_wilson() -> None:
    # Newcombe (1998), table I, method 3: 15 of 148 gives .0624 to .1605.
    times = {"p": [1] * 15 + [9] * 133}
    found = rating_speed(timed(times), minimum_seconds=5).too_fast["p"]
    assert found.estimate == pytest.approx(15 / 148)
    assert (found.low, found.high) == pytest.approx((0.0624, 0.1605), abs=5e-5)


def test_minimum_grows_with_the_words_of_what_was_read() -> None:
    timings = timed({"p": [4, 4, 4]}, words=[10, 30, None])
    found = rating_speed(timings, minimum_seconds=1, seconds_per_word=0.2).too_fast["p"]
    assert found.estimate == 0.5  # 1 + 2 seconds for ten words, 1 + 6 for thirty; the third is not judged


def test_pace_is_the_robust_z_of_log_medians_within_the_group() -> None:
    times = {name: [np.exp(level)] * 7 for name, level in zip("abcde", (1, 2, 3, 4, 9), strict=True)}
    result = rating_speed(timed({**times, "z": [50.0] * 7}, groups={"z": "other"}))
    # median 3, deviations 2 1 0 1 6: median deviation 1
    assert result.pace["a"].estimate == pytest.approx(-2 / 1.4826)
    assert result.pace["e"].estimate == pytest.approx(6 / 1.4826)
    assert result.pace["a"].low == pytest.approx(result.pace["a"].estimate)
    assert result.pace["z"].reason is Reason.TOO_FEW_RATERS


def test_what_has_no_value_has_a_reason() -> None:
    result = rating_speed(timed({"p": [None, None], "q": [2, None], "r": [2, 2], "s": [2, 2]}))
    assert result.seconds["p"].reason is Reason.NO_RATINGS
    assert result.pace["p"].reason is Reason.NO_RATINGS
    assert result.pace["q"].reason is Reason.NO_VARIATION
    assert result.too_fast["q"].reason is Reason.NO_MINIMUM
    assert [(part.reason, part.n) for part in result.seconds["q"].basis.left_out] == [("without_seconds", 1)]
    assert len(result.to_frame()) == 4
    json.dumps(result.to_dict())


@pytest.mark.parametrize(
    "options", [{"minimum_seconds": 0}, {"seconds_per_word": -1}, {"confidence": 1}, {"group": "nobody"}]
)
def test_options_that_cannot_be_met_are_refused(options: Any) -> None:
    with pytest.raises(AgreementInputError):
        rating_speed(timed({"p": [1, 2]}), **options)


def test_table_without_seconds_is_refused() -> None:
    frame = pd.DataFrame({"item": ["a"], "rater": "p", "group": "g", "value": [1]})
    with pytest.raises(AgreementInputError) as refused:
        rating_speed(Timings.from_frame(frame, THREE))
    assert refused.value.code == "missing_columns"
