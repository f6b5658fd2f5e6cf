"""The six intraclass correlations of Shrout and Fleiss, on complete data."""

import math
from dataclasses import dataclass
from typing import Literal, get_args

from scipy.special import fdtri

from rating.agreement.arrays import Floats
from rating.agreement.errors import AgreementInputError
from rating.agreement.reasons import Reason
from rating.agreement.results import Estimate, Interval
from rating.agreement.statistics.complete_table import CompleteTable
from rating.agreement.table import Ratings

METHOD = "f_distribution"
IccForm = Literal["1,1", "2,1", "3,1", "1,k", "2,k", "3,k"]

# Shrout and Fleiss' numbers beside McGraw and Wong's letters: absolute agreement or consistency.
NAMES: dict[str, str] = {
    "1,1": "ICC(1,1), one-way, single rating",
    "2,1": "ICC(2,1) = ICC(A,1), two-way random, agreement, single rating",
    "3,1": "ICC(3,1) = ICC(C,1), two-way, consistency, single rating",
    "1,k": "ICC(1,k), one-way, mean of k ratings",
    "2,k": "ICC(2,k) = ICC(A,k), two-way random, agreement, mean of k ratings",
    "3,k": "ICC(3,k) = ICC(C,k), two-way, consistency, mean of k ratings",
}


@dataclass(frozen=True)
class Anova:
    """Mean squares of a complete table of n items by k raters, in squared scale points."""

    n: int
    k: int
    items: float
    raters: float
    residual: float
    within: float

    @classmethod
    def of(cls, scores: Floats) -> "Anova":
        """Analysis of variance of scores (items, raters) without empty cells."""
        n, k = scores.shape
        centred = scores - scores.mean()
        by_item, by_rater = centred.mean(axis=1), centred.mean(axis=0)
        rest = centred - by_item[:, None] - by_rater[None, :]
        items, raters = k * float((by_item**2).sum()), n * float((by_rater**2).sum())
        residual = float((rest**2).sum())
        # Sums that are zero but for rounding are zero: a quotient by them would mean nothing.
        floor = 1e-12 * float((centred**2).sum())
        items, raters, residual = (part if part > floor else 0.0 for part in (items, raters, residual))
        return cls(
            n=n,
            k=k,
            items=items / (n - 1),
            raters=raters / (k - 1),
            residual=residual / ((n - 1) * (k - 1)),
            within=(raters + residual) / (n * (k - 1)),
        )

    def single(self, form: str) -> float | None:
        """The coefficient of a single rating; None when nothing varies."""
        error = self.within if form[0] == "1" else self.residual
        bottom = self.items + (self.k - 1) * error
        if form[0] == "2":
            bottom += self.k * (self.raters - self.residual) / self.n
        return (self.items - error) / bottom if bottom > 0 else None


def icc(
    ratings: Ratings,
    *,
    group: str | tuple[str, ...] | None = None,
    form: IccForm = "2,1",
    confidence: float = 0.95,
) -> Estimate:
    """An intraclass correlation of a group that rated every item (Shrout and Fleiss 1979).

    With mean squares MS of items, raters, residual and within items, n items, k raters:
    (1,1) (MS_i - MS_w) / (MS_i + (k - 1) MS_w); (3,1) (MS_i - MS_e) / (MS_i + (k - 1) MS_e);
    (2,1) (MS_i - MS_e) / (MS_i + (k - 1) MS_e + k (MS_r - MS_e) / n); the forms with k are those of the mean
    of k ratings. Intervals: from quantiles of F, exact under normality but for (2,1) and (2,k), where Shrout
    and Fleiss approximate.

    Undefined: `incomplete_data` (see `icc_reml`), `too_little_data`, `one_category`, `not_for_this_scale`.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> rows = [(i, r, i + (r == "b")) for i in (1, 2, 3) for r in ("a", "b")]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "value"]).assign(group="peer")
    >>> ratings = Ratings.from_frame(frame, Scale((1, 2, 3, 4), "interval"))
    >>> icc(ratings, form="3,1").estimate, round(icc(ratings, form="2,1").estimate, 4)  # one point apart
    (1.0, 0.6667)
    """
    if form not in get_args(IccForm) or not 0 < confidence < 1:
        raise AgreementInputError("bad_option", f"No ICC of form {form!r} at confidence {confidence}.")
    table = CompleteTable.of(ratings, group)
    if table.reason:
        return table.estimate("icc", NAMES[form], None, Interval(reason=table.reason), confidence)
    anova = Anova.of(table.scores)
    single = anova.single(form)
    is_mean = form.endswith("k")
    value = single if single is None or not is_mean else _of_means(single, anova.k)
    if value is None:
        return table.estimate("icc", NAMES[form], None, Interval(reason=Reason.ONE_CATEGORY), confidence)
    return table.estimate("icc", NAMES[form], value, _interval(anova, form, confidence), confidence)


def _of_means(single: float, k: int) -> float | None:
    """Spearman and Brown's step from one rating to the mean of k; None where it has no value."""
    bottom = 1 + (k - 1) * single
    return k * single / bottom if bottom > 1e-12 else None


def _interval(anova: Anova, form: str, confidence: float) -> Interval:
    error = anova.within if form[0] == "1" else anova.residual
    if error == 0 or anova.items == 0:
        return Interval(method=METHOD, reason=Reason.NO_VARIATION)
    low, high = (_agreement_limits if form[0] == "2" else _f_limits)(anova, form, 0.5 + confidence / 2)
    if form.endswith("k"):
        ends = _of_means(low, anova.k), _of_means(high, anova.k)
        low, high = (math.nan if end is None else end for end in ends)
    if not math.isfinite(low) or not math.isfinite(high) or low > high:
        return Interval(method=METHOD, reason=Reason.UNDEFINED_LIMITS)
    return Interval(low=low, high=min(1.0, high), method=METHOD, scope="raters_and_items")


def _f_limits(anova: Anova, form: str, level: float) -> tuple[float, float]:
    """Limits of the one-way and the consistency form of a single rating."""
    is_one_way = form[0] == "1"
    f = anova.items / (anova.within if is_one_way else anova.residual)
    df1 = anova.n - 1
    df2 = anova.n * (anova.k - 1) if is_one_way else df1 * (anova.k - 1)
    low, high = f / float(fdtri(df1, df2, level)), f * float(fdtri(df2, df1, level))
    return (low - 1) / (low + anova.k - 1), (high - 1) / (high + anova.k - 1)


def _agreement_limits(anova: Anova, _form: str, level: float) -> tuple[float, float]:
    """Shrout and Fleiss' limits of (2,1), with Satterthwaite's degrees of freedom."""
    n, k, rho = anova.n, anova.k, anova.single("2,1") or 0.0
    f = anova.raters / anova.residual
    weight = n * (1 + (k - 1) * rho) - k * rho
    below = (n - 1) * (k * rho * f) ** 2 + weight**2
    if below == 0:
        return math.nan, math.nan
    df = (k - 1) * (n - 1) * (k * rho * f + weight) ** 2 / below
    upper, lower = float(fdtri(n - 1, df, level)), float(fdtri(df, n - 1, level))
    rest = k * anova.raters + (k * n - k - n) * anova.residual
    low = n * (anova.items - upper * anova.residual) / (upper * rest + n * anova.items)
    high = n * (lower * anova.items - anova.residual) / (rest + n * lower * anova.items)
    return low, high
