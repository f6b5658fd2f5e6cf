from typing import Any

import numpy as np
import pandas as pd
import pytest

from rating.agreement import (
    AgreementInputError,
    Ratings,
    Reason,
    Scale,
    alternative_annotator_test,
    alternative_group_test,
)
from tests.agreement.conftest import ratings_of

STARS = Scale((1, 2, 3, 4, 5), "interval")
JUDGES = ["gemini_flash", "gemini_pro", "gpt-4o", "llama-31", "gpt-4o-mini", "mistral-v03"]


def stars(example: Any) -> Ratings:
    rows = [
        (item, rater, group, value)
        for side, group in (("human", "people"), ("llm", "models"))
        for rater, answers in example["data"][side].items()
        for item, value in answers.items()
    ]
    return Ratings.from_frame(pd.DataFrame(rows, columns=["item", "rater", "group", "value"]), STARS)


@pytest.mark.shared
@pytest.mark.parametrize("judge", JUDGES)
def test_winning_rate_and_advantage_are_those_of_the_authors_notebook(oracle: Any, judge: Any) -> None:
    example = oracle("alt_test_cebab_stars")
    expected, options = example["expected"][judge], example["params"]
    result = alternative_annotator_test(
        stars(example), judge, "people", epsilon=options["epsilon"], q=options["q"]
    )
    assert len(result.comparisons) == 10
    assert result.m.estimate == pytest.approx(expected["winning_rate"], abs=example["tolerance"])
    assert result.advantage.estimate == pytest.approx(
        expected["advantage_probability"], abs=example["tolerance"]
    )


def panel(judge: Any, n_items: int = 40, scale: Scale = STARS) -> Ratings:
    rng = np.random.default_rng(0)
    truth = rng.integers(1, 6, n_items)
    people = np.clip(truth + rng.integers(-1, 2, (3, n_items)), 1, 5)
    return ratings_of(scale, people=people.tolist(), models=[judge(truth).tolist()])


def test_judge_that_knows_the_truth_wins_and_one_that_guesses_loses() -> None:
    good = alternative_annotator_test(panel(lambda t: t), "models-000", "people", epsilon=0.1)
    bad = alternative_annotator_test(panel(lambda t: 6 - t), "models-000", "people", epsilon=0.1)
    assert (good.m.estimate, bad.m.estimate) == (1.0, 0.0)
    assert all(part.judge_closer + part.rater_closer >= 1 for part in good.comparisons)
    assert good.to_dict()["winning_rate"]["interval_reason"] == "not_asked_for"


def test_nominal_answers_are_compared_by_equality() -> None:
    names = np.array(["-", "a", "b", "c", "d", "e"])
    rng = np.random.default_rng(0)
    people = names[rng.integers(1, 3, (3, 50))]
    ratings = ratings_of(
        Scale(("a", "b", "c", "d", "e"), "nominal"), people=people.tolist(), models=[["e"] * 50]
    )
    result = alternative_annotator_test(ratings, "models-000", "people", epsilon=0.1)
    # "e" equals nobody, so the rater is always at least as close: how far "e" lies from "a" says nothing.
    assert [part.rater_closer for part in result.comparisons] == [1.0] * 3
    assert result.m.estimate == 0.0


def test_raters_with_few_items_are_left_out() -> None:
    result = alternative_annotator_test(panel(lambda t: t, 20), "models-000", "people", epsilon=0.1)
    assert (result.comparisons, result.m.reason) == ((), Reason.TOO_LITTLE_DATA)


@pytest.mark.parametrize(
    ("judge", "options"),
    [
        ("nobody", {"epsilon": 0.1}),
        ("people-000", {"epsilon": 0.1}),
        ("models-000", {"epsilon": 1.0}),
        ("models-000", {"epsilon": 0.1, "q": 0.0}),
    ],
)
def test_unknown_judges_and_options_are_refused(judge: Any, options: Any) -> None:
    with pytest.raises(AgreementInputError):
        alternative_annotator_test(panel(lambda t: t), judge, "people", **options)


@pytest.mark.shared
@pytest.mark.parametrize("judge", JUDGES)
def test_consensus_of_one_rater_is_that_rater(oracle: Any, judge: Any) -> None:
    example = oracle("alt_test_cebab_stars")
    expected, options = example["expected"][judge], example["params"]
    rows = [
        (item, rater, "people" if side == "human" else rater, value)
        for side in ("human", "llm")
        for rater, answers in example["data"][side].items()
        for item, value in answers.items()
    ]
    ratings = Ratings.from_frame(pd.DataFrame(rows, columns=["item", "rater", "group", "value"]), STARS)
    result = alternative_group_test(ratings, judge, "people", epsilon=options["epsilon"], q=options["q"])
    assert result.m.estimate == pytest.approx(expected["winning_rate"], abs=example["tolerance"])
    assert result.advantage.estimate == pytest.approx(
        expected["advantage_probability"], abs=example["tolerance"]
    )
    assert result.m.variant.startswith(f"consensus of {judge}")


def test_consensus_is_the_median_score() -> None:
    # Panel 1, 5, 5 -> 5; 2, 4 -> 3; one rating -> itself. People: two raters, so each is the other's measure.
    people = [[5, 3, 2], [4, 3, 2]]
    panel = [[1, 2, None], [5, 4, None], [5, None, 1]]
    result = alternative_group_test(
        ratings_of(STARS, people=people, panel=panel), "panel", "people", epsilon=0.1, min_items=2
    )
    # First rater against the second (4, 3, 2): own distance 1, 0, 0; the panel's 1, 0, 1.
    first, second = result.comparisons
    assert (first.judge_closer, first.rater_closer) == pytest.approx((2 / 3, 1))
    # Second against the first (5, 3, 2): own distance 1, 0, 0; the panel's 0, 0, 1.
    assert (second.judge_closer, second.rater_closer) == pytest.approx((2 / 3, 2 / 3))


def test_consensus_on_nominal_scales_is_the_value_given_most_often() -> None:
    scale = Scale(("a", "b", "c"), "nominal")
    people = [["a", "b", "c", "a"], ["a", "b", "c", "a"]]
    panel: Any = [["a", "b", "a", "a"], ["a", "c", "a", "b"], ["b", "b", "a", None]]
    result = alternative_group_test(
        ratings_of(scale, people=people, panel=panel), "panel", "people", epsilon=0.1, min_items=2
    )
    # a, b, a and a tie: three items; right on the first two.
    assert [part.n_items for part in result.comparisons] == [3, 3]
    assert [part.judge_closer for part in result.comparisons] == pytest.approx([2 / 3, 2 / 3])


@pytest.mark.parametrize(
    ("panel_name", "group"), [("people", "people"), ("nobody", "people"), ("models", "x")]
)
def test_consensus_of_no_group_or_of_the_same_one_is_refused(panel_name: str, group: str) -> None:
    with pytest.raises(AgreementInputError):
        alternative_group_test(panel(lambda t: t), panel_name, group, epsilon=0.1)


def test_group_without_ratings_has_no_consensus() -> None:
    ratings = ratings_of(STARS, people=[[1] * 40, [2] * 40], models=[[None] * 40])
    result = alternative_group_test(ratings, "models", "people", epsilon=0.1)
    assert result.m.reason is Reason.TOO_LITTLE_DATA
