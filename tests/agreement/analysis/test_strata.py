from typing import Any

import numpy as np
import pytest

from rating.agreement import QuestionDetails, Scale, alpha, analyse_question, misalignment
from tests.agreement.conftest import ratings_of

FIVE = Scale((1, 2, 3, 4, 5), "ordinal")
CRISIS = [f"i{place:03d}" for place in range(6)]


def tables() -> Any:
    """Two groups that differ on the first six items only."""
    rng = np.random.default_rng(0)
    base = rng.integers(2, 4, 18)
    shift = np.where(np.arange(18) < 6, 2, 0)
    return {
        "peer": (base + rng.integers(-1, 1, (4, 18))).tolist(),
        "patient": (base + shift + rng.integers(-1, 1, (4, 18))).tolist(),
    }


def strata(levels: Any, **options: Any) -> Any:
    details = QuestionDetails(strata={"risk": levels})
    found = analyse_question(ratings_of(FIVE, **tables()), n_permutations=0, details=details, **options)
    return {row["level"]: row for row in found.to_dict()["strata"]}


def test_strata_are_those_of_their_items_alone() -> None:
    levels = {f"i{place:03d}": "crisis" if place < 6 else "other" for place in range(18)}
    found = strata(levels)
    alone = ratings_of(FIVE, **{name: [row[:6] for row in rows] for name, rows in tables().items()})
    assert list(found) == ["crisis", "other"]
    row = found["crisis"]
    assert (row["factor"], row["n_items"]) == ("risk", 6)
    assert row["within"][0]["alpha"] == alpha(alone, group="peer").to_dict()
    expected = misalignment(alone, "peer", "patient")
    for name in ("m", "rms_gap", "direction"):
        assert row["pairs"][0][name] == getattr(expected, name).to_dict()


def test_gap_on_some_items_shows_by_stratum() -> None:
    found = strata(dict.fromkeys(CRISIS, "crisis"))
    gaps = {level: row["pairs"][0]["rms_gap"]["estimate"] for level, row in found.items()}
    assert gaps["crisis"] > 1.5
    assert abs(gaps["(none)"]) < 1


def test_items_without_a_level_are_a_stratum_of_their_own_and_come_last() -> None:
    found = strata(dict.fromkeys(CRISIS, "zzz"))
    assert {level: row["n_items"] for level, row in found.items()} == {"zzz": 6, "(none)": 12}
    assert list(found) == ["zzz", "(none)"]


def test_strata_cover_every_rated_item_once_and_only_rated_ones() -> None:
    found = strata({**dict.fromkeys(CRISIS, "crisis"), "never rated": "elsewhere"})
    assert set(found) == {"crisis", "(none)"}
    assert sum(row["n_items"] for row in found.values()) == 18


def test_stratum_holds_every_scope_and_pair_without_a_test() -> None:
    row = strata(dict.fromkeys(CRISIS, "crisis"))["crisis"]
    assert [part["scope"] for part in row["within"]] == ["peer", "patient", "all"]
    assert [part["pair"] for part in row["pairs"]] == [["peer", "patient"]]
    assert "test" not in row["pairs"][0]


def test_nominal_question_has_a_prevalence_robust_companion_in_each_stratum() -> None:
    values = {name: [[value > 3 for value in row] for row in rows] for name, rows in tables().items()}
    ratings = ratings_of(Scale((False, True), "nominal"), **values)
    details = QuestionDetails(strata={"risk": dict.fromkeys(CRISIS, "crisis")})
    found = analyse_question(ratings, n_permutations=0, details=details).strata
    assert all("ac1" in part for row in found for part in row["within"])


@pytest.mark.parametrize("levels", [{}, {"i000": "crisis"}])
def test_stratum_of_one_item_or_all_gives_reasons_and_never_fails(levels: Any) -> None:
    for row in strata(levels).values():
        for part in row["within"]:
            assert (part["alpha"]["estimate"] is None) == (part["alpha"]["reason"] is not None)


def test_strata_leave_all_other_numbers_alone() -> None:
    ratings = ratings_of(FIVE, **tables())
    details = QuestionDetails(strata={"risk": dict.fromkeys(CRISIS, "crisis")}, watched=(1,))
    plain, with_strata = (
        analyse_question(ratings, n_permutations=50, seed=3, details=chosen).to_dict()
        for chosen in (None, details)
    )
    for name in ("within", "pairs", "against", "sensitivity", "item_gaps"):
        assert plain[name] == with_strata[name]
