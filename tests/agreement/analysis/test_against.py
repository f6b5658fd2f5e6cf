from typing import Any

import numpy as np
import pytest

from rating.agreement import Scale, analyse_question, group_association_index, wording
from tests.agreement.conftest import ratings_of

FIVE = Scale((1, 2, 3, 4, 5), "ordinal")


def three(seed: Any = 0) -> Any:
    """Two groups that follow one truth, a third that follows most of it."""
    rng = np.random.default_rng(seed)
    base = rng.integers(1, 6, 30)
    own = np.where(rng.random(30) < 0.8, base, rng.integers(1, 6, 30))
    truths = {"peer": base, "clinician": base, "patient": own}
    return {
        name: np.clip(truth + rng.integers(-1, 2, (4, 30)), 1, 5).tolist() for name, truth in truths.items()
    }


@pytest.fixture(scope="module")
def rows() -> Any:
    return analyse_question(ratings_of(FIVE, **three()), n_permutations=99, seed=1).to_dict()["against"]


def test_each_human_group_is_set_against_the_other_human_groups(rows: Any) -> None:
    assert [(row["group"], row["others"]) for row in rows] == [
        ("peer", ["clinician", "patient"]),
        ("clinician", ["peer", "patient"]),
        ("patient", ["peer", "clinician"]),
    ]


def test_row_holds_what_the_function_gives(rows: Any) -> None:
    expected = group_association_index(ratings_of(FIVE, **three()), "peer", "clinician", "patient").to_dict()
    assert {name: rows[0][name] for name in ("gai", "in_group", "cross_group")} == {
        name: expected[name] for name in ("gai", "in_group", "cross_group")
    }


def test_p_values_are_adjusted_over_the_groups_by_benjamini_and_hochberg(rows: Any) -> None:
    p, adjusted = zip(*((row["test"]["p"], row["test"]["adjusted_p"]) for row in rows), strict=True)
    ranked = sorted(range(3), key=lambda place: p[place])
    stepped = [p[place] * 3 / (rank + 1) for rank, place in enumerate(ranked)]
    expected = [min(1.0, *stepped[rank:]) for rank in range(3)]
    assert [adjusted[place] for place in ranked] == pytest.approx(expected)
    assert wording.test_sentence(rows[0]["test"])


def test_judges_are_neither_set_against_groups_nor_among_the_others() -> None:
    found = analyse_question(ratings_of(FIVE, **three()), kinds={"patient": "judge"}, n_permutations=19)
    rows = found.to_dict()["against"]
    assert [(row["group"], row["others"]) for row in rows] == [
        ("peer", ["clinician"]),
        ("clinician", ["peer"]),
    ]


def test_one_human_group_is_set_against_nothing() -> None:
    one = {"peer": three()["peer"]}
    assert analyse_question(ratings_of(FIVE, **one), n_permutations=0).against == []


def test_judge_in_the_table_leaves_the_tests_of_human_groups_alone(rows: Any) -> None:
    ratings = ratings_of(FIVE, **three(), model=[[1, 2, 3] * 10] * 2)
    found = analyse_question(ratings, kinds={"model": "judge"}, n_permutations=99, seed=1).to_dict()
    assert found["against"] == rows
