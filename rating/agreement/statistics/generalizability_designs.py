"""Generalizability studies of two more designs: raters who answer every question, and missing cells."""

from collections.abc import Mapping

import numpy as np

from rating.agreement.arrays import Floats
from rating.agreement.errors import AgreementInputError
from rating.agreement.kernel import divide
from rating.agreement.reasons import Reason
from rating.agreement.resampling.interval import t_interval
from rating.agreement.resampling.jackknife import jackknife_variance
from rating.agreement.results import Basis, Estimate, Interval
from rating.agreement.statistics.complete_table import CompleteTable
from rating.agreement.statistics.generalizability import METHOD, Generalizability
from rating.agreement.statistics.variance_components import RemlForm, icc_reml, variance_components
from rating.agreement.table import Ratings

CROSSED = (
    "item", "rater", "question", "item_by_rater", "item_by_question", "rater_by_question", "residual",
)  # fmt: skip


def crossed_generalizability(
    questions: Mapping[str, Ratings],
    *,
    group: str | tuple[str, ...] | None = None,
    n_questions: int | None = None,
    n_raters: int | None = None,
    confidence: float = 0.95,
) -> Generalizability:
    """Design i x r x q: the same raters answer every question on every item.

    Seven components from mean squares (Brennan 2001, ch. 3), not set to zero where negative. With n_r raters
    and n_q questions (default: those of the study; others project a D study), relative error
    ir/n_r + iq/n_q + residual/(n_r n_q); absolute error adds r/n_r + q/n_q + rq/(n_r n_q).
    Interval: items left out one at a time, raters and questions held fixed. Undefined as `generalizability`;
    `incomplete_data` also where raters or items differ between questions. Raises AgreementInputError.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> answers = {"q": ((0, 2, 3), (0, 1, 3)), "p": ((1, 2, 2), (0, 2, 3))}
    >>> scale, questions = Scale((0, 1, 2, 3), "interval"), {}
    >>> for name, rows in answers.items():
    ...     cells = [(i, f"r{r}", v) for r, row in enumerate(rows) for i, v in enumerate(row)]
    ...     frame = pd.DataFrame(cells, columns=["item", "rater", "value"]).assign(group="peer")
    ...     questions[name] = Ratings.from_frame(frame, scale)
    >>> found = crossed_generalizability(questions).components
    >>> round(found["item_by_rater"], 4), round(found["residual"], 4)  # (1/3 - 1/3) / 2, 1/3
    (0.0, 0.3333)
    """
    _check_sizes(n_questions, n_raters)
    tables = [CompleteTable.of(ratings, group) for ratings in questions.values()]
    reason = _obstacle(tables)
    if reason is None and len({_labels(ratings, group) for ratings in questions.values()}) > 1:
        reason = Reason.INCOMPLETE_DATA
    cells = None if reason else np.stack([table.scores for table in tables], axis=1)
    parts = None if cells is None else crossed_components(cells)
    components: dict[str, float | None] = dict.fromkeys(CROSSED)
    if parts is not None:
        components = dict(zip(CROSSED, (float(part) for part in parts), strict=True))
    sizes = (n_questions or len(tables), n_raters or (0 if cells is None else cells.shape[2]))
    basis = _basis(tables)

    def number_of(name: str, *, is_absolute: bool) -> Estimate:
        value, why = None, reason
        if parts is not None:
            found = float(_coefficient(parts, sizes, is_absolute=is_absolute))
            value, why = (None, Reason.NO_VARIATION) if np.isnan(found) else (found, None)
        interval = Interval(reason=why)
        if cells is not None and value is not None:
            interval = _interval(cells, value, sizes, confidence, is_absolute=is_absolute)
        level = tables[0].measurement if tables else "interval"
        variant = f"crossed, {sizes[0]} questions, {sizes[1]} raters"
        return Estimate(name, variant, level, value, confidence, basis, interval, why)

    return Generalizability(
        components,
        number_of("crossed_generalizability", is_absolute=False),
        number_of("crossed_dependability", is_absolute=True),
    )


def rater_generalizability(
    ratings: Ratings,
    *,
    group: str | tuple[str, ...] | None = None,
    n_raters: int = 1,
    confidence: float = 0.95,
) -> Generalizability:
    """Design i x r with any cells missing: how far the mean of n_r ratings of an item can be generalised.

    REML components of `variance_components`; relative item / (item + residual / n_r), absolute
    item / (item + (rater + residual) / n_r), for n_r raters who all rate the item: the Spearman-Brown
    projections of ICC(C,1) and ICC(A,1) (Brennan 2001, ch. 2; Shavelson and Webb 1991). Interval: the
    profile-likelihood limits of those, projected alike. Undefined as `variance_components`.
    Raises AgreementInputError `bad_option`.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> rows = [(i, r, v) for r, row in zip("ab", ((1, 3, 5), (2, 3, 7))) for i, v in enumerate(row)]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "value"]).assign(group="peer")
    >>> ratings = Ratings.from_frame(frame, Scale(tuple(range(1, 8)), "interval"))
    >>> round(rater_generalizability(ratings, n_raters=2).absolute.estimate, 3)  # 5 / (5 + .833 / 2)
    0.923
    """
    _check_sizes(n_raters)
    found = variance_components(ratings, group=group)
    forms: tuple[tuple[str, RemlForm], ...] = (
        ("rater_generalizability", "C,1"),
        ("rater_dependability", "A,1"),
    )
    both = [
        _projected(icc_reml(ratings, group=group, form=form, confidence=confidence), name, n_raters)
        for name, form in forms
    ]
    components = {"item": found.item, "rater": found.rater, "residual": found.residual}
    return Generalizability(components, *both)


def crossed_components(cells: Floats) -> Floats:
    """The seven components, in the order of CROSSED, of cells (..., items, questions, raters)."""
    n, q, r = cells.shape[-3:]

    def mean(*axes: int) -> Floats:
        return np.asarray(cells.mean(axis=axes, keepdims=True))

    def squares(part: Floats) -> Floats:
        return np.asarray((part**2).sum(axis=(-3, -2, -1)))

    whole, item, question, rater = mean(-3, -2, -1), mean(-2, -1), mean(-3, -1), mean(-3, -2)
    item_question, item_rater, question_rater = mean(-1), mean(-2), mean(-3)
    of_items = q * r * squares(item - whole) / (n - 1)
    of_questions = n * r * squares(question - whole) / (q - 1)
    of_raters = n * q * squares(rater - whole) / (r - 1)
    iq = r * squares(item_question - item - question + whole) / ((n - 1) * (q - 1))
    ir = q * squares(item_rater - item - rater + whole) / ((n - 1) * (r - 1))
    rq = n * squares(question_rater - question - rater + whole) / ((q - 1) * (r - 1))
    left = cells - item_question - item_rater - question_rater + item + question + rater - whole
    rest = squares(left) / ((n - 1) * (q - 1) * (r - 1))
    parts = (
        (of_items - iq - ir + rest) / (q * r),
        (of_raters - ir - rq + rest) / (n * q),
        (of_questions - iq - rq + rest) / (n * r),
        (ir - rest) / q,
        (iq - rest) / r,
        (rq - rest) / n,
        rest,
    )
    return np.stack(parts)


def _coefficient(parts: Floats, sizes: tuple[int, int], *, is_absolute: bool) -> Floats:
    """Item variance over item and error variance; NaN unless both are above zero."""
    item, rater, question, item_rater, item_question, rater_question, rest = parts
    n_questions, n_raters = sizes
    error = item_rater / n_raters + item_question / n_questions + rest / (n_raters * n_questions)
    if is_absolute:
        error = error + rater / n_raters + question / n_questions + rater_question / (n_raters * n_questions)
    is_defined = (item > 1e-12) & (item + error > 0)
    return np.where(is_defined, divide(item, item + error), np.nan)


def _interval(
    cells: Floats, value: float, sizes: tuple[int, int], confidence: float, *, is_absolute: bool
) -> Interval:
    n = len(cells)
    if n < 3:
        return Interval(method=METHOD, reason=Reason.TOO_LITTLE_DATA)
    kept = np.array([np.delete(np.arange(n), place) for place in range(n)])
    without = _coefficient(crossed_components(cells[kept]), sizes, is_absolute=is_absolute)
    if np.isnan(without).any():
        return Interval(method=METHOD, reason=Reason.UNDEFINED_RESAMPLES)
    variance = jackknife_variance(without, np.zeros(n, dtype=np.int64))
    found = t_interval(value, variance, n - 1, confidence, method=METHOD, bounds=(0.0, np.inf))
    if found.low is None:
        return found
    return Interval(found.low, found.high, found.std_error, found.df, METHOD, "items_only")


def _projected(single: Estimate, name: str, n_raters: int) -> Estimate:
    """Spearman and Brown's formula on an estimate and its limits: it never changes their order."""

    def stepped(value: float | None) -> float | None:
        return None if value is None else n_raters * value / (1 + (n_raters - 1) * value)

    interval = single.interval
    if interval.low is not None:
        interval = Interval(
            low=stepped(interval.low),
            high=stepped(interval.high),
            method=interval.method,
            scope=interval.scope,
        )
    variant = f"{n_raters} raters, REML"
    return Estimate(
        name, variant, single.level, stepped(single.estimate), single.confidence, single.basis, interval,
        single.reason,
    )  # fmt: skip


def _obstacle(tables: list[CompleteTable]) -> Reason | None:
    if len(tables) < 2:
        return Reason.TOO_FEW_QUESTIONS
    reasons = [table.reason for table in tables if table.reason]
    if reasons:
        return reasons[0]
    return Reason.INCOMPLETE_DATA if len({table.scores.shape for table in tables}) > 1 else None


def _labels(ratings: Ratings, group: str | tuple[str, ...] | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of the items and raters that have a rating in the group, in their order."""
    names = ratings.groups if group is None else (group,) if isinstance(group, str) else group
    is_mine = np.isin(ratings.rater_group[ratings.rater], [ratings.index_of(name) for name in names])
    items = tuple(ratings.items[place] for place in np.unique(ratings.item[is_mine]))
    return items, tuple(ratings.raters[place] for place in np.unique(ratings.rater[is_mine]))


def _basis(tables: list[CompleteTable]) -> Basis:
    if not tables:
        return Basis(0, 0, 0, 0)
    n_items, n_raters = (
        max(getattr(table.basis, name) for table in tables) for name in ("n_items", "n_raters")
    )
    left_out = tuple(part for table in tables for part in table.basis.left_out)
    return Basis(n_items, n_raters, sum(table.basis.n_ratings for table in tables), n_items, left_out)


def _check_sizes(*numbers: int | None) -> None:
    if any(number is not None and number < 1 for number in numbers):
        raise AgreementInputError("bad_option", "A projection needs at least one question and one rater.")
