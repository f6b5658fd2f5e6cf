"""GRIM and GRIMMER against published examples and against every set of answers there is."""

from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal, localcontext
from itertools import combinations_with_replacement
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rating.agreement import AgreementInputError, Scale
from rating.agreement.reference_panel import ReferencePanel
from rating.agreement.statistics.granularity import check_panel, grim, grimmer

SEVEN = Scale(tuple(range(1, 8)), "interval")
TEN = Scale(tuple(range(1, 11)), "interval")


@pytest.mark.parametrize(
    ("mean", "n", "is_possible"),
    # The first three: Brown and Heathers 2017, their worked example; then the one told in The Economist.
    [("5.19", 28, False), ("5.18", 28, True), ("5.21", 28, True), ("5.93", 49, False), ("5.94", 49, True)],
)
def test_grim_finds_published_means_possible_or_not(mean: str, n: int, is_possible: bool) -> None:
    assert grim(mean, n, SEVEN) is is_possible


@pytest.mark.parametrize(
    ("mean", "sd", "n"),
    # Examples of the two programs for Allard's (2018) analytic test.
    [("3.44", "2.47", 18), ("7.3", "2.51", 12)],
)
def test_grimmer_finds_published_deviations_impossible_though_grim_passes(mean: str, sd: str, n: int) -> None:
    assert grim(mean, n, TEN)
    assert grimmer(mean, sd, n, TEN) is False


def printed(values: Any, divisor: int, places: int) -> set[tuple[str, str]]:
    """Every pair (mean, SD) that such answers can be printed as, fives rounded either way."""
    unit = Decimal(1).scaleb(-places)
    with localcontext() as context:
        context.prec = 40
        mean = Decimal(sum(values)) / len(values)
        sd = (sum((value - mean) ** 2 for value in values) / divisor).sqrt()
        return {
            (str(mean.quantize(unit, one)), str(sd.quantize(unit, other)))
            for one in (ROUND_HALF_UP, ROUND_HALF_DOWN)
            for other in (ROUND_HALF_UP, ROUND_HALF_DOWN)
        }


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_grimmer_is_what_trying_all_answers_gives(data: Any) -> None:
    n, top = data.draw(st.integers(2, 5)), data.draw(st.integers(2, 5))
    low, places = data.draw(st.integers(-3, 1)), data.draw(st.integers(0, 2))
    divisor = data.draw(st.sampled_from(["n-1", "n"]))
    scale = Scale(tuple(range(low, low + top)), "interval")
    parts = n - 1 if divisor == "n-1" else n
    possible: set[tuple[str, str]] = set()
    for values in combinations_with_replacement(scale.values, n):
        possible |= printed(values, parts, places)
    unit = 10**places
    mean = f"{data.draw(st.integers(low * unit, (low + top - 1) * unit)) / unit:.{places}f}"
    sd = f"{data.draw(st.integers(0, top * unit)) / unit:.{places}f}"
    same = {(Decimal(one), Decimal(other)) for one, other in possible}
    assert grimmer(mean, sd, n, scale, divisor=divisor) == ((Decimal(mean), Decimal(sd)) in same)
    assert grim(mean, n, scale) == (Decimal(mean) in {one for one, _ in same})


def test_more_answers_than_can_be_tried_leave_the_deviation_untested() -> None:
    assert grimmer("3.5", "1.2", 2000, SEVEN) is None
    assert grimmer("9.5", "1.2", 2000, SEVEN) is False


def test_steps_other_than_one_and_scales_below_zero_are_tested_too() -> None:
    halves = Scale((0.0, 0.5, 1.0), "interval")
    assert grim("0.25", 2, halves)
    assert not grim("0.30", 2, halves)
    # Around a whole mean squares sum to an even number: 12 / 3 can be, 13 / 3 cannot.
    assert grimmer("-1.00", "2.00", 4, Scale((-3, -2, -1, 0, 1, 2, 3), "interval")) is True
    assert grimmer("-1.00", "2.08", 4, Scale((-3, -2, -1, 0, 1, 2, 3), "interval")) is False
    assert grimmer("0.00", "3.46", 4, Scale((-3, -2, -1, 0, 1, 2, 3), "interval")) is True


def test_panel_with_the_wrong_divisor_is_told() -> None:
    # Answers 0, 1, 2, 3: SD 1.29 by n - 1, 1.12 by n.
    frame = pd.DataFrame({"item": ["a", "b"], "mean": ["1.50", "1.40"], "sd": ["1.12", None]})
    found = check_panel(ReferencePanel.from_frame(frame, divisor="n-1", n=4), Scale((0, 1, 2, 3), "interval"))
    assert found["grim"].tolist() == [True, False]
    assert found["grimmer"].tolist() == [False, None]
    assert found["grimmer_other_divisor"].tolist() == [True, None]


@pytest.mark.parametrize(
    ("mean", "n", "scale"),
    [("x", 4, SEVEN), ("NaN", 4, SEVEN), ("3", 0, SEVEN), ("3", 4, Scale((1, 2, 4), "interval"))],
)
def test_what_has_no_granularity_is_refused(mean: Any, n: Any, scale: Any) -> None:
    with pytest.raises(AgreementInputError):
        grim(mean, n, scale)
