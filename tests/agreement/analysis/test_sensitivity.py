from typing import Any

import numpy as np
import pytest

from rating.agreement import Exclusion, Scale, alpha, misalignment, sensitivity_analyses, wording
from tests.agreement.conftest import ratings_of

FIVE = Scale((1, 2, 3, 4, 5), "ordinal")


def tables(n_peers: Any = 4) -> Any:
    rng = np.random.default_rng(0)
    base = rng.integers(2, 5, 10)
    return {
        name: (base + rng.integers(-1, 2, (n, 10))).tolist()
        for name, n in (("patient", 4), ("peer", n_peers))
    }


def versions(ratings: Any, *exclusions: Any, **options: Any) -> Any:
    found = sensitivity_analyses(ratings, exclusions, **options)
    return {version.key: version.to_dict() for version in found}


def test_complete_groups_of_equal_size_have_nothing_to_vary() -> None:
    found = versions(ratings_of(FIVE, **tables()))
    for key in ("shared_items", "equal_sizes"):
        assert (found[key]["reason"], found[key]["within"]) == ("nothing_changes", [])
        assert wording.reason_sentence(found[key]["reason"])
    assert found["other_distances"]["see"] == "pairs.misalignment.other_distances"


def test_shared_items_are_those_with_two_ratings_of_every_group() -> None:
    full = tables()
    holes = {**full, "peer": [[None, *row[1:]] for row in full["peer"][:3]] + [full["peer"][3]]}
    row = versions(ratings_of(FIVE, **holes))["shared_items"]
    alone = ratings_of(FIVE, **{name: [[None, *r[1:]] for r in rows] for name, rows in full.items()})
    assert (row["n_items"], row["n_raters"], row["n_ratings"]) == (9, 8, 72)
    assert row["within"][0]["alpha"]["estimate"] == alpha(alone, group="patient").estimate
    assert row["pairs"][0]["m"] == misalignment(alone, "patient", "peer").m.to_dict()


def test_judges_do_not_decide_which_items_are_shared() -> None:
    judged = {**tables(), "model": [[3] + [None] * 9]}
    found = versions(ratings_of(FIVE, **judged), kinds={"model": "judge"})
    assert found["shared_items"]["reason"] == "nothing_changes"


def test_larger_group_is_drawn_down_to_the_smallest() -> None:
    row = versions(ratings_of(FIVE, **tables(n_peers=7)), seed=4)["equal_sizes"]
    assert (row["n_raters"], row["n_ratings"], row["n_draws"]) == (8, 80, 50)
    by_scope = {part["scope"]: part["alpha"] for part in row["within"]}
    # The smallest group is never touched.
    whole = alpha(ratings_of(FIVE, **tables(n_peers=7)), group="patient").estimate
    assert by_scope["patient"]["smallest"] == by_scope["patient"]["largest"] == pytest.approx(whole)
    peer = by_scope["peer"]
    assert peer["smallest"] < peer["estimate"] < peer["largest"]
    assert (peer["low"], peer["high"], peer["n_draws"], peer["n_undefined"]) == (None, None, 50, 0)


def test_mean_over_draws_of_m_lies_near_m_of_everybody() -> None:
    # M has no bias from the number of raters: subsamples differ from it by their draw alone.
    ratings = ratings_of(FIVE, **tables(n_peers=8))
    row = versions(ratings)["equal_sizes"]["pairs"][0]
    whole = misalignment(ratings, "patient", "peer")
    spread = row["m"]["largest"] - row["m"]["smallest"]
    assert abs(row["m"]["estimate"] - whole.m.estimate) < spread / 4


def test_judges_are_not_drawn() -> None:
    judged = {**tables(n_peers=6), "model": [[3, 4] * 5] * 9}
    row = versions(ratings_of(FIVE, **judged), kinds={"model": "judge"})["equal_sizes"]
    assert row["n_raters"] == 4 + 4 + 9


def test_same_seed_draws_the_same_raters_and_another_seed_others() -> None:
    ratings = ratings_of(FIVE, **tables(n_peers=7))
    one, same, other = (versions(ratings, seed=seed)["equal_sizes"] for seed in (1, 1, 2))
    assert one == same
    assert one["pairs"] != other["pairs"]


def test_one_human_group_has_too_few_groups_to_share_or_to_equal() -> None:
    found = versions(ratings_of(FIVE, peer=tables()["peer"]))
    assert {found[key]["reason"] for key in ("shared_items", "equal_sizes")} == {"too_few_groups"}


def test_silent_group_leaves_nothing_to_equal() -> None:
    found = versions(ratings_of(FIVE, peer=tables()["peer"], patient=[[None] * 10]))
    assert found["equal_sizes"]["reason"] == "no_ratings"
    assert found["shared_items"]["reason"] == "no_ratings"


def test_exclusion_gives_the_numbers_of_the_ratings_that_stay() -> None:
    without = Exclusion(
        "straight",
        "Without straight-liners",
        raters=frozenset(["peer-000"]),
        items=frozenset(["i009"]),
        ratings=frozenset([("i000", "patient-001")]),
    )
    full = tables()
    row = versions(ratings_of(FIVE, **full), without)["straight"]
    patient = [rater[:9] for rater in full["patient"]]
    patient[1] = [None, *patient[1][1:]]
    expected = ratings_of(
        FIVE, patient=patient, peer=[[None] * 9] + [rater[:9] for rater in full["peer"][1:]]
    )
    assert (row["label"], row["n_items"], row["n_raters"], row["n_ratings"]) == (
        "Without straight-liners",
        9,
        7,
        62,
    )
    assert row["within"][0]["alpha"]["estimate"] == alpha(expected, group="patient").estimate
    assert row["pairs"][0]["m"]["estimate"] == misalignment(expected, "patient", "peer").m.estimate


@pytest.mark.parametrize(
    ("excluded", "reason"),
    [
        ({"raters": frozenset(["nobody"])}, "nothing_changes"),
        ({"items": frozenset(f"i{place:03d}" for place in range(10))}, "no_ratings"),
    ],
)
def test_exclusion_of_nothing_or_of_everything_gives_its_reason(excluded: Any, reason: Any) -> None:
    row = versions(ratings_of(FIVE, **tables()), Exclusion("key", "Label", **excluded))["key"]
    assert (row["reason"], row["within"], row["pairs"]) == (reason, [], [])
