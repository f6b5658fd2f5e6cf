# mypy: disable-error-code="operator"
from typing import Any

import numpy as np
import pandas as pd
import pytest

from rating.agreement import (
    AgreementInputError,
    Preferences,
    Reason,
    Scale,
    ac1,
    bradley_terry,
    cronbach_alpha,
    group_association_index,
    overall_misalignment,
    signal_detection,
)
from rating.agreement.computing import ComputeOptions, compute
from rating.agreement.registered import Choice
from rating.agreement.registry import REGISTRY, statistic
from rating.agreement.statistics.misalignment import TestOptions
from tests.agreement.conftest import ratings_of

FIVE = Scale((1, 2, 3, 4, 5), "ordinal")


@pytest.fixture(scope="module")
def ratings() -> Any:
    rng = np.random.default_rng(0)
    base = rng.integers(2, 5, 15)
    return ratings_of(FIVE, **{name: (base + rng.integers(-1, 2, (4, 15))).tolist() for name in "ghk"})


def test_compute_within_gives_what_the_function_gives(ratings: Any) -> None:
    found = compute(statistic("ac1"), ratings, ["g", "h"], ComputeOptions(confidence=0.9))
    assert found == {"ac1": ac1(ratings, group=("g", "h"), options=_options(0.9))}


def test_compute_across_all_groups_together_gives_what_the_function_gives(ratings: Any) -> None:
    found = compute(statistic("overall_m"), ratings, ["g", "h", "k"])["overall_m"]
    assert found == overall_misalignment(ratings, ["g", "h", "k"], options=TestOptions(n_permutations=0)).m


def test_compute_with_a_choice_passes_its_arguments(ratings: Any) -> None:
    entry = statistic("ac2")
    found = compute(entry, ratings, ["g"], choice=Choice("linear", {"weights": "linear"}))
    assert found["ac2"].variant == "linear weights on values"


def test_compute_against_the_rest_tests_with_the_options_given(ratings: Any) -> None:
    options = TestOptions(n_permutations=99, rng=np.random.default_rng(5))
    expected = group_association_index(ratings, "g", "h", "k", options=options)
    found = compute(statistic("gai"), ratings, ["g", "h", "k"], ComputeOptions(n_permutations=99, seed=5))
    assert found == {"gai": expected.gai}


def test_compute_for_two_values_on_five_is_undefined_with_its_reason(ratings: Any) -> None:
    found = compute(statistic("positive_agreement"), ratings, ["g"])["positive_agreement"]
    assert (found.estimate, found.reason) == (None, Reason.NEEDS_TWO_VALUES)
    assert found.basis.n_ratings == 60


def test_compute_with_a_truth_gives_what_the_function_gives(ratings: Any) -> None:
    truth = {item: place % 2 == 0 for place, item in enumerate(ratings.items)}
    found = compute(statistic("detection_auc"), ratings, ["g"], ComputeOptions(truth=truth))
    assert found["detection_auc"] == signal_detection(ratings, truth, group="g").auc


def test_compute_on_several_questions_gives_what_the_function_gives(ratings: Any) -> None:
    questions = {"one": ratings, "other": ratings}
    found = compute(statistic("cronbach_alpha"), questions, ["g"])["cronbach_alpha"]
    assert found == cronbach_alpha(questions, group="g")


def test_compute_on_preferences_gives_one_estimate_a_candidate() -> None:
    rows = [
        (f"i{item}", f"r{rater}", "peer", "a", "b", "first" if (item + rater) % 3 else "second")
        for item in range(9)
        for rater in range(4)
    ]
    frame = pd.DataFrame(rows, columns=["item", "rater", "group", "first", "second", "value"])
    preferences = Preferences.from_frame(frame)
    found = compute(statistic("bradley_terry"), preferences, ["peer"])
    assert found == bradley_terry(preferences, group="peer").strengths


@pytest.mark.parametrize("entry", [entry for entry in REGISTRY if entry.about == "items"])
def test_compute_of_a_table_is_refused_by_name(entry: Any, ratings: Any) -> None:
    with pytest.raises(AgreementInputError, match="a table") as caught:
        compute(entry, ratings, ["g"])
    assert caught.value.code == "bad_option"


@pytest.mark.parametrize("name", ["xrr", "cohen_kappa", "alternative_annotator"])
def test_compute_for_two_is_refused_for_three(name: Any, ratings: Any) -> None:
    with pytest.raises(AgreementInputError, match="two names, not 3"):
        compute(statistic(name), ratings, ["g", "h", "k"])


def test_compute_leaves_a_level_that_is_that_of_a_test_alone() -> None:
    assert "level" not in ComputeOptions(level="nominal").told(statistic("consensus_labels").function)
    assert ComputeOptions(level="nominal").told(statistic("alpha").function)["level"] == "nominal"


def _options(confidence: float) -> Any:
    return ComputeOptions(confidence=confidence).told(ac1)["options"]
