import json
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from rating.agreement import (
    Exclusion,
    QuestionDetails,
    Ratings,
    Scale,
    alpha,
    analyse_question,
    misalignment,
    wording,
)
from tests.agreement.conftest import long_table, ratings_of

FIVE = Scale((1, 2, 3, 4, 5), "ordinal")


def study(seed: Any = 0, n_raters: Any = 4, n_items: Any = 12) -> Any:
    rng = np.random.default_rng(seed)
    base = rng.integers(1, 5, n_items)
    return {
        name: np.clip(base + shift + rng.integers(-1, 2, (n_raters, n_items)), 1, 5).tolist()
        for shift, name in enumerate(("peer", "clinician", "patient"))
    }


@pytest.fixture(scope="module")
def ratings() -> Any:
    return ratings_of(FIVE, **study())


@pytest.fixture(scope="module")
def result(ratings: Any) -> Any:
    return analyse_question(ratings, n_permutations=200, seed=7).to_dict()


def numbers(value: Any) -> Any:
    """All floats anywhere in a JSON-like value."""
    if isinstance(value, dict):
        return [number for part in value.values() for number in numbers(part)]
    if isinstance(value, list):
        return [number for part in value for number in numbers(part)]
    return [value] if isinstance(value, float) else []


def test_result_survives_json_without_nan(result: Any) -> None:
    assert json.loads(json.dumps(result, allow_nan=False)) == result
    assert all(math.isfinite(number) for number in numbers(result))


def test_result_holds_every_group_pair_and_part(result: Any) -> None:
    assert [part["scope"] for part in result["within"]] == ["peer", "clinician", "patient", "all"]
    assert [part["pair"] for part in result["pairs"]] == [
        ["peer", "clinician"],
        ["peer", "patient"],
        ["clinician", "patient"],
    ]
    assert result["overall"]["groups"] == ["peer", "clinician", "patient"]
    assert [row["rank"] for row in result["item_gaps"]["rows"]] == list(range(1, 13))


def test_result_equals_that_of_the_single_functions(result: Any, ratings: Any) -> None:
    peer = result["within"][0]["estimates"]["alpha"]
    assert peer == alpha(ratings, group="peer").to_dict()
    found = misalignment(ratings, "peer", "patient").to_dict()
    assert result["pairs"][1]["misalignment"]["m"] == found["m"]
    assert result["pairs"][1]["misalignment"]["parts"] == found["parts"]


def test_printed_alphas_are_cross_checked(result: Any) -> None:
    for part in result["within"]:
        assert part["cross_check"]["difference"] <= 1e-12
        assert part["cross_check"]["ours"] == part["estimates"]["alpha"]["estimate"]
        assert part["alpha_by_level"]["ordinal"] == part["cross_check"]["ours"]


def test_same_seed_gives_the_same_numbers(ratings: Any, result: Any) -> None:
    assert analyse_question(ratings, n_permutations=200, seed=7).to_dict() == result


def test_result_holds_every_further_part(result: Any) -> None:
    assert result["format"] == 2
    assert [row["group"] for row in result["against"]] == ["peer", "clinician", "patient"]
    assert result["judges"] == []
    assert len(result["consensus"]) == 6
    assert len(result["raters"]) == 12
    assert list(result["labels"]) == ["peer", "clinician", "patient"]
    assert [row["key"] for row in result["sensitivity"]] == ["other_distances", "shared_items", "equal_sizes"]
    assert result["strata"] == []


def test_settings_are_kept_with_the_numbers(result: Any) -> None:
    assert (result["seed"], result["confidence"], result["n_permutations"], result["level"]) == (
        7,
        0.95,
        200,
        "ordinal",
    )
    assert result["scale"] == {"measurement": "ordinal", "values": [1, 2, 3, 4, 5], "scores": [1, 2, 3, 4, 5]}
    assert {"python", "numpy", "scipy", "pandas", "krippendorff"} == set(result["software"])


def test_group_summaries_add_up(result: Any, ratings: Any) -> None:
    assert sum(group["n_ratings"] for group in result["groups"]) == result["counts"]["n_ratings"] == 144
    peer = result["groups"][0]
    assert sum(peer["counts"]) == peer["n_ratings"]
    assert peer["mean"] == pytest.approx(np.mean(study()["peer"]))
    assert peer["sd"] == pytest.approx(np.std(study()["peer"], ddof=1))


def test_gap_rows_show_the_distribution_of_every_group(result: Any) -> None:
    row = result["item_gaps"]["rows"][0]
    for group in row["groups"].values():
        assert sum(group["counts"]) == group["n"] == 4
    first, second = (row["groups"][name]["mean"] for name in row["pair"])
    assert row["gap"] == pytest.approx(first - second)


def test_progress_rises_to_one(ratings: Any) -> None:
    told: list[float] = []
    analyse_question(ratings, n_permutations=50, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len(told) > 5


def test_progress_may_cancel(ratings: Any) -> None:
    class CancelledError(Exception):
        pass

    def cancel(fraction: Any) -> Any:
        raise CancelledError

    with pytest.raises(CancelledError):
        analyse_question(ratings, progress=cancel)


def test_judges_are_compared_but_not_tested_pooled_or_ranked(ratings: Any) -> None:
    found = analyse_question(ratings, kinds={"patient": "judge"}, n_permutations=50).to_dict()
    assert [part["groups"] for part in found["within"]][-1] == ["peer", "clinician"]
    tests = {tuple(part["pair"]): part["misalignment"]["test"]["reason"] for part in found["pairs"]}
    assert tests[("peer", "clinician")] is None
    assert tests[("peer", "patient")] == tests[("clinician", "patient")] == "judge_group"
    assert found["overall"] is None
    assert found["item_gaps"]["groups"] == ["peer", "clinician"]


def test_yes_no_question_gets_prevalence_robust_companions() -> None:
    tables = {name: [[value > 3 for value in row] for row in rows] for name, rows in study().items()}
    scale = Scale((False, True), "nominal")
    found = analyse_question(ratings_of(scale, **tables), n_permutations=50).to_dict()
    assert set(found["within"][0]["estimates"]) >= {
        "alpha",
        "ac1",
        "positive_agreement",
        "negative_agreement",
    }
    assert found["pairs"][0]["misalignment"]["primary"] == "nominal"


@pytest.mark.parametrize(
    "tables",
    [
        {"peer": [[3]]},
        {"peer": [[3, 3, 3]] * 3, "patient": [[3, 3, 3]] * 3},
        {"peer": [[1, 2]], "patient": [[None, None]]},
        {"peer": [[1, None], [None, 2]], "patient": [[None, 5], [5, None]]},
        {"peer": [[1], [5], [3]], "patient": [[2], [2], [4]], "clinician": [[5], [5], [5]]},
    ],
    ids=["one rating", "one category", "a silent group", "no pairs", "one item"],
)
def test_poor_data_give_reasons_and_never_nan(tables: Any) -> None:
    found = analyse_question(ratings_of(FIVE, **tables), n_permutations=50).to_dict()
    json.dumps(found, allow_nan=False)
    for part in found["within"]:
        for estimate in part["estimates"].values():
            assert (estimate["estimate"] is None) == (estimate["reason"] is not None)
            assert (estimate["low"] is None) == (estimate["interval_reason"] is not None)
        for row in part["further"]:
            assert (row["estimate"] is None) == (row["reason"] is not None)
    for row in [row for pair in found["pairs"] for row in pair["further"]]:
        assert (row["low"] is None) == (row["interval_reason"] is not None)
    for observation in found["diagnostics"]:
        assert wording.reading(observation)


@pytest.mark.parametrize("kinds", [{}, {"patient": "judge"}, dict.fromkeys(["peer", "patient"], "judge")])
def test_poor_data_of_any_kind_survive_every_detail(kinds: Any) -> None:
    ratings = ratings_of(FIVE, peer=[[1, 2], [2, None]], patient=[[None, None], [5, None]])
    details = QuestionDetails(
        watched=(1, 2),
        strata={"risk": {"i000": "crisis"}, "source": {}},
        sensitivity=[Exclusion("all", "All", items=frozenset(["i000", "i001"]))],
    )
    told: list[float] = []
    found = analyse_question(ratings, kinds=kinds, n_permutations=19, details=details, progress=told.append)
    json.dumps(found.to_dict(), allow_nan=False)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_missing_reasons_are_reported_as_rates_by_group() -> None:
    frame = pd.concat([long_table(rows, name, name) for name, rows in study().items()])
    frame["value"] = frame["value"].astype(object)
    frame["missing"] = None
    chosen = (frame["group"] == "peer") & (frame["item"] < "i006")
    frame.loc[chosen, "value"] = None
    frame.loc[chosen, "missing"] = "cannot_judge"
    table = Ratings.from_frame(frame, FIVE, groups=("peer", "clinician", "patient"))
    found = analyse_question(table, n_permutations=50).to_dict()
    peer = found["groups"][0]
    assert peer["left_out"] == [{"reason": "cannot_judge", "group": "peer", "n": 24}]
    assert peer["missing_rate"] == 0.5
    assert {"reason": "cannot_judge", "group": "peer", "n": 24} in found["pairs"][0]["xrr"]["left_out"]


@pytest.mark.shared
def test_real_study_is_analysed_without_a_warning(shared_dir: Any) -> None:
    table = pd.read_csv(shared_dir / "data" / "lend_an_ear" / "ratings.csv")
    frame = table[table["dimension"] == "advice_giving"]
    found = analyse_question(
        Ratings.from_frame(frame, FIVE), kinds={"llm": "judge"}, level="interval", n_permutations=200
    ).to_dict()
    assert [part["scope"] for part in found["within"]] == ["crowd", "expert", "llm", "all"]
    # The crowd's plan leaves next to nothing under relabelling, and the result says so instead of a p.
    test = next(part for part in found["pairs"] if part["pair"] == ["crowd", "expert"])["misalignment"][
        "test"
    ]
    assert (test["p"], test["reason"]) == (None, "undefined_resamples")
    assert "incomplete_unblocked_plan" in {observation["code"] for observation in found["diagnostics"]}
