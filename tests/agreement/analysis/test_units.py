"""A question computed in pieces, anywhere and in any order, is the question computed at once."""

from __future__ import annotations

import json
import zlib
from typing import Any

import numpy as np
import pytest

from rating.agreement import Ratings, Scale
from rating.agreement.analysis import QuestionDetails, analyse_question, question_units
from rating.agreement.analysis.packed import pack, unpack
from rating.agreement.reasons import Reason
from rating.agreement.resampling.slices import SliceDone, known_slices, only_slice
from tests.agreement.conftest import ratings_of

KINDS = {"peer": "human", "clinician": "human", "patient": "human", "model": "judge"}


def settings() -> dict[str, Any]:
    strata = {"tone": {f"i{number:03d}": "calm" for number in range(5)}}
    return {"kinds": KINDS, "n_permutations": 50, "seed": 3, "details": QuestionDetails(strata=strata)}


@pytest.fixture(scope="module")
def ratings() -> Ratings:
    rng = np.random.default_rng(0)
    tables = {group: rng.integers(1, 6, (2, 12)).tolist() for group in KINDS}
    return ratings_of(Scale((1, 2, 3, 4, 5), "ordinal"), **tables)


def test_question_units_computed_backwards_and_packed_give_the_same_result(ratings: Ratings) -> None:
    at_once = analyse_question(ratings, **settings()).to_dict()
    units = question_units(ratings, **settings())
    known = {unit.name: unpack(pack(unit.compute())) for unit in reversed(units)}
    again = settings()
    again["details"] = QuestionDetails(strata=again["details"].strata, known=known)
    assert analyse_question(ratings, **again).to_dict() == at_once


def test_question_units_have_names_of_their_own(ratings: Ratings) -> None:
    names = [unit.name for unit in question_units(ratings, **settings())]
    assert len(set(names)) == len(names)


def test_slices_of_relabellings_give_the_unit_that_was_computed_at_once(ratings: Ratings) -> None:
    n_sliced = 0
    for unit in question_units(ratings, **settings()):
        if not unit.is_relabelled:
            continue
        slices = []
        for number in range(3):
            with pytest.raises(SliceDone) as done, only_slice(number, 3):
                unit.compute()
            slices.append(done.value.sums)
        with known_slices(np.concatenate(slices)):
            assert unit.compute() == unit.compute()
        n_sliced += 1
    # Three pairs of human groups, all of them together, and each against the others.
    assert n_sliced == 7


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        0.1 + 0.2,
        10**40,
        "text",
        (1, (2.5,)),
        {"a": [1, {2: 3}]},
        frozenset({"b", "a"}),
        Reason("no_ratings"),
    ],
)
def test_pack_and_back_is_the_same(value: object) -> None:
    assert unpack(pack(value)) == value


def test_pack_of_an_array_keeps_shape_and_digits() -> None:
    array = np.linspace(0, 1, 6).reshape(2, 3)
    assert np.array_equal(unpack(pack(array)), array)


def test_pack_of_what_is_no_result_is_refused() -> None:
    with pytest.raises(TypeError, match="No piece of a result"):
        pack(object())


@pytest.mark.parametrize("name", ["os:system", "rating.agreement.blas:Path", "rating.agreement.table:np"])
def test_unpack_of_another_class_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no class"):
        unpack(zlib.compress(json.dumps({"class": [name, {}]}).encode()))
