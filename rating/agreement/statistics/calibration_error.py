"""How far stated chances lie from what happened: the calibration curve and its errors."""

from dataclasses import dataclass

import numpy as np

from rating.agreement.arrays import Floats, Ints
from rating.agreement.errors import AgreementInputError
from rating.agreement.kernel import divide


@dataclass(frozen=True)
class CalibrationPoint:
    """One bin of stated chances: how many, their mean, and the share of outcomes (None below `least`)."""

    n: int
    stated: float
    observed: float | None


@dataclass(frozen=True)
class CalibrationError:
    """Distances of the curve from the diagonal: mean, root mean square (both weighted by n) and largest."""

    mean: float
    rms: float
    largest: float


def calibration_error(stated: Floats, happened: Floats, *, n_bins: int = 10) -> CalibrationError:
    """Expected calibration error of chances `stated` (N,) for outcomes `happened` (N,), 0 or 1.

    Chances fall into bins of equal width; per bin the gap is |mean chance - share of outcomes|, weighted by
    the bin's share of the N. Mean of gaps, root of the mean of their squares, largest gap (Guo and others
    2017, eq. 3 and 5; Kumar, Liang and Ma 2019). Noise only ever adds to it. Raises AgreementInputError
    `bad_option`: nothing stated, unequal lengths, chances outside 0 to 1, outcomes other than 0 and 1.

    >>> found = calibration_error(np.array([0.2, 0.4, 0.9, 0.7]), np.array([0, 1, 1, 1]), n_bins=2)
    >>> round(found.mean, 4), round(found.largest, 4)  # gaps .2 and .2
    (0.2, 0.2)
    """
    stated, happened = np.asarray(stated, dtype=np.float64), np.asarray(happened, dtype=np.float64)
    if not len(stated) or stated.shape != happened.shape or n_bins < 1:
        raise AgreementInputError("bad_option", "Calibration needs one outcome for every stated chance.")
    if stated.min() < 0 or stated.max() > 1 or not np.isin(happened, (0, 1)).all():
        raise AgreementInputError("bad_option", "Chances lie between 0 and 1, outcomes are 0 or 1.")
    mean, rms, largest = errors_of(bin_sums(stated, happened, np.ones(len(stated)), n_bins)).tolist()
    return CalibrationError(mean, rms, largest)


def bins_of(stated: Floats, n_bins: int) -> Ints:
    """Which of n_bins bins of equal width a chance falls into; 1 belongs to the last."""
    return np.minimum((stated * n_bins).astype(np.int64), n_bins - 1)


def bin_sums(stated: Floats, happened: Floats, weights: Floats, n_bins: int) -> Floats:
    """Per bin the sums of weights, weighted chances and weighted outcomes, shape (3, n_bins)."""
    place = bins_of(stated, n_bins)
    parts = (weights, weights * stated, weights * happened)
    return np.stack([np.bincount(place, weights=part, minlength=n_bins) for part in parts])


def errors_of(sums: Floats) -> Floats:
    """Mean, root mean square and largest gap, (3,), of sums as `bin_sums` gives them; NaN without weight."""
    n, stated, happened = sums
    gaps = np.abs(divide(stated, n, 0.0) - divide(happened, n, 0.0))
    shares = divide(n, n.sum())
    return np.array([(shares * gaps).sum(), np.sqrt((shares * gaps**2).sum()), gaps.max()])


def curve_of(sums: Floats, *, least: int) -> tuple[CalibrationPoint, ...]:
    """The occupied bins, their observed share withheld below `least` answers."""
    n, stated, happened = sums
    return tuple(
        CalibrationPoint(
            n=round(n[place]),
            stated=float(stated[place] / n[place]),
            observed=float(happened[place] / n[place]) if n[place] >= least else None,
        )
        for place in np.flatnonzero(n)
    )
