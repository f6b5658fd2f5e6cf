import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rating.agreement import AgreementInputError, Ratings, Reason, Scale, dawid_skene
from tests.agreement.conftest import ratings_of

FOUR = Scale((1, 2, 3, 4), "nominal")


def anaesthetists(example: Any) -> tuple[Ratings, dict[str, str]]:
    """Observer 1 saw every patient three times; each time is a rater of its own."""
    rows = [
        (f"{int(patient):02d}", f"{observer}.{time}", label)
        for patient, answers in example["data"].items()
        for observer, labels in answers.items()
        for time, label in enumerate(labels)
    ]
    frame = pd.DataFrame(rows, columns=["item", "rater", "value"]).assign(group="anaesthetist")
    return Ratings.from_frame(frame, FOUR), {rater: rater.split(".")[0] for rater in frame["rater"]}


@pytest.mark.shared
def test_anaesthetists_have_the_published_labels_and_error_rates(oracle: Any) -> None:
    example = oracle("dawid_skene1979")
    ratings, persons = anaesthetists(example)
    result = dawid_skene(ratings, persons=persons)
    expected, tolerance = example["expected"], example["tolerance"]
    assert list(result.labels.values()) == expected["labels"]
    found = list(result.prevalence.values())
    assert found == pytest.approx(expected["class_marginals"], abs=tolerance["class_marginals"])
    precise = tolerance["class_marginals_precise"]
    assert found == pytest.approx(expected["class_marginals_precise"], abs=precise)
    assert result.error_rates["1"].to_numpy() == pytest.approx(
        np.array(expected["error_rate_observer1"]), abs=tolerance["error_rate_observer1"]
    )
    assert result.log_likelihood == pytest.approx(expected["loglik"], abs=tolerance["loglik"])
    assert len(result.error_rates) == 5


def sparse_panel(seed: int) -> Any:
    rng = np.random.default_rng(seed)
    truth = rng.integers(1, 4, 40)
    rows = np.where(rng.random((6, 40)) < 0.8, truth, rng.integers(1, 4, (6, 40))).astype(object)
    rows[rng.random(rows.shape) < 0.3] = None
    return rows


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_chances_sum_to_one_and_do_not_depend_on_the_names_of_values(seed: int) -> None:
    rows = sparse_panel(seed)
    one = dawid_skene(ratings_of(Scale((1, 2, 3), "nominal"), peer=rows.tolist()))
    turned = [[None if value is None else 4 - value for value in row] for row in rows]
    other = dawid_skene(ratings_of(Scale((1, 2, 3), "nominal"), peer=turned))
    assert one.reason is other.reason is None
    assert one.chances.sum(axis=1).to_numpy() == pytest.approx(1.0)
    assert one.chances.to_numpy() == pytest.approx(other.chances.to_numpy()[:, ::-1], abs=1e-5)
    assert all(table.sum(axis=1).to_numpy() == pytest.approx(1.0) for table in one.error_rates.values())
    json.dumps(one.to_dict(), allow_nan=False)


def test_further_steps_do_not_change_a_settled_fit() -> None:
    ratings = ratings_of(Scale((1, 2, 3), "nominal"), peer=sparse_panel(1).tolist())
    one, other = dawid_skene(ratings), dawid_skene(ratings, tolerance=1e-11)
    assert other.n_iterations > one.n_iterations > 2
    assert one.log_likelihood == pytest.approx(other.log_likelihood, abs=1e-8)


def test_each_group_has_labels_of_its_own() -> None:
    ratings = ratings_of(Scale((0, 1), "nominal"), g=[[0, 0, 1, 1]] * 3, h=[[1, 0, 1, 1]] * 3)
    assert [dawid_skene(ratings, group=name).labels["i000"] for name in ("g", "h")] == [0, 1]


@pytest.mark.parametrize(
    ("rows", "reason"),
    [([[1, 1], [1, 1]], Reason.ONE_CATEGORY), ([[1, None], [None, 2]], Reason.NO_PAIRABLE_ITEMS)],
)
def test_answers_that_tell_nothing_of_errors_are_undefined(rows: Any, reason: Any) -> None:
    assert dawid_skene(ratings_of(FOUR, peer=rows)).reason is reason


def test_fit_that_is_stopped_early_gives_no_labels() -> None:
    ratings = ratings_of(Scale((1, 2, 3), "nominal"), peer=sparse_panel(1).tolist())
    result = dawid_skene(ratings, max_iterations=2)
    assert (result.labels, result.reason) == ({}, Reason.NOT_CONVERGED)


@pytest.mark.parametrize("options", [{"tolerance": 0.0}, {"max_iterations": 0}])
def test_impossible_options_are_refused(options: Any) -> None:
    with pytest.raises(AgreementInputError):
        dawid_skene(ratings_of(FOUR, peer=[[1, 2], [1, 2]]), **options)
