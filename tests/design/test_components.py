"""Every component renders in the gallery with its names, labels and descriptions tied together."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from tests.design.gallery_pages import PAGES, ROOT, render_page

REFERENCES = ("aria-labelledby", "aria-describedby", "for", "form")


class Elements(HTMLParser):
    """All start tags of a page with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {key: value or "" for key, value in attrs}))


def page(name: str, *, theme: str = "", language: str = "en") -> str:
    request = RequestFactory().get(f"/{name}/")
    request.COOKIES["attune_theme"] = theme
    request.user = AnonymousUser()
    with translation.override(language):
        return render_page(name, request)


def elements(html: str) -> list[tuple[str, dict[str, str]]]:
    parser = Elements()
    parser.feed(html)
    return parser.found


@pytest.mark.parametrize("name", PAGES)
def test_ids_on_a_page_are_unique(name: str) -> None:
    counted = Counter(attrs["id"] for _, attrs in elements(page(name)) if "id" in attrs)
    assert [key for key, times in counted.items() if times > 1] == []


@pytest.mark.parametrize("name", PAGES)
def test_references_between_elements_lead_somewhere(name: str) -> None:
    found = elements(page(name))
    known = {attrs["id"] for _, attrs in found if "id" in attrs}
    wanted = {
        key for _, attrs in found for reference in REFERENCES for key in attrs.get(reference, "").split()
    }
    wanted |= {attrs["data-dialog"].removeprefix("#") for _, attrs in found if "data-dialog" in attrs}
    assert wanted
    assert wanted - known == set()


@pytest.mark.parametrize("name", PAGES)
def test_every_page_has_one_main_heading_and_one_main(name: str) -> None:
    tags = Counter(tag for tag, _ in elements(page(name)))
    # The gallery of components also shows the confirmation page's own h1.
    assert tags["h1"] == (2 if name == "components" else 1)
    assert tags["main"] == 1


def test_every_component_is_shown_in_the_gallery() -> None:
    kept = {path.name for path in (ROOT / "templates" / "components").glob("*.html")}
    sources = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "tests" / "design" / "gallery").glob("*.html")]
    used = {
        name
        for path in sources
        for name in re.findall(r'include "components/([a-z_]+\.html)"', path.read_text(encoding="utf-8"))
    }
    assert kept - used == set()


@pytest.mark.parametrize(
    ("cookie", "attribute"),
    [("dark", "dark"), ("light", "light"), ("", None), ("auto", None), ('"><script>', None)],
)
def test_theme_cookie_sets_the_attribute_only_for_known_values(cookie: str, attribute: str | None) -> None:
    html_attrs = next(attrs for tag, attrs in elements(page("components", theme=cookie)) if tag == "html")
    assert html_attrs.get("data-theme") == attribute


def test_page_in_arabic_runs_from_right_to_left() -> None:
    html_attrs = next(attrs for tag, attrs in elements(page("workbench", language="ar")) if tag == "html")
    assert (html_attrs["lang"], html_attrs["dir"]) == ("ar", "rtl")


def test_radio_scale_with_a_wrong_answer_names_its_error() -> None:
    questions = {attrs.get("id"): attrs for tag, attrs in elements(page("workbench")) if tag == "fieldset"}
    assert questions["q2"]["aria-describedby"].split() == ["q2_help", "q2_error"]
    assert "aria-describedby" not in questions["q1"]


def test_radio_scale_checks_the_chosen_answer_and_no_other() -> None:
    radios = [
        attrs for tag, attrs in elements(page("workbench")) if attrs.get("type") == "radio" and tag == "input"
    ]
    checked = [(attrs["name"], attrs["value"]) for attrs in radios if "checked" in attrs]
    assert checked == [("q1", "4"), ("q3", "cannot_judge")]


def test_conversation_text_is_escaped() -> None:
    assert "don&#x27;t owe anyone" in page("workbench")


def test_banner_with_a_studys_own_words_runs_in_their_direction() -> None:
    assert '<p dir="auto">Made up.</p>' in render_to_string(
        "components/banner_invented.html", {"text": "Made up."}
    )
