"""Pages for what went wrong: kind, exact, and with a way on."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

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
