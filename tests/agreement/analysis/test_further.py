# mypy: disable-error-code="arg-type"
from typing import Any

import numpy as np
import pandas as pd
import pytest

from rating.agreement import Ratings, Scale, analyse_question, hedges_g, icc, misalignment
from rating.agreement.registry import REGISTRY
from tests.agreement.conftest import long_table, ratings_of

FIVE = Scale((1, 2, 3, 4, 5), "ordinal")


def tables(seed: Any = 0) -> Any:
    rng = np.random.default_rng(seed)
    base = rng.integers(2, 5, 12)
    return {name: (base + rng.integers(-1, 2, (4, 12))).tolist() for name in ("peer", "patient")}


@pytest.fixture(scope="module")
def ratings() -> Any:
    return ratings_of(FIVE, **tables())


@pytest.fixture(scope="module")
def result(ratings: Any) -> Any:
    return analyse_question(ratings, n_permutations=50, seed=2).to_dict()


def test_every_registered_statistic_is_somewhere_in_the_result(result: Any) -> None:
    within = result["within"][0]
    places = {
        *within["estimates"],
        *(row["name"] for row in within["further"]),
        *(row["name"] for row in result["pairs"][0]["further"]),
        *(row["name"] for row in result["apart"]),
        *(entry.name for entry in REGISTRY if entry.shown == "main"),
    }
    assert places >= {entry.name for entry in REGISTRY}


def test_rows_of_a_scope_are_each_choice_that_suits_the_scale_and_no_other(result: Any) -> None:
    expected = [
        (entry.name, choice.name)
        for entry in REGISTRY
        if entry.about == "within" and entry.shown == "further"
        for choice in entry.choices_for(FIVE)
    ]
    for part in result["within"]:
        assert [(row["name"], row["choice"]) for row in part["further"]] == expected


def test_row_holds_what_the_function_gives_under_its_label(result: Any, ratings: Any) -> None:
    rows = {(row["name"], row["choice"]): row for row in result["within"][0]["further"]}
    row = rows["icc", "3,1"]
    assert row["label"] == "Intraclass correlation"
    assert row.items() >= icc(ratings, group="peer", form="3,1").to_dict().items()
    across = {row["name"]: row for row in result["pairs"][0]["further"]}
    assert across["hedges_g"].items() >= hedges_g(ratings, "peer", "patient").to_dict().items()


def test_statistic_for_two_values_on_five_keeps_its_reason(result: Any) -> None:
    rows = {row["name"]: row for row in result["within"][0]["further"]}
    assert rows["positive_agreement"]["reason"] == "needs_two_values"


def test_nominal_scale_gets_no_graded_weights_and_reasons_for_scores() -> None:
    found = analyse_question(ratings_of(Scale((1, 2, 3, 4, 5), "nominal"), **tables()), n_permutations=0)
    rows = found.to_dict()["within"][0]["further"]
    assert not [row for row in rows if "linear" in row["variant"] or "quadratic" in row["variant"]]
    assert {row["reason"] for row in rows if row["name"] == "icc"} == {"not_for_this_scale"}


def test_second_opinion_on_m_is_the_same_number_with_another_interval(result: Any, ratings: Any) -> None:
    row = result["pairs"][0]["further"][-1]
    m = misalignment(ratings, "peer", "patient").m
    assert (row["name"], row["interval_method"]) == ("m", "two_way_bootstrap")
    assert row["estimate"] == pytest.approx(m.estimate)
    assert row["low"] < row["estimate"] < row["high"]


def test_ratings_in_blocks_get_the_mean_of_blocks_too() -> None:
    frame = pd.concat([long_table(rows, name, name) for name, rows in tables().items()])
    blocks = frame["rater"].str[-1].isin(["0", "1"]).map({True: "first", False: "second"})
    found = analyse_question(Ratings.from_frame(frame.assign(block=blocks), FIVE), n_permutations=0).to_dict()
    assert "alpha_by_block" in {row["name"] for row in found["within"][0]["further"]}
    assert "alpha_by_block" not in {row["name"] for row in found["apart"]}


def test_another_group_leaves_the_second_opinion_on_a_pair_alone(result: Any) -> None:
    more = ratings_of(FIVE, **tables(), clinician=tables(9)["peer"])
    found = analyse_question(more, n_permutations=0, seed=2).to_dict()
    assert found["pairs"][0]["pair"] == result["pairs"][0]["pair"]
    assert found["pairs"][0]["further"] == result["pairs"][0]["further"]


def test_profile_likelihood_of_too_many_raters_is_left_out_and_named_with_its_scope() -> None:
    rng = np.random.default_rng(0)
    many = ratings_of(FIVE, peer=rng.integers(1, 6, (41, 4)).tolist(), patient=[[1, 2, 3, 4], [2, 2, 3, 5]])
    found = analyse_question(many, kinds={"patient": "judge"}, n_permutations=0).to_dict()
    names = {part["scope"]: {row["name"] for row in part["further"]} for part in found["within"]}
    assert "icc_reml" in names["patient"]
    assert "icc_reml" not in names["peer"]
    (row,) = (row for row in found["apart"] if row["name"] == "icc_reml")
    assert (row["about"], row["scopes"]) == ("within", ["peer"])
