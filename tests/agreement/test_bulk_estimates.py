"""The table gives, number by number, what the single functions give."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rating.agreement import (
    Estimate,
    IntervalOptions,
    Ratings,
    Reason,
    Scale,
    TestOptions,
    ac1,
    ac2,
    alpha,
    brennan_prediger,
    cross_replication_reliability,
    fleiss_kappa,
    group_association_index,
    normalised_cross_replication_reliability,
    percent_agreement,
    vanbelle_albert,
)
from rating.agreement.bulk.compute import agreement_table
from rating.agreement.bulk.table import Entry
from rating.agreement.errors import AgreementInputError
from rating.agreement.estimation import IntervalMethod, Label, Sample, estimate
from rating.agreement.kernel import Kernel
from rating.agreement.statistics.vanbelle_albert import VanbelleAlbertKernel
from rating.agreement.statistics.xrr import UNSHARED, CrossReplicationKernel
from rating.agreement.weights import Weights

SCALES = {
    "ordinal": Scale((1, 2, 3, 4), "ordinal"),
    "interval": Scale((-1, 0.5, 4), "interval"),
    "ratio": Scale((0, 1, 5), "ratio"),
    "nominal": Scale(("a", "b", "c"), "nominal"),
    "binary": Scale(("no", "yes"), "nominal"),
}
PLAIN = IntervalOptions(method="none")
METHODS: tuple[IntervalMethod, ...] = ("none", "two_way_jackknife", "items_bootstrap")
GROUPS = ("g", "h", "j")
WEIGHTED: dict[str, Callable[..., Estimate]] = {
    "percent_agreement": percent_agreement,
    "ac2": ac2,
    "fleiss_kappa": fleiss_kappa,
    "brennan_prediger": brennan_prediger,
}


def table_of(scale: Scale, seed: int, n_raters: Any, *, fill: float, skew: float, n_items: int = 12) -> Any:
    """A sparse random table; `skew` draws towards the first level, clusters hold one to three items."""
    rng = np.random.default_rng(seed)
    levels = list(scale.values)
    raters = [(f"{group}{number}", group) for group, n in n_raters.items() for number in range(n)]
    rows = []
    for item in range(n_items):
        for rater, group in raters:
            if rng.random() < fill:
                level = 0 if rng.random() < skew else int(rng.integers(scale.n_levels))
                value = None if rng.random() < 0.05 else levels[level]
                rows.append((f"i{item}", rater, group, value, f"c{item * 7 % 5}"))
    rows = rows or [("i0", "g0", "g", levels[0], "c0")]
    return pd.DataFrame(rows, columns=["item", "rater", "group", "value", "cluster"])


def single(ratings: Ratings, entry: Entry, options: IntervalOptions) -> Estimate:
    """The same estimate by the function that computes it alone."""
    name, variant = entry.estimate.statistic, entry.estimate.variant
    if entry.scope in {"all", "group"}:
        return _within(ratings, entry, options)
    first, *_ = entry.first
    if entry.scope == "contrast":
        return _contrast(ratings, entry, options)
    if name == "vanbelle_albert":
        return vanbelle_albert(ratings, first, *entry.second, weights=_weights(variant), options=options)
    functions: dict[str, Callable[..., Estimate]] = {"xrr": cross_replication_reliability}
    function = functions.get(name, normalised_cross_replication_reliability)
    return function(ratings, first, *entry.second, level=variant, options=options)


def _weights(variant: str) -> Any:
    return variant.replace(",", " ").split()[0]


def _within(ratings: Ratings, entry: Entry, options: IntervalOptions) -> Estimate:
    name, variant = entry.estimate.statistic, entry.estimate.variant
    if name == "alpha":
        return alpha(ratings, group=entry.first, level=variant, options=options)
    if name == "ac1":
        return ac1(ratings, group=entry.first, options=options)
    weights: Any = "unweighted" if variant.startswith("pairs") else _weights(variant)
    return WEIGHTED[name](ratings, group=entry.first, weights=weights, options=options)


def _contrast(ratings: Ratings, entry: Entry, options: IntervalOptions) -> Estimate:
    name, variant = entry.estimate.statistic, entry.estimate.variant
    if name in {"gai", "xrr"} and options.method == "two_way_jackknife":
        test = TestOptions(n_permutations=0, confidence=options.confidence)
        found = group_association_index(ratings, *entry.first, *entry.second, level=variant, options=test)
        return found.gai if name == "gai" else found.cross_group
    sample = Sample.of(ratings, entry.first, entry.second)
    kernel: Kernel = CrossReplicationKernel(variant, ratings.scale.scores)
    if name == "vanbelle_albert":
        kernel = VanbelleAlbertKernel(Weights(_weights(variant)).of_scale(ratings.scale))
    is_shared = np.asarray((sample.tally.sizes > 0).all(axis=1))
    label = Label(name, variant, entry.estimate.level, Reason.ONE_CATEGORY, (-np.inf, 1.0))
    return estimate(kernel, sample, is_shared, label, options, unused=UNSHARED)


def assert_same(found: Estimate, expected: Estimate) -> None:
    names = ("statistic", "variant", "level", "reason", "basis", "confidence")
    assert [getattr(found, name) for name in names] == [getattr(expected, name) for name in names]
    if expected.estimate is not None:
        assert found.estimate == pytest.approx(expected.estimate, abs=1e-12, rel=1e-12)
    interval, other = found.interval, expected.interval
    assert (interval.method, interval.scope, interval.reason) == (other.method, other.scope, other.reason)
    assert (interval.df, interval.n_degenerate) == (other.df, other.n_degenerate)
    if other.low is not None:
        assert (interval.low, interval.high, interval.std_error) == pytest.approx(
            (other.low, other.high, other.std_error), abs=1e-9, rel=1e-9
        )


TABLES = {
    "scale": st.sampled_from(sorted(SCALES)),
    "seed": st.integers(0, 10_000),
    "sizes": st.lists(st.integers(0, 5), min_size=1, max_size=3),
    "fill": st.sampled_from([0.1, 0.3, 0.7, 1.0]),
    "skew": st.sampled_from([0.0, 0.8, 0.97, 1.0]),
    "has_clusters": st.booleans(),
}


@settings(max_examples=60, deadline=None)
@given(**TABLES)
def test_every_estimate_and_jackknife_interval_is_that_of_its_own_function(
    scale: str, seed: int, sizes: list[int], fill: float, skew: float, has_clusters: bool
) -> None:
    groups = GROUPS[: len(sizes)]
    frame = table_of(SCALES[scale], seed, dict(zip(groups, sizes, strict=True)), fill=fill, skew=skew)
    frame = frame if has_clusters else frame.drop(columns="cluster")
    ratings = Ratings.from_frame(frame, SCALES[scale], groups=groups)
    options = IntervalOptions(confidence=0.9)
    for entry in agreement_table({"q": ratings}, options=options, n_threads=1).entries:
        if entry.scope == "contrast" and entry.estimate.statistic == "gai":
            assert entry.second == tuple(group for group in groups if group not in entry.first)
        assert_same(entry.estimate, single(ratings, entry, options))


def test_standard_report_has_twenty_coefficients_within_and_twelve_across() -> None:
    frame = table_of(SCALES["ratio"], 1, {"g": 4, "h": 4, "j": 4}, fill=0.9, skew=0.0)
    ratings = Ratings.from_frame(frame, SCALES["ratio"])
    found = agreement_table({"one": ratings, "two": ratings, "three": ratings}, options=PLAIN)
    assert len(found.entries) == 3 * (4 * 20 + 6 * 12) == 456
    assert (
        len(
            {
                (e.question, e.scope, e.first, e.second, e.estimate.statistic, e.estimate.variant)
                for e in found.entries
            }
        )
        == 456
    )


@settings(max_examples=25, deadline=None)
@given(**TABLES)
def test_estimates_without_intervals_are_those_of_their_own_functions(
    scale: str, seed: int, sizes: list[int], fill: float, skew: float, has_clusters: bool
) -> None:
    groups = GROUPS[: len(sizes)]
    frame = table_of(SCALES[scale], seed, dict(zip(groups, sizes, strict=True)), fill=fill, skew=skew)
    ratings = Ratings.from_frame(frame, SCALES[scale], groups=groups)
    for entry in agreement_table({"q": ratings}, options=PLAIN).entries:
        if entry.estimate.statistic == "gai":
            assert entry.estimate.reason is not None  # its denominator has no interval
        else:
            assert_same(entry.estimate, single(ratings, entry, PLAIN))


def test_some_groups_only_leave_the_ratings_of_others_aside() -> None:
    frame = table_of(SCALES["ordinal"], 3, {"g": 4, "h": 4, "j": 4}, fill=0.8, skew=0.2)
    ratings = Ratings.from_frame(frame, SCALES["ordinal"])
    found = agreement_table({"q": ratings}, groups=("j", "g"))
    assert {(entry.first, entry.second) for entry in found.entries if entry.second} == {
        (("j",), ("g",)),
        (("g",), ("j",)),
    }
    expected = alpha(ratings, group=("j", "g"))
    assert found.within("q", "alpha", variant="ordinal").estimate == pytest.approx(expected.estimate)
    assert found.within("q", "alpha", variant="ordinal").basis == expected.basis


def test_numbers_are_found_by_what_they_are_about() -> None:
    frame = table_of(SCALES["ordinal"], 4, {"g": 5, "h": 5, "j": 5}, fill=0.9, skew=0.2)
    ratings = Ratings.from_frame(frame, SCALES["ordinal"])
    found = agreement_table({"q": ratings}, options=PLAIN)
    assert found.within("q", "ac1", group="h").estimate == pytest.approx(
        ac1(ratings, group="h", options=PLAIN).estimate
    )
    cross = cross_replication_reliability(ratings, "g", "h", options=PLAIN).estimate
    assert found.across("q", "xrr", "g", "h", variant="ordinal").estimate == pytest.approx(cross)
    assert found.against_rest("q", "gai", "g", variant="nominal").statistic == "gai"
    with pytest.raises(KeyError):
        found.within("q", "alpha")
    with pytest.raises(KeyError):
        found.within("other", "ac1")
    with pytest.raises(KeyError):
        found.across("q", "xrr", "h", "g", variant="ordinal")


def test_frame_has_one_row_per_estimate_with_its_reason() -> None:
    frame = table_of(SCALES["nominal"], 4, {"g": 3, "h": 1}, fill=1.0, skew=0.0)
    table = agreement_table({"q": Ratings.from_frame(frame, SCALES["nominal"])}, options=PLAIN).to_frame()
    (row,) = table.query("scope == 'group' and first == 'h' and statistic == 'ac1'").to_dict("records")
    assert (row["question"], row["reason"], row["n_items"]) == ("q", "no_pairable_items", 0)
    assert row["left_out"] == (frame["rater"] == "h0").sum()


def test_question_without_ratings_has_reasons_only() -> None:
    frame = pd.DataFrame({"item": ["a"], "rater": ["p"], "group": ["g"], "value": [None]})
    ratings = Ratings.from_frame(frame, SCALES["ordinal"], groups=["g", "h"])
    for method in METHODS:
        found = agreement_table({"q": ratings}, options=IntervalOptions(method=method)).entries
        assert all(entry.estimate.reason is not None for entry in found)


def test_options_that_a_table_cannot_follow_are_refused() -> None:
    ratings = Ratings.from_frame(
        table_of(SCALES["ordinal"], 1, {"g": 3}, fill=1.0, skew=0.0), SCALES["ordinal"]
    )
    with pytest.raises(AgreementInputError) as caught:
        agreement_table({"q": ratings}, options=IntervalOptions(method="two_way_bootstrap"))
    assert caught.value.code == "bad_option"
    with pytest.raises(AgreementInputError):
        agreement_table({})
    with pytest.raises(AgreementInputError) as caught:
        agreement_table({"q": ratings}, groups=("x",))
    assert caught.value.code == "unknown_group"
