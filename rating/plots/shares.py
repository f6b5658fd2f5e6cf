"""How often each group says yes: one row per question, one mark per group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rating.plots.palette import GRID, GROUP_COLOURS, GROUP_SHAPES, WIDTH, data, specification

ROW_HEIGHT = 32


@dataclass(frozen=True)
class Share:
    """The share (0..1) of yes among a group's answers to one question."""

    row: str
    number: int
    share: float | None


def share_chart(shares: Sequence[Share], *, title: str) -> dict[str, Any]:
    """A Vega-Lite specification; questions keep their order. Marks of one row stand a little apart."""
    import altair as alt

    rows = list(dict.fromkeys(share.row for share in shares))
    numbers = sorted({share.number for share in shares})
    y = alt.Y("row:N", sort=rows, title=None, axis=alt.Axis(grid=True, gridColor=GRID))
    points = (
        alt.Chart(data([_datum(share) for share in shares]))
        .mark_point(filled=True, size=75, opacity=1)
        .encode(
            x=alt.X(
                "percent:Q", title=title, scale=alt.Scale(zero=True), axis=alt.Axis(tickCount=5, grid=False)
            ),
            y=y,
            yOffset=alt.YOffset("number:N", sort=numbers),
            color=alt.Color("number:N", scale=_scale(numbers, GROUP_COLOURS), legend=None),
            shape=alt.Shape("number:N", scale=_scale(numbers, GROUP_SHAPES), legend=None),
        )
    )
    return specification(points.properties(width=WIDTH, height=alt.Step(ROW_HEIGHT, **{"for": "position"})))


def _scale(numbers: Sequence[int], choices: dict[int, str]) -> Any:
    import altair as alt

    return alt.Scale(domain=list(numbers), range=[choices[number] for number in numbers])


def _datum(share: Share) -> dict[str, Any]:
    percent = None if share.share is None else 100 * share.share
    return {"row": share.row, "number": share.number, "percent": percent}
