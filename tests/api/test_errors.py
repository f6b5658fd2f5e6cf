"""The one error shape, whatever went wrong."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework.exceptions import MethodNotAllowed, Throttled, ValidationError

from annotation.errors import Code, DomainError
from api.errors import handle_exception


def told(error: Exception) -> tuple[int, dict[str, Any]]:
    response = handle_exception(error, {})
    assert response is not None
    assert isinstance(response.data, dict)
    return response.status_code, response.data["error"]


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (DomainError(Code.STALE_REVISION, "Load the page again."), 409, "stale_revision"),
        (DomainError(Code.CONSENT_NEEDED, "Please agree first."), 403, "consent_needed"),
        (Http404("a model of ours"), 404, "not_found"),
        (PermissionDenied("inner words"), 403, "not_allowed"),
        (MethodNotAllowed("PUT"), 405, "method_not_allowed"),
        (Throttled(), 429, "throttled"),
    ],
)
def test_error_becomes_its_status_and_code(error: Exception, status: int, code: str) -> None:
    found, body = told(error)
    assert (found, body["code"]) == (status, code)
    assert body["message"]
    assert "inner words" not in str(body)
    assert "a model of ours" not in str(body)


def test_domain_error_keeps_its_details() -> None:
    assert told(DomainError(Code.INVALID, "No.", ["safety: off the scale"]))[1]["details"] == [
        "safety: off the scale"
    ]


def test_validation_error_becomes_one_sentence_per_field_with_its_place() -> None:
    error = ValidationError(
        {"answers": [{}, {"value": ["A number."]}], "comment": ["Too long.", "Not text."]}
    )
    assert told(error) == (
        400,
        {
            "code": "invalid",
            "message": "The request does not fit.",
            "details": ["answers: 2: value: A number.", "comment: Too long.", "comment: Not text."],
        },
    )


def test_unforeseen_error_is_logged_and_says_nothing_of_the_inside(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        status, body = told(RuntimeError("secret table name"))
    assert (status, body["code"]) == (500, "server_error")
    assert "secret" not in str(body)
    assert "secret table name" in caplog.text
