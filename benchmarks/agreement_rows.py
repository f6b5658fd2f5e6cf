"""What `benchmarks.bench_agreement` times: calls of the public functions on ratings drawn at random."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import krippendorff
import numpy as np
import pandas as pd

from rating.agreement import (
    IntervalOptions,
    Ratings,
    Scale,
    TestOptions,
    agreement_table,
    alpha,
    bootstrapped_misalignment,
    conger_kappa,
    cross_replication_reliability,
    group_association_index,
    icc_reml,
    misalignment,
    variance_components,
)
from rating.agreement.arrays import Floats, Ints
from rating.agreement.blas import one_blas_thread
from rating.agreement.bulk.layout import Layout
from rating.agreement.bulk.passes import exact_sums, n_threads_by_default
from rating.agreement.bulk.rater_changes import rater_changes
from rating.agreement.bulk.rows import Rows
from rating.agreement.estimation import IntervalMethod

N_RATERS = 100
PER_ITEM = 10
GROUPS = ("clinician", "patient", "peer")
SCALE = Scale((1, 2, 3, 4, 5), "ordinal")
N_DRAWS = 1000


@dataclass(frozen=True)
class Data:
    """Three questions on the same items, the long table of the first, and its counts by item and level."""

    frame: pd.DataFrame
    questions: dict[str, Ratings]
    counts: Ints

    @property
    def first(self) -> Ratings:
        return self.questions["one"]


@dataclass(frozen=True)
class Row:
    """A line of the table."""

    name: str
    work: Callable[[Data], object]


def prepared(n_ratings: int, *, in_blocks: bool = False) -> Data:
    """Ratings of raters who differ in severity, of items that differ in quality; ten raters an item.

    Drawn anew for every item, or one of ten sets of raters.
    """
    rng = np.random.default_rng(20)
    n_items = n_ratings // PER_ITEM
    item = np.repeat(np.arange(n_items), PER_ITEM)
    rater = np.argsort(rng.random((n_items, N_RATERS)), axis=1)[:, :PER_ITEM].ravel()
    if in_blocks:
        rater = item % PER_ITEM + PER_ITEM * np.tile(np.arange(PER_ITEM), n_items)
    severity = rng.normal(0, 0.3, N_RATERS)[rater]
    group = np.array(GROUPS)[rater % len(GROUPS)]
    frames = {
        name: pd.DataFrame({"item": item, "rater": rater, "group": group}).assign(
            value=_answers(rng, n_items, item, severity)
        )
        for name in ("one", "two", "three")
    }
    questions = {name: Ratings.from_frame(frame, SCALE) for name, frame in frames.items()}
    levels = frames["one"]["value"].to_numpy() - 1
    counts = np.bincount(item * SCALE.n_levels + levels, minlength=n_items * SCALE.n_levels)
    return Data(frames["one"], questions, counts.reshape(n_items, SCALE.n_levels))


def _answers(rng: np.random.Generator, n_items: int, item: Ints, severity: Floats) -> Ints:
    wanted: Floats = 3 + rng.normal(0, 1, n_items)[item] + severity + rng.normal(0, 0.8, len(item))
    return np.clip(np.round(wanted), 1, SCALE.n_levels).astype(np.int64)


def _without_each_rater(ratings: Ratings) -> Floats:
    """Every coefficient without each rater, as the two-way jackknife takes them, shape (152, raters)."""
    with one_blas_thread():
        layout, n_threads = Layout.of(ratings, ratings.groups), n_threads_by_default()
        (sums,) = exact_sums([layout], n_threads)
        return Rows.of(layout).values(sums[:, None] + rater_changes(layout, n_threads).T)


def _options(method: IntervalMethod) -> IntervalOptions:
    return IntervalOptions(method=method, n_resamples=N_DRAWS)


_TEST = TestOptions(n_permutations=N_DRAWS)

ROWS = (
    Row(
        "krippendorff.alpha, ordinal, on value counts",
        lambda data: krippendorff.alpha(value_counts=data.counts, level_of_measurement="ordinal"),
    ),
    Row("Ratings.from_frame, one question", lambda data: Ratings.from_frame(data.frame, SCALE)),
    Row(
        "Standard report: 456 estimates, 1,000 resamples each",
        lambda data: agreement_table(data.questions, options=_options("items_bootstrap")),
    ),
    Row(
        "All 152 estimates of one question, no intervals",
        lambda data: agreement_table({"one": data.first}, options=_options("none")),
    ),
    Row("Jackknife over raters of all 152 of one question", lambda data: _without_each_rater(data.first)),
    Row(
        "Two-way jackknife of all 152 of one question",
        lambda data: agreement_table({"one": data.first}, options=_options("two_way_jackknife")),
    ),
    Row(
        "Two-way jackknife of the 20 of one group",
        lambda data: agreement_table(
            {"one": data.first}, groups=GROUPS[:1], options=_options("two_way_jackknife")
        ),
    ),
    Row("alpha with two-way jackknife", lambda data: alpha(data.first)),
    Row("Conger's kappa with two-way jackknife", lambda data: conger_kappa(data.first)),
    Row("Variance components (REML), two-way", lambda data: variance_components(data.first)),
    Row("ICC from REML with profile interval", lambda data: icc_reml(data.first)),
    Row(
        "M, two-way bootstrap, 1,000 draws",
        lambda data: bootstrapped_misalignment(
            data.first, *GROUPS[:2], options=_options("two_way_bootstrap")
        ),
    ),
    Row(
        "xRR, two-way bootstrap, 1,000 draws",
        lambda data: cross_replication_reliability(
            data.first, *GROUPS[:2], options=_options("two_way_bootstrap")
        ),
    ),
    Row(
        "alpha, two-way bootstrap, 1,000 draws",
        lambda data: alpha(data.first, options=_options("two_way_bootstrap")),
    ),
    Row(
        "M with parts, intervals and 1,000 relabellings",
        lambda data: misalignment(data.first, *GROUPS[:2], options=_TEST),
    ),
    Row(
        "GAI and its parts, 1,000 relabellings",
        lambda data: group_association_index(data.first, GROUPS[0], options=_TEST),
    ),
)
