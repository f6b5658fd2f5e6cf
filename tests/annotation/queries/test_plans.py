"""What a stage asks of its raters, against sums done by hand."""

from __future__ import annotations

import pytest

from annotation.models import Group
from annotation.queries.plans import GroupLoad, stage_load, stage_warnings


def group(key: str, n_raters: int) -> Group:
    made = Group(key=key, name=key.capitalize())
    made.n_raters = n_raters  # type: ignore[attr-defined]
    return made


@pytest.mark.parametrize(
    ("per_item", "n_items", "n_raters", "n_ratings", "per_rater"),
    [
        (2, 40, 8, 80, 10),
        (3, 40, 7, 120, 18),
        (8, 40, 8, 320, 40),
        # Three raters cannot give eight ratings to an item: each does every item once.
        (8, 40, 3, 320, 40),
        (2, 40, 0, 80, None),
        (0, 40, 5, 0, 0),
    ],
)
def test_stage_load_shares_out_evenly(
    per_item: int, n_items: int, n_raters: int, n_ratings: int, per_rater: int | None
) -> None:
    load = stage_load([group("peers", n_raters)], {"peers": per_item}, n_items=n_items)[0]
    assert (load.n_ratings, load.per_rater) == (n_ratings, per_rater)


def loads(**quotas: int) -> list[GroupLoad]:
    return stage_load([group(key, 5) for key in quotas], quotas, n_items=10)


def test_stage_warnings_when_two_groups_give_two_each_is_silent() -> None:
    assert stage_warnings(loads(peers=2, patients=2)) == []


def test_stage_warnings_when_one_rating_per_item_names_the_group() -> None:
    (warning,) = stage_warnings(loads(peers=1, patients=2))
    assert warning.startswith("Peers give fewer than two ratings per item.")
    assert "not identifiable" in warning


def test_stage_warnings_when_only_one_group_rates_says_so() -> None:
    assert stage_warnings(loads(peers=2, patients=0)) == [
        "Only one group rates. Misalignment needs at least two."
    ]


def test_stage_warnings_when_raters_are_too_few_says_how_many() -> None:
    (warning,) = stage_warnings(loads(peers=6, patients=5))
    assert warning.startswith("Peers have 5 raters with a login")
