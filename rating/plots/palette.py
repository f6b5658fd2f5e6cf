"""Colours and shapes of figures. A group is told by its shape as much as by its colour: docs/design.md."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

# The light values of static/css/tokens.css: figures to take away are drawn on white. In a page each of
# them is replaced by the class of its token (`rating.plots.svg`), so that it follows the theme.
INK = "#1a292b"
MUTED = "#4a5a5c"
GRID = "#d5dddb"
AXIS = "#6d7d7a"
PAPER = "#ffffff"
GROUP_COLOURS = {1: "#2d62b3", 2: "#b35c14", 3: "#5c1263", 4: "#2e9482", 5: "#4a4f4c"}
GROUP_SHAPES = {1: "circle", 2: "square", 3: "triangle-up", 4: "diamond", 5: "cross"}

FONT = "system-ui, sans-serif"
# Fits a phone without becoming illegible, and two stand side by side on a wide screen.
WIDTH = 300


def config() -> dict[str, Any]:
    """Calm defaults: no frame, a light grid along the axis of values, ink for words."""
    return {
        "background": PAPER,
        "font": FONT,
        "padding": 4,
        "view": {"stroke": None},
        "axis": {
            "labelColor": MUTED,
            "titleColor": MUTED,
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "gridColor": GRID,
            "domain": False,
            "tickColor": AXIS,
            "tickSize": 4,
            "labelLimit": 220,
        },
        "axisY": {"ticks": False, "labelPadding": 8, "labelColor": INK, "grid": False},
        "header": {
            "labelColor": INK,
            "labelFontSize": 13,
            "labelFontWeight": 600,
            "labelAnchor": "start",
            "labelOrient": "top",
            "labelPadding": 4,
            "title": None,
        },
        "facet": {"spacing": 12},
    }


def specification(chart: Any) -> dict[str, Any]:
    """An Altair chart as a Vega-Lite specification with our defaults."""
    return {**chart.to_dict(), "config": config()}


def data(rows: Sequence[dict[str, Any]]) -> Any:
    """Rows as a chart's own data."""
    import altair as alt

    return alt.Data(values=list(rows))  # type: ignore[no-untyped-call]
