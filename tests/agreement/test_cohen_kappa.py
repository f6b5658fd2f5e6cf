import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rating.agreement import AgreementInputError, Ratings, Reason, Scale, alpha, cohen_kappa
from tests.agreement.conftest import ratings_of

TWO_RATERS = {
    "artstein_poesio2008_ex1": 0.001,
    "brennan_prediger1981_ex1": 0.006,
    "cohen1960_p45": 0.001,
    "fleiss_cohen_everitt1969": 0.0006,
    "freelon2010_r2_03": 0.0051,
    "freelon2010_r2_06": 0.0051,
    "freelon2010_r2_08": 0.0051,
    "gwet_paradox_2x2": 0.0005,
    "zwick1988_ex2": 0.001,
}


def pair_of(example: Any, measurement: Any = "nominal") -> Any:
    values = tuple(sorted({value for row in example["data"] for value in row if value is not None}))
    return ratings_of(Scale(values, measurement), peer=example["data"])


@pytest.mark.shared
@pytest.mark.parametrize(("name", "tolerance"), TWO_RATERS.items())
def test_cohen_kappa_of_published_example_is_published_value(oracle: Any, name: Any, tolerance: Any) -> None:
    example = oracle(name)
    ratings = pair_of(example)
    result = cohen_kappa(ratings, *ratings.raters)
    assert result.estimate == pytest.approx(example["expected"]["cohen_kappa"], abs=tolerance)


@pytest.mark.shared
def test_large_sample_variance_is_that_of_fleiss_cohen_and_everitt(oracle: Any) -> None:
    example = oracle("fleiss_cohen_everitt1969")
    ratings = pair_of(example)
    std_error = cohen_kappa(ratings, *ratings.raters).interval.std_error
    assert std_error is not None
    assert std_error**2 == pytest.approx(example["expected"]["var"], abs=example["tolerance"]["var"])


@pytest.mark.shared
@pytest.mark.parametrize("weights", ["unweighted", "linear", "quadratic"])
def test_weighted_kappa_of_anxiety_ratings_is_what_irr_gives(oracle: Any, weights: Any) -> None:
    example = oracle("irr_anxiety_kappa2")
    ratings = pair_of(example, "ordinal")
    result = cohen_kappa(ratings, *ratings.raters, weights=weights)
    assert result.estimate == pytest.approx(example["expected"][weights], abs=1e-6)


@pytest.fixture(scope="module")
def empathy(shared_dir: Path) -> tuple[list[dict[str, Any]], pd.DataFrame]:
    folder = shared_dir / "data" / "lend_an_ear"
    numbers = json.loads((folder / "known_numbers.json").read_text(encoding="utf-8"))
    return numbers, pd.read_csv(folder / "ratings.csv").dropna(subset=["value"])


def collapsed(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """One value per item: a named rater, or the way the publication collapsed a group."""
    if name == "experts":
        values = frame[frame["group"] == "expert"].groupby("item")["value"].median()
    elif name == "crowd":
        values = frame[frame["group"] == "crowd"].groupby("item")["value"].mean()
    else:
        rater = "gemini" if name == "llm" else name
        values = frame[frame["rater"] == rater].set_index("item")["value"]
    return values.reset_index().assign(rater=name, group=name)


@pytest.mark.shared
@pytest.mark.parametrize("place", range(42))
def test_published_number_of_the_empathy_study_is_reproduced_by_the_variant_it_used(
    empathy: Any, place: Any
) -> None:
    numbers, ratings = empathy
    assert len(numbers) == 42
    known = numbers[place]
    frame = ratings[ratings["dimension"] == known["dimension"]]
    if known["statistic"] == "krippendorff_alpha":
        frame = frame[frame["group"] == known["group"]]
        result = alpha(Ratings.from_frame(frame, Scale((1, 2, 3, 4, 5), known["level"])))
    else:
        frame = pd.concat([collapsed(frame, name) for name in known["pair"]])
        # Means of a crowd lie between the levels: the scale of this comparison is what was observed.
        scale = Scale(tuple(sorted(set(frame["value"]))), "interval")
        result = cohen_kappa(
            Ratings.from_frame(frame, scale), *known["pair"], weights="quadratic", basis="observed_ranks"
        )
        assert result.variant == "quadratic weights on ranks of the observed values"
    assert result.estimate == pytest.approx(known["value"], abs=known["tolerance"])


def test_observed_ranks_ignore_levels_that_the_pair_did_not_use() -> None:
    # Levels 1, 2, 5 of five: on observed ranks 5 is one step from 2, on values three steps.
    ratings = ratings_of(Scale((1, 2, 3, 4, 5), "ordinal"), peer=[[1, 2, 5, 1, 2], [1, 2, 5, 2, 5]])
    one = cohen_kappa(ratings, *ratings.raters, weights="quadratic")
    other = cohen_kappa(ratings, *ratings.raters, weights="quadratic", basis="observed_ranks")
    # By hand: disagreement (1 + 9)/5 of 140/25 expected on values, (1 + 1)/5 of 32/25 on observed ranks.
    assert one.estimate == pytest.approx(1 - 2 / (140 / 25))
    assert other.estimate == pytest.approx(1 - (2 / 5) / (32 / 25))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4)), min_size=2, max_size=20))
def test_cohen_kappa_does_not_depend_on_the_order_of_the_raters_and_stays_within_one(pairs: Any) -> None:
    ratings = ratings_of(Scale((1, 2, 3, 4), "interval"), peer=list(zip(*pairs, strict=True)))
    one, other = ratings.raters
    forth = cohen_kappa(ratings, one, other, weights="linear")
    back = cohen_kappa(ratings, other, one, weights="linear")
    assert forth.reason is back.reason
    if forth.estimate is not None:
        assert forth.estimate == pytest.approx(back.estimate, abs=1e-12)
        assert -1 - 1e-12 <= forth.estimate <= 1 + 1e-12


def test_items_of_one_rater_only_are_left_out_and_counted() -> None:
    ratings = ratings_of(Scale((1, 2), "nominal"), peer=[[1, 2, 1, None], [1, 1, None, 2]])
    result = cohen_kappa(ratings, *ratings.raters)
    assert (result.basis.n_items, result.basis.n_ratings) == (2, 4)
    assert [part.n for part in result.basis.left_out] == [1, 1]


def test_cohen_kappa_without_shared_items_or_variation_is_undefined() -> None:
    apart = ratings_of(Scale((1, 2), "nominal"), peer=[[1, None], [None, 2]])
    alike = ratings_of(Scale((1, 2), "nominal"), peer=[[1, 1], [1, 1]])
    assert cohen_kappa(apart, *apart.raters).reason is Reason.NO_SHARED_ITEMS
    assert cohen_kappa(alike, *alike.raters).reason is Reason.ONE_CATEGORY


def test_perfect_agreement_of_two_raters_has_no_interval_of_no_width() -> None:
    ratings = ratings_of(Scale((1, 2), "nominal"), peer=[[1, 2, 1], [1, 2, 1]])
    result = cohen_kappa(ratings, *ratings.raters)
    assert (result.estimate, result.interval.reason) == (1.0, Reason.NO_VARIATION)


@pytest.mark.parametrize("raters", [("peer-000", "nobody"), ("peer-000", "peer-000")])
def test_unknown_or_equal_raters_are_refused(raters: Any) -> None:
    ratings = ratings_of(Scale((1, 2), "nominal"), peer=[[1, 2], [2, 2]])
    with pytest.raises(AgreementInputError) as refused:
        cohen_kappa(ratings, *raters)
    assert refused.value.code == "bad_option"
