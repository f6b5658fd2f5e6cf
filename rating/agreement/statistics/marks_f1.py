"""F1 of marked passages: how much of what two raters mark they both mark."""

import math
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from rating.agreement.arrays import Bools, Floats, Ints
from rating.agreement.errors import AgreementInputError
from rating.agreement.marks import Marks
from rating.agreement.reasons import Reason
from rating.agreement.resampling.jackknife import sums_by
from rating.agreement.resampling.replicates import replicates_interval
from rating.agreement.results import Estimate, Interval
from rating.agreement.statistics.mark_overlaps import Overlaps, shared_documents

MarksUnit = Literal["characters", "overlapping_marks", "exact_marks"]


@dataclass(frozen=True)
class _Sums:
    """What pairs of raters share (twice) and what they marked, in all, per document and per rater."""

    shared: float
    marked: float
    shared_of_document: Floats
    marked_of_document: Floats
    shared_of_rater: Floats
    marked_of_rater: Floats


def marks_f1(
    marks: Marks,
    *,
    group: str | tuple[str, ...] | None = None,
    unit: MarksUnit = "characters",
    label: str | None = None,
    confidence: float = 0.95,
) -> Estimate:
    """Pairwise F1 of the marks of a group's raters: 2 x shared / (marked by one + marked by the other).

    Shared and marked are added over all pairs of raters and the documents that both coded, then divided (F1
    is the same whichever of two raters is taken as the truth; Hripcsak and Rothschild 2005). Unit
    `characters`: characters marked with the same label; `overlapping_marks`: marks that share a character
    with a mark of the other rater of the same label; `exact_marks`: marks with the same borders and label.
    All labels together, or one. Not corrected for chance: longer marks share more; read it beside
    `unitized_alpha`. Interval: two-way jackknife over documents (or clusters) and raters.

    Undefined: `no_ratings` (nobody coded), `no_pairable_items` (no document of two raters),
    `nothing_marked`, `level_never_used` (of one label). Raises AgreementInputError `bad_option`,
    `unknown_group`.

    >>> import pandas as pd
    >>> rows = [("d", "p", 10, 20), ("d", "q", 14, 20), ("d", "q", 30, 32)]
    >>> table = pd.DataFrame(rows, columns=["document", "rater", "start", "end"])
    >>> table = table.assign(group="peer", label="risk")
    >>> coded = table[["document", "rater", "group"]].drop_duplicates()
    >>> marks = Marks.from_frame(table, pd.DataFrame({"document": ["d"], "length": [50]}), coded)
    >>> found = marks_f1(marks), marks_f1(marks, unit="overlapping_marks")
    >>> [round(number.estimate, 3) for number in found]  # 2 x 6 / (10 + 8), (1 + 1) / (1 + 2)
    [0.667, 0.667]
    """
    names = marks.groups if group is None else (group,) if isinstance(group, str) else group
    mine = marks.raters_of(names)
    is_pair = np.outer(mine, mine) & ~np.eye(len(mine), dtype=bool)
    return _f1("marks_f1", marks, is_pair, names, unit, label, confidence, is_across=False)


def cross_marks_f1(
    marks: Marks,
    first: str,
    second: str,
    *,
    unit: MarksUnit = "characters",
    label: str | None = None,
    confidence: float = 0.95,
) -> Estimate:
    """The same for pairs of one rater from each of two groups.

    Set beside `marks_f1` of either group it says whether the groups mark other passages than each other
    more than their own raters do. Interval: two-way jackknife, raters within their group.

    Undefined: `no_ratings` (nobody of a group coded), `no_shared_items` (no document that both coded),
    `nothing_marked`, `level_never_used`. Raises AgreementInputError `bad_option`, `unknown_group`.

    >>> import pandas as pd
    >>> rows = [("d", "p", "peer", 10, 20), ("d", "q", "patient", 14, 20), ("d", "r", "patient", 10, 20)]
    >>> table = pd.DataFrame(rows, columns=["document", "rater", "group", "start", "end"])
    >>> coded, table = table[["document", "rater", "group"]], table.assign(label="risk")
    >>> marks = Marks.from_frame(table, pd.DataFrame({"document": ["d"], "length": [50]}), coded)
    >>> round(cross_marks_f1(marks, "peer", "patient").estimate, 3)  # 2 x (6 + 10) / (16 + 20)
    0.889
    """
    if first == second:
        raise AgreementInputError("bad_option", "Agreement across groups needs two different groups.")
    one, other = marks.raters_of(first), marks.raters_of(second)
    is_pair = np.outer(one, other) | np.outer(other, one)
    return _f1("cross_marks_f1", marks, is_pair, (first, second), unit, label, confidence, is_across=True)


def _f1(
    name: str,
    marks: Marks,
    is_pair: Bools,
    groups: tuple[str, ...],
    unit: MarksUnit,
    label: str | None,
    confidence: float,
    *,
    is_across: bool,
) -> Estimate:
    if unit not in get_args(MarksUnit) or not 0 < confidence < 1:
        raise AgreementInputError("bad_option", f"No unit {unit!r}, or confidence not in (0, 1).")
    if label is not None and label not in marks.labels:
        raise AgreementInputError("bad_option", f"No label {label!r}.")
    part, is_pair = _part(marks, is_pair, label)
    reason = _obstacle(marks, part, groups, label, is_across=is_across)
    value, interval = None, Interval(reason=reason)
    if reason is None:
        sums = _sums(part, is_pair, unit)
        value = sums.shared / sums.marked
        interval = _interval(part, sums, value, confidence)
    return Estimate(
        statistic=name,
        variant=f"{unit.replace('_', ' ')}, {'all labels' if label is None else 'label ' + label}",
        level="marks",
        estimate=value,
        confidence=confidence,
        basis=_only(marks, label).basis(part, groups),
        interval=interval,
        reason=reason,
    )


def _only(marks: Marks, label: str | None) -> Marks:
    return marks if label is None else marks.with_label(label)


def _part(marks: Marks, is_pair: Bools, label: str | None) -> tuple[Marks, Bools]:
    """The raters of some pair on the documents that some pair coded, and who is compared with whom."""
    part, every = _only(marks, label), np.ones(len(marks.raters), dtype=bool)
    part = part.among(shared_documents(part, is_pair), every)
    coded = part.is_coded.astype(np.float64)
    # A rater counts where somebody to be compared with coded the same document.
    has_partner = ((coded @ is_pair) * coded).sum(axis=0) > 0
    part = part.among(np.ones(len(part.documents), dtype=bool), has_partner)
    return part, is_pair[np.ix_(has_partner, has_partner)]


def _obstacle(
    marks: Marks, part: Marks, groups: tuple[str, ...], label: str | None, *, is_across: bool
) -> Reason | None:
    has_raters = [bool(marks.raters_of(group).any()) for group in groups]
    if not (all(has_raters) if is_across else any(has_raters)):
        return Reason.NO_RATINGS
    if not part.documents:
        return Reason.NO_SHARED_ITEMS if is_across else Reason.NO_PAIRABLE_ITEMS
    if len(part.document):
        return None
    return Reason.NOTHING_MARKED if label is None else Reason.LEVEL_NEVER_USED


def _sums(part: Marks, is_pair: Bools, unit: MarksUnit) -> _Sums:
    size = (part.end - part.start).astype(np.float64) if unit == "characters" else np.ones(len(part.end))
    marked = np.zeros(part.is_coded.shape)
    np.add.at(marked, (part.document, part.rater), size)
    coded, pairs = part.is_coded.astype(np.float64), is_pair.astype(np.float64)
    # Each rater's own marks count once for everybody they are compared with on the document.
    own = marked * (coded @ pairs)
    document, one, other, amount = _shared(part, unit)
    is_kept = is_pair[one, other]
    document, one, other, amount = document[is_kept], one[is_kept], other[is_kept], amount[is_kept]
    n_documents, n_raters = coded.shape
    of_raters = np.bincount(one, amount, minlength=n_raters) + np.bincount(other, amount, minlength=n_raters)
    return _Sums(
        shared=float(amount.sum()),
        marked=float(own.sum()),
        shared_of_document=np.bincount(document, amount, minlength=n_documents).astype(np.float64),
        marked_of_document=own.sum(axis=1),
        shared_of_rater=of_raters.astype(np.float64),
        marked_of_rater=(own + coded * (marked @ pairs)).sum(axis=0),
    )


def _shared(part: Marks, unit: MarksUnit) -> tuple[Ints, Ints, Ints, Floats]:
    """Document, two raters and what they share there, counted for both."""
    overlaps = Overlaps.of(part)
    if unit == "overlapping_marks":
        mark, met = overlaps.meetings(part)
        return part.document[mark], part.rater[mark], met, np.ones(len(mark))
    one, other = overlaps.one, overlaps.other
    low, high = np.maximum(part.start[one], part.start[other]), np.minimum(part.end[one], part.end[other])
    is_same = (part.start[one] == part.start[other]) & (part.end[one] == part.end[other])
    amount = 2 * ((high - low) if unit == "characters" else is_same).astype(np.float64)
    return part.document[one], part.rater[one], part.rater[other], amount


def _interval(part: Marks, sums: _Sums, value: float, confidence: float) -> Interval:
    shared = sums.shared - sums_by(part.cluster, sums.shared_of_document[:, None])[:, 0]
    marked = sums.marked - sums_by(part.cluster, sums.marked_of_document[:, None])[:, 0]
    without_items = _ratio(shared, marked)
    without_raters = _ratio(sums.shared - sums.shared_of_rater, sums.marked - sums.marked_of_rater)
    stratum = part.rater_group
    return replicates_interval(value, without_items, without_raters, stratum, confidence, (0.0, 1.0))


def _ratio(top: Floats, bottom: Floats) -> Floats:
    return np.asarray(np.divide(top, bottom, out=np.full(len(top), math.nan), where=bottom > 0.5))
