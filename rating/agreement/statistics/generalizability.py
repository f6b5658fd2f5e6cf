"""Generalizability study: variance components of items, questions and nested raters, and projections."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from rating.agreement.arrays import Floats, Ints
from rating.agreement.errors import AgreementInputError
from rating.agreement.kernel import divide
from rating.agreement.reasons import Reason
from rating.agreement.resampling.interval import t_interval
from rating.agreement.resampling.jackknife import jackknife_variance
from rating.agreement.results import Basis, Estimate, Interval
from rating.agreement.statistics.complete_table import CompleteTable
from rating.agreement.table import Ratings

METHOD = "items_jackknife"
NAMES = ("item", "question", "rater_in_question", "item_by_question", "residual")


@dataclass(frozen=True)
class Generalizability:
    """Variance components in squared scale points (None when undefined) and both coefficients.

    `relative` (E rho^2) is about the order of items, `absolute` (Phi) about their values.
    """

    components: dict[str, float | None]
    relative: Estimate
    absolute: Estimate

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        both = {"relative": self.relative.to_dict(), "absolute": self.absolute.to_dict()}
        return {"components": self.components, **both}


def generalizability(
    questions: Mapping[str, Ratings],
    *,
    group: str | tuple[str, ...] | None = None,
    n_questions: int | None = None,
    n_raters: int | None = None,
    confidence: float = 0.95,
) -> Generalizability:
    """How far the mean over questions and raters can be generalised, now and with other numbers of them.

    Design i x (r:q): every item under every question, each question with as many raters of its own. The
    components come from mean squares (Brennan 2001, ch. 3) and may be negative: they are not set to zero.
    With n_q questions and n_r raters each (default: those of the study; others project a D study),
    relative = i / (i + iq/n_q + residual/(n_q n_r)), absolute = i / (that + q/n_q + r/(n_q n_r)).
    Interval: items left out one at a time, questions and raters held fixed, quantile of t (items - 1).

    Undefined: `too_few_questions` (below two), `too_little_data`, `incomplete_data` (a missing cell, unequal
    numbers of raters), `no_variation` (no item variance above zero), `no_ratings`, `not_for_this_scale`.
    Raises AgreementInputError `bad_option`, also when a rater answers two questions: they are not nested.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> answers = {"q": ((0, 2, 3), (0, 1, 3)), "p": ((1, 2, 2), (0, 2, 3))}
    >>> scale, questions = Scale((0, 1, 2, 3), "interval"), {}
    >>> for name, rows in answers.items():
    ...     cells = [(i, f"{name}{r}", v) for r, row in enumerate(rows) for i, v in enumerate(row)]
    ...     frame = pd.DataFrame(cells, columns=["item", "rater", "value"]).assign(group="peer")
    ...     questions[name] = Ratings.from_frame(frame, scale)
    >>> round(generalizability(questions).components["item"], 4)  # (MS_i - MS_iq) / 4 = (19/3 - 1/3) / 4
    1.5
    """
    for number in (n_questions, n_raters):
        if number is not None and number < 1:
            raise AgreementInputError("bad_option", "A projection needs at least one question and one rater.")
    tables = [CompleteTable.of(ratings, group) for ratings in questions.values()]
    _check_nesting(questions, group)
    reason = _obstacle(tables)
    if reason is None and not _same_items(questions, group):
        reason = Reason.INCOMPLETE_DATA
    cells = None if reason else np.stack([table.scores for table in tables], axis=1)
    parts = None if cells is None else _components(cells)
    found: dict[str, float | None] = dict.fromkeys(NAMES)
    if parts is not None:
        found = dict(zip(NAMES, (float(part) for part in parts), strict=True))
    sizes = (n_questions or len(tables), n_raters or (0 if cells is None else cells.shape[2]))
    basis = _basis(tables)

    def number_of(name: str, *, is_absolute: bool) -> Estimate:
        variant = f"{sizes[0]} questions, {sizes[1]} raters each"
        value, why = None, reason
        if parts is not None:
            value = float(_coefficient(parts, sizes, is_absolute=is_absolute))
            value, why = (None, Reason.NO_VARIATION) if np.isnan(value) else (value, None)
        interval = Interval(reason=why)
        if cells is not None and value is not None:
            interval = _interval(cells, value, sizes, confidence, is_absolute=is_absolute)
        level = tables[0].measurement if tables else "interval"
        return Estimate(name, variant, level, value, confidence, basis, interval, why)

    return Generalizability(
        found,
        number_of("generalizability", is_absolute=False),
        number_of("dependability", is_absolute=True),
    )


def _check_nesting(questions: Mapping[str, Ratings], group: str | tuple[str, ...] | None) -> None:
    seen: set[str] = set()
    for ratings in questions.values():
        raters = {ratings.raters[place] for place in np.unique(ratings.rater[_is_mine(ratings, group)])}
        if seen & raters:
            raise AgreementInputError("bad_option", "A rater answers two questions: they are not nested.")
        seen |= raters


def _is_mine(ratings: Ratings, group: str | tuple[str, ...] | None) -> Any:
    groups = ratings.groups if group is None else (group,) if isinstance(group, str) else group
    return np.isin(ratings.rater_group[ratings.rater], [ratings.index_of(name) for name in groups])


def _same_items(questions: Mapping[str, Ratings], group: str | tuple[str, ...] | None) -> bool:
    listed = [
        tuple(ratings.items[place] for place in np.unique(ratings.item[_is_mine(ratings, group)]))
        for ratings in questions.values()
    ]
    return len(set(listed)) == 1


def _obstacle(tables: list[CompleteTable]) -> Reason | None:
    if len(tables) < 2:
        return Reason.TOO_FEW_QUESTIONS
    reasons = [table.reason for table in tables if table.reason]
    if reasons:
        return reasons[0]
    return Reason.INCOMPLETE_DATA if len({table.scores.shape for table in tables}) > 1 else None


def _components(cells: Floats) -> Floats:
    """The five components, in the order of NAMES, of cells (..., items, questions, raters)."""
    n, q, r = cells.shape[-3:]
    whole = cells.mean(axis=(-3, -2, -1), keepdims=True)
    item = cells.mean(axis=(-2, -1), keepdims=True)
    question = cells.mean(axis=(-3, -1), keepdims=True)
    rater = cells.mean(axis=-3, keepdims=True)
    both = cells.mean(axis=-1, keepdims=True)

    def squares(part: Floats) -> Floats:
        return np.asarray((part**2).sum(axis=(-3, -2, -1)))

    ms_item = q * r * squares(item - whole) / (n - 1)
    ms_question = n * r * squares(question - whole) / (q - 1)
    ms_rater = n * squares(rater - question) / (q * (r - 1))
    ms_both = r * squares(both - item - question + whole) / ((n - 1) * (q - 1))
    ms_rest = squares(cells - both - rater + question) / ((n - 1) * q * (r - 1))
    parts = (
        (ms_item - ms_both) / (q * r),
        (ms_question - ms_both - ms_rater + ms_rest) / (n * r),
        (ms_rater - ms_rest) / n,
        (ms_both - ms_rest) / r,
        ms_rest,
    )
    return np.stack(parts)


def _coefficient(parts: Floats, sizes: tuple[int, int], *, is_absolute: bool) -> Floats:
    """Item variance over item and error variance; NaN unless both are above zero."""
    item, question, rater, both, rest = parts
    n_questions, n_ratings = sizes[0], sizes[0] * sizes[1]
    error = both / n_questions + rest / n_ratings
    if is_absolute:
        error = error + question / n_questions + rater / n_ratings
    is_defined = (item > 0) & (item + error > 0)
    return np.where(is_defined, divide(item, item + error), np.nan)


def _interval(
    cells: Floats, value: float, sizes: tuple[int, int], confidence: float, *, is_absolute: bool
) -> Interval:
    n = len(cells)
    if n < 3:
        return Interval(method=METHOD, reason=Reason.TOO_LITTLE_DATA)
    kept = np.array([np.delete(np.arange(n), place) for place in range(n)])
    without = _coefficient(_components(cells[kept]), sizes, is_absolute=is_absolute)
    if np.isnan(without).any():
        return Interval(method=METHOD, reason=Reason.UNDEFINED_RESAMPLES)
    one_stratum: Ints = np.zeros(n, dtype=np.int64)
    found = t_interval(
        value,
        jackknife_variance(without, one_stratum),
        n - 1,
        confidence,
        method=METHOD,
        bounds=(0.0, np.inf),
    )
    if found.low is None:
        return found
    return Interval(found.low, found.high, found.std_error, found.df, METHOD, "items_only")


def _basis(tables: list[CompleteTable]) -> Basis:
    if not tables:
        return Basis(0, 0, 0, 0)
    n_items = max(table.basis.n_items for table in tables)
    left_out = tuple(part for table in tables for part in table.basis.left_out)
    n_raters, n_ratings = (
        sum(getattr(table.basis, name) for table in tables) for name in ("n_raters", "n_ratings")
    )
    return Basis(n_items, n_raters, n_ratings, n_items, left_out)
