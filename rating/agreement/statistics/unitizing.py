"""The disagreements of unitized alpha: marked sections and gaps of every rater, label by label."""

from dataclasses import dataclass

import numpy as np

from rating.agreement.arrays import Bools, Floats, Ints
from rating.agreement.marks import Marks
from rating.agreement.statistics.mark_overlaps import Overlaps


@dataclass(frozen=True)
class _Sections:
    """Marks or gaps: where they are and how long."""

    document: Ints
    rater: Ints
    label: Ints
    length: Floats

    def of_label(self, label: int) -> "_Sections":
        """Those of one label, the shortest first."""
        mine = np.flatnonzero(self.label == label)
        mine = mine[np.argsort(self.length[mine], kind="stable")]
        return _Sections(self.document[mine], self.rater[mine], self.label[mine], self.length[mine])


@dataclass(frozen=True)
class Unitizing:
    """What alpha of any subset of documents and raters is made of.

    `differences` holds, per document, label and pair of raters (`one` < `other`) that differ, the summed
    difference of their sections in both directions; `marks` and `gaps` per label.
    """

    document: Ints
    label: Ints
    one: Ints
    other: Ints
    differences: Floats
    marks: tuple[_Sections, ...]
    gaps: tuple[_Sections, ...]
    is_coded: Bools
    length: Floats

    @classmethod
    def of(cls, marks: Marks) -> "Unitizing":
        """Take marks apart, once for all subsets."""
        units = _Sections(
            marks.document, marks.rater, marks.label, (marks.end - marks.start).astype(np.float64)
        )
        gaps, labels = _gaps(marks), range(len(marks.labels))
        return cls(
            *_differences(marks),
            marks=tuple(units.of_label(label) for label in labels),
            gaps=tuple(gaps.of_label(label) for label in labels),
            is_coded=marks.is_coded,
            length=marks.length.astype(np.float64),
        )

    def disagreements(
        self, is_document: Bools | None = None, is_rater: Bools | None = None
    ) -> tuple[Floats, Floats]:
        """Observed and expected disagreement of every label (C,), times the length of the continuum.

        `is_document` (D,) and `is_rater` (R,) say what is kept. Zeros where no document has two raters.
        """
        if is_rater is None or is_document is None:
            is_rater, is_document = (np.ones(n, dtype=bool) for n in self.is_coded.shape[::-1])
        n_coders = self.is_coded[:, is_rater].sum(axis=1).astype(np.float64)
        is_used = is_document & (n_coders > 1)
        room = float((n_coders * self.length)[is_used].sum())
        if room == 0:
            return np.zeros(len(self.marks)), np.zeros(len(self.marks))
        is_kept = is_used[self.document] & is_rater[self.one] & is_rater[self.other]
        weight = self.differences[is_kept] / (n_coders[self.document[is_kept]] - 1)
        observed = np.bincount(self.label[is_kept], weight, minlength=len(self.marks)) / room
        expected = [
            _expected(_lengths(units, is_used, is_rater), _lengths(gaps, is_used, is_rater), room)
            for units, gaps in zip(self.marks, self.gaps, strict=True)
        ]
        return observed.astype(np.float64), np.array(expected, dtype=np.float64)

    def alphas(self, observed: Floats, expected: Floats) -> Floats:
        """Alpha over all labels, then of every label, NaN where nothing is expected to differ, (1 + C,)."""
        above = np.append(observed.sum(), observed)
        below = np.append(expected.sum(), expected)
        return np.asarray(1 - np.divide(above, below, out=np.full(len(below), np.nan), where=below > 0))


def _lengths(sections: _Sections, is_document: Bools, is_rater: Bools) -> Floats:
    return np.asarray(sections.length[is_document[sections.document] & is_rater[sections.rater]])


def _expected(units: Floats, gaps: Floats, room: float) -> float:
    """Krippendorff 2004, D_e of one label times the length: marks meet marks, and gaps that can hold them.

    `room` is the length of all raters' copies together; gaps are sorted.
    """
    if not len(units):
        return 0.0
    with_marks = (len(units) - 1) / 3 * float((2 * units**3 - 3 * units**2 + units).sum())
    # Sum over gaps at least as long as the mark of (gap - mark + 1).
    longer = np.searchsorted(gaps, units, side="left")
    totals = np.append(np.cumsum(gaps[::-1])[::-1], 0.0)[longer]
    with_gaps = float((units**2 * (totals - (len(gaps) - longer) * (units - 1))).sum())
    ways = room * (room - 1) - float((units * (units - 1)).sum())
    return 2 * (with_marks + with_gaps) / ways if ways > 0 else 0.0


def _gaps(marks: Marks) -> _Sections:
    """What every rater left unmarked between the borders of every document, per label."""
    n_labels = len(marks.labels)
    document, rater = np.nonzero(marks.is_coded)
    document, rater = np.repeat(document, n_labels), np.repeat(rater, n_labels)
    label = np.tile(np.arange(n_labels), len(document) // max(1, n_labels))
    columns = [np.concatenate(pair) for pair in zip(
        (document, rater, label), (marks.document, marks.rater, marks.label), strict=True
    )]  # fmt: skip
    # A copy with k marks has k + 1 gaps: from 0 and the ends to the starts and the length, both sorted.
    opens = np.concatenate([np.zeros(len(document), dtype=np.int64), marks.end])
    closes = np.concatenate([marks.length[document], marks.start])
    order_of_opens = np.lexsort((opens, *columns[::-1]))
    order_of_closes = np.lexsort((closes, *columns[::-1]))
    length = closes[order_of_closes] - opens[order_of_opens]
    is_gap = length > 0
    places = [column[order_of_opens][is_gap] for column in columns]
    return _Sections(places[0], places[1], places[2], length[is_gap].astype(np.float64))


def _differences(marks: Marks) -> tuple[Ints, Ints, Ints, Ints, Floats]:
    """Document, label, two raters and their summed difference in both directions."""
    overlaps = Overlaps.of(marks)
    apart = (marks.start[overlaps.one] - marks.start[overlaps.other]).astype(np.float64) ** 2
    apart += (marks.end[overlaps.one] - marks.end[overlaps.other]).astype(np.float64) ** 2
    mark, missed = _unmet(marks, overlaps)
    one = np.concatenate([marks.rater[overlaps.one], marks.rater[mark]])
    other = np.concatenate([marks.rater[overlaps.other], missed])
    owner = np.concatenate([overlaps.one, mark])
    value = 2 * np.concatenate([apart, ((marks.end - marks.start)[mark].astype(np.float64)) ** 2])
    low, high = np.minimum(one, other), np.maximum(one, other)
    key = np.stack([marks.document[owner], marks.label[owner], low, high])
    places, group = np.unique(key, axis=1, return_inverse=True)
    sums = np.bincount(group.ravel(), value, minlength=places.shape[1]).astype(np.float64)
    return places[0], places[1], places[2], places[3], sums


def _unmet(marks: Marks, overlaps: Overlaps) -> tuple[Ints, Ints]:
    """Every (mark, other rater of its document) where the mark lies in a gap of that rater."""
    may_meet = marks.is_coded[marks.document]
    may_meet[np.arange(len(marks.document)), marks.rater] = False
    may_meet[overlaps.meetings(marks)] = False
    mark, rater = np.nonzero(may_meet)
    return mark.astype(np.int64), rater.astype(np.int64)
