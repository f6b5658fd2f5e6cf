"""How each rater went about it, over all questions: how much, how fast, how often the same answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

# Fewer rated questions than this, and answering them all alike says nothing.
MIN_QUESTIONS = 3


def raters_at_work(rows: pd.DataFrame, entries: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One row for each rater, groups and pseudonyms in order.

    `seconds`: median over the ratings that were timed. `n_alike` of `n_judged`: items on which all of at
    least three rated questions with the same scale got one answer.
    """
    alike = _alike(rows, entries)
    found = []
    for (group, rater), own in rows.groupby(["group", "rater"], observed=True):
        seconds = _seconds(own)
        n_alike, n_judged = alike.get(str(rater), (0, 0))
        found.append(
            {
                "rater": str(rater),
                "group": str(group),
                "n_items": int(own["item"].nunique()),
                "n_ratings": int(own["order"].nunique()),
                "n_missing": int((own["missing"].astype(str) != "").sum()),
                "n_answers": len(own),
                "n_timed": len(seconds),
                "seconds": float(seconds.median()) if len(seconds) else None,
                "fastest": float(seconds.min()) if len(seconds) else None,
                "n_alike": n_alike,
                "n_judged": n_judged,
            }
        )
    return found


def _seconds(rows: pd.DataFrame) -> pd.Series[float]:
    if "seconds" not in rows:
        return rows["value"].iloc[:0]
    return rows.drop_duplicates("order")["seconds"].dropna()


def _alike(rows: pd.DataFrame, entries: Sequence[Mapping[str, Any]]) -> dict[str, tuple[int, int]]:
    """By rater: judged items with one answer throughout, and judged items."""
    values = [tuple(entry["scale"]["values"]) for entry in entries if entry["kind"] == "scale"]
    if not values:
        return {}
    # Answers are alike only where they mean points of the same range.
    usual = max(values, key=values.count)
    keys = [
        entry["key"]
        for entry in entries
        if entry["kind"] == "scale" and tuple(entry["scale"]["values"]) == usual
    ]
    if len(keys) < MIN_QUESTIONS:
        return {}
    rated = rows[rows["question"].isin(keys) & rows["value"].notna()]
    judged = rated.groupby(["rater", "item", "target"], observed=True)["value"].agg(["count", "nunique"])
    judged = judged[judged["count"] >= MIN_QUESTIONS]
    by_rater = (judged["nunique"] == 1).groupby("rater", observed=True).agg(["sum", "count"])
    return {str(rater): (int(one), int(all_)) for rater, one, all_ in by_rater.itertuples()}
