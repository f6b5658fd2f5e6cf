"""A stage day by day: a line per group, as a share of what is planned, and when it will likely be done.

Written by hand rather than through Vega-Lite: it is drawn while somebody waits for a page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rating.plots.palette import AXIS, FONT, GRID, GROUP_COLOURS, INK, MUTED, PAPER
from rating.plots.strips import group_mark

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 260, 46, 14, 14, 34
SHARES = (0, 25, 50, 75, 100)
# Marks along a line, so that groups are told apart without colour; and days named under the axis.
N_MARKS, N_NAMED = 6, 5


@dataclass(frozen=True)
class Course:
    """One group's share of its plan on each day, 0 to 1."""

    number: int
    shares: Sequence[float]


@dataclass(frozen=True)
class Ends:
    """The days between which it will likely be done, the likeliest, and the day that was set."""

    low: date | None = None
    middle: date | None = None
    high: date | None = None
    due: date | None = None


def course_chart(
    days: Sequence[date], courses: Sequence[Course], ends: Ends, *, top: int | None = None
) -> str:
    """An SVG that stands by itself, on white. `days` run without gaps, the last one is today. `top`: how many
    ratings a share of 1 is, where counts are shown; else percent."""
    marked = [day for day in (ends.low, ends.middle, ends.high, ends.due) if day is not None]
    axis = _Axis(days[0], max([*days, *marked]))
    parts = [*_grid(axis, top), *_ahead(axis, ends)]
    for course in courses:
        parts += _line(axis, days, course)
    size = f'width="{WIDTH}" height="{HEIGHT}"'
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {WIDTH} {HEIGHT}" font-family="{FONT}">'
    )
    return f'{head}<rect {size} fill="{PAPER}"/>{"".join(parts)}</svg>'


@dataclass(frozen=True)
class _Axis:
    first: date
    last: date

    @property
    def n_days(self) -> int:
        return max(1, (self.last - self.first).days)

    def x(self, day: date) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (day - self.first).days / self.n_days

    @staticmethod
    def y(share: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * min(1.0, share)


def _grid(axis: _Axis, top: int | None) -> list[str]:
    parts = []
    # Counts have no quarters: the ends of the axis say enough.
    for share in SHARES if top is None else (SHARES[0], SHARES[-1]):
        y = axis.y(share / 100)
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="{GRID}"/>')
        parts.append(_text(f"{share} %" if top is None else str(share * top // 100), LEFT - 6, y + 4, "end"))
    step = max(1, -(-axis.n_days // N_NAMED))
    for number in range(0, axis.n_days + 1, step):
        day = axis.first + timedelta(days=number)
        anchor = "start" if number == 0 else "end" if number + step > axis.n_days else "middle"
        parts.append(_text(f"{day.day}.{day.month}.", axis.x(day), HEIGHT - 14, anchor))
    return parts


def _ahead(axis: _Axis, ends: Ends) -> list[str]:
    """The span of likely ends as a band, the likeliest dashed, the day that was set in ink."""
    top, height = axis.y(1), axis.y(0) - axis.y(1)
    parts = []
    if ends.low is not None:
        left, right = axis.x(ends.low), axis.x(ends.high) if ends.high else WIDTH - RIGHT
        place = f'x="{left:.1f}" y="{top:.1f}" width="{max(2.0, right - left):.1f}" height="{height:.1f}"'
        parts.append(f'<rect {place} fill="{GRID}" fill-opacity="0.6"/>')
    for day, colour, dash in ((ends.middle, AXIS, ' stroke-dasharray="4 3"'), (ends.due, INK, "")):
        if day is not None:
            x = axis.x(day)
            place = f'x1="{x:.1f}" x2="{x:.1f}" y1="{top:.1f}" y2="{top + height:.1f}"'
            parts.append(f'<line {place} stroke="{colour}" stroke-width="1.5"{dash}/>')
    return parts


def _line(axis: _Axis, days: Sequence[date], course: Course) -> list[str]:
    colour = GROUP_COLOURS[course.number]
    places = [(axis.x(day), axis.y(share)) for day, share in zip(days, course.shares, strict=True)]
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    step = max(1, -(-len(places) // N_MARKS))
    marks = [group_mark(course.number, x, y, 4.5) for x, y in places[::-1][::step]]
    return [f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>', *marks]


def _text(words: str, x: float, y: float, anchor: str) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="12px" fill="{MUTED}"'
    return f"<text {place}>{words}</text>"
