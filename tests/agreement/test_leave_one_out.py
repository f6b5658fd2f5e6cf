# mypy: disable-error-code="operator,arg-type,union-attr"
import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from rating.agreement import AgreementInputError, Ratings, Reason, Scale, alpha
from rating.agreement.statistics.leave_one_out import leave_one_out
from tests.agreement.conftest import long_table

FIVE = Scale((1, 2, 3, 4, 5), "ordinal")


def table(seed: Any = 0, n_raters: Any = 5, n_items: Any = 24, missing: Any = 0.2) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    base = rng.integers(1, 6, n_items)
    matrix = np.clip(base + rng.integers(-1, 2, (n_raters, n_items)), 1, 5).astype(object)
    matrix[rng.random(matrix.shape) < missing] = None
    return long_table(matrix.tolist())


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
def test_alpha_without_a_rater_is_that_of_the_table_without_the_rater(level: Any) -> None:
    frame, scale = table(), Scale((1, 2, 3, 4, 5), level)
    result = leave_one_out(Ratings.from_frame(frame, scale))
    whole = alpha(Ratings.from_frame(frame, scale))
    assert result.whole.estimate == pytest.approx(whole.estimate, abs=1e-12)
    assert result.whole.basis.n_ratings == whole.basis.n_ratings
    for name, found in result.without.items():
        alone = alpha(Ratings.from_frame(frame[frame["rater"] != name], scale))
        assert found.estimate == pytest.approx(alone.estimate, abs=1e-12)
        assert found.basis.n_ratings == alone.basis.n_ratings
        assert result.added[name].estimate == pytest.approx(whole.estimate - alone.estimate, abs=1e-12)


def test_interval_of_what_a_rater_adds_leaves_out_items_of_both_alphas() -> None:
    frame = table(1, n_items=8, missing=0)
    found = leave_one_out(Ratings.from_frame(frame, FIVE)).added["r000"]
    changes = []
    for item in sorted(set(frame["item"])):
        rest = frame[frame["item"] != item]
        with_all = alpha(Ratings.from_frame(rest, FIVE)).estimate
        changes.append(with_all - alpha(Ratings.from_frame(rest[rest["rater"] != "r000"], FIVE)).estimate)
    spread = np.sqrt(7 / 8 * np.sum((np.array(changes) - np.mean(changes)) ** 2))
    assert found.interval.std_error == pytest.approx(spread)
    assert (found.interval.method, found.interval.df) == ("items_jackknife", 7)


def test_nearness_is_against_the_mean_of_the_others() -> None:
    frame = table(2, missing=0)
    result = leave_one_out(Ratings.from_frame(frame, FIVE))
    matrix = frame.pivot_table(index="item", columns="rater", values="value").to_numpy(dtype=float)
    for place, name in enumerate(result.offset):
        own, others = matrix[:, place], np.delete(matrix, place, axis=1).mean(axis=1)
        gap = own - others
        assert result.offset[name].estimate == pytest.approx(gap.mean())
        assert result.offset[name].interval.std_error == pytest.approx(gap.std(ddof=1) / np.sqrt(24))
        assert result.distance[name].estimate == pytest.approx(np.abs(gap).mean())
        assert result.correlation[name].estimate == pytest.approx(np.corrcoef(own, others)[0, 1])


def test_rater_who_answers_at_random_lowers_alpha() -> None:
    frame = table(3, n_items=60, missing=0)
    rng = np.random.default_rng(9)
    is_last = frame["rater"] == "r004"
    frame.loc[is_last, "value"] = rng.integers(1, 6, int(is_last.sum()))
    result = leave_one_out(Ratings.from_frame(frame, FIVE))
    assert result.added["r004"].high < 0
    assert result.added["r000"].low > 0
    assert result.to_frame().sort_values("distance")["rater"].iloc[-1] == "r004"


def test_conversations_are_left_out_whole() -> None:
    frame = table(4)
    frame["cluster"] = frame["item"].str[:3]
    found = leave_one_out(Ratings.from_frame(frame, FIVE)).offset["r000"]
    assert found.interval.df == len(set(frame["cluster"])) - 1


def test_group_is_compared_with_itself_only() -> None:
    frame = pd.concat([table(5), table(6).assign(group="h", rater=lambda rows: "h" + rows["rater"])])
    whole = Ratings.from_frame(frame, FIVE)
    alone = Ratings.from_frame(table(5), FIVE)
    one, other = leave_one_out(whole, group="peer"), leave_one_out(alone)
    assert one.distance["r001"].estimate == other.distance["r001"].estimate
    assert set(one.without) == set(other.without)


def test_two_raters_have_no_alpha_without_one_of_them() -> None:
    result = leave_one_out(Ratings.from_frame(table(7, n_raters=2), FIVE))
    assert result.without["r000"].reason is Reason.NO_PAIRABLE_ITEMS
    assert result.added["r000"].reason is Reason.NO_PAIRABLE_ITEMS
    assert result.offset["r000"].is_defined


@pytest.mark.parametrize(
    ("matrix", "scale", "part", "reason"),
    [
        ([[1, 2, 3]], FIVE, "without", Reason.NO_PAIRABLE_ITEMS),
        ([[1, 2, 3]], FIVE, "distance", Reason.NO_PAIRABLE_ITEMS),
        ([[3, 3], [3, 3], [3, 3]], FIVE, "without", Reason.ONE_CATEGORY),
        ([[3, 3], [3, 3], [3, 3]], FIVE, "correlation", Reason.NO_VARIATION),
        ([[3, 3], [3, 2], [3, 1]], FIVE, "correlation", Reason.NO_VARIATION),
        ([["a", "b"], ["a", "c"]], Scale(("a", "b", "c"), "nominal"), "offset", Reason.NOT_FOR_THIS_SCALE),
    ],
)
def test_what_has_no_value_has_a_reason(matrix: Any, scale: Any, part: Any, reason: Any) -> None:
    result = leave_one_out(Ratings.from_frame(long_table(matrix), scale))
    assert getattr(result, part)["r000"].reason is reason
    json.dumps(result.to_dict())


def test_one_item_has_numbers_without_intervals() -> None:
    result = leave_one_out(Ratings.from_frame(long_table([[1], [2], [4]]), FIVE))
    assert result.offset["r000"].estimate == pytest.approx(-2)
    assert result.offset["r000"].interval.reason is Reason.ONE_ITEM


def test_group_without_ratings_is_empty() -> None:
    ratings = Ratings.from_frame(table(), FIVE, groups=("peer", "patient"))
    result = leave_one_out(ratings, group="patient")
    assert (result.without, result.whole.reason) == ({}, Reason.NO_RATINGS)


@pytest.mark.parametrize("options", [{"level": "ratio"}, {"confidence": 0}, {"group": "nobody"}])
def test_options_that_cannot_be_met_are_refused(options: Any) -> None:
    with pytest.raises(AgreementInputError):
        leave_one_out(Ratings.from_frame(table(), Scale((-1, 1, 2, 3, 4, 5), "ordinal")), **options)
