# mypy: disable-error-code="operator"
from typing import Any

import numpy as np
import pandas as pd
import pytest

from rating.agreement import AgreementInputError, Ratings, Reason, Scale, cronbach_alpha, mcdonald_omega
from rating.agreement.statistics.internal_consistency import one_factor

WIDE = Scale(tuple(range(101)), "interval")


def questions_of(answers: Any, n_raters: int = 1, scale: Scale = WIDE) -> dict[str, Ratings]:
    """Answers (ratings, questions); rating number n is of item n // n_raters by rater n % n_raters."""
    table = np.asarray(answers)
    places = np.arange(len(table))
    labels = {"item": places // n_raters, "rater": places % n_raters, "group": "peer"}
    return {
        f"q{number}": Ratings.from_frame(pd.DataFrame({**labels, "value": column}), scale)
        for number, column in enumerate(table.T)
    }


@pytest.mark.shared
def test_alpha_and_its_feldt_interval_are_those_of_psych(oracle: Any) -> None:
    example = oracle("attitude_cronbach_omega")
    expected, tolerance = example["expected"], example["tolerance"]
    questions = questions_of(example["data"])
    raw = cronbach_alpha(questions, group="peer", interval="f_distribution")
    standardised = cronbach_alpha(questions, group="peer", variant="standardised", interval="none")
    assert raw.estimate == pytest.approx(expected["alpha_raw"], abs=tolerance["alpha_raw"])
    assert [raw.low, raw.high] == pytest.approx(expected["feldt_ci95"], abs=tolerance["feldt_ci95"])
    assert standardised.estimate == pytest.approx(expected["alpha_standardized"], abs=1e-6)


@pytest.mark.shared
@pytest.mark.parametrize(("variant", "name"), [("raw", "raw"), ("standardised", "standardized")])
def test_omega_is_that_of_lavaan_and_factanal(oracle: Any, variant: Any, name: Any) -> None:
    example = oracle("attitude_cronbach_omega")
    result = mcdonald_omega(questions_of(example["data"]), group="peer", variant=variant, interval="none")
    name = f"omega_total_one_factor_{name}"
    assert result.estimate == pytest.approx(example["expected"][name], abs=example["tolerance"][name])


def test_one_factor_recovers_the_loadings_that_made_the_correlations() -> None:
    loadings = np.array([0.9, 0.7, 0.5, 0.6])
    correlations = np.outer(loadings, loadings)
    np.fill_diagonal(correlations, 1.0)
    found, unique = one_factor(correlations)
    assert found == pytest.approx(loadings, abs=1e-4)
    assert unique == pytest.approx(1 - loadings**2, abs=1e-4)


def test_interval_leaves_out_items_and_raters() -> None:
    rng = np.random.default_rng(1)
    common = rng.normal(50, 10, (60, 1))
    answers = np.clip(np.round(common + rng.normal(0, 6, (60, 4))), 0, 100).astype(int)
    for function in (cronbach_alpha, mcdonald_omega):
        result = function(questions_of(answers, n_raters=4), group="peer")
        assert (result.interval.method, result.interval.df) == ("two_way_jackknife", 3)
        assert result.low < result.estimate < result.high <= 1
        assert (result.basis.n_items, result.basis.n_raters, result.basis.n_ratings) == (15, 4, 240)


def test_only_ratings_that_answer_every_question_count() -> None:
    questions = questions_of([[1, 2], [3, 3], [5, 4], [6, 9]])
    frame = pd.DataFrame({"item": [0, 1, 2], "rater": 0, "group": "peer", "value": [2, 3, 4]})
    result = cronbach_alpha({**questions, "q1": Ratings.from_frame(frame, WIDE)}, group="peer")
    assert result.basis.n_items == 3
    assert result.estimate == pytest.approx(2 * (1 - (4 + 1) / 9))  # sums 3, 6, 9


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ([[1], [2], [3]], Reason.TOO_FEW_QUESTIONS),
        ([[1, 2, 3], [2, 3, 4]], Reason.TOO_LITTLE_DATA),
        ([[4, 4, 4], [4, 4, 4], [4, 4, 4]], Reason.ONE_CATEGORY),
    ],
)
def test_scales_that_nothing_can_be_said_about_are_undefined(answers: Any, reason: Any) -> None:
    questions = questions_of(answers)
    assert cronbach_alpha(questions, group="peer").reason is reason
    assert mcdonald_omega(questions, group="peer").reason is reason


def test_nominal_questions_have_no_internal_consistency() -> None:
    questions = questions_of([["a", "b"], ["c", "b"], ["a", "a"]], scale=Scale(("a", "b", "c"), "nominal"))
    assert cronbach_alpha(questions, group="peer").reason is Reason.NOT_FOR_THIS_SCALE


def test_unknown_options_are_refused() -> None:
    for options in ({"variant": "ordinal"}, {"interval": "exact"}, {"confidence": 1.0}):
        with pytest.raises(AgreementInputError):
            cronbach_alpha(questions_of([[1, 2], [2, 1], [3, 3]]), group="peer", **options)
    with pytest.raises(AgreementInputError):
        cronbach_alpha({}, group="peer")
