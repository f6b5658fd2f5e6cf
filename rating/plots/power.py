"""How often a gap would be found, by the size of the gap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rating.plots.palette import AXIS, GROUP_COLOURS, INK, WIDTH, data, specification

HEIGHT = 200


@dataclass(frozen=True)
class Chance:
    """Power (0..1) at one gap, with its Monte-Carlo error."""

    gap: float
    power: float
    error: float


def power_chart(chances: Sequence[Chance], *, target: float, expected: float, title: str) -> dict[str, Any]:
    """A Vega-Lite specification: the curve with its Monte-Carlo limits, a line at the target power and one
    at the expected gap."""
    import altair as alt

    x = alt.X("gap:Q", title=title, axis=alt.Axis(tickCount=6, grid=False))
    scale = alt.Scale(domain=[0, 100])
    y = alt.Y("percent:Q", title="Found, % of studies", scale=scale, axis=alt.Axis(tickCount=5, grid=True))
    base = alt.Chart(data([_datum(chance) for chance in chances]))
    colour = GROUP_COLOURS[1]
    layers = alt.layer(
        alt.Chart(data([{}])).mark_rule(color=INK, strokeDash=[4, 3]).encode(y=alt.datum(100 * target)),
        alt.Chart(data([{}])).mark_rule(color=AXIS, strokeDash=[2, 2]).encode(x=alt.datum(expected)),
        base.mark_line(color=colour, strokeWidth=2).encode(x=x, y=y),
        base.mark_rule(color=colour, strokeWidth=2).encode(x=x, y=alt.Y("low:Q", scale=scale), y2="high:Q"),
        base.mark_point(color=colour, filled=True, size=60, opacity=1).encode(x=x, y=y),
    )
    return specification(layers.properties(width=WIDTH, height=HEIGHT))


def _datum(chance: Chance) -> dict[str, float]:
    reach = 2 * chance.error
    return {
        "gap": chance.gap,
        "percent": 100 * chance.power,
        "low": 100 * max(0.0, chance.power - reach),
        "high": 100 * min(1.0, chance.power + reach),
    }
