from typing import Any

import numpy as np
import pytest

from rating.agreement import (
    QuestionDetails,
    Scale,
    alternative_annotator_test,
    alternative_group_test,
    analyse_question,
)
from tests.agreement.conftest import ratings_of

FIVE = Scale((1, 2, 3, 4, 5), "interval")
KINDS = {"model": "judge"}


def study() -> Any:
    rng = np.random.default_rng(0)
    base = rng.integers(1, 6, 40)
    groups = {
        name: np.clip(base + rng.integers(-1, 2, (3, 40)), 1, 5).tolist() for name in ("peer", "patient")
    }
    return {**groups, "model": [base.tolist(), (6 - base).tolist()]}


@pytest.fixture(scope="module")
def ratings() -> Any:
    return ratings_of(FIVE, **study())


def test_each_judge_is_tested_against_each_human_group(ratings: Any) -> None:
    rows = analyse_question(ratings, kinds=KINDS, n_permutations=0).judges
    assert [(row["judge"], row["judge_group"], row["group"]) for row in rows] == [
        ("model-000", "model", "peer"),
        ("model-000", "model", "patient"),
        ("model-001", "model", "peer"),
        ("model-001", "model", "patient"),
    ]


def test_judge_that_follows_the_truth_wins_and_its_mirror_image_does_not(ratings: Any) -> None:
    rows = analyse_question(ratings, kinds=KINDS, n_permutations=0).judges
    rates = {(row["judge"], row["group"]): row["winning_rate"]["estimate"] for row in rows}
    assert rates["model-000", "peer"] == 1.0
    assert rates["model-001", "peer"] == 0.0


def test_epsilon_is_that_of_the_group_and_else_a_fifth(ratings: Any) -> None:
    details = QuestionDetails(epsilon={"patient": 0.1})
    rows = analyse_question(ratings, kinds=KINDS, n_permutations=0, details=details).judges
    assert [row["epsilon"] for row in rows] == [0.2, 0.1, 0.2, 0.1]
    expected = alternative_annotator_test(ratings, "model-000", "patient", epsilon=0.1).to_dict()
    assert rows[1].items() >= expected.items()


def test_groups_of_people_are_not_tested_as_judges(ratings: Any) -> None:
    assert analyse_question(ratings, n_permutations=0).judges == []


def test_consensus_of_each_human_group_is_tested_against_the_others(ratings: Any) -> None:
    details = QuestionDetails(epsilon={"patient": 0.1})
    rows = analyse_question(ratings, kinds=KINDS, n_permutations=0, details=details).consensus
    assert [(row["panel"], row["group"], row["epsilon"]) for row in rows] == [
        ("peer", "patient", 0.1),
        ("patient", "peer", 0.2),
    ]
    expected = alternative_group_test(ratings, "peer", "patient", epsilon=0.1).to_dict()
    assert rows[0].items() >= expected.items()
