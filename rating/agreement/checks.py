"""Validation of a long table of ratings: every refusal has a name and lists its rows."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from rating.agreement.arrays import Bools, Ints
from rating.agreement.errors import AgreementInputError, Row

REQUIRED_COLUMNS = ("item", "rater", "group", "value")
OPTIONAL_COLUMNS = ("cluster", "block", "missing")


def check_shape(frame: pd.DataFrame) -> None:
    """Refuse a table without its columns or without rows."""
    absent = [name for name in REQUIRED_COLUMNS if name not in frame.columns]
    if absent:
        raise AgreementInputError("missing_columns", f"The table lacks the column(s): {', '.join(absent)}.")
    if frame.empty:
        raise AgreementInputError("empty_table", "The table has no rows.")


def check_labels(frame: pd.DataFrame, groups: Sequence[str] | None) -> None:
    """Refuse rows without an item, rater, group (or declared cluster, block) and groups nobody declared."""
    for name in ("item", "rater", "group", "cluster", "block"):
        if name in frame.columns:
            _refuse(
                frame, frame[name].isna().to_numpy(), "missing_label", f"Rows without {_article(name)} {name}"
            )
    if groups is not None:
        is_unknown = ~frame["group"].astype(str).isin([str(group) for group in groups]).to_numpy()
        _refuse(frame, is_unknown, "unknown_group", "Rows of a group that was not declared")


def check_identities(frame: pd.DataFrame) -> None:
    """Refuse a rater twice on one item, in two groups or blocks, and an item in two clusters."""
    is_repeat = frame.duplicated(["item", "rater"], keep=False).to_numpy()
    _refuse(frame, is_repeat, "duplicate_ratings", "The same rater rated the same item more than once")
    _refuse_split(frame, "rater", "group", "rater_in_two_groups")
    _refuse_split(frame, "rater", "block", "rater_in_two_blocks")
    _refuse_split(frame, "item", "cluster", "item_in_two_clusters")


def check_values(frame: pd.DataFrame, levels: Ints, is_missing: Bools) -> None:
    """Refuse infinities, values off the scale, and a reason for absence beside a value."""
    is_infinite = frame["value"].isin([np.inf, -np.inf]).to_numpy()
    _refuse(frame, is_infinite, "infinite_value", "Infinite values")
    _refuse(frame, ~is_missing & (levels < 0), "off_scale", "Values that are not on the scale")
    if "missing" in frame.columns:
        has_reason = stated_reasons(frame["missing"]).notna().to_numpy()
        _refuse(frame, has_reason & ~is_missing, "value_and_missing", "A reason for absence beside a value")


def stated_reasons(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """The reasons for absence as text; blank and absent ones are None."""
    text = column.astype(object).where(column.notna(), None)
    return text.map(lambda reason: str(reason).strip() or None, na_action="ignore")


def _refuse_split(frame: pd.DataFrame, owner: str, part: str, code: str) -> None:
    if part not in frame.columns:
        return
    n_parts = frame.groupby(owner, sort=False)[part].transform("nunique").to_numpy()
    _refuse(
        frame, n_parts > 1, code, f"{_article(owner).capitalize()} {owner} that is in more than one {part}"
    )


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


def _article(noun: str) -> str:
    return "an" if noun[0] in "aeiou" else "a"
