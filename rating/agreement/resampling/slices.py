"""A share of an analysis' relabellings, computed by itself and put together elsewhere.

All relabellings are drawn wherever one is needed, which costs next to nothing, so that a slice has the very
labels that it has in the whole; what is worked out of them (`relabelled_sums`) is what is shared. Who asks
for a slice names it around the call of the statistic, which need not know of it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import numpy as np

from rating.agreement.arrays import Floats, Ints

_wanted: ContextVar[tuple[int, int] | None] = ContextVar("wanted slice", default=None)
_known: ContextVar[Floats | None] = ContextVar("known sums", default=None)


class SliceDone(Exception):  # noqa: N818 (not an error: the way out of a statistic of which no more is wanted)
    """The sums of the slice that was asked for, (draws of the slice, q)."""

    def __init__(self, sums: Floats) -> None:
        super().__init__()
        self.sums = sums


@contextmanager
def only_slice(number: int, n_slices: int) -> Iterator[None]:
    """The first relabelling inside computes this slice and raises SliceDone with it."""
    token = _wanted.set((number, n_slices))
    try:
        yield
    finally:
        _wanted.reset(token)


@contextmanager
def known_slices(sums: Floats) -> Iterator[None]:
    """The first relabelling inside takes these sums, all slices one after the other, for its own."""
    token = _known.set(sums)
    try:
        yield
    finally:
        _known.reset(token)


def sliced(labels: Ints, work: Callable[[Ints], Floats]) -> Floats:
    """`work` of the labels (B, R), a row each; of a slice alone, or not at all where it is known."""
    wanted, known = _wanted.get(), _known.get()
    if wanted is not None:
        number, n_slices = wanted
        raise SliceDone(work(np.array_split(labels, n_slices)[number]))
    if known is not None and len(known) == len(labels):
        # For this relabelling alone: another inside the same statistic is another matter.
        _known.set(None)
        return known
    return work(labels)
