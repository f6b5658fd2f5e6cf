# mypy: disable-error-code="operator,arg-type,union-attr"
import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from rating.agreement import (
    AgreementInputError,
    Ratings,
    Reason,
    Scale,
    ac1,
    ac2,
    cohen_kappa,
    icc,
    percent_agreement,
)
from rating.agreement.occasions import Occasions
from rating.agreement.statistics.repeat_agreement import repeat_agreement

FOUR = Scale((1, 2, 3, 4), "ordinal")


def repeats(seed: Any = 0, n_raters: Any = 5, n_items: Any = 30) -> pd.DataFrame:
    """Every rater rates every item twice; one in three second ratings is drawn anew, five items only once."""
    rng = np.random.default_rng(seed)
    first = rng.integers(1, 5, (n_raters, n_items))
    second = np.where(rng.random(first.shape) < 0.3, rng.integers(1, 5, first.shape), first)
    rows = [
        (f"i{i:02d}", f"r{r}", when, table[r, i])
        for when, table in ((1, first), (2, second))
        for r in range(n_raters)
        for i in range(n_items if when == 1 else n_items - 5)
    ]
    frame = pd.DataFrame(rows, columns=["item", "rater", "occasion", "value"])
    return frame.assign(group=np.where(frame["rater"] < "r2", "g", "h"))


def as_raters(frame: pd.DataFrame, scale: Any) -> Ratings:
    """One rater's two occasions as if two raters had rated the items."""
    both = frame[frame["item"] < "i25"]
    return Ratings.from_frame(both.assign(rater=both["occasion"].map(str)).drop(columns="occasion"), scale)


def test_coefficients_of_one_rater_are_those_between_two_raters() -> None:
    frame = repeats()
    result = repeat_agreement(Occasions.from_frame(frame, FOUR))
    ratings = as_raters(frame[frame["rater"] == "r1"], FOUR)
    expected = {
        "percent_agreement": percent_agreement(ratings),
        "ac1": ac1(ratings),
        "ac2": ac2(ratings),
        "kappa": cohen_kappa(ratings, "1", "2", weights="quadratic"),
        "icc": icc(ratings, form="2,1"),
    }
    for name, found in expected.items():
        assert result.raters[name]["r1"].estimate == pytest.approx(found.estimate), name
    assert result.raters["ac1"]["r1"].basis.n_items == 25


def test_pooled_coefficients_are_those_of_all_units_in_one_table() -> None:
    frame = repeats(1)
    result = repeat_agreement(Occasions.from_frame(frame, FOUR))
    stacked = frame[frame["item"] < "i25"]
    stacked = stacked.assign(
        item=stacked["item"] + stacked["rater"], rater=stacked["occasion"].map(str), group="x"
    )
    ratings = Ratings.from_frame(stacked.drop(columns="occasion"), FOUR)
    assert result.pooled["ac2"].estimate == pytest.approx(ac2(ratings).estimate)
    assert result.pooled["icc"].estimate == pytest.approx(icc(ratings, form="2,1").estimate)
    means = [found.estimate for found in result.raters["percent_agreement"].values()]
    found = result.pooled["percent_agreement"]
    assert found.estimate == pytest.approx(np.mean(means))
    # The jackknife of a mean of equal parts is the standard error of that mean.
    assert found.interval.std_error == pytest.approx(np.std(means, ddof=1) / np.sqrt(5))
    assert (found.interval.method, found.interval.df) == ("raters_jackknife", 4)
    assert {part.group: part.n for part in found.basis.left_out} == {"g": 10, "h": 15}


def test_interval_of_one_rater_is_the_jackknife_over_items() -> None:
    frame = repeats(2)
    found = repeat_agreement(Occasions.from_frame(frame, FOUR)).raters["percent_agreement"]["r3"]
    share = found.estimate
    assert found.interval.std_error == pytest.approx(np.sqrt(share * (1 - share) / 24))
    assert (found.interval.method, found.interval.scope) == ("items_jackknife", "items_only")


def test_items_of_one_conversation_are_left_out_together() -> None:
    frame = repeats(2)
    frame["cluster"] = frame["item"].str[:2]
    found = repeat_agreement(Occasions.from_frame(frame, FOUR)).raters["percent_agreement"]["r3"]
    assert found.interval.df == 2


def test_shift_between_occasions_lowers_the_icc_and_not_the_correlation() -> None:
    rows = [(i, "p", when, 1 + i % 3 + (when == 2)) for when in (1, 2) for i in range(9)]
    frame = pd.DataFrame(rows, columns=["item", "rater", "occasion", "value"]).assign(group="g")
    result = repeat_agreement(Occasions.from_frame(frame, FOUR))
    # cov = var = 3/4, gap 1, no residual: 2 (3/4) / (2 (3/4) + 1)
    assert result.raters["icc"]["p"].estimate == pytest.approx(0.6)
    assert result.raters["percent_agreement"]["p"].estimate == 0


def test_group_and_occasions_are_chosen_by_name() -> None:
    frame = repeats(3)
    third = frame[frame["occasion"] == 1].assign(occasion=3)
    occasions = Occasions.from_frame(pd.concat([frame, third], ignore_index=True), FOUR)
    result = repeat_agreement(occasions, group="g", between=("1", "3"))
    assert result.pooled["percent_agreement"].estimate == 1
    assert set(result.raters["ac1"]) == {"r0", "r1"}
    assert result.pooled["ac1"].interval.reason is Reason.TOO_FEW_RATERS
    for between in (None, ("1", "1"), ("1", "9")):
        with pytest.raises(AgreementInputError):
            repeat_agreement(occasions, between=between)


def test_scales_without_order_have_no_graded_coefficients() -> None:
    result = repeat_agreement(Occasions.from_frame(repeats(), Scale((1, 2, 3, 4), "nominal")))
    assert result.pooled["icc"].reason is Reason.NOT_FOR_THIS_SCALE
    assert result.pooled["ac2"].reason is Reason.NOT_FOR_THIS_SCALE
    assert result.pooled["kappa"].variant == "kappa, unweighted"
    json.dumps(result.to_dict())
    assert len(result.to_frame()) == 5 * 6


def test_rater_without_repeats_or_variation_is_undefined_with_a_reason() -> None:
    rows = [("a", "p", 1, 1), ("b", "p", 2, 1), ("a", "q", 1, 2), ("a", "q", 2, 2)]
    frame = pd.DataFrame(rows, columns=["item", "rater", "occasion", "value"]).assign(group="g")
    result = repeat_agreement(Occasions.from_frame(frame, FOUR))
    assert result.raters["ac1"]["p"].reason is Reason.NO_REPEATS
    assert result.raters["kappa"]["q"].reason is Reason.TOO_LITTLE_DATA
    assert result.raters["ac1"]["q"].estimate == 1
    assert result.raters["ac1"]["q"].interval.reason is Reason.ONE_ITEM
    same = pd.concat([frame, frame[frame["rater"] == "q"].assign(item="b")], ignore_index=True)
    again = repeat_agreement(Occasions.from_frame(same, FOUR))
    assert again.raters["kappa"]["q"].reason is Reason.ONE_CATEGORY
    assert again.raters["icc"]["q"].reason is Reason.ONE_CATEGORY


def test_one_occasion_alone_has_no_repeats() -> None:
    frame = repeats()
    result = repeat_agreement(Occasions.from_frame(frame[frame["occasion"] == 1], FOUR))
    assert {found.reason for found in result.pooled.values()} == {Reason.NO_REPEATS}


def test_second_rating_on_one_occasion_is_refused_by_name() -> None:
    frame = repeats()
    twice = pd.concat([frame, frame.iloc[[7]]], ignore_index=True)
    with pytest.raises(AgreementInputError) as refused:
        Occasions.from_frame(twice, FOUR)
    assert refused.value.code == "duplicate_ratings"
    assert {row["row"] for row in refused.value.rows} == {7, len(frame)}


@pytest.mark.parametrize(
    ("change", "options", "code"),
    [
        ({"occasion": [1, None]}, {}, "missing_label"),
        ({"occasion": [1, 3]}, {"occasions": (1, 2)}, "missing_label"),
        ({"item": ["a", None]}, {}, "missing_label"),
        ({"value": [1, 9]}, {}, "off_scale"),
        ({"group": ["g", "h"]}, {}, "rater_in_two_groups"),
    ],
)
def test_rows_that_belong_nowhere_are_refused(change: Any, options: Any, code: Any) -> None:
    frame = pd.DataFrame({"item": "a", "rater": "p", "occasion": [1, 2], "value": [1, 2], "group": "g"})
    with pytest.raises(AgreementInputError) as refused:
        Occasions.from_frame(frame.assign(**change), FOUR, **options)
    assert refused.value.code == code


def test_table_without_occasions_is_refused() -> None:
    with pytest.raises(AgreementInputError) as refused:
        Occasions.from_frame(repeats().drop(columns="occasion"), FOUR)
    assert refused.value.code == "missing_columns"


def test_occasions_stand_in_the_order_of_numbers_or_as_declared() -> None:
    frame = repeats()
    late = frame.assign(occasion=frame["occasion"].map({1: 10, 2: 9}))
    assert Occasions.from_frame(late, FOUR).occasions == ("9", "10")
    assert Occasions.from_frame(late, FOUR, occasions=(10, 9)).occasions == ("10", "9")
