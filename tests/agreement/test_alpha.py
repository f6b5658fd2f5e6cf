# mypy: disable-error-code="operator,arg-type,list-item"
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rating.agreement import AgreementInputError, IntervalOptions, Ratings, Reason, Scale, alpha, cross_check
from tests.agreement.conftest import ratings_of

LEVELS = ("nominal", "ordinal", "interval", "ratio")
PLAIN = IntervalOptions(method="none")


def domain(matrix: Any) -> Any:
    return tuple(sorted({value for row in matrix for value in row if value is not None}))


def alpha_of(matrix: Any, level: Any, values: Any = None) -> Any:
    scale = Scale(values or domain(matrix), level)
    return alpha(ratings_of(scale, peer=matrix), options=PLAIN).estimate


@pytest.mark.shared
@pytest.mark.parametrize("level", LEVELS)
def test_alpha_of_krippendorffs_missing_data_example_is_published_value(oracle: Any, level: Any) -> None:
    example = oracle("krippendorff2011_missing")
    assert alpha_of(example["data"], level) == pytest.approx(
        example["expected"][level], abs=example["tolerance"]
    )


@pytest.mark.shared
@pytest.mark.parametrize("level", ["nominal", "interval"])
def test_alpha_of_wikipedia_example_is_published_value(oracle: Any, level: Any) -> None:
    example = oracle("wikipedia_alpha")
    assert alpha_of(example["data"], level) == pytest.approx(
        example["expected"][level], abs=example["tolerance"]
    )


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "key"), [("krippendorff2004_binary", "alpha"), ("krippendorff2018_p306", "nominal")]
)
def test_alpha_of_binary_examples_is_published_value(oracle: Any, name: Any, key: Any) -> None:
    example = oracle(name)
    assert alpha_of(example["data"], "nominal") == pytest.approx(
        example["expected"][key], abs=example["tolerance"]
    )


@pytest.mark.shared
@pytest.mark.parametrize(
    "name",
    [f"freelon2010_{n}" for n in ("r2_03", "r2_06", "r2_08", "r3_01", "r3_03", "r3_05", "r3_07", "r3_09")],
)
def test_alpha_of_recal_tables_is_published_value(oracle: Any, name: Any) -> None:
    example = oracle(name)
    tolerance = example["tolerance"]
    limit = tolerance["default"] if isinstance(tolerance, dict) else tolerance
    assert alpha_of(example["data"], "nominal") == pytest.approx(
        example["expected"]["krippendorff_alpha"], abs=limit
    )


@pytest.mark.shared
@pytest.mark.parametrize(
    "name", ["gwet_distrib6raters", "gwet_ben_gerry", "gwet_raw4raters", "gwet_raw_g1g2"]
)
def test_alpha_of_gwets_tables_is_what_irrcac_gives(oracle: Any, name: Any) -> None:
    example = oracle(name)
    expected = example["expected"]["unweighted"]["krippendorff_alpha"]["estimate"]
    assert alpha_of(example["data"], "nominal") == pytest.approx(expected, abs=example["tolerance"])


@pytest.mark.shared
@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval"])
def test_alpha_of_constant_ratings_is_undefined_with_a_reason(oracle: Any, level: Any) -> None:
    example = oracle("degenerate_constant")
    scale = Scale(tuple(example["params"]["domain"]), level)
    result = alpha(ratings_of(scale, peer=example["data"]))
    assert (result.estimate, result.reason) == (None, Reason.ONE_CATEGORY)
    assert (result.low, result.interval.reason) == (None, Reason.ONE_CATEGORY)


@pytest.mark.shared
def test_alpha_of_experts_in_lend_an_ear_is_published_value(shared_dir: Any) -> None:
    folder = shared_dir / "data" / "lend_an_ear"
    known = pd.read_json(folder / "known_numbers.json")
    known = known[known["statistic"] == "krippendorff_alpha"]
    table = pd.read_csv(folder / "ratings.csv")
    assert len(known) == 6
    for row in known.itertuples():
        frame = table[(table["dimension"] == row.dimension) & (table["group"] == row.group)]
        ratings = Ratings.from_frame(frame, Scale((1, 2, 3, 4, 5), row.level))
        assert alpha(ratings, group=row.group).estimate == pytest.approx(row.value, abs=row.tolerance)


sparse_matrices = st.integers(2, 5).flatmap(
    lambda n_raters: st.lists(
        st.lists(st.one_of(st.none(), st.integers(0, 4)), min_size=n_raters, max_size=n_raters),
        min_size=1,
        max_size=12,
    )
)


@settings(max_examples=150, deadline=None)
@given(by_item=sparse_matrices, level=st.sampled_from(LEVELS))
def test_alpha_of_random_sparse_matrix_equals_the_package(by_item: Any, level: Any) -> None:
    matrix = [list(row) for row in zip(*by_item, strict=True)]
    if all(value is None for row in matrix for value in row):
        matrix[0][0] = 0
    check = cross_check(ratings_of(Scale((0, 1, 2, 3, 4), level), peer=matrix))
    assert (check.ours is None) == (check.package is None)
    assert check.ours is None or check.difference <= 1e-12


@settings(max_examples=50, deadline=None)
@given(by_item=sparse_matrices, level=st.sampled_from(LEVELS), seed=st.integers(0, 1000))
def test_alpha_does_not_depend_on_the_names_of_items_and_raters(by_item: Any, level: Any, seed: Any) -> None:
    rng = np.random.default_rng(seed)
    matrix = [list(row) for row in zip(*by_item, strict=True)]
    matrix[0][0] = 0
    rows, columns = rng.permutation(len(matrix)), rng.permutation(len(matrix[0]))
    mixed = [[matrix[row][column] for column in columns] for row in rows]
    one, other = (alpha_of(part, level, (0, 1, 2, 3, 4)) for part in (matrix, mixed))
    assert (one is None and other is None) or one == pytest.approx(other, abs=1e-12)


def test_alpha_ignores_levels_that_nobody_used() -> None:
    matrix = [[1, 2, 3, 3], [1, 2, 2, 3]]
    assert alpha_of(matrix, "ordinal", (0, 1, 2, 3, 9)) == pytest.approx(
        alpha_of(matrix, "ordinal"), abs=1e-15
    )


def test_alpha_without_two_ratings_on_any_item_is_undefined() -> None:
    result = alpha(ratings_of(Scale((1, 2), "nominal"), peer=[[1, None], [None, 2]]))
    assert result.reason is Reason.NO_PAIRABLE_ITEMS
    assert [(part.reason, part.n) for part in result.basis.left_out] == [("unpaired", 2)]


def test_alpha_counts_what_entered_and_what_did_not() -> None:
    result = alpha(ratings_of(Scale((1, 2), "nominal"), peer=[[1, 2, 1], [1, 1, None], [None, None, None]]))
    basis = result.basis
    assert (basis.n_items, basis.n_raters, basis.n_ratings, basis.n_pairable) == (2, 2, 4, 2)
    assert [(part.reason, part.group, part.n) for part in basis.left_out] == [("unpaired", "peer", 1)]


def test_alpha_of_a_group_without_ratings_says_so() -> None:
    ratings = ratings_of(Scale((1, 2), "nominal"), peer=[[1, 2]], clinician=[[None, None]])
    assert alpha(ratings, group="clinician").reason is Reason.NO_RATINGS


@pytest.mark.parametrize(
    ("measurement", "values", "level"),
    [
        ("nominal", ("a", "b", "c"), "interval"),
        ("interval", (-1, 0, 1), "ratio"),
        ("ordinal", (1, 2), "cardinal"),
    ],
)
def test_alpha_at_a_level_the_scale_does_not_carry_is_refused(
    measurement: Any, values: Any, level: Any
) -> None:
    ratings = ratings_of(Scale(values, measurement), peer=[[values[0]], [values[1]]])
    with pytest.raises(AgreementInputError) as caught:
        alpha(ratings, level=level)
    assert caught.value.code == "bad_option"


def test_alpha_of_pooled_groups_equals_alpha_of_one_group_of_all() -> None:
    scale = Scale((1, 2, 3), "ordinal")
    first, second = [[1, 2, 3, 1], [1, 2, 2, 1]], [[1, 3, 3, 2]]
    pooled = alpha(ratings_of(scale, g=first, h=second), options=PLAIN).estimate
    together = alpha(ratings_of(scale, g=first + second), options=PLAIN).estimate
    assert pooled == together
