# mypy: disable-error-code="operator,arg-type,list-item"
"""Block-wise resampling and relabelling against straightforward recomputation."""

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rating.agreement import (
    IntervalOptions,
    Ratings,
    Scale,
    TestOptions,
    alpha,
    bootstrapped_misalignment,
    cross_replication_reliability,
    group_association_index,
    misalignment,
    overall_misalignment,
)
from rating.agreement.distances import fixed_metric, squared_distance
from rating.agreement.resampling import blocks
from rating.agreement.resampling.blocks import blocks_of, sum_over
from rating.agreement.resampling.bootstrap import draw_multiplicities
from rating.agreement.resampling.influence import raters_variance
from rating.agreement.resampling.kernel_sums import kernel_sums
from rating.agreement.resampling.relabelling import relabelled_sums
from rating.agreement.resampling.two_way import TwoWayDraws
from rating.agreement.statistics.alpha import AlphaKernel
from rating.agreement.statistics.comparisons import Comparisons, comparable
from rating.agreement.statistics.forms import bilinear, quadratic
from rating.agreement.statistics.gap_sums import GapSums
from rating.agreement.statistics.group_association import AssociationKernel
from rating.agreement.statistics.pair import Pair
from rating.agreement.statistics.percent_agreement import PercentAgreementKernel
from rating.agreement.statistics.second_opinion import GapKernel
from rating.agreement.statistics.xrr import CrossReplicationKernel, NormalisedKernel

FOUR = Scale((1, 2, 3, 4), "ordinal")
NO_TEST = TestOptions(n_permutations=0, interval="two_way_jackknife")
LEVELS = ("nominal", "ordinal", "interval", "ratio")


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of three items and tiles of a few draws, so that small tables fall into many."""
    monkeypatch.setattr(blocks, "BLOCK_ITEMS", 3)
    monkeypatch.setattr(blocks, "TILE_NUMBERS", 12)


def sparse_frame(
    seed: int, n_items: int = 14, groups: str = "gh", n_raters: int = 5, filled: float = 0.7
) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    rows = [
        (f"i{item:02d}", f"{group}{rater}", group, int(rng.integers(1, 5)))
        for item in range(n_items)
        for group in groups
        for rater in range(n_raters)
        if rng.random() < filled
    ]
    return pd.DataFrame(rows, columns=["item", "rater", "group", "value"])


def relabelled(frame: pd.DataFrame, ratings: Ratings, labels: Any) -> Ratings:
    """The same ratings, the raters of the tally called as the labels say."""
    names = dict(zip(ratings.raters, (ratings.groups[label] for label in labels), strict=True))
    return Ratings.from_frame(frame.assign(group=frame["rater"].map(names)), FOUR, groups=ratings.groups)


def shuffled_labels(ratings: Ratings, n_draws: int, seed: int = 0) -> Any:
    rng = np.random.default_rng(seed)
    return rng.permuted(np.tile(ratings.rater_group, (n_draws, 1)), axis=1)


def gap_sums(ratings: Ratings, distances: tuple[Any, ...], *, is_studentised: bool = False) -> GapSums:
    pair = Pair.of(ratings, *ratings.groups)
    return GapSums(
        distances={name: pair.distance(name) for name in distances},
        scores=pair.scores,
        is_used=comparable(pair.whole.counts),
        tally=pair.whole,
        is_studentised=is_studentised,
    )


def values_of(gaps: GapSums, labels: Any) -> dict[str, Any]:
    found = gaps.values(relabelled_sums(gaps.tally, labels, gaps.sums), labels)
    return dict(zip(gaps.names, found.T, strict=True))


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("seed", range(4))
def test_relabelled_gaps_are_those_of_a_table_with_other_group_names(seed: int) -> None:
    frame = sparse_frame(seed)
    ratings = Ratings.from_frame(frame, FOUR, groups=("g", "h"))
    labels = shuffled_labels(ratings, 7)
    found = values_of(gap_sums(ratings, ("squared", "absolute", "nominal"), is_studentised=True), labels)
    for draw, row in enumerate(labels):
        other = relabelled(frame, ratings, row)
        for distance in ("squared", "absolute", "nominal"):
            naive = misalignment(other, "g", "h", distance=distance, options=NO_TEST)
            assert found[distance][draw] == pytest.approx(naive.m.estimate, abs=1e-12)
            if distance == "squared":
                assert found["direction"][draw] == pytest.approx(abs(naive.direction.estimate), abs=1e-12)
                studentised = naive.m.estimate / naive.m.interval.std_error
                assert found["studentised"][draw] == pytest.approx(studentised, abs=1e-9)


@pytest.mark.usefixtures("small_blocks")
def test_relabelled_rank_gaps_keep_the_ranks_of_the_observed_table() -> None:
    # Mid-ranks as the scores of a scale: squared differences of them are the frozen rank distance.
    frame = sparse_frame(5)
    ratings = Ratings.from_frame(frame, FOUR, groups=("g", "h"))
    gaps, labels = gap_sums(ratings, ("rank",)), shuffled_labels(ratings, 5)
    ranks = np.sqrt(gaps.distances["rank"][0])
    scored = Scale(FOUR.values, "ordinal", declared_scores=tuple(ranks))
    for draw, row in enumerate(labels):
        other = relabelled(frame, ratings, row)
        naive = misalignment(
            Ratings.from_frame(_as_frame(other), scored, groups=("g", "h")), "g", "h", options=NO_TEST
        )
        assert values_of(gaps, labels)["rank"][draw] == pytest.approx(naive.m.estimate)


def _as_frame(ratings: Ratings) -> pd.DataFrame:
    names = np.array(ratings.groups)[ratings.rater_group[ratings.rater]]
    values = np.array(ratings.scale.values)[ratings.level]
    return pd.DataFrame({"item": ratings.item, "rater": ratings.rater, "group": names, "value": values})


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("groups", ["ghk", "ghkl"])
def test_relabelled_overall_gaps_are_those_of_a_table_with_other_group_names(groups: str) -> None:
    frame = sparse_frame(8, groups=groups, n_raters=4, filled=0.9)
    ratings = Ratings.from_frame(frame, FOUR, groups=tuple(groups))
    labels = shuffled_labels(ratings, 6)
    found = values_of(gap_sums(ratings, ("squared",), is_studentised=True), labels)
    for draw, row in enumerate(labels):
        naive = overall_misalignment(relabelled(frame, ratings, row), options=NO_TEST).m
        assert found["squared"][draw] == pytest.approx(naive.estimate, abs=1e-12)
        assert found["studentised"][draw] == pytest.approx(naive.estimate / naive.interval.std_error)


@pytest.mark.usefixtures("small_blocks")
def test_share_kept_counts_used_items_that_stay_usable() -> None:
    frame = sparse_frame(3, filled=0.5)
    ratings = Ratings.from_frame(frame, FOUR, groups=("g", "h"))
    gaps, labels = gap_sums(ratings, ("squared",)), shuffled_labels(ratings, 5)
    for draw, row in enumerate(labels):
        counts = relabelled(frame, ratings, row).tally(["g"], ["h"]).counts
        expected = (comparable(counts) & gaps.is_used).sum() / gaps.is_used.sum()
        assert values_of(gaps, labels)["share_kept"][draw] == pytest.approx(expected)


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("level", LEVELS)
def test_relabelled_association_is_that_of_a_table_with_other_group_names(level: str) -> None:
    frame = sparse_frame(2)
    ratings = Ratings.from_frame(frame, FOUR, groups=("g", "h"))
    kernel = AssociationKernel(CrossReplicationKernel(level, FOUR.scores))
    labels = shuffled_labels(ratings, 6)
    sums = relabelled_sums(
        ratings.tally(["g"], ["h"]), labels, lambda part: kernel.sums(part.sides, part.sides, None)
    )
    _, inside, cross = kernel.with_parts(sums)
    plain = IntervalOptions(method="none")
    for draw, row in enumerate(labels):
        other = relabelled(frame, ratings, row)
        assert inside[draw] == pytest.approx(
            alpha(other, group="g", level=level, options=plain).estimate, abs=1e-12
        )
        naive = cross_replication_reliability(other, "g", "h", level=level, options=plain)
        assert cross[draw] == pytest.approx(naive.estimate, abs=1e-12)


def kernels(level: str) -> list[Any]:
    cross = CrossReplicationKernel(level, FOUR.scores)
    found = [cross, NormalisedKernel(cross), AssociationKernel(cross), AlphaKernel(level, FOUR.scores)]
    return found if level == "ordinal" else [*found, GapKernel(fixed_metric(level, FOUR.scores))]


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), level=st.sampled_from(LEVELS), is_weighted=st.booleans())
def test_sums_of_a_block_are_those_of_its_totals(seed: int, level: str, is_weighted: bool) -> None:
    rng = np.random.default_rng(seed)
    # Two raters a level at most, drawn up to twice: (sides, K, n, draws).
    drawn = rng.integers(0, 3, (2, 2, 4, 6, 5)) * (rng.random((2, 2, 4, 6, 5)) < 0.4)
    counts, squares = drawn.sum(axis=0).astype(float), (drawn**2).sum(axis=0).astype(float)
    weights = rng.integers(0, 3, (6, 5)).astype(float) if is_weighted else None
    for kernel in kernels(level):
        found = kernel.value(kernel_sums(kernel, list(counts), list(squares), weights).T)
        totals = kernel.totals(counts.transpose(3, 2, 0, 1), squares.transpose(3, 2, 0, 1))
        factor = np.ones((6, 5)) if weights is None else weights
        expected = kernel.value((totals * factor.T[..., None]).sum(axis=1))
        np.testing.assert_allclose(found, expected, atol=1e-9)


def draws_of(ratings: Ratings, n_draws: int = 9, seed: int = 0) -> TwoWayDraws:
    tally, rng = ratings.tally(["g"], ["h"]), np.random.default_rng(seed)
    return TwoWayDraws.of(tally, draw_multiplicities(tally.stratum, n_draws, rng), rng)


@pytest.mark.usefixtures("small_blocks")
def test_bootstrapped_gap_is_that_of_loops_over_pairs_of_different_raters() -> None:
    ratings = Ratings.from_frame(sparse_frame(4), FOUR, groups=("g", "h"))
    tally, draws = ratings.tally(["g"], ["h"]), draws_of(ratings)
    found = draws_of(ratings).kernel_values(GapKernel(squared_distance(FOUR.scores)))
    weights = np.concatenate(
        [
            np.concatenate([part.weights for part in draws.resamples(number, block)], axis=1)
            for number, block in enumerate(draws.blocks)
        ]
    )
    for draw in range(9):
        gaps = [_loop_gap(tally, item, draws.raters[:, draw]) for item in range(tally.n_items)]
        known = [(w, gap) for w, gap in zip(weights[:, draw], gaps, strict=True) if gap is not None]
        expected = sum(w * gap for w, gap in known) / sum(w for w, _ in known)
        assert found[draw] == pytest.approx(expected, abs=1e-12)


def _loop_gap(tally: Any, item: int, times: Any) -> Any:
    sides: list[list[tuple[int, float, float]]] = [[], []]
    for rater, level in zip(tally.rater[tally.item == item], tally.level[tally.item == item], strict=True):
        sides[tally.side[rater]].append((rater, times[rater], FOUR.scores[level]))
    inside = []
    for side in sides:
        pairs = [(w * v, (a - b) ** 2) for (_, w, a), (_, v, b) in combinations(side, 2)]
        if not sum(weight for weight, _ in pairs):
            return None
        inside.append(np.average([d for _, d in pairs], weights=[weight for weight, _ in pairs]))
    cross = [(w * v, (a - b) ** 2) for _, w, a in sides[0] for _, v, b in sides[1]]
    across = np.average([d for _, d in cross], weights=[weight for weight, _ in cross])
    return across - sum(inside) / 2


@pytest.mark.usefixtures("small_blocks")
def test_draws_of_items_are_one_multinomial_draw_of_whole_clusters() -> None:
    frame = sparse_frame(1, n_items=12)
    frame["cluster"] = frame["item"].str[1:].astype(int) % 5
    ratings = Ratings.from_frame(frame, FOUR, groups=("g", "h"))
    tally, draws = ratings.tally(["g"], ["h"]), draws_of(ratings, 300)
    weights = np.zeros((12, 300))
    for number, block in enumerate(draws.blocks):
        weights[block.items] = np.concatenate([p.weights for p in draws.resamples(number, block)], axis=1)
    by_cluster = np.stack([weights[tally.cluster == cluster] for cluster in range(2)])
    assert (by_cluster == by_cluster[:, :1]).all()
    firsts = np.array([weights[tally.cluster == cluster][0] for cluster in range(5)])
    assert (firsts.sum(axis=0) == 5).all()
    # Mean 1 and variance 4/5 of a multinomial draw, within four standard errors of 300 draws.
    assert firsts.mean(axis=1) == pytest.approx(np.ones(5), abs=4 * (0.8 / 300) ** 0.5)
    assert firsts.var(axis=1).mean() == pytest.approx(0.8, abs=0.15)


def test_kernel_without_sums_of_its_own_is_added_up_from_its_totals() -> None:
    ratings = Ratings.from_frame(sparse_frame(6), FOUR, groups=("g", "h"))
    drawn = next(draws_of(ratings).resamples(0, draws_of(ratings).blocks[0]))
    kernel = PercentAgreementKernel()
    found = kernel_sums(kernel, drawn.counts, drawn.squares, drawn.weights)
    for draw in range(9):
        counts, squares = (
            np.stack([part[:, :, draw].T for part in sides], axis=1)
            for sides in (drawn.counts, drawn.squares)
        )
        expected = drawn.weights[:, draw] @ kernel.totals(counts, squares)
        assert found[:, draw] == pytest.approx(expected)


@pytest.mark.usefixtures("small_blocks")
def test_numbers_are_the_same_for_one_thread_and_for_several(monkeypatch: pytest.MonkeyPatch) -> None:
    ratings = Ratings.from_frame(sparse_frame(7, n_items=40), FOUR, groups=("g", "h"))

    def results(workers: int) -> Any:
        monkeypatch.setattr(blocks, "WORKERS", workers)
        tests = TestOptions(n_permutations=150, exact_limit=0, rng=np.random.default_rng(1))
        found = misalignment(ratings, "g", "h", options=tests)
        association = group_association_index(ratings, "g", options=tests)
        resampled = IntervalOptions(method="two_way_bootstrap", rng=np.random.default_rng(1))
        second = bootstrapped_misalignment(ratings, "g", "h", options=resampled)
        return found.to_dict(), association.to_dict(), second.to_dict()

    assert results(1) == results(2) == results(3)


@pytest.mark.parametrize(("n_items", "n_draws"), [(3000, 1001), (700, 20_001), (5, 2)])
def test_tiles_hold_a_bounded_number_of_counts(n_items: int, n_draws: int) -> None:
    ratings = Ratings.from_frame(sparse_frame(0, n_items=n_items, n_raters=2), FOUR, groups=("g", "h"))
    tally = ratings.tally(["g"], ["h"])
    cut = blocks_of(tally, tally.level, 4)
    assert sorted(np.concatenate([block.items for block in cut])) == list(range(tally.n_items))
    for block in cut:
        widths = [tile.stop - tile.start for tile in block.tiles(n_draws)]
        assert (sum(widths), block.n_items <= blocks.BLOCK_ITEMS) == (n_draws, True)
        assert min(widths) >= 2
        assert max(widths) * block.n_items <= 2 * blocks.TILE_NUMBERS
        assert max(widths) * block.n_items * 4 <= 2 * blocks.TILE_COUNTS


def test_a_large_cluster_is_one_block_with_narrow_tiles() -> None:
    frame = sparse_frame(0, n_items=1500, n_raters=2).assign(cluster="all")
    frame.loc[frame["item"] == "i00", "cluster"] = "other"
    tally = Ratings.from_frame(frame, FOUR, groups=("g", "h")).tally(["g"], ["h"])
    cut = blocks_of(tally, tally.level, 4)
    assert sorted(len(block.starts) for block in cut) in ([1, 1], [2])
    for block in cut:
        width = max(tile.stop - tile.start for tile in block.tiles(1000))
        assert width * block.n_items <= 2 * blocks.TILE_NUMBERS


def test_blocks_are_added_in_their_order() -> None:
    n_items = 4 * blocks.BLOCK_ITEMS
    ratings = Ratings.from_frame(sparse_frame(0, n_items=n_items, n_raters=2), FOUR, groups=("g", "h"))
    tally = ratings.tally(["g"], ["h"])
    cut = blocks_of(tally, tally.level, 4)
    assert len(cut) == 4
    parts = [1e16, 1.0, -1e16, 1.0]
    assert sum_over(cut, lambda number, _block: np.array([parts[number]])) == ((1e16 + 1.0) - 1e16) + 1.0


@pytest.mark.parametrize("n_levels", [3, 12, 15])
def test_forms_are_sums_over_pairs_of_ratings_whatever_the_number_of_levels(n_levels: int) -> None:
    rng = np.random.default_rng(n_levels)
    distance = squared_distance(np.sort(rng.integers(0, 50, n_levels)).astype(float))
    one, other = (rng.integers(0, 3, (n_levels, 2, 3)).astype(float) for _ in range(2))
    for item, draw in np.ndindex(2, 3):
        ratings, others = (np.repeat(np.arange(n_levels), x[:, item, draw].astype(int)) for x in (one, other))
        across = sum(distance[a, b] for a in ratings for b in others)
        inside = sum(2 * distance[a, b] for a, b in combinations(ratings, 2))
        assert bilinear(distance, one, other)[item, draw] == across
        assert quadratic(distance, one)[item, draw] == inside


@pytest.mark.usefixtures("small_blocks")
def test_studentised_gap_takes_conversations_as_the_units_of_items() -> None:
    frame = sparse_frame(11, filled=0.9)
    frame["cluster"] = frame["item"].str[1:].astype(int) % 6
    ratings = Ratings.from_frame(frame, FOUR, groups=("g", "h"))
    labels = shuffled_labels(ratings, 5)
    found = values_of(gap_sums(ratings, ("squared",), is_studentised=True), labels)["studentised"]
    for draw, row in enumerate(labels):
        pair = Pair.of(relabelled(frame, ratings, row), "g", "h")
        pieces = Comparisons.of(pair.used.counts, pair.distance("squared"))
        gaps, n = pieces.mean_gap(), pair.used.n_items
        sums = np.array([(gaps - gaps.mean())[pair.used.cluster == c].sum() for c in range(6)])
        change = pair.influence(gaps, pieces.gap_influence()).raters
        variance = (sums**2).sum() / (n * (n - 1)) + raters_variance(change, pair.used.side)
        assert found[draw] == pytest.approx(gaps.mean() / variance**0.5)
