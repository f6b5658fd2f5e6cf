# mypy: disable-error-code="operator"
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu, norm

from rating.agreement import AgreementInputError, IntervalOptions, Reason, Scale, signal_detection
from tests.agreement.conftest import ratings_of

GUESS = Scale(("human", "AI"), "nominal")
SURE = Scale((1, 2, 3, 4, 5), "ordinal")
PLAIN = IntervalOptions(method="none")


def truth_of(n_signal: int, n_noise: int) -> dict[str, bool]:
    return {f"i{n:03d}": n < n_signal for n in range(n_signal + n_noise)}


def guesses(hits: int, n_signal: int, alarms: int, n_noise: int) -> Any:
    kinds = [(hits, n_signal), (alarms, n_noise)]
    row = [name for yes, n in kinds for name in ["AI"] * yes + ["human"] * (n - yes)]
    return ratings_of(GUESS, peer=[row])


@pytest.mark.shared
def test_rates_give_the_closed_form(oracle: Any) -> None:
    example = oracle("stanislaw_todorov_rates")
    hits, alarms = (round(10 * example["data"][name]) for name in ("hit", "false_alarm"))
    result = signal_detection(guesses(hits, 10, alarms, 10), truth_of(10, 10), correction="none")
    expected, tolerance = example["expected"], example["tolerance"]
    assert result.d_prime.estimate == pytest.approx(expected["d_prime"], abs=tolerance)
    assert result.criterion.estimate == pytest.approx(expected["criterion_c"], abs=tolerance)
    assert result.auc.estimate == pytest.approx(expected["auc_equal_variance"], abs=tolerance)


def test_correction_gives_perfect_guesses_a_limit() -> None:
    ratings, truth = guesses(4, 4, 0, 4), truth_of(4, 4)
    corrected, plain = (signal_detection(ratings, truth, correction=name) for name in ("loglinear", "none"))
    assert corrected.d_prime.estimate == pytest.approx(2 * norm.ppf(4.5 / 5))
    assert {plain.d_prime.reason, plain.criterion.reason, plain.auc.reason} == {Reason.EXTREME_RATE}


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.integers(1, 5), min_size=8, max_size=8), min_size=3, max_size=5))
def test_auc_of_ordered_answers_is_that_of_mann_whitney(rows: Any) -> None:
    result = signal_detection(ratings_of(SURE, peer=rows), truth_of(3, 5), options=PLAIN)
    answers = np.array(rows)
    expected = mannwhitneyu(answers[:, :3].ravel(), answers[:, 3:].ravel(), method="asymptotic").statistic
    assert result.auc.estimate == pytest.approx(expected / (3 * 5 * len(rows) ** 2), abs=1e-12)
    assert result.d_prime.reason is Reason.NO_CUTOFF


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_exchanging_kinds_turns_sensitivity_and_keeps_the_lean(seed: int) -> None:
    rows = np.random.default_rng(seed).choice(["human", "AI"], (4, 12)).tolist()
    ratings, truth = ratings_of(GUESS, peer=rows), truth_of(6, 6)
    one = signal_detection(ratings, truth)
    other = signal_detection(ratings, {item: not kind for item, kind in truth.items()})
    assert other.d_prime.estimate == pytest.approx(-one.d_prime.estimate, abs=1e-12)
    assert other.criterion.estimate == pytest.approx(one.criterion.estimate, abs=1e-12)
    assert one.auc.estimate + other.auc.estimate == pytest.approx(1.0)
    assert one.d_prime.low <= one.d_prime.estimate <= one.d_prime.high


def test_interval_speaks_of_other_raters_and_items() -> None:
    rng = np.random.default_rng(1)
    rows = np.where(rng.random((6, 20)) < 0.7, ["AI"] * 10 + ["human"] * 10, "AI").tolist()
    result = signal_detection(ratings_of(GUESS, peer=rows), truth_of(10, 10))
    assert result.d_prime.interval.method == "two_way_jackknife"
    assert result.to_dict()["auc"]["interval_scope"] == "raters_and_items"


def test_items_without_a_truth_are_left_out_and_counted() -> None:
    truth = truth_of(4, 4)
    del truth["i000"]
    result = signal_detection(guesses(2, 4, 1, 4), truth)
    assert [(part.reason, part.n) for part in result.d_prime.basis.left_out] == [("item_without_truth", 1)]
    assert result.d_prime.basis.n_ratings == 7


def test_items_of_one_kind_are_undefined() -> None:
    result = signal_detection(guesses(2, 4, 0, 0), truth_of(4, 0))
    assert {result.d_prime.reason, result.auc.reason} == {Reason.ONE_KIND_OF_ITEM}


def test_yes_on_an_ordered_scale_is_what_the_caller_names() -> None:
    rows = [[5, 4, 2, 4, 1, 1, 3, 2]]
    result = signal_detection(ratings_of(SURE, peer=rows), truth_of(4, 4), yes=(4, 5))
    assert result.d_prime.estimate == pytest.approx(norm.ppf(3.5 / 5) - norm.ppf(0.5 / 5))


@pytest.mark.parametrize("options", [{"yes": ("robot",)}, {"yes": ("human", "AI")}, {"correction": "half"}])
def test_impossible_options_are_refused(options: Any) -> None:
    with pytest.raises(AgreementInputError):
        signal_detection(guesses(1, 2, 1, 2), truth_of(2, 2), **options)
