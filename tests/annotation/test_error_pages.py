"""Pages for what went wrong: kind, exact, and with a way on."""

from __future__ import annotations

import json

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse

from annotation.errors import Code, DomainError
from annotation.views.errors import error_page, server_error


@pytest.mark.django_db
def test_unknown_address_is_not_found_with_a_way_on(client: Client) -> None:
    response = client.get("/nowhere/")
    assert response.status_code == 404
    content = response.content.decode()
    assert "<h1>Not found" in content
    assert "To the start page" in content


@pytest.mark.parametrize(
    ("code", "status", "heading"),
    [
        (Code.NOT_FOUND, 404, "Not found"),
        (Code.NOT_ALLOWED, 403, "Not allowed"),
        (Code.STATE_FORBIDS, 409, "Not possible right now"),
        (Code.INVITATION_UNUSABLE, 410, "No longer valid"),
        (Code.TOO_LARGE, 413, "Too large"),
        (Code.METHOD_NOT_ALLOWED, 405, "That did not work"),
        (Code.INVALID, 400, "That did not work"),
    ],
)
def test_domain_error_says_what_and_lists_details(code: Code, status: int, heading: str) -> None:
    request = RequestFactory().get("/x/", headers={"accept": "text/html"})
    response = error_page(request, DomainError(code, "A sentence.", ["line <1>", "line 2"]))
    content = response.content.decode()
    assert response.status_code == status
    assert heading in content
    assert "A sentence." in content
    assert "<li>line &lt;1&gt;</li>" in content


def test_domain_error_for_a_script_is_json() -> None:
    request = RequestFactory().get("/x/", headers={"accept": "application/json"})
    response = error_page(request, DomainError(Code.STATE_FORBIDS, "No.", ["why"]))
    assert response.headers["Content-Type"] == "application/json"


def test_server_error_needs_no_database_and_no_context() -> None:
    response = server_error(RequestFactory().get("/x/"))
    assert response.status_code == 500
    assert "on our side" in render_to_string("errors/server.html")


def test_error_under_the_api_is_json_also_for_a_browser() -> None:
    request = RequestFactory().get("/api/v1/x/", headers={"accept": "text/html"})
    assert error_page(request, DomainError(Code.INVALID, "No.")).headers["Content-Type"] == "application/json"
    answer = server_error(request)
    assert (answer.status_code, json.loads(answer.content)["error"]["code"]) == (500, "server_error")


def test_page_visited_that_only_answers_to_buttons_says_so(client: Client) -> None:
    answer = client.get(reverse("set_theme"))
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert "answers to the buttons" in answer.content.decode()
    assert "To the start page" in answer.content.decode()


@pytest.mark.django_db
def test_form_larger_than_is_taken_gets_a_page() -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies["csrftoken"] = "x" * 32
    body = "theme=" + "x" * 6_000_000
    answer = client.post(reverse("set_theme"), body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 413
    assert "<h1>Too large" in answer.content.decode()


def test_request_for_an_unknown_host_gets_a_page(client: Client) -> None:
    answer = client.get("/accounts/login/", headers={"host": "elsewhere.example"})
    assert answer.status_code == 400
    assert "could not be read" in answer.content.decode()
    assert "elsewhere" not in answer.content.decode()


@pytest.mark.parametrize(
    "header",
    [
        "django.middleware.security.SecurityMiddleware",
        "config.policy.SamePolicy",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
)
def test_static_files_carry_the_security_headers_too(header: str) -> None:
    order = settings.MIDDLEWARE
    assert order.index(header) < order.index("whitenoise.middleware.WhiteNoiseMiddleware")
