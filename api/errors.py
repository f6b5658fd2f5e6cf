"""One error shape for the whole API: {"error": {"code", "message", "details"}}."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from rest_framework.exceptions import APIException
from rest_framework.response import Response
from rest_framework.views import exception_handler

from annotation.errors import DomainError


def _sentences(data: Any, path: str = "") -> list[str]:
    """Flatten DRF's nested error data to one sentence per field."""
    if isinstance(data, dict):
        return [line for key, value in data.items() for line in _sentences(value, f"{path}{key}: ")]
    if isinstance(data, list):
        return [line for value in data for line in _sentences(value, path)]
    return [f"{path}{data}"]


def handle_exception(error: Exception, context: dict[str, Any]) -> Response | None:
    if isinstance(error, DomainError):
        body = {"code": error.code.value, "message": error.message, "details": error.details}
        return Response({"error": body}, status=error.status)
    response = exception_handler(error, context)
    if response is None:
        return None
    code = error.default_code if isinstance(error, APIException) else "not_found"
    lines = _sentences(response.data)
    if isinstance(error, Http404):
        lines = ["There is nothing here, or it is not yours to see."]
    message = lines[0].removeprefix("detail: ") if lines else "The request could not be answered."
    details = lines if len(lines) > 1 else []
    response.data = {"error": {"code": str(code), "message": message, "details": details}}
    return response
