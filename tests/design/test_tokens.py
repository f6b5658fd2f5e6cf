"""Colours can be told apart, nothing escapes the tokens, templates keep to the content security policy."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CSS = ROOT / "static" / "css"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
TOKENS = (CSS / "tokens.css").read_text(encoding="utf-8")
HEX = re.compile(r"--([a-z0-9-]+):\s*(#[0-9a-f]{6});")
ICON = re.compile(r'components/icon\.html" with name="([^"|]+)"(?!\|)')
PAIR = re.compile(r"@pair ([\d.]+) ([a-z0-9-]+) on ([a-z0-9 -]+)")
# Colours that only decorate: nothing has to be read or found by them.
DECORATIVE = {"line", "paper"}
# Paths that come with installed packages, not from static/.
PACKAGED = ("django_htmx/",)


def block(selector: str) -> dict[str, str]:
    """The colour tokens of the first rule with this selector."""
    body = TOKENS.split(selector + " {", 1)[1].split("}", 1)[0]
    return dict(HEX.findall(body))


LIGHT = block(":root")
DARK = block(':root[data-theme="dark"]')
THEMES = {"light": LIGHT, "dark": DARK}
PAIRS = [
    (float(least), ink, ground) for least, ink, grounds in PAIR.findall(TOKENS) for ground in grounds.split()
]


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.2."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """Contrast ratio of WCAG 2.2, 1 to 21."""
    darker, lighter = sorted((luminance(first), luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_of_known_colours_matches_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    # W3C, technique G18: #767676 is the lightest grey that passes on white, #777777 just fails.
    assert contrast("#767676", "#ffffff") >= 4.5 > contrast("#777777", "#ffffff")


@pytest.mark.parametrize("theme", THEMES)
def test_declared_pairs_in_each_theme_reach_their_contrast(theme: str) -> None:
    colours = THEMES[theme]
    weak = {
        f"{ink} on {ground}": round(contrast(colours[ink], colours[ground]), 2)
        for least, ink, ground in PAIRS
        if contrast(colours[ink], colours[ground]) < least
    }
    assert weak == {}


def test_every_colour_token_has_a_declared_pair() -> None:
    declared = {name for _, ink, ground in PAIRS for name in (ink, ground)}
    assert set(LIGHT) - declared - DECORATIVE == set()


def test_dark_theme_by_system_and_by_choice_are_equal() -> None:
    by_system = TOKENS.split(':root:not([data-theme="light"]) {', 1)[1].split("}", 1)[0]
    by_choice = TOKENS.split(':root[data-theme="dark"] {', 1)[1].split("}", 1)[0]
    assert by_system.split() == by_choice.split()
    assert set(dict(HEX.findall(by_system))) == set(LIGHT)


# Machado, Oliveira, Fernandes (2009), severity 1.0, on linear RGB.
SEEN_AS = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def oklab(colour: str, eye: tuple[tuple[float, ...], ...]) -> tuple[float, float, float]:
    """OKLab coordinates (Ottosson 2020) of a colour as the given eye sees it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    red, green, blue = (max(0.0, sum(w * c for w, c in zip(row, linear, strict=True))) for row in eye)
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    middle = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


@pytest.mark.parametrize("eye", SEEN_AS)
@pytest.mark.parametrize("theme", THEMES)
def test_group_colours_under_colour_vision_deficiency_stay_apart(theme: str, eye: str) -> None:
    seen = [oklab(THEMES[theme][f"group-{number}"], SEEN_AS[eye]) for number in range(1, 6)]
    closest = min(
        sum((a - b) ** 2 for a, b in zip(first, second, strict=True)) ** 0.5
        for first, second in combinations(seen, 2)
    )
    # 0.02 is about the least difference one notices; five times that for marks of a few pixels.
    assert closest >= 0.095


def test_no_stylesheet_but_tokens_names_a_colour() -> None:
    naming = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|oklch)a?\(")
    found = {
        path.name: naming.findall(path.read_text(encoding="utf-8"))
        for path in CSS.glob("*.css")
        if path.name != "tokens.css"
    }
    assert {name: colours for name, colours in found.items() if colours} == {}


def test_every_custom_property_used_is_defined() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in CSS.glob("*.css"))
    defined = set(re.findall(r"(--[a-z0-9-]+)\s*:", text))
    assert set(re.findall(r"var\((--[a-z0-9-]+)", text)) - defined == set()


def test_every_stylesheet_stays_short() -> None:
    long = [
        path.name for path in CSS.glob("*.css") if len(path.read_text(encoding="utf-8").splitlines()) > 400
    ]
    assert long == []


FORBIDDEN = {
    "style attribute": re.compile(r"<[a-zA-Z][^>]*\sstyle\s*="),
    "style element": re.compile(r"<style[\s>]"),
    "event handler": re.compile(r"<[a-zA-Z][^>]*\son[a-z]+\s*="),
    "hx-on": re.compile(r"\shx-on[:=-]"),
    "inline script": re.compile(r"<script(?![^>]*\ssrc=)(?![^>]*type=\"application/json\")[^>]*>"),
    "javascript address": re.compile(r"javascript:", re.IGNORECASE),
    "foreign address": re.compile(r"<(?:script|link|img)[^>]*\s(?:src|href)=\"(?:https?:)?//"),
}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_template_keeps_to_the_content_security_policy(path: Path) -> None:
    markup = re.sub(r"{%\s*comment.*?endcomment\s*%}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    broken = [rule for rule, pattern in FORBIDDEN.items() if pattern.search(markup)]
    assert broken == []


def test_every_static_path_named_in_templates_exists() -> None:
    named = {
        static
        for path in TEMPLATES
        for static in re.findall(r"{%\s*static\s+['\"]([^'\"]+)['\"]", path.read_text(encoding="utf-8"))
        if not static.startswith(PACKAGED)
    }
    assert {static for static in named if not (ROOT / "static" / static).is_file()} == set()


def test_every_icon_named_in_templates_is_in_the_sprite() -> None:
    drawn = set(
        re.findall(r'<symbol id="([^"]+)"', (ROOT / "static/img/icons.svg").read_text(encoding="utf-8"))
    )
    named = {icon for path in TEMPLATES for icon in ICON.findall(path.read_text(encoding="utf-8"))}
    assert named
    assert named - drawn == set()
