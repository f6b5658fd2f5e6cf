# mypy: disable-error-code="operator"
"""Scores against a reference panel, by hand and by simulation."""

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from rating.agreement import AgreementInputError, IntervalOptions, Ratings, Reason, Scale, wording
from rating.agreement.reference_panel import PanelAnswers, ReferencePanel
from rating.agreement.statistics.panel_scores import panel_distance, panel_errors, panel_scores
from tests.agreement.conftest import long_table

SIX = Scale((-3, -2, -1, 0, 1, 2, 3), "interval")
NORMS = pd.DataFrame(
    {
        "item": ["i000", "i001", "i002", "i003"],
        "mean": ["1.50", "-2.25", "0.00", "-0.25"],
        "sd": ["0.50", "0.75", "0.00", "1.00"],
    }
)


def answers_of(matrix: Any, norms: Any = NORMS, divisor: Any = "n-1", n: Any = 7) -> PanelAnswers:
    panel = ReferencePanel.from_frame(norms, divisor=divisor, n=n)
    return PanelAnswers(Ratings.from_frame(long_table(matrix), SIX), panel)


def test_score_and_signed_errors_are_sums_over_the_items_answered() -> None:
    found = panel_scores(answers_of([[2, -3, 1, -1], [0, None, None, 2]])).to_dict("records")
    assert found[0]["score"] == pytest.approx(0.5 + 0.75 + 1 + 0.75)
    assert found[0]["signed_positive"] == pytest.approx(0.5)
    assert found[0]["signed_zero"] == pytest.approx(1.0)
    assert found[0]["signed_negative"] == pytest.approx((-0.75 - 0.75) / 2)
    assert (found[1]["n_items"], found[1]["score"]) == (2, pytest.approx(1.5 + 2.25))
    assert found[1]["floor"] == pytest.approx(0.5 + 0.25)
    assert found[1]["largest"] == pytest.approx(4.5 + 3.25)
    assert found[1]["signed_zero"] is None or math.isnan(found[1]["signed_zero"])


def test_z_is_undefined_where_the_panel_did_not_vary_or_gave_no_deviation() -> None:
    errors = panel_errors(answers_of([[2, -3, 1, -1]]))
    assert errors["z"].tolist() == [1.0, -1.0, None, -0.75]
    without = panel_errors(answers_of([[2, -3, 1, -1]], NORMS[["item", "mean"]]))
    assert without["z"].tolist() == [None] * 4
    assert panel_scores(answers_of([[2, -3, 1, -1]], NORMS[["item", "mean"]]))["expected_member"][0] is None


def test_expected_errors_are_those_of_normal_panels() -> None:
    """Members and newcomers drawn from the same normal distribution, 200,000 panels of seven."""
    rng = np.random.default_rng(4)
    panels = rng.normal(size=(200_000, 7))
    means, fresh = panels.mean(axis=1), rng.normal(size=200_000)
    norms = NORMS.assign(sd="1.00", mean="0.00")
    found = panel_scores(answers_of([[0, 0, 0, 0]], norms)).to_dict("records")[0]
    assert found["expected_member"] / 4 == pytest.approx(np.abs(panels[:, 0] - means).mean(), abs=0.005)
    assert found["expected_fresh"] / 4 == pytest.approx(np.abs(fresh - means).mean(), abs=0.005)


def test_deviations_divided_by_n_are_turned_into_sample_deviations() -> None:
    one, other = (
        panel_scores(answers_of([[0, 0, 0, 0]], NORMS.assign(sd="1.00"), divisor))["expected_fresh"][0]
        for divisor in ("n-1", "n")
    )
    assert other / one == pytest.approx(math.sqrt(7 / 6))
    assert "not a skill standard" in wording.PANEL_NOISE_NOTE


def test_distance_is_the_mean_over_answers_and_its_jackknife_that_of_a_plain_one() -> None:
    rng = np.random.default_rng(2)
    matrix = rng.integers(-3, 4, (5, 4)).astype(object)
    matrix[1, 2] = None
    answers = answers_of(matrix.tolist())
    found = panel_distance(answers)
    errors = panel_errors(answers).assign(away=lambda table: table["error"].abs())
    assert found.estimate == pytest.approx(errors["away"].mean())
    variance = 0.0
    for column in ("item", "rater"):
        names = errors[column].unique()
        left = np.array([errors[errors[column] != name]["away"].mean() for name in names])
        variance += (len(names) - 1) / len(names) * ((left - left.mean()) ** 2).sum()
    assert found.interval.std_error == pytest.approx(math.sqrt(variance))
    assert (found.basis.n_items, found.basis.n_raters, found.basis.n_ratings) == (4, 5, 19)


def test_answers_on_items_without_a_norm_are_left_out_and_counted() -> None:
    answers = answers_of([[2, -3, 1, -1]] * 3, NORMS[:3])
    found = panel_distance(answers)
    assert [(part.reason, part.n) for part in found.basis.left_out] == [("item_without_norm", 3)]
    assert wording.missing_phrase("item_without_norm") != "item without norm"
    nothing = answers_of([[2]], NORMS[3:])
    assert panel_distance(nothing).reason is Reason.NO_REFERENCE
    plain = panel_distance(answers, options=IntervalOptions(method="none"))
    assert plain.interval.reason is Reason.NOT_ASKED_FOR


@pytest.mark.parametrize(
    ("norms", "code"),
    [
        (NORMS.drop(columns="mean"), "missing_columns"),
        (NORMS[:0], "empty_table"),
        (NORMS.assign(item="a"), "duplicate_ratings"),
        (NORMS.assign(item=None), "missing_label"),
        (NORMS.assign(mean="x"), "bad_option"),
        (NORMS.assign(mean=None), "bad_option"),
        (NORMS.assign(sd="-1"), "bad_option"),
        (NORMS.assign(mean="Infinity"), "bad_option"),
        (NORMS.assign(mean="9"), "bad_option"),
    ],
)
def test_norms_that_nothing_can_be_held_against_are_refused(norms: Any, code: str) -> None:
    with pytest.raises(AgreementInputError) as refused:
        answers_of([[0, 0]], norms)
    assert refused.value.code == code


def test_panels_of_one_and_scales_without_scores_are_refused() -> None:
    with pytest.raises(AgreementInputError):
        ReferencePanel.from_frame(NORMS, divisor="n-1", n=1)
    names = Ratings.from_frame(long_table([["x"]]), Scale(("x", "y", "z"), "nominal"))
    with pytest.raises(AgreementInputError):
        PanelAnswers(names, ReferencePanel.from_frame(NORMS, divisor="n-1", n=4))
