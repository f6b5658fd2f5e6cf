"""All coefficients of several questions at once."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

import numpy as np

from rating.agreement.arrays import Floats
from rating.agreement.blas import one_blas_thread
from rating.agreement.bulk.estimates import Intervals, estimates_of
from rating.agreement.bulk.intervals import items_intervals
from rating.agreement.bulk.layout import Layout
from rating.agreement.bulk.leaving_out import jackknife_intervals
from rating.agreement.bulk.passes import exact_sums, n_threads_by_default, resampled_sums
from rating.agreement.bulk.rows import Rows
from rating.agreement.bulk.table import AgreementTable, Entry
from rating.agreement.errors import AgreementInputError
from rating.agreement.estimation import IntervalOptions
from rating.agreement.reasons import Reason
from rating.agreement.results import Estimate, Interval
from rating.agreement.table import Ratings


def agreement_table(
    questions: Mapping[str, Ratings],
    *,
    groups: Sequence[str] | None = None,
    options: IntervalOptions | None = None,
    n_threads: int | None = None,
) -> AgreementTable:
    """Many coefficients of many questions at once, each the number that its own function gives.

    Per question, for all groups pooled and for each: Krippendorff's alpha at every level that the scale
    carries; percent agreement, AC1 / AC2, Fleiss' kappa and Brennan and Prediger's coefficient under no,
    linear, quadratic and ordinal weights (20 on an ordered scale from zero up). Per pair of groups, and for
    each group against all the others: xRR at every level, normalised xRR (pairs) or GAI
    (contrasts), Vanbelle and Albert's agreement under every weight. Reasons, what an estimate rests on and
    the rules by which ratios are withheld are those of the single functions; a ratio is withheld by
    the table's own intervals, and without any intervals always.

    `groups`: those to look at, by default each question's own; ratings of others are left aside. `options`:
    `two_way_jackknife` (the default; the same intervals as the single functions'), `items_bootstrap` or
    `none`; AgreementInputError `bad_option` for others, or without questions. `n_threads`: by default one per
    core; the numbers do not depend on it.

    `items_bootstrap` draws every item (or conversation) that was rated, once for all coefficients of all
    questions with the same items: a resample holds as many items as the question, and a coefficient finds
    those among them that it can use. It speaks of other items rated by the same raters, and says so.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> rows = [(i, f"{g}{r}", g, 1 + (i + r // 2) % 3) for g in "gh" for r in range(3) for i in range(6)]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "group", "value"])
    >>> table = agreement_table({"warmth": Ratings.from_frame(frame, Scale((1, 2, 3), "ordinal"))})
    >>> found = table.within("warmth", "ac1", group="g").estimate  # (1/3 - 1/3) / (2/3)
    >>> len(table.entries), abs(found) < 1e-12
    (96, True)
    """
    options = options or IntervalOptions()
    if options.method == "two_way_bootstrap" or not questions:
        raise AgreementInputError("bad_option", "A table needs questions, and jackknife or items bootstrap.")
    entries: dict[str, tuple[Entry, ...]] = {}
    with one_blas_thread():
        layouts = {
            name: Layout.of(ratings, ratings.groups if groups is None else tuple(groups))
            for name, ratings in questions.items()
        }
        for names in _sharing_units(layouts):
            some = [Rows.of(layouts[name]) for name in names]
            found = _estimates(some, options, n_threads or n_threads_by_default())
            for name, rows, estimates in zip(names, some, found, strict=True):
                entries[name] = tuple(
                    Entry(name, row.scope, row.first, row.second, estimate)
                    for row, estimate in zip(rows.rows, estimates, strict=True)
                )
    return AgreementTable(tuple(entry for name in questions for entry in entries[name]))


def _sharing_units(layouts: Mapping[str, Layout]) -> list[list[str]]:
    """Names of questions in sets that share their items and conversations."""
    sets: dict[tuple[bytes, bytes], list[str]] = {}
    for name, layout in layouts.items():
        sets.setdefault(layout.units, []).append(name)
    return list(sets.values())


def _estimates(questions: Sequence[Rows], options: IntervalOptions, n_threads: int) -> list[list[Estimate]]:
    """The estimates of questions that share their units."""
    layouts = [rows.layout for rows in questions]
    sums = exact_sums(layouts, n_threads)
    resampled: Iterable[Floats] = [np.zeros((len(part), 0)) for part in sums]
    if options.method == "items_bootstrap" and layouts[0].n_units:
        resampled = resampled_sums(layouts, options.n_resamples, options.rng, n_threads)
    found = []
    for rows, whole, replicates in zip(questions, sums, resampled, strict=True):
        intervals: Intervals = _not_asked_for
        if options.method == "items_bootstrap":
            intervals = partial(_bootstrapped, rows, replicates, options.confidence)
        elif options.method == "two_way_jackknife":
            intervals = partial(
                jackknife_intervals, rows, whole, confidence=options.confidence, n_threads=n_threads
            )
        values = rows.values(whole[:, None])[:, 0]
        found.append(estimates_of(rows, values, intervals, options.confidence))
    return found


def _bootstrapped(
    rows: Rows, replicates: Floats, confidence: float, wanted: Iterable[int]
) -> dict[int, Interval]:
    places = list(wanted)
    values = rows.values(replicates)[places]
    uses = [rows.rows[place].use for place in places]
    return dict(zip(places, items_intervals(values, uses, confidence), strict=True))


def _not_asked_for(wanted: Iterable[int]) -> dict[int, Interval]:
    return {place: Interval(reason=Reason.NOT_ASKED_FOR) for place in wanted}
