"""Estimates with their intervals: a point on a line, one row per thing compared, one panel per question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rating.plots.palette import AXIS, GROUP_COLOURS, GROUP_SHAPES, INK, PAPER, WIDTH, data, specification

ROW_HEIGHT = 19


@dataclass(frozen=True)
class Mark:
    """One estimate. `number` is its group's, 0 where it is no single group's; hollow marks mean less."""

    panel: str
    row: str
    value: float | None
    low: float | None
    high: float | None
    number: int = 0
    is_hollow: bool = False


def interval_chart(marks: Sequence[Mark], *, title: str) -> dict[str, Any]:
    """A Vega-Lite specification. Rows and panels keep the order of `marks`; undefined ones stay empty."""
    import altair as alt

    rows = list(dict.fromkeys(mark.row for mark in marks))
    panels = list(dict.fromkeys(mark.panel for mark in marks))
    numbers = sorted({mark.number for mark in marks})
    x = alt.X("value:Q", title=title, scale=alt.Scale(zero=True), axis=alt.Axis(tickCount=5))
    y = alt.Y("row:N", title=None, sort=rows)
    colours = [GROUP_COLOURS.get(number, INK) for number in numbers]
    shapes = [GROUP_SHAPES.get(number, "circle") for number in numbers]
    colour = alt.Scale(domain=numbers, range=colours)
    shape = alt.Shape("number:N", scale=alt.Scale(domain=numbers, range=shapes), legend=None)
    line = alt.Color("number:N", scale=colour, legend=None)
    fill = alt.condition(
        "datum.is_hollow", alt.value(PAPER), alt.Color("number:N", scale=colour, legend=None)
    )
    base = alt.Chart()
    # Every panel gets its line of zero from its first row only, not one over another for each row.
    is_first = alt.FieldEqualPredicate(field="row", equal=rows[0])
    zero = base.transform_filter(is_first).mark_rule(color=AXIS, strokeDash=[2, 2]).encode(x=alt.datum(0))
    reach = base.mark_rule(strokeWidth=2).encode(x=alt.X("low:Q", title=title), x2="high:Q", y=y, color=line)
    points = base.mark_point(size=70, strokeWidth=2, opacity=1).encode(
        x=x, y=y, shape=shape, stroke=line, fill=fill
    )
    layers = alt.layer(zero, reach, points, data=_data(marks)).properties(
        width=WIDTH, height=alt.Step(ROW_HEIGHT)
    )
    chart = layers.facet(row=alt.Row("panel:N", sort=panels, title=None)).resolve_scale(y="independent")
    return specification(chart)


def _data(marks: Sequence[Mark]) -> Any:
    names = ("panel", "row", "value", "low", "high", "number", "is_hollow")
    return data([{name: getattr(mark, name) for name in names} for mark in marks])
