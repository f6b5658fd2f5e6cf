"""What raters would mark by chance: each other's marks, shifted by a random distance."""

import numpy as np

from rating.agreement.arrays import Ints
from rating.agreement.statistics.gamma_alignment import Continuum


def shuffled(continuum: Continuum, length: int, rng: np.random.Generator) -> Continuum:
    """One draw: every rater's place taken by a random rater, their marks moved on and wrapped around.

    A mark that begins beyond the end comes back at the start; one that only ends beyond it stays whole.
    Drawn again while nobody has a mark.
    """
    n = continuum.n_raters
    chosen = rng.integers(n, size=n)
    while not np.isin(continuum.rater, chosen).any():
        chosen = rng.integers(n, size=n)
    shifts = _shifts(n, length, float((continuum.end - continuum.start).mean()) / 2, rng)
    place, mark = np.nonzero(continuum.rater[None, :] == chosen[:, None])
    moved = continuum.start[mark] + shifts[place]
    back = np.where(moved > length, length, 0)
    return Continuum(
        rater=place.astype(np.int64),
        label=continuum.label[mark],
        start=moved - back,
        end=continuum.end[mark] + shifts[place] - back,
        n_raters=n,
    )


def _shifts(n: int, length: int, apart: float, rng: np.random.Generator) -> Ints:
    """Whole random distances below the length, each `apart` from those before while there is room."""
    free = [(0.0, float(length))]
    shifts = []
    for _ in range(n):
        sizes = np.array([high - low for low, high in free])
        if sizes.sum() > 0:
            low, high = free[int(rng.choice(len(free), p=sizes / sizes.sum()))]
        else:
            low, high = 0.0, float(length)
        shift = int(rng.uniform(low, high))
        shifts.append(shift)
        free = [part for span in free for part in _outside(span, shift - apart, shift + apart)]
    return np.array(shifts, dtype=np.int64)


def _outside(span: tuple[float, float], low: float, high: float) -> list[tuple[float, float]]:
    """What of a span lies outside low to high."""
    parts = [(span[0], min(span[1], low)), (max(span[0], high), span[1])]
    return [part for part in parts if part[1] > part[0]]
