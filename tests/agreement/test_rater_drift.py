# mypy: disable-error-code="operator,arg-type,union-attr"
import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from rating.agreement import AgreementInputError, Reason, Scale
from rating.agreement.statistics.rater_drift import rater_drift
from rating.agreement.timings import Timings

SEVEN = Scale((1, 2, 3, 4, 5, 6, 7), "interval")


def course(seed: Any = 0, n_items: Any = 60, drift: Any = 0.0, scale: Any = SEVEN) -> Timings:
    """Six raters in orders of their own; the first grows milder by `drift` points from first to last."""
    rng = np.random.default_rng(seed)
    base = rng.integers(2, 6, n_items)
    rows = []
    for rater in range(6):
        order = rng.permutation(n_items)
        change = drift * np.arange(n_items) / (n_items - 1) * (rater == 0)
        values = np.clip(np.round(base[order] + rng.normal(0, 0.7, n_items) + change), 1, 7).astype(int)
        rows += [
            (f"i{i:02d}", f"r{rater}", "g", n, v) for n, (i, v) in enumerate(zip(order, values, strict=True))
        ]
    frame = pd.DataFrame(rows, columns=["item", "rater", "group", "position", "value"])
    return Timings.from_frame(frame, scale)


def test_slope_is_that_of_least_squares_on_the_gap_to_the_others() -> None:
    timings = course()
    ratings = timings.ratings
    frame = pd.DataFrame(
        {"item": ratings.item, "rater": ratings.rater, "y": ratings.level + 1.0, "x": timings.position}
    )
    others = frame.groupby("item")["y"].transform("sum") - frame["y"]
    frame["gap"] = frame["y"] - others / 5
    own = frame[frame["rater"] == 2].sort_values("x")
    result = rater_drift(timings)
    found = result.slopes["r2"]
    assert found.estimate == pytest.approx(np.polyfit(own["x"] / 59, own["gap"], 1)[0])
    raw = rater_drift(timings, along="position").slopes["r2"]
    assert raw.estimate == pytest.approx(found.estimate / 59)
    half = own["gap"].to_numpy()
    assert result.halves["r2"].estimate == pytest.approx(half[30:].mean() - half[:30].mean())
    assert result.halves["r2"].interval.std_error == pytest.approx(
        np.sqrt(half[30:].var(ddof=1) / 30 + half[:30].var(ddof=1) / 30), rel=0.03
    )
    distance = rater_drift(timings, outcome="distance").slopes["r2"]
    assert distance.estimate == pytest.approx(np.polyfit(own["x"] / 59, own["gap"].abs(), 1)[0])


def test_planted_drift_is_found_and_its_absence_too() -> None:
    errors, inside = [], []
    for seed in range(12):
        result = rater_drift(course(seed, drift=1.5))
        found = result.slopes["r0"]
        errors.append((found.estimate - 1.5) / found.interval.std_error)
        inside += [part.low <= 0 <= part.high for name, part in result.slopes.items() if name != "r0"]
    assert np.abs(np.mean(errors)) < 1
    assert np.abs(errors).max() < 4
    assert np.mean(inside) > 0.85


def test_mean_slope_is_over_whole_raters() -> None:
    result = rater_drift(course(3))
    slopes = [found.estimate for found in result.slopes.values()]
    assert result.mean_slope.estimate == pytest.approx(np.mean(slopes))
    assert result.mean_slope.interval.std_error == pytest.approx(np.std(slopes, ddof=1) / np.sqrt(6))
    assert len(result.to_frame()) == 6
    json.dumps(result.to_dict())


def test_middle_rating_of_an_odd_number_belongs_to_neither_half() -> None:
    rows = [
        ("abcde"[n], r, "g", n, v)
        for r, row in (("p", (1, 1, 7, 3, 3)), ("q", (1, 1, 1, 1, 1)))
        for n, v in enumerate(row)
    ]
    frame = pd.DataFrame(rows, columns=["item", "rater", "group", "position", "value"])
    assert rater_drift(Timings.from_frame(frame, SEVEN)).halves["p"].estimate == 2


def test_ratings_without_others_or_place_are_left_out() -> None:
    rows = [(f"i{n}", r, "g", n, 1 + (n + (r == "p")) % 3) for r in "pq" for n in range(6)]
    rows += [("alone", "p", "g", 9, 2)]
    frame = pd.DataFrame(rows, columns=["item", "rater", "group", "position", "value"])
    frame.loc[0, "position"] = None
    result = rater_drift(Timings.from_frame(frame, SEVEN))
    left_out = {part.reason: part.n for part in result.slopes["p"].basis.left_out}
    assert left_out == {"unpaired": 1, "without_position": 1}
    assert result.mean_slope.interval.reason is Reason.TOO_FEW_RATERS


def test_what_has_no_value_has_a_reason() -> None:
    words = Scale(("a", "b", "c"), "nominal")
    rows = [(f"i{n}", r, "g", n, "abc"[n % 3]) for r in "pq" for n in range(6)]
    frame = pd.DataFrame(rows, columns=["item", "rater", "group", "position", "value"])
    assert rater_drift(Timings.from_frame(frame, words)).slopes["p"].reason is Reason.NOT_FOR_THIS_SCALE
    frame["value"] = 2
    alone = rater_drift(Timings.from_frame(frame[frame["rater"] == "p"], SEVEN))
    assert alone.slopes["p"].reason is Reason.NO_PAIRABLE_ITEMS
    assert alone.mean_slope.reason is Reason.NO_PAIRABLE_ITEMS
    few = rater_drift(Timings.from_frame(frame[frame["position"] < 3], SEVEN))
    assert few.halves["p"].reason is Reason.TOO_LITTLE_DATA
    same = rater_drift(Timings.from_frame(frame, SEVEN))
    assert same.slopes["p"].estimate == 0
    assert same.slopes["p"].interval.reason is Reason.NO_VARIATION


def test_group_without_ratings_is_empty() -> None:
    frame = pd.DataFrame({"item": ["a"], "rater": "p", "group": "g", "value": [1], "position": 1})
    timings = Timings.from_frame(frame, SEVEN, groups=("g", "h"))
    result = rater_drift(timings, group="h")
    assert (result.slopes, result.mean_slope.reason) == ({}, Reason.NO_RATINGS)


@pytest.mark.parametrize(
    "options", [{"outcome": "level"}, {"along": "time"}, {"confidence": 1.5}, {"group": "nobody"}]
)
def test_options_that_cannot_be_met_are_refused(options: Any) -> None:
    with pytest.raises(AgreementInputError):
        rater_drift(course(n_items=8), **options)


def test_table_without_positions_is_refused() -> None:
    frame = pd.DataFrame({"item": ["a"], "rater": "p", "group": "g", "value": [1]})
    with pytest.raises(AgreementInputError) as refused:
        rater_drift(Timings.from_frame(frame, SEVEN))
    assert refused.value.code == "missing_columns"
