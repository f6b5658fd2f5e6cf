# mypy: disable-error-code="operator,arg-type,union-attr"
import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from rating.agreement import AgreementInputError, Ratings, Reason, Scale
from rating.agreement.statistics.rasch_rating_scale import rasch_rating_scale
from tests.agreement.conftest import long_table
from tests.agreement.rater_simulation import LEVELS, STEPS, planted

YES_NO = Scale((0, 1), "nominal")


def fitted(matrix: Any, scale: Any, **options: Any) -> Any:
    return rasch_rating_scale(Ratings.from_frame(long_table(matrix), scale), **options)


@pytest.mark.shared
def test_severities_of_seven_pathologists_are_those_of_erm(oracle: Any) -> None:
    example = oracle("landis_koch_rsm_cml")
    result = fitted(example["data"], Scale((1, 2, 3, 4, 5), "ordinal"))
    expected, tolerance = example["expected"], example["tolerance"]
    severities = [found.estimate for found in result.severities.values()]
    others = expected["rater_difficulty_eta_B_C_D_E_F_G"]
    assert severities == pytest.approx([-sum(others), *others], abs=tolerance["default"])
    categories = [found.estimate for found in result.categories.values()]
    assert categories == pytest.approx([0, 0, *expected["category_eta_2_3_4"]], abs=tolerance["default"])
    assert result.log_likelihood == pytest.approx(expected["cond_loglik"], abs=tolerance["cond_loglik"])


def test_two_raters_of_yes_and_no_have_the_closed_form_of_mcnemar() -> None:
    # 8 items yes of a only, 2 of b only: log(8 / 2) apart, standard error sqrt(1/8 + 1/2) (Rasch 1960).
    matrix = [[1] * 8 + [0] * 2 + [1, 1, 0], [0] * 8 + [1] * 2 + [1, 1, 0]]
    result = fitted(matrix, YES_NO)
    first, second = result.severities.values()
    assert second.estimate - first.estimate == pytest.approx(np.log(4))
    assert 2 * second.interval.std_error == pytest.approx(np.sqrt(1 / 8 + 1 / 2), rel=1e-5)
    assert result.log_likelihood == pytest.approx(8 * np.log(0.8) + 2 * np.log(0.2))


def test_planted_severities_and_steps_are_recovered_within_their_standard_errors() -> None:
    severities = np.array([-0.8, -0.3, 0.0, 0.4, 0.7])
    relative = np.cumsum(np.array(STEPS) - STEPS[0])
    errors = []
    for seed in range(6):
        frame = planted(seed, 120, severities, {"q": 0.0})["q"]
        result = rasch_rating_scale(Ratings.from_frame(frame, Scale(LEVELS, "ordinal")))
        pairs = list(zip(result.severities.values(), severities - severities.mean(), strict=True))
        pairs += list(zip(list(result.categories.values())[2:], relative[1:], strict=True))
        errors += [(found.estimate - truth) / found.interval.std_error for found, truth in pairs]
    assert np.abs(errors).max() < 4
    assert 0.6 < np.sqrt(np.mean(np.square(errors))) < 1.4


def test_items_of_extreme_sums_say_nothing() -> None:
    matrix = [[0, 1, 1, 0, 1], [1, 0, 1, 0, 1], [1, 1, 0, 0, 0]]
    more = [[*row, 1, 1, 0] for row in matrix]
    one, other = fitted(matrix, YES_NO), fitted(more, YES_NO)
    for name, found in one.severities.items():
        assert other.severities[name].estimate == pytest.approx(found.estimate, abs=1e-8)
        assert other.severities[name].interval.std_error == pytest.approx(found.interval.std_error, rel=1e-5)


def test_first_two_categories_are_zero_by_definition() -> None:
    result = fitted([[1, 2, 3, 2, 1], [2, 1, 3, 3, 2], [1, 3, 2, 2, 3]], Scale((1, 2, 3, 4), "ordinal"))
    assert result.categories["2"].interval.reason is Reason.REFERENCE
    assert result.categories["4"].reason is Reason.LEVEL_NEVER_USED
    json.dumps(result.to_dict())


def test_rater_who_only_says_yes_has_no_finite_severity() -> None:
    result = fitted([[0, 1, 1, 0], [1, 0, 1, 0], [1, 1, 1, 1]], YES_NO)
    assert result.severities["r002"].reason is Reason.EXTREME_ANSWERS
    assert result.severities["r000"].estimate == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    ("matrix", "scale", "reason"),
    [
        ([[0, 1, None], [1, 0, 1]], YES_NO, Reason.INCOMPLETE_DATA),
        ([[1, 1], [1, 1]], YES_NO, Reason.ONE_CATEGORY),
        ([[0, 1, 1]], YES_NO, Reason.TOO_LITTLE_DATA),
        ([[0], [1]], YES_NO, Reason.TOO_LITTLE_DATA),
        ([[0, 1, 2], [1, 2, 0]], Scale((0, 1, 2), "nominal"), Reason.NOT_FOR_THIS_SCALE),
        # The second says yes whenever the first does, and once more: ever stricter fits ever better.
        ([[0, 0, 1, 1], [0, 1, 1, 1]], YES_NO, Reason.NOT_CONVERGED),
    ],
)
def test_data_without_a_fit_give_a_reason(matrix: Any, scale: Any, reason: Any) -> None:
    result = fitted(matrix, scale)
    assert {found.reason for found in result.severities.values()} == {reason}
    assert {found.reason for found in result.categories.values()} == {reason}
    assert result.log_likelihood is None


def test_group_without_ratings_has_no_severities() -> None:
    ratings = Ratings.from_frame(long_table([[0, 1], [1, 0]]), YES_NO, groups=("peer", "patient"))
    result = rasch_rating_scale(ratings, group="patient")
    assert (result.severities, result.categories["0"].reason) == ({}, Reason.NO_RATINGS)


def test_confidence_out_of_range_is_refused() -> None:
    with pytest.raises(AgreementInputError):
        fitted([[0, 1], [1, 0]], YES_NO, confidence=0.0)


def test_order_of_rows_changes_nothing() -> None:
    frame = planted(3, 30, [0.0, 0.5, -0.5], {"q": 0.0})["q"]
    scale = Scale(LEVELS, "ordinal")
    one = rasch_rating_scale(Ratings.from_frame(frame, scale))
    other = rasch_rating_scale(Ratings.from_frame(pd.DataFrame(frame.iloc[::-1]), scale))
    assert json.dumps(one.to_dict()) == json.dumps(other.to_dict())
