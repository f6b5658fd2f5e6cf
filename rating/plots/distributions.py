"""How groups use a scale: one row of bars per group, the group's mean above them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from rating.plots.palette import GROUP_COLOURS, GROUP_SHAPES, MUTED, WIDTH, data, specification

ROW_HEIGHT = 78


@dataclass(frozen=True)
class GroupBars:
    """Shares (0..1) of the scale's values in one group, and its mean where the scale has numbers."""

    name: str
    number: int
    shares: Sequence[float]
    mean: float | None


def distribution_chart(values: Sequence[float], groups: Sequence[GroupBars], *, title: str) -> dict[str, Any]:
    """A Vega-Lite specification; the groups keep their order."""
    import altair as alt

    numbers = [group.number for group in groups]
    step = min((b - a for a, b in pairwise(values)), default=1.0)
    reach = alt.Scale(domain=[values[0] - step / 2, values[-1] + step / 2], nice=False)
    n_steps = (values[-1] - values[0]) / step + 1
    ticks = list(values) if len(values) <= 11 else [values[0], values[-1]]
    x = alt.X("value:Q", scale=reach, title=title, axis=alt.Axis(values=ticks, grid=False, format="~g"))
    # The same height means the same share in every group.
    tallest = max((share for group in groups for share in group.shares), default=1.0) or 1.0
    # Room above the tallest bar for its percentage and for the mean.
    y = alt.Y("share:Q", axis=None, scale=alt.Scale(domain=[0, 1.5 * tallest], nice=False))
    colour = alt.Color(
        "number:N", scale=alt.Scale(range=_range(numbers, GROUP_COLOURS), domain=numbers), legend=None
    )
    shapes = alt.Scale(range=_range(numbers, GROUP_SHAPES), domain=numbers)
    bars = (
        alt.Chart()
        .transform_filter("datum.share != null")
        .mark_bar(size=max(2.0, 0.72 * WIDTH / n_steps), opacity=0.85)
        .encode(x=x, y=y, color=colour)
    )
    labels = bars.mark_text(dy=-7, fontSize=11).encode(text="percent:N", color=alt.value(MUTED))
    means = (
        alt.Chart()
        .transform_filter("datum.mean != null")
        .mark_point(filled=True, size=90, opacity=1)
        .encode(
            x=alt.X("mean:Q", scale=reach, title=title),
            y=alt.value(6),
            color=colour,
            shape=alt.Shape("number:N", scale=shapes, legend=None),
        )
    )
    layers = alt.layer(bars, labels, means, data=_data(values, groups)).properties(
        width=WIDTH, height=ROW_HEIGHT
    )
    names = [group.name for group in groups]
    return specification(layers.facet(row=alt.Row("group:N", sort=names, title=None)))


def _range(numbers: Sequence[int], choices: dict[int, str]) -> list[str]:
    return [choices[number] for number in numbers]


def _data(values: Sequence[float], groups: Sequence[GroupBars]) -> Any:
    rows: list[dict[str, Any]] = []
    for group in groups:
        same = {"group": group.name, "number": group.number}
        rows += [
            {**same, "value": value, "share": share, "percent": f"{100 * share:.0f}", "mean": None}
            for value, share in zip(values, group.shares, strict=True)
        ]
        rows.append({**same, "value": None, "share": None, "percent": "", "mean": group.mean})
    return data(rows)
