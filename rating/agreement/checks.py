"""Validation of a long table of ratings: every refusal has a name and lists its rows."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from rating.agreement.arrays import Bools, Ints
from rating.agreement.errors import AgreementInputError, Row
from rating.agreement.labels import Labels

REQUIRED_COLUMNS = ("item", "rater", "group", "value")
OPTIONAL_COLUMNS = ("cluster", "block", "missing")
LABELS = ("item", "rater", "group", "cluster", "block")


def check_shape(frame: pd.DataFrame) -> None:
    """Refuse a table without its columns or without rows."""
    absent = [name for name in REQUIRED_COLUMNS if name not in frame.columns]
    if absent:
        raise AgreementInputError("missing_columns", f"The table lacks the column(s): {', '.join(absent)}.")
    if frame.empty:
        raise AgreementInputError("empty_table", "The table has no rows.")


def check_labels(frame: pd.DataFrame) -> None:
    """Refuse rows without an item, rater, group (or declared cluster, block)."""
    for name in LABELS:
        if name in frame.columns:
            _refuse(
                frame, frame[name].isna().to_numpy(), "missing_label", f"Rows without {_article(name)} {name}"
            )


def check_groups(frame: pd.DataFrame, group: Labels, declared: Sequence[str]) -> None:
    """Refuse groups that nobody declared."""
    is_unknown = np.array([name not in declared for name in group.names], dtype=np.bool_)
    if is_unknown.any():
        _refuse(frame, is_unknown[group.codes], "unknown_group", "Rows of a group that was not declared")


def check_identities(frame: pd.DataFrame, labels: Mapping[str, Labels]) -> None:
    """Refuse a rater twice on one item, in two groups or blocks, and an item in two clusters."""
    item, rater = labels["item"], labels["rater"]
    cell = item.codes * len(rater.names) + rater.codes
    in_order = np.sort(cell)
    if (in_order[1:] == in_order[:-1]).any():
        is_repeat = pd.Series(cell).duplicated(keep=False).to_numpy()
        what = "The same rater rated the same item more than once"
        _refuse(_as_text(frame), is_repeat, "duplicate_ratings", what)
    for owner, part in (("rater", "group"), ("rater", "block"), ("item", "cluster")):
        if part in labels:
            is_split = labels[owner].belong_to_several(labels[part])
            what = f"{_article(owner).capitalize()} {owner} that is in more than one {part}"
            if is_split.any():
                _refuse(_as_text(frame), is_split, f"{owner}_in_two_{part}s", what)


def check_values(frame: pd.DataFrame, levels: Ints, is_missing: Bools) -> None:
    """Refuse infinities, values off the scale, and a reason for absence beside a value."""
    is_off = ~is_missing & (levels < 0)
    if is_off.any():
        text = _as_text(frame)
        is_infinite = frame["value"].isin([np.inf, -np.inf]).to_numpy()
        _refuse(text, is_infinite, "infinite_value", "Infinite values")
        _refuse(text, is_off, "off_scale", "Values that are not on the scale")
    if "missing" in frame.columns:
        is_both = stated_reasons(frame["missing"]).notna().to_numpy() & ~is_missing
        if is_both.any():
            _refuse(_as_text(frame), is_both, "value_and_missing", "A reason for absence beside a value")


def stated_reasons(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """The reasons for absence as text; blank and absent ones are None."""
    codes, uniques = pd.factorize(column)
    texts = np.array([*(str(reason).strip() or None for reason in uniques), None], dtype=object)
    return pd.Series(texts[codes], index=column.index, dtype=object)


def _refuse(frame: pd.DataFrame, is_bad: Bools, code: str, what: str) -> None:
    positions = np.flatnonzero(is_bad)
    if positions.size:
        rows = _rows(frame, positions)
        shown = ", ".join(str(row["row"]) for row in rows[:5]) + (", …" if len(rows) > 5 else "")
        raise AgreementInputError(code, f"{what}: {len(rows)} row(s), at position {shown}.", rows)


def _rows(frame: pd.DataFrame, positions: Ints) -> list[Row]:
    names = [name for name in (*REQUIRED_COLUMNS, *OPTIONAL_COLUMNS) if name in frame.columns]
    records = frame.iloc[positions][names].astype(object).to_dict("records")
    return [
        {"row": int(position), **{str(k): v for k, v in record.items()}}
        for position, record in zip(positions, records, strict=True)
    ]


def _as_text(frame: pd.DataFrame) -> pd.DataFrame:
    """The table with its labels as they are read."""
    names = [name for name in LABELS if name in frame.columns]
    return frame.assign(**{name: frame[name].map(str) for name in names})


def _article(noun: str) -> str:
    return "an" if noun[0] in "aeiou" else "a"
