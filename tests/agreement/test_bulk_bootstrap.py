"""The bootstrap of the table: its draws, its precision, what it does not depend on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from rating.agreement import IntervalOptions, Ratings, Reason, Scale
from rating.agreement.arrays import Floats
from rating.agreement.bulk.compute import agreement_table
from rating.agreement.bulk.draws import Draws
from rating.agreement.bulk.layout import Layout
from rating.agreement.bulk.passes import EXACT_UNITS, block_bounds
from rating.agreement.resampling import bootstrap
from tests.agreement.test_bulk_estimates import GROUPS, SCALES, single, table_of

FIVE = Scale((1, 2, 3, 4, 5), "ratio")


def many_items(n_items: int, seed: int = 0, *, per_cluster: int = 1) -> Ratings:
    """Three groups of six; every rater rates about half of the items, each item at least twice per group."""
    rng = np.random.default_rng(seed)
    item, rater = np.nonzero((rng.random((n_items, 18)) < 0.5) | (np.arange(18) % 6 < 2))
    value = np.clip(np.round(3 + rng.normal(0, 1, n_items)[item] + rng.normal(0, 1, len(item))), 1, 5)
    frame = pd.DataFrame({"item": item, "rater": rater, "value": value.astype(int)})
    group = np.array(GROUPS)[frame["rater"] // 6]
    return Ratings.from_frame(frame.assign(group=group, cluster=frame["item"] // per_cluster), FIVE)


def all_weights(ratings: Ratings, options: IntervalOptions) -> Floats:
    """The draws of a table with these options, of all units (B, units)."""
    layout = Layout.of(ratings, ratings.groups)
    bounds = block_bounds(layout.n_units, layout.items_at_once)
    draws = Draws.of(bounds, options.n_resamples, options.rng)
    return np.concatenate(
        [draws.weights(block, np.dtype(np.float64)) for block in range(len(bounds) - 1)], axis=1
    )


def options(seed: int = 5, n_resamples: int = 100) -> IntervalOptions:
    rng = np.random.default_rng(seed)
    return IntervalOptions(method="items_bootstrap", n_resamples=n_resamples, rng=rng)


@pytest.mark.parametrize(
    ("n_items", "per_cluster"), [(300, 1), (300, 7), (EXACT_UNITS + 500, 1), (13_000, 3)]
)
def test_intervals_are_those_of_the_items_bootstrap_under_the_same_weights(
    n_items: int, per_cluster: int, monkeypatch: Any
) -> None:
    ratings = many_items(n_items, per_cluster=per_cluster)
    weights = all_weights(ratings, options())
    assert (weights.sum(axis=1) == -(-n_items // per_cluster)).all()
    monkeypatch.setattr(bootstrap, "drawn_counts", lambda *_: weights)
    table = agreement_table({"q": ratings}, options=options())
    chosen = {("all", ""), ("group", "g"), ("pair", "gh"), ("contrast", "g")}
    for entry in table.entries:
        if (
            entry.scope,
            "".join(entry.first + entry.second * (entry.scope == "pair")) * (entry.scope != "all"),
        ) not in chosen:
            continue
        if entry.scope == "contrast" and entry.estimate.statistic == "gai":
            continue
        found, expected = entry.estimate.interval, single(ratings, entry, options()).interval
        assert (found.method, found.scope) == (expected.method, expected.scope)
        assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-5)
        assert found.std_error == pytest.approx(expected.std_error, abs=1e-5)
        assert (found.n_resamples, found.n_degenerate) == (expected.n_resamples, expected.n_degenerate)


def test_draws_have_the_spread_of_a_multinomial() -> None:
    # Of n draws over n units, one unit gets 1 on average, variance 1 - 1/n; two correlate at -1/(n - 1).
    draws = Draws.of(np.array([0, 40, 64, 100]), 20_000, np.random.default_rng(3))
    weights = np.concatenate([draws.weights(block, np.dtype(np.float64)) for block in range(3)], axis=1)
    assert (weights.sum(axis=1) == 100).all()
    assert weights.mean(axis=0) == pytest.approx(np.ones(100), abs=0.05)
    assert weights.var(axis=0).mean() == pytest.approx(0.99, abs=0.005)
    apart = np.corrcoef(weights.T)[np.triu_indices(100, 1)]
    assert apart.mean() == pytest.approx(-1 / 99, abs=0.002)
    inside, between = np.corrcoef(weights[:, :40].T), np.corrcoef(weights.T)[:40, 64:]
    assert inside[np.triu_indices(40, 1)].mean() == pytest.approx(between.mean(), abs=0.002)


def test_numbers_do_not_depend_on_the_number_of_threads() -> None:
    ratings = many_items(EXACT_UNITS + 200)
    one, many = (
        agreement_table({"a": ratings, "b": ratings}, options=options(), n_threads=n).entries for n in (1, 3)
    )
    assert one == many
    other = agreement_table({"a": ratings}, options=options(seed=6)).entries
    assert other[0].estimate.low != one[0].estimate.low


def test_questions_with_the_same_items_share_their_resamples() -> None:
    ratings, other = many_items(200), many_items(150, seed=1)
    found = agreement_table({"a": ratings, "x": other, "b": ratings}, options=options())
    assert [entry.question for entry in found.entries[:: len(found.entries) // 3]] == ["a", "x", "b"]
    one, same = (found.within(name, "ac1").interval for name in ("a", "b"))
    assert one == same
    alone = agreement_table({"a": ratings}, options=options())
    assert alone.within("a", "ac1").interval == one


def test_level_that_few_items_hold_is_found_degenerate_in_single_precision() -> None:
    # One item of all has a second answer: a resample misses it with chance 1/e, and alpha is undefined there.
    n_items = EXACT_UNITS + 100
    frame = pd.DataFrame(
        [(item, f"r{rater}", "g", 1) for item in range(n_items) for rater in range(3)],
        columns=["item", "rater", "group", "value"],
    )
    frame.loc[0, "value"] = 2
    ratings = Ratings.from_frame(frame, FIVE)
    chosen = options(n_resamples=400)
    n_without = int((all_weights(ratings, options(n_resamples=400))[:, 0] == 0).sum())
    table = agreement_table({"q": ratings}, options=chosen)
    for statistic, variant in (
        ("alpha", "interval"),
        ("fleiss_kappa", "linear weights on values, items weighted equally"),
    ):
        interval = table.within("q", statistic, variant=variant).interval
        assert (interval.reason, interval.n_degenerate) == (Reason.UNDEFINED_RESAMPLES, n_without)


def test_interval_is_about_items_and_below_six_raters_about_these_raters() -> None:
    frame = table_of(SCALES["ordinal"], 4, {"g": 7, "h": 4}, fill=0.9, skew=0.2, n_items=40)
    found = agreement_table({"q": Ratings.from_frame(frame, SCALES["ordinal"])}, options=options())
    assert found.within("q", "ac1", group="g").interval.scope == "items_only"
    assert found.within("q", "ac1", group="h").interval.scope == "these_raters_only"


def test_one_conversation_gives_no_interval() -> None:
    frame = table_of(SCALES["ordinal"], 4, {"g": 7}, fill=0.9, skew=0.2).assign(cluster="only")
    found = agreement_table({"q": Ratings.from_frame(frame, SCALES["ordinal"])}, options=options())
    assert found.within("q", "ac1", group="g").interval.reason is Reason.ONE_ITEM


def test_scale_of_many_levels_is_worked_through_in_pieces() -> None:
    rng = np.random.default_rng(2)
    scale = Scale(tuple(range(41)), "interval")
    rows = [(i, f"{g}{r}", g, int(rng.integers(41))) for i in range(60) for g in "gh" for r in range(6)]
    frame = pd.DataFrame(rows, columns=["item", "rater", "group", "value"])
    ratings = Ratings.from_frame(frame, scale)
    found = agreement_table({"q": ratings})
    for entry in found.entries[::7]:
        if entry.scope != "contrast":
            expected = single(ratings, entry, IntervalOptions())
            assert entry.estimate.estimate == pytest.approx(expected.estimate, abs=1e-12)
            assert entry.estimate.low == pytest.approx(expected.low, abs=1e-9)
