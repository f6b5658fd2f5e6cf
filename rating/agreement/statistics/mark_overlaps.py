"""Which marks of different raters share text under the same label."""

from dataclasses import dataclass

import numpy as np

from rating.agreement.arrays import Bools, Ints
from rating.agreement.marks import Marks


@dataclass(frozen=True)
class Overlaps:
    """Pairs of marks (places in `Marks`) of two raters, of one label, that share a character."""

    one: Ints
    other: Ints

    @classmethod
    def of(cls, marks: Marks) -> "Overlaps":
        """Every overlapping pair once.

        Of two that overlap, the one that starts later starts inside the other: so each mark looks ahead only
        as far as its own end, and time grows with the overlaps, not with all pairs.
        """
        room = int(marks.length.max()) if len(marks.length) else 0
        offset = (marks.document * len(marks.labels) + marks.label) * room
        order = np.argsort(offset + marks.start, kind="stable")
        start, end = (offset + marks.start)[order], (offset + marks.end)[order]
        n_ahead = np.searchsorted(start, end, side="left") - np.arange(len(order)) - 1
        one = np.repeat(np.arange(len(order)), n_ahead)
        first = np.repeat(np.cumsum(n_ahead) - n_ahead, n_ahead)
        other = one + 1 + np.arange(len(one)) - first
        return cls(order[one], order[other])

    def meetings(self, marks: Marks) -> tuple[Ints, Ints]:
        """Every (mark, other rater) where the rater has some mark that overlaps it, each once."""
        mark = np.concatenate([self.one, self.other])
        met = marks.rater[np.concatenate([self.other, self.one])]
        keys = np.unique(mark * len(marks.raters) + met)
        return np.divmod(keys, max(1, len(marks.raters)))


def shared_documents(marks: Marks, is_pair: Bools) -> Bools:
    """Which documents two raters coded of whom `is_pair` (R, R) says that they are compared, (D,)."""
    coded = marks.is_coded.astype(np.float64)
    return np.asarray(((coded @ is_pair) * coded).sum(axis=1) > 0)
