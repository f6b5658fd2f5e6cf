from __future__ import annotations

import re
from io import BytesIO
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

from rating.plots.distributions import GroupBars, distribution_chart
from rating.plots.intervals import Mark, interval_chart
from rating.plots.palette import GROUP_COLOURS
from rating.plots.shares import Share, share_chart
from rating.plots.strips import Strip, strip_chart
from rating.plots.svg import draw_png, draw_svg, inline_svg

TRICKY = "Peers & <friends>"
MARKS = [
    Mark("Safety", TRICKY, 0.5, 0.2, 0.8, number=1),
    Mark("Safety", "Clinicians", -0.1, None, None, number=2, is_hollow=True),
    Mark("Warmth", TRICKY, None, None, None, number=1),
    Mark("Warmth", "Clinicians", 0.3, 0.1, 0.4, number=2),
]
BARS = [GroupBars(TRICKY, 1, [0.1, 0.2, 0.7], 2.6), GroupBars("Clinicians", 3, [1.0, 0.0, 0.0], None)]
SHARES = [Share("Gushing", 1, 0.25), Share("Gushing", 2, None), Share(TRICKY, 1, 0.0), Share(TRICKY, 2, 1.0)]


def drawn(kind: str) -> str:
    if kind == "intervals":
        return draw_svg(interval_chart(MARKS, title="RMS gap"))
    if kind == "distribution":
        return draw_svg(distribution_chart([1.0, 2.0, 3.0], BARS, title="Safety"))
    if kind == "shares":
        return draw_svg(share_chart(SHARES, title="Yes"))
    return strip_chart([1.0, 2.0, 3.0], [Strip(TRICKY, 1, [2, 0, 1]), Strip("Clinicians", 2, [0, 3, 0])])


KINDS = ["intervals", "distribution", "shares", "strip"]


@pytest.mark.parametrize("kind", KINDS)
def test_inline_svg_when_drawn_carries_no_style_and_no_colour_of_its_own(kind: str) -> None:
    svg = inline_svg(drawn(kind))
    assert "style" not in svg
    assert not re.search(r'(fill|stroke)="#', svg)
    assert 'class="chart"' in svg
    assert "chart__fill-1" in svg


@pytest.mark.parametrize("kind", KINDS)
def test_inline_svg_when_names_hold_markup_keeps_it_text(kind: str) -> None:
    root = ET.fromstring(inline_svg(drawn(kind)))  # noqa: S314
    texts = {element.text for element in root.iter() if element.tag.endswith("}text")}
    assert TRICKY in texts


@pytest.mark.parametrize("kind", KINDS)
def test_draw_png_when_drawn_is_three_pixels_to_a_point(kind: str) -> None:
    svg = drawn(kind)
    width = int(re.search(r'width="(\d+)', svg).group(1))  # type: ignore[union-attr]
    with Image.open(BytesIO(draw_png(svg))) as image:
        assert image.format == "PNG"
        assert image.width == 3 * width


@pytest.mark.parametrize("bad", ['<rect style="fill:red"/>', "<style>rect{fill:red}</style>"])
def test_inline_svg_when_a_drawing_carries_styles_refuses_it(bad: str) -> None:
    with pytest.raises(ValueError, match="styles"):
        inline_svg(f'<svg xmlns="http://www.w3.org/2000/svg">{bad}</svg>')


def test_interval_chart_when_an_estimate_is_undefined_draws_no_mark_for_it() -> None:
    svg = inline_svg(draw_svg(interval_chart(MARKS, title="RMS gap")))
    root = ET.fromstring(svg)  # noqa: S314
    marks = [e for e in root.iter() if e.tag.endswith("}path") and "chart__line" in e.get("class", "")]
    assert len(marks) == 3
    # One of the three is hollow: filled with the paper's colour.
    assert sum("chart__paper" in e.get("class", "") for e in marks) == 1


def test_strip_chart_when_drawn_has_one_mark_per_rating_in_its_groups_shape() -> None:
    svg = drawn("strip")
    assert svg.count("<circle") == 3
    assert svg.count("<polygon") == 3
    assert svg.count(GROUP_COLOURS[1]) == 3


def test_strip_chart_when_many_rate_keeps_every_mark_inside() -> None:
    svg = strip_chart([1.0, 2.0], [Strip("Crowd", 1, [40, 0])])
    heights = [float(y) for y in re.findall(r'cy="(-?[\d.]+)"', svg)]
    assert len(heights) == 40
    assert min(heights) > 0


def test_inline_svg_when_another_library_takes_the_empty_prefix_stays_plain_svg() -> None:
    ET.register_namespace("", "http://schemas.openxmlformats.org/spreadsheetml/2006/main")
    drawn = inline_svg('<svg xmlns="http://www.w3.org/2000/svg"><rect width="1"/></svg>')
    assert drawn.startswith("<svg ")
    assert 'xmlns="http://www.w3.org/2000/svg"' in drawn
    assert "<rect " in drawn
