"""Drawing a specification as SVG and PNG, and preparing an SVG to stand inside a page."""

from __future__ import annotations

from typing import Any

# Our own drawings only, never a file from outside.
from xml.etree import ElementTree as ET

from rating.plots.palette import AXIS, GRID, GROUP_COLOURS, INK, MUTED, PAPER

_NAMESPACE = "http://www.w3.org/2000/svg"
_CLASSES: dict[tuple[str, str], str] = {
    ("fill", MUTED): "chart__muted",
    ("stroke", GRID): "chart__grid",
    ("stroke", AXIS): "chart__axis",
    ("stroke", MUTED): "chart__axis",
    ("fill", INK): "chart__ink",
    ("stroke", INK): "chart__ink-line",
    ("fill", PAPER): "chart__paper",
    **{("fill", colour): f"chart__fill-{number}" for number, colour in GROUP_COLOURS.items()},
    **{("stroke", colour): f"chart__line-{number}" for number, colour in GROUP_COLOURS.items()},
}
# Told by the figure's own words; and names would repeat for every mark.
_DROPPED = ("aria-", "role", "class", "font-family", "pointer-events")
PNG_SCALE = 3


def draw_svg(spec: dict[str, Any]) -> str:
    """The specification as an SVG that stands by itself, on white."""
    import vl_convert

    svg: str = vl_convert.vegalite_to_svg(spec)
    return svg


def draw_png(svg: str) -> bytes:
    """An SVG as PNG, three pixels to a point."""
    import vl_convert

    png: bytes = vl_convert.svg_to_png(svg, scale=PNG_SCALE)
    return png


def inline_svg(svg: str) -> str:
    """The same drawing for a page: colours by class, so that it follows the theme; no style anywhere.

    The page's policy forbids style attributes and elements; a drawing that has one is refused.
    """
    root = ET.fromstring(svg)  # noqa: S314
    for parent in root.iter():
        for child in list(parent):
            if _is_empty(child):
                parent.remove(child)
    for element in root.iter():
        _dress(element)
        # By its bare name: prefixes are kept in one list for the whole process, and others write into it.
        element.tag = element.tag.removeprefix(f"{{{_NAMESPACE}}}")
    root.set("xmlns", _NAMESPACE)
    root.set("class", "chart")
    root.set("aria-hidden", "true")
    root.set("focusable", "false")
    return ET.tostring(root, encoding="unicode")


def _is_empty(element: ET.Element) -> bool:
    """The sheet of paper under a drawing, and shapes without an outline."""
    is_sheet = element.tag.endswith("}rect") and element.get("fill") == PAPER
    is_hollow = element.tag.endswith("}path") and element.get("d", "") in {"", "M0,0h0v0h0Z"}
    return is_sheet or is_hollow or element.get("display") == "none"


def _dress(element: ET.Element) -> None:
    if element.tag.endswith("}style") or "style" in element.attrib:
        raise ValueError("a figure in a page must not carry styles")
    for name in [name for name in element.attrib if name.startswith(_DROPPED)]:
        del element.attrib[name]
    classes = []
    for name in ("fill", "stroke"):
        dress = _CLASSES.get((name, element.get(name, "")))
        if dress:
            classes.append(dress)
            del element.attrib[name]
    if classes:
        element.set("class", " ".join(classes))
