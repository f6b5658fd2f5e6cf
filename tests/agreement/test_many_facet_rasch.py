# mypy: disable-error-code="operator,arg-type,union-attr"
import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from rating.agreement import AgreementInputError, Ratings, Reason, Scale
from rating.agreement.statistics.many_facet_rasch import many_facet_rasch
from tests.agreement.conftest import long_table
from tests.agreement.rater_simulation import LEVELS, STEPS, planted

FIVE = Scale(LEVELS, "ordinal")
SEVERITIES = np.array([-1.0, -0.5, 0.0, 0.2, 0.5, 0.8])
DIFFICULTIES = {"warm": -0.4, "safe": 0.3}


def questions_of(frames: Any, scale: Any = FIVE) -> dict[str, Ratings]:
    return {name: Ratings.from_frame(frame, scale) for name, frame in frames.items()}


def one_question(matrix: Any, scale: Any) -> dict[str, Ratings]:
    return {"q": Ratings.from_frame(long_table(matrix), scale)}


@pytest.mark.shared
def test_facets_of_writing_examination_are_those_of_tam(oracle: Any) -> None:
    example = oracle("sirt_ratings1_mfrm")
    table = pd.DataFrame(example["data"]).rename(columns={"idstud": "item"}).assign(group="teacher")
    expected, tolerance = example["expected"], example["tolerance"]
    questions = {
        name: Ratings.from_frame(
            table[["item", "rater", "group"]].assign(value=table[name]), Scale((0, 1, 2, 3), "ordinal")
        )
        for name in expected["item"]
    }
    result = many_facet_rasch(questions)
    for name, severity in expected["rater_severity"].items():
        assert result.severities[name].estimate == pytest.approx(severity, abs=tolerance["rater_severity"])
    for name, difficulty in expected["item"].items():
        assert result.questions[name].estimate == pytest.approx(difficulty, abs=tolerance["item"])
    steps = [found.estimate for found in result.steps.values()]
    assert steps == pytest.approx(expected["step"], abs=tolerance["step"])
    assert result.deviance == pytest.approx(expected["deviance"], abs=tolerance["deviance"])
    assert result.n_parameters == 14  # 6 severities, 5 questions, 2 steps, 1 spread


def test_planted_parameters_are_recovered_within_their_standard_errors() -> None:
    errors, inside = [], []
    for seed in range(8):
        result = many_facet_rasch(questions_of(planted(seed, 80, SEVERITIES, DIFFICULTIES, missing=0.3)))
        pairs = list(zip(result.severities.values(), SEVERITIES - SEVERITIES.mean(), strict=True))
        pairs += list(zip(result.steps.values(), np.array(STEPS) - np.mean(STEPS), strict=True))
        for found, truth in pairs:
            errors.append((found.estimate - truth) / found.interval.std_error)
            inside.append(found.low <= truth <= found.high)
        assert result.item_sd.low < 1.2 < result.item_sd.high or abs(result.item_sd.estimate - 1.2) < 0.3
    assert np.abs(errors).max() < 4
    assert 0.75 < np.sqrt(np.mean(np.square(errors))) < 1.25
    assert np.mean(inside) > 0.88


def test_mean_squares_are_about_one_and_large_for_who_answers_at_random() -> None:
    frames = planted(1, 120, SEVERITIES, DIFFICULTIES)
    rng = np.random.default_rng(5)
    for frame in frames.values():
        is_last = frame["rater"] == "r05"
        frame.loc[is_last, "value"] = rng.integers(1, 6, int(is_last.sum()))
    result = many_facet_rasch(questions_of(frames))
    for name in ("r00", "r01", "r02"):
        assert 0.7 < result.infit[name].estimate < 1.15
    assert result.infit["r05"].low > 1.15
    assert result.outfit["r05"].estimate > 1.3
    assert result.infit["r05"].interval.method == "items_jackknife"


def test_mean_squares_average_one_when_the_model_holds() -> None:
    result = many_facet_rasch(questions_of(planted(2, 300, SEVERITIES, DIFFICULTIES)))
    assert np.mean([found.estimate for found in result.outfit.values()]) == pytest.approx(1, abs=0.06)


def test_group_severities_are_means_of_their_raters() -> None:
    result = many_facet_rasch(questions_of(planted(3, 60, SEVERITIES, DIFFICULTIES)))
    table = result.to_frame()
    means = table.groupby("group")["severity"].mean()
    for name in ("g", "h"):
        assert result.groups[name].estimate == pytest.approx(means[name] - table["severity"].mean())
    gap = result.group_gaps["g", "h"]
    assert gap.estimate == pytest.approx(means["g"] - means["h"])
    spread = table.groupby("group")["severity"].var() / 3
    assert gap.interval.std_error == pytest.approx(np.sqrt(spread.sum()))
    assert (gap.interval.df, gap.interval.method) == (4, "rater_spread")
    assert result.groups["g"].interval.std_error == pytest.approx(gap.interval.std_error / 2)


def test_one_group_alone_is_its_own_reference() -> None:
    result = many_facet_rasch(questions_of(planted(3, 30, SEVERITIES, DIFFICULTIES)), group="g")
    assert set(result.severities) == {"r00", "r01", "r02"}
    assert result.groups["g"].estimate == pytest.approx(0, abs=1e-9)
    assert result.groups["g"].interval.reason is Reason.REFERENCE


def test_steps_of_each_question_lower_the_deviance_and_sum_to_zero() -> None:
    questions = questions_of(planted(4, 60, SEVERITIES, DIFFICULTIES))
    one, own = many_facet_rasch(questions), many_facet_rasch(questions, steps="partial_credit")
    assert own.n_parameters == one.n_parameters + 3
    assert own.deviance < one.deviance
    sums = [found.estimate for name, found in own.steps.items() if name.startswith("warm: ")]
    assert sum(sums) == pytest.approx(0, abs=1e-9)


def test_numbers_do_not_depend_on_the_order_of_rows_and_are_json() -> None:
    frames = planted(6, 30, SEVERITIES, DIFFICULTIES, missing=0.2)
    one = many_facet_rasch(questions_of(frames))
    turned = {name: frame.iloc[::-1].reset_index(drop=True) for name, frame in frames.items()}
    other = many_facet_rasch(questions_of(turned))
    assert json.dumps(one.to_dict()) == json.dumps(other.to_dict())


def test_rater_of_one_extreme_value_is_left_out_with_a_reason() -> None:
    frames = planted(7, 40, SEVERITIES, DIFFICULTIES)
    for frame in frames.values():
        frame.loc[frame["rater"] == "r03", "value"] = 5
    result = many_facet_rasch(questions_of(frames))
    assert result.severities["r03"].reason is Reason.EXTREME_ANSWERS
    assert result.infit["r03"].reason is Reason.EXTREME_ANSWERS
    without = {name: frame[frame["rater"] != "r03"] for name, frame in frames.items()}
    alone = many_facet_rasch(questions_of(without))
    assert result.severities["r00"].estimate == pytest.approx(alone.severities["r00"].estimate)
    assert {part.n for part in result.item_sd.basis.left_out} == {80}
    assert np.isnan(result.to_frame().set_index("rater").loc["r03", "severity"])


def test_rater_without_any_value_is_told_of() -> None:
    frames = planted(7, 20, SEVERITIES, DIFFICULTIES)
    for frame in frames.values():
        frame["value"] = frame["value"].astype(object).where(frame["rater"] != "r03", None)
    result = many_facet_rasch(questions_of(frames))
    assert result.severities["r03"].reason is Reason.NO_RATINGS
    assert result.rater_groups["r03"] == "h"
    assert result.severities["r02"].is_defined


def test_question_of_one_extreme_value_is_left_out_with_a_reason() -> None:
    frames = planted(8, 40, SEVERITIES, DIFFICULTIES)
    frames["never"] = frames["warm"].assign(value=1)
    result = many_facet_rasch(questions_of(frames))
    assert result.questions["never"].reason is Reason.EXTREME_ANSWERS
    assert result.questions["warm"].is_defined


def test_unused_level_leaves_its_steps_undefined_and_the_rest_estimated() -> None:
    frames = planted(9, 60, SEVERITIES, DIFFICULTIES)
    for frame in frames.values():
        frame.loc[frame["value"] == 3, "value"] = 4
    result = many_facet_rasch(questions_of(frames))
    assert result.steps["2|3"].reason is Reason.LEVEL_NEVER_USED
    assert result.steps["3|4"].reason is Reason.LEVEL_NEVER_USED
    assert result.steps["1|2"].is_defined


def test_items_that_do_not_differ_have_no_spread() -> None:
    rng = np.random.default_rng(0)
    matrix = rng.integers(0, 2, (3, 40))
    matrix[1] = 1 - matrix[0]
    result = many_facet_rasch(one_question(matrix.tolist(), Scale((0, 1), "nominal")))
    assert result.item_sd.estimate == 0
    assert result.item_sd.interval.reason is Reason.NO_VARIATION
    assert result.severities["r000"].is_defined


YES_NO = Scale((0, 1), "nominal")
APART = [[0, 1, 1, None, None], [1, 0, 1, None, None], [None, None, None, 0, 1], [None, None, None, 1, 0]]


@pytest.mark.parametrize(
    ("matrix", "scale", "reason"),
    [
        (APART, YES_NO, Reason.DISCONNECTED),
        ([[1, 1, 1], [1, 1, 1]], YES_NO, Reason.ONE_CATEGORY),
        ([[0, 1, 1, 0]], YES_NO, Reason.TOO_LITTLE_DATA),
        ([[0], [1], [1]], YES_NO, Reason.TOO_LITTLE_DATA),
        ([[None, None], [None, None]], YES_NO, Reason.NO_RATINGS),
        ([[0, 1, 2], [2, 1, 0]], Scale((0, 1, 2), "nominal"), Reason.NOT_FOR_THIS_SCALE),
    ],
)
def test_data_without_a_fit_give_a_reason(matrix: Any, scale: Any, reason: Any) -> None:
    rows = [
        (f"i{item}", f"r{rater}", "peer", value)
        for rater, row in enumerate(matrix)
        for item, value in enumerate(row)
    ]
    frame = pd.DataFrame(rows, columns=["item", "rater", "group", "value"])
    result = many_facet_rasch({"q": Ratings.from_frame(frame, scale)})
    assert {found.reason for found in result.questions.values()} == {reason}
    assert {found.reason for found in result.severities.values()} <= {reason}
    assert (result.deviance, result.item_sd.reason) == (None, reason)
    json.dumps(result.to_dict())


def test_options_that_cannot_be_met_are_refused() -> None:
    frames = planted(0, 10, SEVERITIES, DIFFICULTIES)
    mixed = {
        "warm": Ratings.from_frame(frames["warm"], FIVE),
        "safe": Ratings.from_frame(frames["safe"], Scale((0, 1, 2, 3, 4, 5), "ordinal")),
    }
    for questions, options in (
        (mixed, {}),
        ({}, {}),
        (questions_of(frames), {"steps": "none"}),
        (questions_of(frames), {"confidence": 1.0}),
        (questions_of(frames), {"group": "nobody"}),
    ):
        with pytest.raises(AgreementInputError):
            many_facet_rasch(questions, **options)
    assert many_facet_rasch(mixed, steps="partial_credit").deviance is not None


def test_rater_in_two_groups_across_questions_is_refused() -> None:
    frames = planted(0, 10, SEVERITIES, DIFFICULTIES)
    frames["safe"]["group"] = "h"
    with pytest.raises(AgreementInputError) as refused:
        many_facet_rasch(questions_of(frames))
    assert refused.value.code == "bad_option"
