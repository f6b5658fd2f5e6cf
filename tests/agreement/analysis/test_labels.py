from typing import Any

from rating.agreement import QuestionDetails, Scale, analyse_question
from tests.agreement.conftest import ratings_of

FIVE = Scale((1, 2, 3, 4, 5), "ordinal")


def labels(matrix: Any, watched: Any = ()) -> Any:
    details = QuestionDetails(watched=watched)
    return analyse_question(ratings_of(FIVE, peer=matrix), n_permutations=0, details=details).labels["peer"]


def test_majorities_ties_and_credible_minorities_are_counted() -> None:
    # One rater of five may slip; two of five are more than slips explain.
    found = labels([[5, 5, 5], [5, 5, 5], [5, 5, 4], [5, 1, 4], [1, 1, None]])
    assert (found["n_items"], found["n_majority"], found["n_ties"]) == (3, 2, 1)
    assert found["n_with_credible_minority"] == 2
    assert found["watched"] is None


def test_unsafe_minority_is_reported_against_a_safe_majority() -> None:
    found = labels([[5, 5, 5], [5, 5, 5], [5, 5, 5], [5, 1, 1], [5, 2, 5]], watched=(1, 2))
    assert found["n_majority"] == 3
    assert found["watched"] == {
        "values": [1, 2],
        "n_items_with_any": 2,
        "n_items_credible": 1,
        "examples": ["i001"],
    }


def test_examples_begin_with_the_largest_share_and_stop_at_twenty() -> None:
    matrix = [[1] * 25, [1] * 25, [5] * 24 + [1]]
    examples = labels(matrix, watched=(1,))["watched"]["examples"]
    assert len(examples) == 20
    assert examples[:2] == ["i024", "i000"]


def test_group_without_ratings_has_labels_for_nothing() -> None:
    ratings = ratings_of(FIVE, peer=[[1, 2], [1, 3]], patient=[[None, None]])
    found = analyse_question(ratings, n_permutations=0, details=QuestionDetails(watched=(1,))).labels
    assert (found["patient"]["n_items"], found["patient"]["watched"]["examples"]) == (0, [])
