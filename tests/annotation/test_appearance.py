"""The theme: kept in a cookie, chosen by POST, never a way out of the site."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_set_theme_by_post_sets_cookie_and_goes_back(client: Client, theme: str) -> None:
    answer = client.post(reverse("set_theme"), {"theme": theme, "next": "/accounts/login/"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/login/")
    cookie = answer.cookies["attune_theme"]
    assert (cookie.value, cookie["samesite"], cookie["max-age"]) == (theme, "Lax", 365 * 24 * 3600)


@pytest.mark.parametrize("theme", ["auto", "", "<script>"])
def test_set_theme_with_anything_else_deletes_cookie(client: Client, theme: str) -> None:
    client.cookies["attune_theme"] = "dark"
    answer = client.post(reverse("set_theme"), {"theme": theme})
    assert answer.cookies["attune_theme"].value == ""
    assert answer.cookies["attune_theme"]["max-age"] == 0


@pytest.mark.parametrize(
    "wanted", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""]
)
def test_set_theme_with_foreign_next_goes_home(client: Client, wanted: str) -> None:
    answer = client.post(reverse("set_theme"), {"theme": "dark", "next": wanted})
    assert answer.headers["Location"] == reverse("home")


def test_set_theme_by_get_is_refused(client: Client) -> None:
    assert client.get(reverse("set_theme")).status_code == 405


def test_set_theme_without_csrf_token_is_refused(db: None) -> None:
    answer = Client(enforce_csrf_checks=True).post(reverse("set_theme"), {"theme": "dark"})
    assert answer.status_code == 403


def test_set_theme_with_a_word_for_next_does_not_take_it_for_a_route(client: Client) -> None:
    answer = client.post(reverse("set_theme"), {"theme": "dark", "next": "word"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "word")
