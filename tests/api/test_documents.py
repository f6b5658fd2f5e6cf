"""The OpenAPI document: made without a warning, complete, and readable under the site's policy."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from annotation.models import User
from api.urls import urlpatterns
from tests.api.calls import error_of

SignIn = Callable[[User], Client]
ERROR = {"$ref": "#/components/schemas/Error"}


@pytest.fixture
def document() -> dict[str, Any]:
    return dict(SchemaGenerator().get_schema(request=None, public=True))  # type: ignore[no-untyped-call]


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def test_schema_is_made_without_warnings_and_valid() -> None:
    written = io.StringIO()
    # Raises on any warning.
    call_command("spectacular", "--fail-on-warn", "--validate", stdout=written)
    assert yaml.safe_load(written.getvalue())["info"]["title"] == "Attune API"


def test_schema_describes_every_address_of_the_api(document: dict[str, Any]) -> None:
    validate_schema(document)  # type: ignore[no-untyped-call]
    left_out = {"api_schema", "api_docs", "api_nothing"}
    names = {pattern.name for pattern in urlpatterns} - left_out
    assert len(names) == len(document["paths"]) == len(urlpatterns) - len(left_out)


def test_every_operation_documents_its_errors_in_the_one_shape(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        answers = operation["responses"]
        wanted = {"401"}
        if "{code}" in name:
            wanted |= {"404"}
        if operation.get("requestBody"):
            wanted |= {"400"}
        assert wanted <= set(answers), name
        for status, answer in answers.items():
            if status >= "400":
                assert answer["content"]["application/json"]["schema"] == ERROR, (name, status)


def test_every_operation_has_a_name_of_its_own_and_a_summary(document: dict[str, Any]) -> None:
    named = [operation["operationId"] for _, operation in operations(document)]
    assert len(set(named)) == len(named)
    assert all(operation["summary"] for _, operation in operations(document))


def test_every_operation_says_how_to_sign_in(document: dict[str, Any]) -> None:
    schemes = document["components"]["securitySchemes"]
    assert schemes["token"]["name"] == "Authorization"
    assert all(operation["security"] for _, operation in operations(document))


def test_schema_is_served_to_who_is_signed_in(client_of: SignIn, owner: User, client: Client) -> None:
    path = reverse("api_schema")
    assert client.get(path).status_code == 401
    served = client_of(owner).get(path, headers={"accept": "application/vnd.oai.openapi+json"})
    assert served.status_code == 200
    assert "/api/v1/studies/" in json.loads(served.content)["paths"]
    assert client_of(owner).post(path).status_code == 405


def test_docs_page_has_no_inline_script_or_style(client_of: SignIn, owner: User, client: Client) -> None:
    path = reverse("api_docs")
    assert client.get(path).status_code == 302
    page = client_of(owner).get(path)
    words = page.content.decode()
    assert page.status_code == 200
    assert "<style" not in words
    assert "style=" not in words
    assert "<script>" not in words
    script = client_of(owner).get(path, {"script": ""})
    assert script["Content-Type"].startswith("application/javascript")
    assert "SwaggerUIBundle" in script.content.decode()


def test_unknown_page_of_the_docs_answers_in_shape(client: Client) -> None:
    assert error_of(client.get("/api/v1/docs/more/"))["code"] == "not_found"


@pytest.mark.parametrize("name", ["api_schema", "api_docs"])
def test_document_errors_are_json_whatever_the_document_is(
    client_of: SignIn, researcher: User, name: str
) -> None:
    response = client_of(researcher).post(reverse(name))
    assert response.headers["Content-Type"] == "application/json"
    assert (response.status_code, error_of(response)["code"]) == (405, "method_not_allowed")


def test_schema_without_sign_in_is_refused_in_json(client: Client, db: None) -> None:
    response = client.get(reverse("api_schema"))
    assert (response.status_code, error_of(response)["code"]) == (401, "not_authenticated")
