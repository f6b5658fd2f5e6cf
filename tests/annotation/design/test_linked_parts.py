"""Components of who rated what, without the matrix: the same as with it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from annotation.design.linkage import linkage, linked_parts


def parts(members: list[Mapping[str, int]]) -> list[list[tuple[str, int]]]:
    return sorted(sorted(one.items()) for one in members)


@pytest.mark.parametrize("seed", range(8))
def test_parts_of_pairs_are_those_of_the_matrix(seed: int) -> None:
    rng = np.random.default_rng(seed)
    grids = {key: rng.random((30, n)) < 0.05 for key, n in (("peer", 12), ("clinician", 9))}
    pairs = {key: np.argwhere(grid) for key, grid in grids.items()}
    expected = linkage(grids)
    assert parts(linked_parts(pairs)) == parts(list(expected.members))
    assert expected.n_components > 1


def test_nobody_has_rated_is_no_part() -> None:
    assert linked_parts({}) == []
    assert linked_parts({"peer": np.zeros((0, 2), dtype=np.int64)}) == []


def test_a_long_chain_is_one_part() -> None:
    chain = [[item, rater] for item in range(5000) for rater in (item, item + 1)]
    assert linked_parts({"peer": np.array(chain)}) == [{"peer": 5001}]
