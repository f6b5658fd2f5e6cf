"""Items ranked by the gap between groups, with every group's answers to them."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from rating.agreement.analysis.context import Context
from rating.agreement.statistics.item_gaps import item_gaps


def ranked_items(context: Context) -> dict[str, Any]:
    """Gaps between human groups; between all groups where fewer than two are human."""
    names = context.humans if len(context.humans) > 1 else context.ratings.groups
    if len(names) < 2:
        return {"n_items": 0, "groups": list(names), "rows": []}
    frame = item_gaps(context.ratings, names)
    counts, places = _counts_by_item(context, names)
    rows = [_gap_row(row, names, counts[places[row["item"]]]) for row in frame.to_dict("records")]
    return {"n_items": len(rows), "groups": list(names), "rows": rows}


def _counts_by_item(
    context: Context, names: tuple[str, ...]
) -> tuple["np.ndarray[Any, Any]", dict[str, int]]:
    tally, items = context.ratings.tally_with_items(*((name,) for name in names))
    return tally.counts.astype(np.int64), {
        context.ratings.items[item]: place for place, item in enumerate(items)
    }


def _gap_row(
    row: Mapping[Any, Any], names: tuple[str, ...], counts: "np.ndarray[Any, Any]"
) -> dict[str, Any]:
    groups = {
        name: {
            "mean": _number(row[f"mean_{name}"]),
            "n": int(row[f"n_{name}"]),
            "counts": counts[side].tolist(),
        }
        for side, name in enumerate(names)
    }
    return {
        "rank": int(row["rank"]),
        "item": row["item"],
        "pair": [row["first"], row["second"]],
        **{name: _number(row[name]) for name in ("gap", "shrunk_gap", "noise")},
        "groups": groups,
    }


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float, np.floating)) and np.isfinite(value) else None
