"""Can a printed mean and SD come from so many answers on this scale? GRIM and GRIMMER, exactly."""

import math
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

import pandas as pd

from rating.agreement.errors import AgreementInputError
from rating.agreement.reference_panel import Divisor, ReferencePanel
from rating.agreement.scale import Scale

# Steps of the enumeration beyond which the SD is not tested.
_MOST_STEPS = 2_000_000


def grim(mean: str | Decimal, n: int, scale: Scale) -> bool:
    """Whether n answers on the scale can have a mean that rounds to the printed one.

    The granularity test of Brown and Heathers (2017), for levels that lie evenly: n answers have a whole sum
    of steps, so their means lie 1/n steps apart. A five may have been rounded either way.
    Raises AgreementInputError `bad_option` (uneven levels, no answers, no number).

    >>> grim("5.19", 28, Scale((1, 2, 3, 4, 5, 6, 7), "interval"))  # 145/28 = 5.18, 146/28 = 5.21
    False
    """
    return bool(_sums(_printed(mean), n, _steps(scale)))


def grimmer(
    mean: str | Decimal, sd: str | Decimal, n: int, scale: Scale, *, divisor: Divisor = "n-1"
) -> bool | None:
    """Whether n answers on the scale can have this mean and this SD at once; None when too many to try.

    What Anaya (2016) and Allard (2018) test by the granularity and parity of the sum of squares is decided
    here by the sums and sums of squares that n answers on this scale do reach. Implies `grim`.

    >>> grimmer("7.3", "2.51", 12, Scale(tuple(range(1, 11)), "interval"))
    False
    """
    first, step, top = _steps(scale)
    sums = _sums(_printed(mean), n, (first, step, top))
    if not sums:
        return False
    if n * n * top * (top + 1) // 2 > _MOST_STEPS:
        return None
    low, high = _rounded(_printed(sd))
    low = max(low, Fraction(0))
    reached = _reached(n, top)
    return any(_has_square(reached[total], total, n, (low / step, high / step), divisor) for total in sums)


def check_panel(panel: ReferencePanel, scale: Scale) -> pd.DataFrame:
    """GRIM and GRIMMER of every norm: columns item, mean, sd, n, grim, grimmer, grimmer_other_divisor.

    None where there is no SD or too many answers to try. False means that this mean and SD cannot be those
    of n answers on this scale: a typing error, another n, another scale or, where the last column is True,
    the other divisor.

    >>> frame = pd.DataFrame({"item": ["a", "b"], "mean": ["1.50", "1.40"], "sd": ["0.58", "0.50"]})
    >>> panel = ReferencePanel.from_frame(frame, divisor="n-1", n=4)
    >>> check_panel(panel, Scale((0, 1, 2, 3), "interval"))[["grim", "grimmer"]].values.tolist()
    [[True, True], [False, False]]
    """
    other: Divisor = "n" if panel.divisor == "n-1" else "n-1"
    rows = []
    for item, norm in panel.norms.items():
        found = [
            None if norm.sd is None else grimmer(norm.mean, norm.sd, norm.n, scale, divisor=divisor)
            for divisor in (panel.divisor, other)
        ]
        sd = None if norm.sd is None else str(norm.sd)
        rows.append((item, str(norm.mean), sd, norm.n, grim(norm.mean, norm.n, scale), *found))
    names = ["item", "mean", "sd", "n", "grim", "grimmer", "grimmer_other_divisor"]
    return pd.DataFrame(rows, columns=names).astype({"grimmer": object, "grimmer_other_divisor": object})


def _steps(scale: Scale) -> tuple[Fraction, Fraction, int]:
    """First level, distance between levels and number of steps of a scale whose levels lie evenly."""
    levels = [Fraction(str(score)) for score in scale.scores.tolist()]
    step = levels[1] - levels[0]
    if any(levels[0] + place * step != level for place, level in enumerate(levels)):
        raise AgreementInputError("bad_option", "Granularity is tested on scales whose levels lie evenly.")
    return levels[0], step, len(levels) - 1


def _printed(number: str | Decimal) -> Decimal:
    try:
        found = Decimal(number)
    except ArithmeticError:
        raise AgreementInputError("bad_option", f"{number!r} is no number.") from None
    if not found.is_finite():
        raise AgreementInputError("bad_option", f"{number!r} is no number.")
    return found


def _rounded(printed: Decimal) -> tuple[Fraction, Fraction]:
    """Between what a printed number was rounded from."""
    exponent = int(printed.as_tuple().exponent)
    half = Fraction(10) ** exponent / 2
    return Fraction(printed) - half, Fraction(printed) + half


def _sums(mean: Decimal, n: int, steps: tuple[Fraction, Fraction, int]) -> range:
    """Sums of n answers, in steps above the first level, whose mean rounds to the printed one."""
    if n < 1:
        raise AgreementInputError("bad_option", "A mean is of one answer at least.")
    first, step, top = steps
    low, high = ((limit - first) * n / step for limit in _rounded(mean))
    return range(max(0, math.ceil(low)), min(n * top, math.floor(high)) + 1)


def _has_square(
    squares: int, total: int, n: int, limits: tuple[Fraction, Fraction], divisor: Divisor
) -> bool:
    """Whether a reached sum of squares (bits) gives an SD between the limits, in steps."""
    parts = n - 1 if divisor == "n-1" else n
    if not parts:
        return False
    low, high = (limit**2 * parts + Fraction(total**2, n) for limit in limits)
    first, last = math.ceil(low), math.floor(high)
    return last >= first and bool(squares >> first & ((1 << (last - first + 1)) - 1))


@lru_cache(maxsize=8)
def _reached(n: int, top: int) -> list[int]:
    """For every sum of n whole answers from 0 to top, its sums of squares as the bits of a number."""
    found = [1] + [0] * (n * top)
    for _ in range(n):
        following = [0] * (n * top + 1)
        for total, squares in enumerate(found):
            if squares:
                for level in range(min(top, n * top - total) + 1):
                    following[total + level] |= squares << level**2
        found = following
    return found
