"""One item's ratings as dots: a row per group, a column per point of the scale, a mark per rating.

Written by hand rather than through Vega-Lite: it is drawn while somebody waits for a page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from rating.plots.palette import FONT, GRID, GROUP_COLOURS, INK, MUTED, PAPER

LEFT, STEP, ROW, DOT, TOP, BOTTOM = 130, 54, 62, 5.0, 8, 26
# Dots of one column stand in up to this many layers; beyond, they shrink to fit.
LAYERS = 4

_CROSS = ((-1.0, -0.35), (-0.35, -0.35), (-0.35, -1.0), (0.35, -1.0), (0.35, -0.35), (1.0, -0.35))
# Corners of the shapes of groups 2 to 5 (the first is a circle), in radii.
_OUTLINES: dict[int, tuple[tuple[float, float], ...]] = {
    2: ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
    3: ((0.0, -1.1), (1.1, 0.9), (-1.1, 0.9)),
    4: ((0.0, -1.2), (1.1, 0.0), (0.0, 1.2), (-1.1, 0.0)),
    5: (*_CROSS, *((-x, -y) for x, y in _CROSS)),
}


@dataclass(frozen=True)
class Strip:
    """A group's ratings of one item: how many at each value, in the scale's order."""

    name: str
    number: int
    counts: Sequence[int]


def strip_chart(values: Sequence[float], strips: Sequence[Strip]) -> str:
    """An SVG that stands by itself, on white."""
    width, height = LEFT + STEP * len(values) + 8, TOP + ROW * len(strips) + BOTTOM
    most = max((count for strip in strips for count in strip.counts), default=1) or 1
    parts = [_grid(values, len(strips), height)]
    for place, strip in enumerate(strips):
        base = TOP + ROW * (place + 1) - 8
        parts.append(_text(strip.name, LEFT - 34, base - 18, "end", INK))
        parts += [_dots(strip, column, count, base, most) for column, count in enumerate(strip.counts)]
    size = f'width="{width}" height="{height}"'
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {width} {height}" font-family="{FONT}">'
    )
    return f'{head}<rect {size} fill="{PAPER}"/>{"".join(parts)}</svg>'


def _grid(values: Sequence[float], n_rows: int, height: int) -> str:
    lines = [
        f'<line x1="{LEFT - 26}" x2="{LEFT + STEP * len(values)}" y1="{y}" y2="{y}" stroke="{GRID}"/>'
        for y in (TOP + ROW * (row + 1) - 2 for row in range(n_rows))
    ]
    labels = [
        _text(f"{value:g}", LEFT + STEP * column, height - 8, "middle", MUTED)
        for column, value in enumerate(values)
    ]
    return "".join([*lines, *labels])


def _dots(strip: Strip, column: int, count: int, base: float, most: int) -> str:
    size = DOT if most <= 3 * LAYERS else DOT * (3 * LAYERS / most) ** 0.5
    wide = max(1, -(-most // LAYERS)) if most > LAYERS else 1
    pitch = 2 * size + 2
    found = []
    for index in range(count):
        layer, place = divmod(index, wide)
        in_layer = min(wide, count - layer * wide)
        x = LEFT + STEP * column + (place - (in_layer - 1) / 2) * pitch
        found.append(group_mark(strip.number, x, base - size - layer * pitch, size))
    return "".join(found)


def group_mark(number: int, x: float, y: float, size: float) -> str:
    """A group's shape in its colour around a point."""
    colour = GROUP_COLOURS[number]
    if number == 1:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size:.1f}" fill="{colour}"/>'
    points = " ".join(f"{x + size * dx:.1f},{y + size * dy:.1f}" for dx, dy in _OUTLINES[number])
    return f'<polygon points="{points}" fill="{colour}"/>'


def _text(words: str, x: float, y: float, anchor: str, colour: str) -> str:
    place = f'x="{x}" y="{y}" text-anchor="{anchor}" font-size="13px" fill="{colour}"'
    return f"<text {place}>{escape(words)}</text>"
