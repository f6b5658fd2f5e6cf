# mypy: disable-error-code="operator,arg-type,union-attr"
import json
from itertools import groupby, permutations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rating.agreement import AgreementInputError, Reason, Scale
from rating.agreement.statistics.answer_runs import longest_runs
from rating.agreement.statistics.straight_lining import ReferenceOptions, straight_lining
from rating.agreement.timings import Timings

FIVE = Scale((1, 2, 3, 4, 5), "ordinal")


def served(rows: Any, scale: Any = FIVE, groups: Any = None) -> Timings:
    """One list of answers per rater, all in the order of items; None is no answer."""
    cells = [
        (f"i{n:02d}", rater, (groups or {}).get(rater, "g"), n, value)
        for rater, values in rows.items()
        for n, value in enumerate(values)
    ]
    return Timings.from_frame(
        pd.DataFrame(cells, columns=["item", "rater", "group", "position", "value"]), scale
    )


@given(st.lists(st.integers(0, 2), min_size=1, max_size=12))
def test_longest_run_is_that_of_itertools(values: Any) -> None:
    expected = max(len(list(part)) for _, part in groupby(values))
    assert longest_runs(np.array([values]))[0] == expected


def test_chance_of_a_run_in_random_order_is_that_of_all_orders() -> None:
    answers = [1, 1, 1, 2, 3, 2]
    orders = set(permutations(answers))
    share = np.mean([longest_runs(np.array([order]))[0] >= 3 for order in orders])
    result = straight_lining({"q": served({"p": answers})}, reference=ReferenceOptions(n_resamples=20_000))
    row = result.runs.iloc[0]
    assert (row["longest_run"], row["value"]) == (3, 1)
    assert row["p_order"] == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / 20_000))
    assert row["p_run"] is None or np.isnan(row["p_run"])


def test_run_that_the_items_bring_about_is_usual_among_stand_ins() -> None:
    clear = [1] * 8 + [5] * 8
    rows = dict.fromkeys("abc", clear) | {"d": [3] * 16}
    table = straight_lining({"q": served(rows)}).runs.set_index("rater")
    assert table.loc["a", "p_order"] < 0.01
    # All eight of one half from b or c: (2/3)^8 = .039, for either half.
    assert table.loc["a", "p_run"] > 0.05
    assert table.loc["d", "p_run"] < 0.01
    assert table.loc["d", "p_sd"] < 0.01
    assert table.loc["d", "percentile"] == pytest.approx((3 + 0.5) / 4)
    assert table.loc["a", "percentile"] == pytest.approx(1.5 / 4)


def test_order_served_decides_and_not_the_order_of_rows() -> None:
    frame = pd.DataFrame(
        {"item": list("abcd"), "rater": "p", "group": "g", "position": [1, 3, 2, 4], "value": [1, 2, 1, 2]}
    )
    result = straight_lining({"q": Timings.from_frame(frame, FIVE)})
    assert result.longest_run["p"].estimate == 2
    assert result.longest_run["p"].interval.reason is Reason.DESCRIPTIVE
    frame.loc[2, "position"] = None
    assert straight_lining({"q": Timings.from_frame(frame, FIVE)}).longest_run["p"].estimate == 2


def test_same_answers_to_all_questions_are_set_against_the_others_on_the_same_items() -> None:
    warm = {"p": [1, 2, 3, 4], "q": [1, 2, 3, 4], "r": [1, 2, 3, None]}
    kind = {"p": [1, 2, 3, 4], "q": [1, 3, 4, 5], "r": [1, 2, 4, 4]}
    result = straight_lining({"warm": served(warm), "kind": served(kind)})
    assert result.same_level["p"].estimate == 1
    assert result.same_level["q"].estimate == 0.25
    assert result.same_level["r"].estimate == pytest.approx(2 / 3)
    # Others on the four items: both, one of two, none of two, and q alone: 1, .5, 0, 0.
    assert result.same_excess["p"].estimate == pytest.approx(1 - 1.5 / 4)
    found = result.same_level["q"]
    assert found.interval.std_error == pytest.approx(np.sqrt(0.25 * 0.75 / 3))
    assert found.basis.n_items == 4


def test_variability_is_the_mean_standard_deviation_over_questions() -> None:
    rng = np.random.default_rng(0)
    warm, kind = rng.integers(1, 6, (2, 20))
    result = straight_lining({"warm": served({"p": warm.tolist()}), "kind": served({"p": kind.tolist()})})
    expected = (warm.std(ddof=1) + kind.std(ddof=1)) / 2
    found = result.variability["p"]
    assert found.estimate == pytest.approx(expected)
    without = [(np.delete(warm, n).std(ddof=1) + np.delete(kind, n).std(ddof=1)) / 2 for n in range(20)]
    assert found.interval.std_error == pytest.approx(
        np.sqrt(19 / 20 * np.sum((without - np.mean(without)) ** 2))
    )


def test_careful_raters_have_even_p_values() -> None:
    rng = np.random.default_rng(1)
    rows = {f"r{n:02d}": rng.integers(1, 6, 30).tolist() for n in range(40)}
    table = straight_lining({"q": served(rows)}, reference=ReferenceOptions(n_resamples=200)).runs
    for name in ("p_order", "p_run", "p_sd"):
        assert (table[name] < 0.05).mean() <= 0.1
    assert 0.35 < table["p_sd"].mean() < 0.65


def test_groups_are_compared_within_themselves() -> None:
    rows = {"a": [1] * 6, "b": [1] * 6, "c": [1, 2, 3, 4, 5, 1], "d": [2, 1] * 3}
    groups = {"c": "h", "d": "h"}
    table = straight_lining({"q": served(rows, groups=groups)}).runs.set_index("rater")
    assert table.loc["a", "percentile"] == 0.5
    assert table.loc["a", "p_run"] == 1
    assert set(straight_lining({"q": served(rows, groups=groups)}, group="h").longest_run) == {"c", "d"}


def test_what_has_no_value_has_a_reason() -> None:
    one = straight_lining({"q": served({"p": [3]})})
    assert one.same_level["p"].reason is Reason.TOO_FEW_QUESTIONS
    assert one.variability["p"].reason is Reason.TOO_LITTLE_DATA
    two = straight_lining({"q": served({"p": [3, None]}), "s": served({"p": [None, 3]})})
    assert two.same_level["p"].reason is Reason.NO_RATINGS
    pair = straight_lining({"q": served({"p": [3, 3]}), "s": served({"p": [3, 3]})})
    assert pair.same_excess["p"].reason is Reason.NO_PAIRABLE_ITEMS
    assert pair.same_level["p"].interval.reason is Reason.NO_VARIATION
    words = Scale(("x", "y", "z"), "nominal")
    named = straight_lining({"q": served({"p": ["x", "x"], "q": ["y", "z"]}, words)})
    assert named.variability["p"].reason is Reason.NOT_FOR_THIS_SCALE
    assert named.longest_run["p"].estimate == 2
    for result in (one, two, pair, named):
        json.dumps(result.to_dict())


def test_rater_without_any_place_in_the_order_has_no_run() -> None:
    frame = pd.DataFrame({"item": ["a"], "rater": "p", "group": "g", "value": [1], "position": [None]})
    result = straight_lining({"q": Timings.from_frame(frame, FIVE)})
    assert result.longest_run["p"].reason is Reason.NO_RATINGS
    assert result.to_dict()["runs"] == []


def test_options_that_cannot_be_met_are_refused() -> None:
    timings = served({"p": [1, 2]})
    other = served({"p": [1, 2]}, Scale((1, 2), "ordinal"))
    for call in (
        lambda: straight_lining({}),
        lambda: straight_lining({"q": timings}, confidence=0),
        lambda: straight_lining({"q": timings, "s": other}),
        lambda: straight_lining({"q": timings}, group="nobody"),
        lambda: ReferenceOptions(n_resamples=10),
    ):
        with pytest.raises(AgreementInputError):
            call()
