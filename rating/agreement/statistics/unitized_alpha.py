"""Krippendorff's alpha for marked passages: do raters mark the same text with the same label?"""

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from rating.agreement.arrays import Floats, Ints
from rating.agreement.errors import AgreementInputError
from rating.agreement.marks import Marks
from rating.agreement.reasons import Reason
from rating.agreement.resampling.interval import FEW_RATERS, t_interval
from rating.agreement.resampling.jackknife import METHOD, jackknife_variance
from rating.agreement.resampling.replicates import obstacle_to_replicates, replicates_interval
from rating.agreement.results import Basis, Estimate, Interval, IntervalScope
from rating.agreement.statistics.coded_together import absence, coded_together, group_names
from rating.agreement.statistics.unitizing import Unitizing

ITEMS_METHOD = "items_jackknife"
_BOUNDS = (-math.inf, 1.0)


@dataclass(frozen=True)
class UnitizedAlpha:
    """Alpha over all labels and of every label, with the disagreements they are made of.

    `observed` and `expected` are Krippendorff's D_o and D_e of every label, None where nothing can be
    compared.
    """

    alpha: Estimate
    by_label: dict[str, Estimate]
    observed: dict[str, float | None]
    expected: dict[str, float | None]

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {
            "alpha": self.alpha.to_dict(),
            "by_label": {label: found.to_dict() for label, found in self.by_label.items()},
            "observed": self.observed,
            "expected": self.expected,
        }


@dataclass(frozen=True)
class DocumentAlpha:
    """Unitized alpha of every document over all labels (None where undefined), and their mean."""

    mean: Estimate
    by_document: dict[str, float | None]
    n_defined: int
    n_undefined: int

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {
            "mean": self.mean.to_dict(),
            "by_document": self.by_document,
            "n_defined": self.n_defined,
            "n_undefined": self.n_undefined,
        }


def unitized_alpha(
    marks: Marks,
    *,
    group: str | tuple[str, ...] | None = None,
    has_interval: bool = True,
    confidence: float = 0.95,
) -> UnitizedAlpha:
    """Alpha of marked passages (unitizing), per label and over all labels.

    Every label makes of a rater's copy of a text sections that are marked and gaps between them. Difference
    of two marks that overlap: squared distance of their starts plus that of their ends; of a mark and a gap
    that holds it: the mark's length squared. D_o: mean difference of pairs of raters over the continuum
    squared; D_e: the same where all raters' sections are combined in every way. alpha = 1 - D_o / D_e per
    label, 1 - sum of D_o / sum of D_e over labels (Krippendorff 1995; 2004, p. 796). Labels are independent:
    marks of different labels may overlap.

    Several documents are laid end to end; gaps end where a document ends, so their order does not matter. A
    rater who coded a document and marked nothing has one gap there. Where raters coded different documents,
    a document of m raters enters D_o with its pairs divided by m - 1, as missing values do in alpha, and
    documents of one rater are left out. Interval: two-way jackknife over documents (or clusters) and raters,
    recomputed each time.

    Undefined: `no_ratings` (nobody coded), `no_pairable_items` (no document of two raters),
    `nothing_marked`, `level_never_used` (a label), `one_category` (nothing could differ). Raises
    AgreementInputError `bad_option`, `unknown_group`.

    >>> import pandas as pd
    >>> rows = [("d", "p", 10, 20), ("d", "q", 12, 20)]
    >>> table = pd.DataFrame(rows, columns=["document", "rater", "start", "end"])
    >>> table = table.assign(group="peer", label="risk")
    >>> coded = table[["document", "rater", "group"]]
    >>> marks = Marks.from_frame(table, pd.DataFrame({"document": ["d"], "length": [50]}), coded)
    >>> found = unitized_alpha(marks)  # D_o = 2 x (2^2 + 0) / (2 x 50^2)
    >>> found.observed["risk"], round(found.alpha.estimate, 3)
    (0.0016, 0.956)
    """
    _check(confidence)
    part = coded_together(marks, group)
    pieces = Unitizing.of(part)
    observed, expected = pieces.disagreements()
    reasons = [_obstacle(part, expected, label) for label in (None, *range(len(marks.labels)))]
    values = pieces.alphas(observed, expected)
    intervals = _intervals(part, pieces, values, confidence) if has_interval else None
    basis = marks.basis(part, group_names(marks, group))

    def number(place: int, variant: str, basis: Basis) -> Estimate:
        reason = reasons[place]
        found = Interval(reason=reason or Reason.NOT_ASKED_FOR)
        if reason is None and intervals is not None:
            found = intervals[place]
        value = None if reason else float(values[place])
        return Estimate("unitized_alpha", variant, "marks", value, confidence, basis, found, reason)

    length = max(1, int(part.length.sum()))
    is_known = bool(part.documents)
    return UnitizedAlpha(
        alpha=number(0, "all labels", basis),
        by_label={
            label: number(place + 1, f"label {label}", _of_label(part, basis, place))
            for place, label in enumerate(marks.labels)
        },
        observed=_by_label(marks, observed / length, is_known=is_known),
        expected=_by_label(marks, expected / length, is_known=is_known),
    )


def unitized_alpha_by_document(
    marks: Marks, *, group: str | tuple[str, ...] | None = None, confidence: float = 0.95
) -> DocumentAlpha:
    """Mean over documents of the unitized alpha (all labels) of each document alone.

    Every document counts the same, however long; documents where it is undefined (nobody marked anything)
    are counted, not averaged. Interval: jackknife over documents (or clusters), raters held fixed.

    Undefined: `no_ratings`, `no_pairable_items`, `nothing_marked`. Raises AgreementInputError `bad_option`,
    `unknown_group`.

    >>> import pandas as pd
    >>> rows = [(d, r, 10, 20) for d in "xy" for r in "pq"] + [("y", "q", 30, 35)]
    >>> table = pd.DataFrame(rows, columns=["document", "rater", "start", "end"])
    >>> table = table.assign(group="peer", label="risk")
    >>> coded = table[["document", "rater", "group"]].drop_duplicates()
    >>> documents = pd.DataFrame({"document": ["x", "y"], "length": [50, 50]})
    >>> found = unitized_alpha_by_document(Marks.from_frame(table, documents, coded))
    >>> found.by_document["x"], round(found.by_document["y"], 3), round(found.mean.estimate, 3)
    (1.0, 0.752, 0.876)
    """
    _check(confidence)
    part = coded_together(marks, group)
    every = np.ones(len(part.raters), dtype=bool)
    values, is_this = np.full(len(part.documents), np.nan), np.eye(len(part.documents), dtype=bool)
    for place in range(len(values)):
        alone = part.among(is_this[place], every)
        pieces = Unitizing.of(alone)
        values[place] = pieces.alphas(*pieces.disagreements())[0]
    is_defined = ~np.isnan(values)
    reason = absence(part)
    if reason is None and not is_defined.any():
        reason = Reason.ONE_CATEGORY
    used = part.among(is_defined, every)
    interval = Interval(reason=reason)
    if reason is None:
        interval = _over_documents(values[is_defined], used.cluster, len(part.raters), confidence)
    return DocumentAlpha(
        mean=Estimate(
            statistic="unitized_alpha_by_document",
            variant="mean of documents, all labels",
            level="marks",
            estimate=None if reason else float(values[is_defined].mean()),
            confidence=confidence,
            basis=marks.basis(used, group_names(marks, group)),
            interval=interval,
            reason=reason,
        ),
        by_document={
            name: float(value) if known else None
            for name, value, known in zip(part.documents, values, is_defined, strict=True)
        },
        n_defined=int(is_defined.sum()),
        n_undefined=int((~is_defined).sum()),
    )


def _check(confidence: float) -> None:
    if not 0 < confidence < 1:
        raise AgreementInputError("bad_option", "The confidence of an interval lies between 0 and 1.")


def _obstacle(part: Marks, expected: Floats, label: int | None) -> Reason | None:
    """Why alpha of a label (None: of all) is undefined."""
    reason = absence(part)
    if reason is None and label is not None and not (part.label == label).any():
        reason = Reason.LEVEL_NEVER_USED
    if reason is None and (expected.sum() if label is None else expected[label]) <= 0:
        reason = Reason.ONE_CATEGORY
    return reason


def _of_label(part: Marks, basis: Basis, label: int) -> Basis:
    return replace(basis, n_ratings=int((part.label == label).sum()))


def _by_label(marks: Marks, values: Floats, *, is_known: bool) -> dict[str, float | None]:
    return {
        label: float(value) if is_known else None for label, value in zip(marks.labels, values, strict=True)
    }


def _intervals(part: Marks, pieces: Unitizing, values: Floats, confidence: float) -> list[Interval]:
    """One per number of `alphas`; all documents and raters are left out once for all of them."""
    n_clusters, n_raters = int(part.cluster.max(initial=-1)) + 1, len(part.raters)
    obstacle = obstacle_to_replicates(n_clusters, part.rater_group) if n_raters else Reason.NO_RATINGS
    if obstacle is not None:
        return [Interval(method=METHOD, reason=obstacle) for _ in values]
    documents, raters = np.ones(len(part.documents), dtype=bool), np.ones(n_raters, dtype=bool)
    is_left_out = np.eye(n_raters, dtype=bool)
    by_item = [
        pieces.alphas(*pieces.disagreements(part.cluster != cluster, raters)) for cluster in range(n_clusters)
    ]
    by_rater = [
        pieces.alphas(*pieces.disagreements(documents, ~is_left_out[rater])) for rater in range(n_raters)
    ]
    items, persons = np.stack(by_item), np.stack(by_rater)
    return [
        replicates_interval(
            float(value), items[:, place], persons[:, place], part.rater_group, confidence, _BOUNDS
        )
        for place, value in enumerate(values)
    ]


def _over_documents(values: Floats, cluster: Ints, n_raters: int, confidence: float) -> Interval:
    n_clusters = int(cluster.max()) + 1
    if n_clusters < 2:
        return Interval(method=ITEMS_METHOD, reason=Reason.ONE_ITEM)
    kept = np.array([values[cluster != one].mean() for one in range(n_clusters)])
    variance = jackknife_variance(kept, np.zeros(n_clusters, dtype=np.int64))
    found = t_interval(
        float(values.mean()), variance, n_clusters - 1, confidence, method=ITEMS_METHOD, bounds=_BOUNDS
    )
    scope: IntervalScope = "these_raters_only" if n_raters < FEW_RATERS else "items_only"
    return found if found.low is None else replace(found, scope=scope)
